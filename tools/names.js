// SPDX-License-Identifier: MIT OR Apache-2.0
// The names that a module keeps for stack traces: those of some functions.

const CUSTOM = 0;
const FUNCTIONS = 1; // the part of the section `name` that names functions
const HEADER = 8;

/** Unsigned LEB128. */
function leb(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** Reads numbers and bytes one after another. */
function reader(bytes) {
  let at = 0;
  const next = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  return { next, take: (n) => bytes.subarray(at, (at += n)), more: () => at < bytes.length };
}

const sized = (bytes) => [...leb(bytes.length), ...bytes];

/** [[index, name]...] as the part of the section that names functions. */
const partOf = (names) => [
  ...leb(names.length),
  ...names.flatMap(([index, name]) => [...leb(index), ...sized(Buffer.from(name))]),
];

/**
 * The functions that a module names: [[index, name]...], from its section `name`.
 *
 * @returns {[number, string][]}
 */
function functionNames(section) {
  const parts = reader(section);
  while (parts.more()) {
    const id = parts.next();
    const part = reader(parts.take(parts.next()));
    if (id !== FUNCTIONS) continue;
    const named = () => [part.next(), Buffer.from(part.take(part.next())).toString()];
    return Array.from({ length: part.next() }, /** @type {any} */ (named));
  }
  return [];
}

/** A module that names, of all its functions, those whose names begin so. */
export function keepNames(bytes, prefix) {
  const sections = reader(bytes.subarray(HEADER));
  const out = [...bytes.subarray(0, HEADER)];
  while (sections.more()) {
    const id = sections.next();
    const content = sections.take(sections.next());
    const part = reader(content);
    const isNames = id === CUSTOM && Buffer.from(part.take(part.next())).toString() === 'name';
    if (!isNames) out.push(id, ...sized(content));
    else {
      const all = functionNames(part.take(content.length));
      const kept = partOf(all.filter(([, name]) => name.startsWith(prefix)));
      out.push(id, ...sized([...sized(Buffer.from('name')), FUNCTIONS, ...sized(kept)]));
    }
  }
  return Buffer.from(out);
}
