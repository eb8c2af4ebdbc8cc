-- SPDX-License-Identifier: MIT OR Apache-2.0
-- Creates, fills, indexes, joins, updates, deletes, vacuums: the same rows in
-- every run, and every result depends on all of them. WASI has no directory
-- for temporary files.
PRAGMA temp_store = MEMORY;
CREATE TABLE author(id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INT);
CREATE TABLE book(
  id INTEGER PRIMARY KEY,
  author INT NOT NULL REFERENCES author(id),
  title TEXT NOT NULL,
  price REAL,
  cover BLOB
);
CREATE TABLE history(book INT, before REAL, after REAL);
CREATE TRIGGER priced AFTER UPDATE OF price ON book BEGIN
  INSERT INTO history VALUES(new.id, old.price, new.price);
END;

BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO author SELECT i, printf('author %x', i * 7919 % 65521), 1800 + i % 200 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
INSERT INTO book SELECT
  i,
  1 + i * 31 % 2000,
  printf('%s %d', substr('a title of some length, cut anywhere', 1, i * 13 % 37), i * 104729 % 997),
  round(i * 37 % 10007 / 100.0, 2),
  zeroblob(i * 17 % 300)
FROM n;
COMMIT;
SELECT count(*), sum(length(title)), sum(price), sum(length(cover)) FROM book;

CREATE INDEX book_author ON book(author, price);
CREATE UNIQUE INDEX book_title ON book(title, id);
ANALYZE;

SELECT a.name, count(*), round(sum(b.price), 2), max(b.title)
FROM author a JOIN book b ON b.author = a.id
WHERE a.born BETWEEN 1850 AND 1950
GROUP BY a.id ORDER BY 3 DESC, 1 LIMIT 20;
SELECT count(*), sum(x.id * 3 + y.id) FROM book x JOIN book y ON x.title = y.title AND x.id < y.id;
SELECT sum(length(list)), max(length(list))
FROM (SELECT group_concat(title, ';') AS list FROM book GROUP BY author);
SELECT length(group_concat(hex(title) || cover, '')) FROM book;
SELECT sum(place * id), max(mean) FROM (
  SELECT id, rank() OVER (PARTITION BY author ORDER BY price, id) AS place,
    avg(price) OVER (ORDER BY id ROWS 50 PRECEDING) AS mean FROM book);
SELECT length(json_group_array(json_object('id', id, 'title', title))) FROM book;

BEGIN;
UPDATE book SET price = price * 1.1 WHERE id % 3 = 0;
UPDATE book SET title = title || ' (revised and enlarged edition)', cover = zeroblob(id % 5000) WHERE id % 7 = 0;
DELETE FROM book WHERE id % 5 < 2;
SAVEPOINT inner;
DELETE FROM book;
SELECT count(*) FROM book;
ROLLBACK TO inner;
COMMIT;
DELETE FROM author WHERE id NOT IN (SELECT author FROM book);
SELECT count(*), sum(length(title)), round(sum(price), 2), sum(length(cover)) FROM book;
SELECT count(*), round(sum(after - before), 2) FROM history;
SELECT count(*) FROM author;
PRAGMA integrity_check;
VACUUM;
PRAGMA integrity_check;
PRAGMA page_count;
SELECT count(*), min(title), max(title), sum(id * length(title)) FROM book;
DROP TABLE history;
DROP TABLE book;
VACUUM;
PRAGMA integrity_check;
