-- SPDX-License-Identifier: MIT OR Apache-2.0
-- A little of all that allocates: nomem.test.js runs it thousands of times.
PRAGMA temp_store = MEMORY;
PRAGMA foreign_keys = ON;
CREATE TABLE kind(id INTEGER PRIMARY KEY, name TEXT UNIQUE, made_by TEXT DEFAULT 'nobody');
CREATE TABLE thing(id INTEGER PRIMARY KEY, kind INT REFERENCES kind(id) ON DELETE CASCADE, weight REAL, data BLOB);
CREATE TABLE log(what TEXT, at INT);
CREATE INDEX thing_weight ON thing(kind, weight DESC) WHERE weight > 1;
CREATE VIEW heavy AS SELECT kind.name, max(weight) AS most FROM thing JOIN kind ON kind.id = kind GROUP BY kind.id;
CREATE TRIGGER gone AFTER DELETE ON thing BEGIN
  INSERT INTO log VALUES('thing ' || old.id || ' is gone', old.kind);
END;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
INSERT INTO kind(id, name) SELECT i, printf('kind %x of some length', i * 7919) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO thing SELECT i, 1 + i * 7 % 10, i * 37 % 101 / 7.0, zeroblob(i * 31 % 900) FROM n;
COMMIT;
SELECT name, round(most, 3) FROM heavy ORDER BY most DESC, name LIMIT 3;
SELECT count(*), sum(a.id * b.id) FROM thing a JOIN thing b ON a.weight = b.weight AND a.id < b.id;
SELECT length(group_concat(name || made_by, '; ')), length(hex(zeroblob(20000))) FROM kind;
SELECT sum(place * id) FROM (SELECT id, rank() OVER (PARTITION BY kind ORDER BY weight, id) AS place FROM thing);
SELECT length(json_group_array(json_object('id', id, 'weight', weight))) FROM thing;
SELECT name FROM kind WHERE name LIKE '%f%' UNION SELECT what FROM log EXCEPT SELECT 'x' ORDER BY 1 LIMIT 2;
SAVEPOINT before;
DELETE FROM kind WHERE id % 3 = 0;
UPDATE thing SET data = zeroblob(9000), weight = -weight WHERE id % 50 = 1;
ROLLBACK TO before;
DELETE FROM kind WHERE id % 2 = 0;
ALTER TABLE log ADD COLUMN note TEXT;
SELECT count(*), max(what), sum(at) FROM log;
RELEASE before;
VACUUM;
PRAGMA integrity_check;
