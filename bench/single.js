// SPDX-License-Identifier: MIT OR Apache-2.0
// Runs inside an engine. Performs the operations of plan.json and measures each
// one alone: its time, and its instructions in a module that counts (count.js).
// One heap performs all of them four times: first in new memory that grows,
// twice more until it hardly grows, and then in memory that was used before.
// Every run starts with a fresh heap and does exactly the same. The time of an
// operation is the shortest of its runs, which leaves out other work of the
// machine.
import { collect, memoised, perform, read, shuffled } from './host.js';

const [MALLOC, FREE, REALLOC] = [0, 1, 2];
const NAMES = ['malloc', 'free', 'realloc'];

const moduleOf = memoised((name) => new WebAssembly.Module(read(name)));

/** The exports of a fresh instance, alone in the memory that threads would share. */
function instantiate(file) {
  const module = moduleOf(file);
  if (!WebAssembly.Module.imports(module).length) return new WebAssembly.Instance(module).exports;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 << 14, shared: true });
  const env = { memory, __heap_end: memory.buffer.byteLength };
  return { ...new WebAssembly.Instance(module, { env }).exports, memory };
}

/** Without a realloc, a program would call free and malloc. */
function expanded(ops, hasRealloc) {
  if (hasRealloc) return ops;
  const out = [];
  for (let i = 0; i < ops.length; i += 2) {
    const slot = ops[i] & ~3;
    if ((ops[i] & 3) === REALLOC) out.push(slot | FREE, 0, slot | MALLOC, ops[i + 1]);
    else out.push(ops[i], ops[i + 1]);
  }
  return Uint32Array.from(out);
}

const [NEW, USED] = [0, 3];
const PASSES = [NEW, 1, 2, USED];

/** The i-th of [slot * 4 + kind, size] pairs. */
const operation = (ops, i) => ({
  slot: ops[2 * i] >>> 2,
  kind: ops[2 * i] & 3,
  size: ops[2 * i + 1],
});

const operate = ({ malloc, free, realloc }, kind, p, size) => {
  if (kind === MALLOC) return malloc(size);
  return kind === FREE ? free(p) : realloc(p, size);
};

/** The blocks by slot; the first and last byte of a block show its slot. */
function shadow(memory, believed) {
  const held = [];
  let view = new Uint8Array(memory.buffer);
  const mark = (slot) => (slot % 255) + 1;
  return {
    at: (slot) => held[slot] ?? { p: 0, size: 0 },
    bytes: () => {
      if (view.buffer !== memory.buffer) view = new Uint8Array(memory.buffer);
      return view.length;
    },
    expect(slot, p, size) {
      if (!believed || (view[p] === mark(slot) && view[p + size - 1] === mark(slot))) return;
      throw new Error(`the block of ${size} bytes at ${p} does not hold what was written`);
    },
    put(slot, p, size) {
      if (!p) throw new Error(`a request for ${size} bytes failed`);
      held[slot] = { p, size };
      view[p] = view[p + size - 1] = mark(slot);
    },
  };
}

/** Performs one operation, checks the contents of its block, and records its cost. */
function countOne({ instance, heap }, { slot, kind, size }, result, i) {
  const { instructions, bytes } = instance;
  const old = heap.at(slot);
  const before = heap.bytes();
  if (kind !== MALLOC) heap.expect(slot, old.p, old.size);
  instructions.value = bytes.value = 0;
  const p = operate(instance, kind, old.p, size) >>> 0;
  result.instructions[i] = instructions.value;
  result.bytes[i] = bytes.value;
  result.grew[i] = Number(heap.bytes() !== before);
  if (kind === REALLOC) heap.expect(slot, p, size < old.size ? 1 : old.size);
  if (kind !== FREE) heap.put(slot, p, size);
}

