// SPDX-License-Identifier: MIT OR Apache-2.0
// Reads what is asked of a module: its functions with their names, types, bytes
// and what they do.
import { UserError } from './error.js';
import { traits } from './instructions.js';

const [CUSTOM, TYPE, IMPORT, FUNCTION, EXPORT, CODE] = [0, 1, 2, 3, 7, 10];
const NAMES_OF_FUNCTIONS = 1;
const MAGIC = '\0asm\x01\0\0\0';
const MAGIC_OF_COMPONENTS = '\0asm\x0d\0\x01\0';

/**
 * Reads numbers, bytes and text one after another.
 *
 * @param {Uint8Array} bytes
 */
export function reader(bytes) {
  let at = 0;
  const byte = () => bytes[at++] ?? 0;
  const skip = (n) => void (at += n);
  const signed = () => {
    for (let value = 0, scale = 1; ;) {
      const next = byte();
      value += (next & 127) * scale;
      scale *= 128;
      if (!(next & 128)) return next & 64 ? value - scale : value;
    }
  };
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const next = byte();
      value += (next & 127) * scale;
      if (!(next & 128)) return value;
    }
  };
  const take = (n) => bytes.subarray(at, (at += n));
  const text = () => new TextDecoder().decode(take(number()));
  const skipLocal = () => (number(), signed());
  return {
    byte,
    skip,
    signed,
    number,
    take,
    text,
    skipLocal,
    more: () => at < bytes.length,
    at: () => at,
  };
}

/** `read` as often as a number says that comes first, and no further than the bytes go. */
function vector(input, read) {
  const all = [];
  for (let n = input.number(); n > 0 && input.more(); n--) all.push(read());
  return all;
}

function checkHead(bytes) {
  const head = String.fromCharCode(...bytes.subarray(0, 8));
  if (head === MAGIC_OF_COMPONENTS)
    throw new UserError('this is a component: ask about a module in it');
  if (head !== MAGIC) throw new UserError('this is no module of WebAssembly');
}

/** @type {(isWhole: boolean, bytes: Uint8Array) => void} */
function checkEnd(isWhole, { length }) {
  if (!isWhole)
    throw new UserError(`this module is cut off: it has ${length} bytes and needs more`);
}

/** Each section: {id, body}; a custom one has its name too. */
function sectionsOf(bytes) {
  checkHead(bytes);
  const input = reader(bytes);
  input.skip(8);
  const sections = [];
  while (input.more()) {
    const id = input.byte();
    const size = input.number();
    sections.push({ id, at: input.at(), body: input.take(size) });
    checkEnd(input.at() <= bytes.length, bytes);
  }
  return sections;
}

/** The names that the section `name` gives to functions, by index. */
function namesOf(sections) {
  const names = new Map();
  for (const { id, body } of sections) {
    const input = reader(body);
    if (id !== CUSTOM || input.text() !== 'name') continue;
    while (input.more()) {
      const isFunctions = input.byte() === NAMES_OF_FUNCTIONS;
      const part = reader(input.take(input.number()));
      if (isFunctions) vector(part, () => names.set(part.number(), part.text()));
    }
  }
  return names;
}

/** Types as text, the numbers of parameters before those of results: '127>127'. */
const typesOf = (input) =>
  vector(input, () => {
    input.byte();
    const parameters = vector(input, () => input.byte());
    return `${parameters}>${vector(input, () => input.byte())}`;
  });

/** Skips the limits of a table or a memory. */
function skipLimits(input) {
  const flags = input.byte();
  input.number();
  if (flags & 1) input.number();
  if (flags & 8) input.number(); // the size of its pages
}

/** What follows the kind of an import: of a function, a table, a memory, a global, a tag. */
const SKIPPED = [
  (input) => void input.number(),
  (input) => (input.signed(), skipLimits(input)),
  skipLimits,
  (input) => (input.signed(), input.skip(1)),
  (input) => (input.skip(1), void input.number()),
];

/** How many functions are imported. */
const importedFunctions = (input) =>
  vector(input, () => {
    input.text();
    input.text();
    const kind = input.byte();
    if (!SKIPPED[kind]) throw new UserError(`an import of kind ${kind}: this reads kinds 0 to 4`);
    SKIPPED[kind](input);
    return kind;
  }).filter((kind) => kind === 0).length;

/** {index: [names]} of exported functions. */
function exportsOf(input) {
  const exported = new Map();
  vector(input, () => {
    const name = input.text();
    const [kind, index] = [input.byte(), input.number()];
    if (kind === 0) exported.set(index, [...(exported.get(index) ?? []), name]);
  });
  return exported;
}

/**
 * The functions of a module that have code: {index, type, name, exports, start, bytes, calls,
 * grows, addresses}. `start` is where their bytes are in the module.
 *
 * @param {Uint8Array} bytes
 */
export function functionsOf(bytes) {
  const sections = sectionsOf(bytes);
  const read = (wanted, parse, none) => {
    const section = sections.find(({ id }) => id === wanted);
    return section ? parse(reader(section.body), section.at) : none;
  };
  const names = namesOf(sections);
  const types = read(TYPE, typesOf, []);
  const first = read(IMPORT, importedFunctions, 0);
  const kinds = read(FUNCTION, (input) => vector(input, () => input.number()), []);
  const exported = read(EXPORT, exportsOf, new Map());
  const bodies = read(
    CODE,
    (input, at) =>
      vector(input, () => {
        const size = input.number();
        return { start: at + input.at(), code: input.take(size) };
      }),
    [],
  );
  checkEnd(bodies.length === kinds.length, bytes);
  return bodies.map(({ start, code }, i) => ({
    index: first + i,
    type: types[kinds[i]],
    name: names.get(first + i),
    exports: exported.get(first + i) ?? [],
    start,
    bytes: code.length,
    ...traits(reader(code)),
  }));
}
