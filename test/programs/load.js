// SPDX-License-Identifier: MIT OR Apache-2.0
// A load for SQLite, made from a seed: tables, indices, rows with blobs of all
// sizes, joins, updates, deletes, savepoints, VACUUM, in random order. What a
// query prints depends on all that came before.
import { logSize, random } from '../support/random.js';

/** {text, statements} */
export function loadScript(seed, steps = 400) {
  const below = random(seed);
  const pick = (list) => list[below(list.length)];
  const script = ['PRAGMA temp_store = MEMORY', 'PRAGMA cache_size = 400'];
  const tables = [];
  let made = 0;
  let open = 0; // savepoints

  const rows = (n) =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n})`;
  const create = () => {
    const name = `t${made++}`;
    tables.push(name);
    script.push(
      `CREATE TABLE ${name}(id INTEGER PRIMARY KEY, key INT, text TEXT, number REAL, data BLOB)`,
    );
    insert(name);
  };
  const insert = (name = pick(tables)) => {
    const text = `substr(hex(zeroblob(${1 + below(60)})) || i, ${1 + below(40)})`;
    const data = `zeroblob(i * ${1 + below(997)} % ${1 + logSize(below, 14)})`;
    script.push(
      `${rows(1 + below(400))} INSERT INTO ${name}(key, text, number, data) SELECT i * ${1 + below(99)} % ${2 + below(200)}, ${text}, i * ${below(1000)} / 7.0, ${data} FROM n`,
    );
  };
  const close = () => {
    const name = `s${--open}`;
    if (below(2)) script.push(`ROLLBACK TO ${name}`);
    script.push(`RELEASE ${name}`);
  };
  const where = () => `key % ${2 + below(9)} = ${below(2)}`;
  const STEPS = [
    [6, () => insert()],
    [2, () => tables.length < 20 && !open && create()], // one that is rolled back would be missed
    [
      2,
      () =>
        script.push(
          `CREATE INDEX i${made++} ON ${pick(tables)}(${pick(['key', 'text', 'number DESC', 'key, text', 'length(data), id'])})`,
        ),
    ],
    [
      3,
      () =>
        script.push(
          `UPDATE ${pick(tables)} SET data = zeroblob(${logSize(below, 13)}), text = text || '${'x'.repeat(below(80))}' WHERE ${where()}`,
        ),
    ],
    [4, () => script.push(`DELETE FROM ${pick(tables)} WHERE ${where()} OR id % 3 = ${below(4)}`)],
    [
      3,
      () =>
        script.push(
          `SELECT count(*), sum(a.id * b.id), max(a.text || b.text) FROM ${pick(tables)} a JOIN ${pick(tables)} b ON a.key = b.key AND a.id % 17 = b.id % 13`,
        ),
    ],
    [
      3,
      () =>
        script.push(
          `SELECT key, count(*), sum(length(data)), length(group_concat(text)) FROM ${pick(tables)} GROUP BY key ORDER BY 3 DESC, 1 LIMIT ${1 + below(9)}`,
        ),
    ],
    [
      2,
      () =>
        script.push(
          `SELECT sum(place * id) FROM (SELECT id, row_number() OVER (PARTITION BY key ORDER BY text, id) AS place FROM ${pick(tables)})`,
        ),
    ],
    [
      2,
      () =>
        script.push(
          `SELECT length(json_group_array(json_object('id', id, 'text', text))) FROM ${pick(tables)}`,
        ),
    ],
    [1, () => script.push(`SAVEPOINT s${open++}`)],
    [1, () => open && close()],
    [1, () => !open && script.push('VACUUM', 'PRAGMA integrity_check')],
    [1, () => script.push('ANALYZE')],
  ];
  const dice = STEPS.flatMap(([weight, step]) => Array(weight).fill(step));
  create();
  for (let i = 0; i < steps; i++) pick(dice)();
  while (open) close();
  for (const name of tables)
    script.push(`SELECT '${name}', count(*), sum(id * key), sum(length(data)) FROM ${name}`);
  script.push(
    'VACUUM',
    'PRAGMA integrity_check',
    'PRAGMA quick_check',
    'PRAGMA foreign_key_check',
    'PRAGMA integrity_check',
  );
  return { text: `${script.join(';\n')};\n`, statements: script.length };
}