/** For each pass and operation: instructions, bytes moved, whether memory grew. */
function count(file, ops, believed) {
  const instance = instantiate(file);
  const subject = { instance, heap: shadow(instance.memory, believed) };
  const steps = ops.length / 2;
  return PASSES.map(() => {
    const result = {
      instructions: new Uint32Array(steps),
      bytes: new Uint32Array(steps),
      grew: new Uint8Array(steps),
    };
    for (let i = 0; i < steps; i++) countOne(subject, operation(ops, i), result, i);
    return result;
  });
}

/** Touches every page of memory, so that the system provides it now. */
function touch({ buffer }) {
  const view = new Uint8Array(buffer);
  for (let i = 0; i < view.length; i += 4096) view[i] |= 0;
}

/** Lowers `least`, a list for each pass, to the nanoseconds of each operation. */
function time(file, ops, least) {
  const instance = instantiate(file);
  const held = [];
  for (const pass of PASSES) {
    if (pass === USED) touch(instance.memory);
    for (let i = 0; i < ops.length / 2; i++) {
      const { slot, kind, size } = operation(ops, i);
      const old = held[slot] ?? 0;
      const start = performance.now();
      held[slot] = operate(instance, kind, old, size);
      const took = (performance.now() - start) * 1e6;
      if (took < least[pass][i]) least[pass][i] = took;
    }
  }
}

/** The smallest step of the clock, in nanoseconds. */
function clockStep() {
  let least = Infinity;
  for (let changes = 0, last = performance.now(); changes < 1000;) {
    const now = performance.now();
    if (now === last) continue;
    least = Math.min(least, (now - last) * 1e6);
    last = now;
    changes++;
  }
  return least;
}

const sorted = (values) => Float64Array.from(values).sort();
const rank = (values, share) => values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null;

/** Median, p99.99 and maximum. */
const summary = (values) => ({
  median: rank(values, 0.5),
  p9999: rank(values, 0.9999),
  max: rank(values, 1),
});

/**
 * The summary of each function: `ns` in memory that was used before, `first`
 * in memory that is new or grows.
 */
function summarise({ ops, counts, least }) {
  const results = { grown: counts.map(({ grew }) => grew.reduce((sum, one) => sum + one)) };
  NAMES.forEach((name, kind) => {
    const of = [...least[NEW].keys()].filter((i) => operation(ops, i).kind === kind);
    const pick = (list, where) => where.map((i) => list[i]);
    const every = (lists) => summary(sorted(lists.flatMap((list) => pick(list, of))));
    const grew = (i) => counts[USED].grew[i];
    if (!of.length) return;
    results[name] = {
      count: of.length * PASSES.length,
      instructions: every(counts.map(({ instructions }) => instructions)),
      bytes: every(counts.map(({ bytes }) => bytes)),
      ns: summary(
        sorted(
          pick(
            least[USED],
            of.filter((i) => !grew(i)),
          ),
        ),
      ),
      first: summary(sorted([...pick(least[NEW], of), ...pick(least[USED], of.filter(grew))])),
    };
  });
  return results;
}

/** An allocator after it was counted, or why it can't be measured. */
function prepare({ name, plain, counted, believed, exhausts }, all) {
  const ops = expanded(all, instantiate(plain).realloc);
  try {
    const counts = count(counted, ops, believed);
    const least = PASSES.map(() => new Float64Array(ops.length / 2).fill(Infinity));
    return { name, plain, ops, counts, least };
  } catch (error) {
    if (!exhausts) throw error;
    return { name, why: exhausts };
  }
}

perform(({ allocators, rounds, operations }) => {
  const { buffer, byteOffset, byteLength } = Uint8Array.from(read(operations));
  const all = new Uint32Array(buffer, byteOffset, byteLength / 4);
  const prepared = allocators.map((allocator) => prepare(allocator, all));
  const states = prepared.filter(({ why }) => !why);
  for (let round = 0; round < rounds; round++) {
    for (const { plain, ops, least } of shuffled(states)) {
      collect();
      time(plain, ops, least);
    }
  }
  return {
    clock: clockStep(),
    stopped: prepared.filter(({ why }) => why),
    measured: Object.fromEntries(states.map((state) => [state.name, summarise(state)])),
  };
});
