// SPDX-License-Identifier: MIT OR Apache-2.0
// Finds the functions of an allocator in a module: by the names that the module
// keeps, by its exports, and else by shape. Functions that only these call are
// parts of it too.

/** The C family and what libraries call its parts; and allocators of other languages. */
const FAMILY =
  /^_*(?:dl|em|je_?|mi_|wasm_|rpl_|emscripten_builtin_)?(malloc|free|calloc|realloc(?:array)?|aligned_alloc|posix_memalign|memalign|malloc_usable_size|free_sized|free_aligned_sized)$/;
const PARTS =
  /^(tlsf[._]|sbrk$|emmalloc_|(prepend_alloc|dispose_chunk|try_realloc_chunk|internal_memalign)$)/;
const OTHERS =
  /^(_Zn[wa][mj]|_Zd[la]Pv|operator (new|delete)|__rust_(alloc|dealloc|realloc)|__rdl_|__rg_|~lib\/rt\/tlsf\/|(.*[^a-z])?(dlmalloc|wee_alloc|lol_alloc|talc)(::|\d))/;

/** What a name is of the C family, without what a library puts before it; or undefined. */
export const familyName = (name) => FAMILY.exec(name)?.[1];

const isNamed = (name) =>
  name !== undefined && [FAMILY, PARTS, OTHERS].some((pattern) => pattern.test(name));

const I32 = 0x7f;
const MALLOC = `${I32}>${I32}`;
const FREE = `${I32}>`;

const meets = (a, b) => [...a].some((each) => b.has(each));
const shared = (a, b) => [...a].filter((each) => b.has(each)).length;

/** A malloc takes an i32 and returns one, and grows memory itself or by a function that it calls. */
function mallocsOf(functions) {
  const growing = new Set(functions.filter(({ grows }) => grows).map(({ index }) => index));
  return functions.filter(
    ({ type, grows, calls }) => type === MALLOC && (grows || meets(calls, growing)),
  );
}

/** What mallocs use: the functions that they call, and those that these call, and their addresses. */
function stateOf(mallocs, functions) {
  const calledBy = (some) => {
    const calls = new Set(some.flatMap((f) => [...f.calls]));
    return functions.filter(({ index }) => calls.has(index));
  };
  const called = calledBy(mallocs);
  const all = [...mallocs, ...called, ...calledBy(called)];
  return {
    calls: new Set(all.map(({ index }) => index)),
    addresses: new Set(all.flatMap(({ addresses }) => [...addresses])),
  };
}

/** A free takes an i32, returns nothing, and has most in common with malloc. */
function freesOf(mallocs, functions) {
  const state = stateOf(mallocs, functions);
  const scored = functions
    .filter(({ type, index }) => type === FREE && !state.calls.has(index))
    .map((f) => ({
      f,
      score: shared(f.calls, state.calls) + shared(f.addresses, state.addresses),
    }));
  const most = scored.reduce((best, { score }) => Math.max(best, score), 1);
  return scored.filter(({ score }) => score === most).map(({ f }) => f);
}

/** Without names: what looks like malloc and free. */
function byShape(functions) {
  const mallocs = mallocsOf(functions);
  return [
    ...mallocs.map((f) => ({ ...f, found: 'shape of malloc' })),
    ...freesOf(mallocs, functions).map((f) => ({ ...f, found: 'shape of free' })),
  ];
}

function known(functions) {
  const named = functions
    .filter(({ name, exports }) => isNamed(name) || exports.some(isNamed))
    .map((f) => ({ ...f, found: isNamed(f.name) ? 'name' : 'export' }));
  return named.length ? named : byShape(functions);
}

/** {index: [indices of the functions that call it]} */
function callersOf(functions) {
  const callers = new Map(functions.map(({ index }) => [index, []]));
  for (const { index, calls } of functions)
    for (const call of calls) if (call !== index) callers.get(call)?.push(index);
  return callers;
}

/** Adds functions that nobody else calls or exports. */
function withParts(found, functions) {
  const inside = new Map(found.map((f) => [f.index, f]));
  const callers = callersOf(functions);
  const isPart = ({ index, exports }) =>
    !exports.length &&
    callers.get(index).length > 0 &&
    callers.get(index).every((caller) => inside.has(caller));
  for (let size = -1; size !== inside.size;) {
    size = inside.size;
    for (const f of functions)
      if (!inside.has(f.index) && isPart(f))
        inside.set(f.index, { ...f, found: 'only these call it' });
  }
  return [...inside.values()].sort((a, b) => a.index - b.index);
}

/**
 * The functions of the allocator, each with how it was found.
 *
 * @param {ReturnType<typeof import('./module.js').functionsOf>} functions
 */
export const allocatorOf = (functions) => withParts(known(functions), functions);

/** The functions of our module that exports of these names need. */
export function needed(functions, names) {
  const inside = new Set();
  const add = (index) => {
    const f = functions.find((each) => each.index === index);
    if (!f || inside.has(f)) return;
    inside.add(f);
    for (const call of f.calls) add(call);
  };
  for (const { index, exports } of functions)
    if (exports.some((name) => names.has(name))) add(index);
  return [...inside];
}
