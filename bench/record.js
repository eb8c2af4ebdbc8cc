// SPDX-License-Identifier: MIT OR Apache-2.0
// Records the traces again: `node record.js [name...]`, on Linux with glibc.
// Each program below runs with the shim record.c. Its input is made here or is
// the project's own. Its events become operations on slots. The files in
// traces/ were recorded on Debian 12 for x86-64, so their sizes are those of
// 64-bit programs. Other versions of the programs give other traces.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../test/support/random.js';
import {
  compileShim,
  environment,
  largestIn,
  need,
  operations,
  RecordError,
  run,
} from './preload.js';
import { CALLOC, encode, FREE, MALLOC, readTrace, REALLOC, TRACES, traceFile } from './traces.js';

const root = join(import.meta.dirname, '..');
let below = random(1);
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const pick = (list) => list[below(list.length)];

// Text like that of real languages: word n is 1/n as frequent as the first.
const syllables = times(
  60,
  () => pick([...'bcdfglmnprstv']) + pick([...'aeiou']) + pick(['', '', 'n', 'r', 's']),
);
const vocabulary = times(3000, (i) =>
  times(1 + below(2 + (i > 100) + (i > 1000)), () => pick(syllables)).join(''),
);
const word = () => vocabulary[Math.floor(vocabulary.length ** (below(1 << 20) / (1 << 20))) - 1];
const words = (n) => times(n, word).join(' ');
const lines = (n) => times(n, () => words(10)).join('\n');

/** Orders in a shop, as JSON has them. */
const order = (i) => ({
  id: 100000 + i,
  customer: { name: words(2), email: `${word()}@${word()}.example`, city: word() },
  tags: times(below(4), word),
  items: times(1 + below(5), () => ({
    product: words(3),
    price: below(10000) / 100,
    count: 1 + below(9),
  })),
  note: below(3) ? words(below(20)) : null,
  paid: below(4) > 0,
});

const orders = (n) => JSON.stringify(times(n, order));

const insert = (i) =>
  `INSERT INTO book VALUES(${i}, '${words(4)}', ${1 + below(200)}, ${1900 + below(125)}, '${words(5 + below(60))}');`;

const question = () =>
  pick([
    () => `SELECT title, year FROM book WHERE writer = ${1 + below(200)} ORDER BY year DESC;`,
    () => `SELECT name, count(*) AS n, group_concat(title, '; ') FROM book JOIN writer ON writer.id = book.writer
      WHERE year > ${1900 + below(125)} GROUP BY name HAVING n > 1 ORDER BY n DESC, name LIMIT 20;`,
    () => `SELECT count(*) FROM book WHERE text LIKE '%${word()}%';`,
    () => `UPDATE book SET text = text || ' ${words(8)}' WHERE id = ${below(1000)};`,
    () =>
      `DELETE FROM book WHERE id = ${below(1000)}; INSERT OR REPLACE INTO writer VALUES(${1 + below(200)}, '${words(2)}');`,
    () => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${below(100)})
      SELECT year, upper(substr(text, 1, i)) FROM n JOIN book ON book.id = i;`,
    () =>
      `SELECT id, row_number() OVER (PARTITION BY writer ORDER BY year) FROM book WHERE id BETWEEN ${below(500)} AND ${500 + below(500)};`,
  ])();

const sql = () => `
CREATE TABLE writer(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE book(id INTEGER PRIMARY KEY, title TEXT, writer REFERENCES writer, year INT, text TEXT);
BEGIN;
${times(200, (i) => `INSERT OR IGNORE INTO writer VALUES(${i + 1}, '${words(2)}');`).join('\n')}
${times(1000, insert).join('\n')}
COMMIT;
CREATE INDEX by_year ON book(year, title);
CREATE INDEX by_writer ON book(writer);
${times(600, question).join('\n')}
DROP INDEX by_year; VACUUM; PRAGMA integrity_check;
`;

const LUA = `
local text = io.read('a')
local function map(t, f) local r = {} for i, v in ipairs(t) do r[i] = f(v, i) end return r end

-- Words counted, then classed by their first letter and sorted.
local count, list = {}, {}
for w in text:gmatch('%a+') do
  if not count[w] then list[#list + 1] = w end
  count[w] = (count[w] or 0) + 1
end
table.sort(list, function(a, b) return count[a] > count[b] or count[a] == count[b] and a < b end)

-- A list of closures, each over the one before.
local chain = function(x) return x end
for i, w in ipairs(list) do
  local inner, n = chain, count[w]
  chain = i % 50 == 0 and function(x) return x end or function(x) return inner(x) + n end
end

-- Objects that live for some rounds: a cache, of which one part is dropped.
local Point = {}
Point.__index = Point
function Point.new(x, y, name) return setmetatable({ x = x, y = y, name = name }, Point) end
function Point:__tostring() return ('%s(%d,%d)'):format(self.name, self.x, self.y) end
local cache, out = {}, {}
for round = 1, 12 do
  for i = 1, 2500 do
    local w = list[(i * round * 7) % #list + 1]
    cache[i * round % 4001] = Point.new(i, round, w .. round)
    if i % 9 == 0 then out[#out + 1] = tostring(cache[i * round % 4001]) end
  end
  for k = 1, 4000, 3 do cache[k] = nil end
  out = { (table.concat(out, ','):gsub('%d', '')) }
end

-- Lines parsed into trees and written again.
for line in text:gmatch('[^\\n]+') do
  local tree = {}
  for w in line:gmatch('%S+') do tree = { left = tree, word = w:upper(), size = #w } end
  local parts = map({ line:byte(1, 20) }, function(c) return ('%02x'):format(c) end)
  line = table.concat(parts, ' ') .. tree.word
end
collectgarbage()
local co = coroutine.wrap(function() for i = 1, 2000 do coroutine.yield({ i, tostring(i) }) end end)
for _ = 1, 2000 do co() end
print(#list, chain(1), #out[1], collectgarbage('count') > 0)
`;

const JQ = `
  [.[] | select(.paid) | . + {total: ([.items[] | .price * .count] | add)}]
  | group_by(.customer.city)
  | map({city: .[0].customer.city, orders: length, total: (map(.total) | add),
         tags: ([.[].tags[]] | unique), best: (max_by(.total) | {id, name: .customer.name | ascii_upcase})})
  | sort_by(-.total)`;

const PERL = `
use strict; use warnings;
my (%count, %index, @lines);
while (my $line = <STDIN>) {
  chomp $line;
  my @w = split / /, $line;
  push @lines, join ' ', map { ucfirst } reverse @w;
  for my $i (0 .. $#w) {
    $count{$w[$i]}++;
    push @{ $index{$w[$i]}{substr $w[$i], 0, 1} }, [$., $i] if $i % 3 == 0;
  }
}
my @top = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
my $text = join "\\n", @lines;
(my $swapped = $text) =~ s/(\\w+) (\\w+)/$2-$1/g;
my %pairs;
$pairs{"$1:$2"} .= "$3," while $swapped =~ /(\\w)\\w*-(\\w)(\\w*)/g;
my @records = map { { name => $_, count => $count{$_}, where => [ map { @$_ } values %{ $index{$_} } ] } } @top;
for my $r (sort { length $a->{name} <=> length $b->{name} or $a->{name} cmp $b->{name} } @records) {
  my $line = sprintf "%-12s %5d %s", $r->{name}, $r->{count}, join ' ', map { "$_->[0].$_->[1]" } @{ $r->{where} };
  delete $count{$r->{name}} if $line =~ /^(?:[bcd]\\w+|.*?(\\d)\\1)\\s/;
}
undef @records; undef %index;
my @again = map { { split /[ :]/, "word $_ length " . length } } grep { /[aeiou]n/ } sort keys %count;
print scalar(@top), ' ', length $swapped, ' ', scalar(keys %pairs), ' ', scalar(@again), "\\n";
`;

const PYTHON = `
import json, sys

class Node:
    def __init__(self, key, value):
        self.key, self.value, self.left, self.right = key, value, None, None

    def insert(self, key, value):
        side = 'left' if key < self.key else 'right'
        child = getattr(self, side)
        if child is None:
            setattr(self, side, Node(key, value))
        else:
            child.insert(key, value)

    def walk(self):
        if self.left: yield from self.left.walk()
        yield self.key, self.value
        if self.right: yield from self.right.walk()

orders = json.load(sys.stdin)
by_city, index = {}, {}
for order in orders:
    by_city.setdefault(order['customer']['city'], []).append(order)
    for item in order['items']:
        for word in item['product'].split():
            index.setdefault(word, set()).add(order['id'])
tree = Node('m', None)
for order in orders:
    tree.insert(order['customer']['name'], order)
lines = []
for name, order in tree.walk():
    if order:
        total = sum(item['price'] * item['count'] for item in order['items'])
        lines.append(f"{name.title():30}{total:10.2f} {'-'.join(order['tags'])}")
text = ''
for line in lines:
    text += line.strip().replace(' ', '_') + '\\n'
report = {city: {'orders': len(list_), 'ids': [o['id'] for o in list_]} for city, list_ in sorted(by_city.items())}
del orders, tree
again = json.loads(json.dumps(report, indent=1))
print(len(text), len(index), again == report)
`;

const xml = () => `<?xml version="1.0"?>
<!DOCTYPE shop [<!ENTITY firm "Bando &amp; Sons"><!ATTLIST order currency CDATA "EUR">]>
<shop xmlns="urn:shop" xmlns:t="urn:text">
${times(1400, order)
  .map(
    (o) => `  <order id="o${o.id}"${o.paid ? ' paid="yes"' : ''}>
    <customer email="${o.customer.email}">${o.customer.name}, &firm;, ${o.customer.city}</customer>
${o.items.map((item) => `    <item count="${item.count}" price="${item.price}">${item.product}</item>`).join('\n')}
    <t:note>${o.note ? `<![CDATA[${o.note}]]>` : '<!-- none -->'}</t:note>
  </order>`,
  )
  .join('\n')}
</shop>
`;

/** A history for git fast-import: files of text, changed a line at a time. */
function history() {
  const files = times(40, () => times(60 + below(200), () => words(8)));
  const commit = (n) => {
    const changed = n ? times(1 + below(4), () => below(files.length)) : files.keys();
    for (const i of n ? changed : [])
      times(1 + below(9), () => files[i].splice(below(files[i].length), below(3), words(8)));
    const message = words(9);
    const head = `commit refs/heads/main\nmark :${n + 1}\ncommitter A <a@b.example> ${1e9 + n * 1000} +0000\ndata ${message.length}\n${message}\n`;
    const modify = (i) => {
      const text = files[i].join('\n');
      return `M 644 inline part${i % 5}/file${i}\ndata ${text.length}\n${text}\n`;
    };
    return head + (n ? `from :${n}\n` : '') + [...new Set(changed)].map(modify).join('');
  };
  return times(300, commit).join('\n');
}

/** A manual page; its macros are below, so that no installed ones are read. */
const manual = () => `
.de P
.sp
.ti +2n
..
.de S
.sp 2
.ft B
.tm \\$1
\\$1
.ft R
..
.ll 60n
.hy 1
${times(60, (i) => `.S "${i + 1} ${words(3)}"\n${times(4, () => `.P\n${lines(3)}\n.nf\n${words(5)}\\fI${word()}\\fP\\u${word()}\\d\n.fi`).join('\n')}`).join('\n')}
`;

const CMAKE = `
file(READ input.txt text)
string(REPLACE "\\n" ";" lines "\${text}")
set(all "")
set(index 0)
function(describe line result)
  string(REPLACE " " ";" words "\${line}")
  list(LENGTH words length)
  list(GET words 0 first)
  list(REVERSE words)
  list(JOIN words "_" joined)
  string(REGEX REPLACE "[aeiou]n" "<\\\\0>" marked "\${joined}")
  string(SUBSTRING "\${marked}" 0 40 short)
  set(\${result} "\${first}: \${length} \${short}" PARENT_SCOPE)
endfunction()
foreach(line IN LISTS lines)
  describe("\${line}" what)
  string(TOUPPER "\${what}" upper)
  math(EXPR index "\${index} + 1")
  set(entry_\${index} "\${upper}")
  if(upper MATCHES "^B([A-Z]+): ([0-9]+)")
    list(APPEND all "\${CMAKE_MATCH_1}=\${CMAKE_MATCH_2}")
    set_property(GLOBAL APPEND PROPERTY found "\${line}")
  endif()
endforeach()
list(SORT all)
list(REMOVE_DUPLICATES all)
foreach(i RANGE 1 \${index} 3)
  string(MD5 digest "\${entry_\${i}}")
  set(entry_\${i} "\${digest} \${entry_\${i}}")
endforeach()
get_property(found GLOBAL PROPERTY found)
string(JSON object SET "{}" count \${index})
list(LENGTH all length)
message("\${length} \${object}")
`;

const BC = `
scale = 60
define f(n) { if (n < 2) return 1; return n * f(n - 1); }
define e(x) { auto t, s, i; t = 1; s = 1; for (i = 1; i < 60; i++) { t = t * x / i; s += t; }; return s; }
define g(a, b) { auto t; while (b > 0) { t = b; scale = 0; b = a % b; scale = 60; a = t; }; return a; }
for (i = 1; i < 30; i++) { x += e(i / 7); y += sqrt(f(i) * i); }
n = 1
for (i = 1; i < 250; i++) { n = n * 3 + i; a[i % 50] = n; if (i % 5 == 0) z += g(a[i % 50], f(i % 40 + 5)); }
scale = 300
p = 0; q = 1
for (i = 1; i < 120; i++) { q = q / 2 + 1 / i; p += sqrt(q); }
length(n); x; y; z; p
`;

const treeSitter = join(root, 'node_modules', 'tree-sitter', 'vendor', 'tree-sitter', 'lib');

// The programs: `command` gets `input` on stdin in a directory with `files`,
// after the commands of `before`. `named` is the process to record if it is not
// the command itself. The work of each fits a file of 300 KB without a cut.
const PROGRAMS = {
  sqlite: { command: ['sqlite3', '-batch', ':memory:'], install: 'sqlite3', input: sql },
  lua: {
    command: ['lua5.4', 'x.lua'],
    install: 'lua5.4',
    files: { 'x.lua': LUA },
    input: () => lines(900),
  },
  jq: { command: ['jq', JQ], install: 'jq', input: () => orders(2000) },
  perl: {
    command: ['perl', 'x.pl'],
    install: 'perl',
    files: { 'x.pl': PERL },
    input: () => lines(2200),
  },
  python: {
    command: ['python3', '-s', '-S', '-B', 'x.py'], // not -I: it ignores PYTHONMALLOC
    install: 'python3',
    files: { 'x.py': PYTHON },
    input: () => orders(650),
  },
  cc1: {
    command: [
      'cc',
      '-O1',
      `-I${treeSitter}/include`,
      `-I${treeSitter}/src`,
      '-S',
      '-o',
      'x.s',
      `${treeSitter}/src/language.c`,
    ],
    install: 'gcc',
    named: 'cc1',
  },
  xmllint: {
    command: ['xmllint', '--noent', '--format', '-'],
    install: 'libxml2-utils',
    input: xml,
  },
  git: {
    before: [
      { command: ['git', 'init', '-q', '-b', 'main'] },
      { command: ['git', 'fast-import', '--quiet'], input: history },
    ],
    command: ['git', '--no-pager', 'log', '-p', '--stat', '-M', 'main'],
    install: 'git',
  },
  troff: { command: ['troff', '-z', '-'], install: 'groff-base', input: manual },
  bc: { command: ['bc', '-q', 'x.bc'], install: 'bc', files: { 'x.bc': BC } },
  cmake: {
    before: [{ command: ['tee', 'input.txt'], input: () => lines(260) }],
    command: ['cmake', '-P', 'x.cmake'],
    install: 'cmake',
    files: { 'x.cmake': CMAKE },
  },
  tcc: {
    command: [
      'tcc',
      '-c',
      `-I${treeSitter}/include`,
      `-I${treeSitter}/src`,
      '-o',
      'x.o',
      `${treeSitter}/src/lib.c`,
    ],
    install: 'tcc',
  },
};

// Addresses are the same each time: some programs hash them.
const FIXED = ['setarch', '--addr-no-randomize'];

/** Records a program; returns the file of its events. */
function record(name, shim, directory) {
  const { command, input, files = {}, before = [], named = command[0] } = PROGRAMS[name];
  below = random(2); // the same input, whichever programs are recorded
  mkdirSync(directory);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  for (const step of before) run(step, directory);
  run({ command: [...FIXED, ...command], input }, directory, {
    ...environment(shim, directory, named),
    PYTHONMALLOC: 'malloc',
    PYTHONHASHSEED: '0',
    PERL_HASH_SEED: '0',
  });
  return largestIn(directory, named);
}

/** A file's events as pairs of [slot * 4 + kind, size]. */
function pairs(file) {
  const ops = [];
  operations(file, (what, size) => ops.push(what, size));
  return ops;
}

/** Counts a trace's operations and bytes; fails if a slot does not allow one. */
function countTrace(name, ops) {
  const held = new Map();
  const kinds = [0, 0, 0, 0];
  let [live, peak, bytes] = [0, 0, 0];
  for (let i = 0; i < ops.length; i += 2) {
    const [slot, kind, size] = [ops[i] >>> 2, ops[i] & 3, ops[i + 1]];
    const isNew = kind === MALLOC || kind === CALLOC;
    if (isNew === held.has(slot))
      throw new RecordError(`${name}: operation ${i / 2} does not fit the state of slot ${slot}`);
    live += size - (held.get(slot) ?? 0);
    peak = Math.max(peak, live);
    kinds[kind]++;
    bytes += size;
    if (kind === FREE) held.delete(slot);
    else held.set(slot, size);
  }
  return { kinds, peak, bytes };
}

/** The row of a trace in the table that is printed. */
function census(name) {
  const { ops, length, slots } = readTrace(name);
  const { kinds, peak, bytes } = countTrace(name, ops);
  const mean = Math.round(bytes / (length - kinds[FREE]));
  const counts = [MALLOC, REALLOC, CALLOC, FREE].map((kind) => kinds[kind]);
  return [name, length, ...counts, slots, peak, mean, statSync(traceFile(name)).size];
}

const COLUMNS = [
  'trace',
  'ops',
  'malloc',
  'realloc',
  'calloc',
  'free',
  'slots',
  'peak',
  'mean',
  'file',
];
const row = ([name, ...columns]) =>
  console.log(name.padEnd(8) + columns.map((column) => String(column).padStart(10)).join(''));

function main(names) {
  for (const name of names) {
    if (!PROGRAMS[name])
      throw new RecordError(`${name}: not one of ${Object.keys(PROGRAMS).join(', ')}`);
    need(PROGRAMS[name].command[0], PROGRAMS[name].install);
  }
  need(FIXED[0], 'util-linux');
  const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
  try {
    const shim = compileShim(directory);
    mkdirSync(TRACES, { recursive: true });
    row(COLUMNS);
    for (const name of names) {
      writeFileSync(traceFile(name), encode(pairs(record(name, shim, join(directory, name)))));
      row(census(name));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const asked = process.argv.slice(2);
try {
  main(asked.length ? asked : Object.keys(PROGRAMS));
} catch (error) {
  if (!(error instanceof RecordError)) throw error;
  console.error(`record: ${error.message}`);
  process.exitCode = 1;
}
