// SPDX-License-Identifier: MIT OR Apache-2.0
// What no test covers, and why it may stay so: 'file: line' or 'module:
// place', as far as that says which, in the words of ./build.sh coverage. One
// that is not needed any more fails.

const HINT = 'a promise to the compiler about what can not be; it is there for the bytes';
const BENCH = 'bench/bench.test.js, which measures for long, has it';
const INLINED = 'always inlined: it has no function to enter, and the modules show its code';
const COUNTED = 'where memory is counted in bytes: test/linking interprets such programs';
const ALONE = 'wasm/own/layout.h, which the modules have: test/behaviour runs their twins';
const MERGE = 'test/embedded merges modules, in a process of its own';
const LINT = 'the tests stop lint at what is quick; CI runs all of it';
const HEAP_O = 'heap.o asks for it, which no native program has: test/inspect';
const MISUSE = 'where misuse traps: test/misuse has each, and each is missed without its check';
const THREADS = 'other threads: test/threads, natively under ThreadSanitizer and in workers';
const STATES = 'test/statespace makes equal heaps look equal by it';
const BEFORE = 'check_is_linked has found that before: it keeps this walk among free blocks';
const ABOVE = 'made by inlining: a bin with its bit set has a block, and one above is larger';
const DEFECT = 'only a defect of our own, or of a tool, gets here';

export const EXCEPTIONS = {
  'src/small/index.h: if (SHORT && !b) UNREACHABLE();': HINT,
  'src/flat/grow.h: if (!b) UNREACHABLE();': HINT,
  'src/flat/grow.h: if (!is_new || layout_begin(b)) heap_take(h, b);': ALONE,
  'src/flat/invariants.h: if (!before) return block_prev(b) == (layout_has(NULL) ? NULL : b) ? 0 : 3;':
    ALONE,
  'src/flat/invariants.h: return layout_is_right() ? 0 : 9;': ALONE,
  'src/core/compiler_gnu.h: #define UNREACHABLE()': HINT,
  'src/core/compiler_gnu.h: #define TRAP()': MISUSE,
  'src/hard/trap.h: if (!holds) TRAP();': MISUSE,
  'src/hard/trust.h: heap_require(': MISUSE,
  'dist/tlsf-hard.wasm: ': MISUSE,
  'src/threads/family.h: ': THREADS,
  'src/threads/lock.h: ': THREADS,
  'src/threads/grow.h: ': THREADS,
  'src/core/whole_pages.h: static size_t pages_size(': HEAP_O,
  'src/core/check.h: if (!check_is_block(c, b) || block_link(b) != link) return 5;': BEFORE,
  'src/fast/check.h: if (!check_is_block(c, b) || block_link(b) != link) return 5;': BEFORE,
  'src/fast/check.h: if (!block_is_free(b) || map_floor(block_size(b)) != bin) return 5;': BEFORE,
  'src/fast/check.h: return block_link(at) == link ? 0 : 5;': BEFORE,
  'src/fast/check.h: static void check_forget_idle(': STATES,
  'src/flat/invariants.h: static void check_forget_idle(': STATES,
  'src/fast/bins.h: static void bins_forget(': STATES,
  'src/given/check.h: static struct heap *heap_state(': 'nobody calls it',
  'dist/tlsf-fast.wasm: 0, Break 1 of (local.tee $2 (i32.load': ABOVE,
  'dist/tlsf-fast.wasm: 0, Break 7 of (i32.eqz (local.tee $0 (i32.load': ABOVE,
  'dist/tlsf-fast.wasm: 0, If 8 of (i32.eq (local.get $1) (local.get $4) )': ABOVE,
  'wasm/pages.h, core/bytes.h: pages_limit': INLINED,
  'wasm/pages.h, core/bytes.h: pages_grow_past': INLINED,
  'wasm/pages.h, core/bytes.h: pages_grow_by': INLINED,
  'src/core/block.h: static void block_set_gap(': HEAP_O,
  'src/core/block.h: static size_t block_gap(': HEAP_O,
  'src/core/block.h: static void block_set_prev(': HEAP_O,
  'wasm/pages.h, core/bytes.h: pages_size': HEAP_O,
  'wasm/pages.h, core/bytes.h: bytes_missing': COUNTED,
  'wasm/pages.h, core/bytes.h: bytes_count': COUNTED,
  'wasm/pages.h, core/bytes.h: bytes_past': COUNTED,
  'wasm/pages.h, core/bytes.h: pages_are_bytes': INLINED,
  'wasm/pages.h, core/bytes.h: pages_of_one_thread': 'nobody calls it: it is there for the linker',
  'wasm/pages.h, core/bytes.h: pages_set_errno decides':
    'whether a program has an errno: test/linking and test/programs have both',
  'tools/bound.js: const named = files.map':
    'files by name: test/build/build.test.js runs that in a process of its own',
  'tools/bound.js: const all = most *': 'a loop without a way back: wasm-opt leaves none',
  'tools/main.js: if (status !== 0) process.exit(status ?? 1);':
    'a program of ours that a signal ends',
  'tools/main.js: .map((entry) => relative': 'Node.js 20 has parentPath, later ones lost path',
  'tools/ends.js: console.error(reason ?': DEFECT,
  'tools/lint.js: console.error(': 'a machine without clang-format or rustfmt',
  'tools/lint.js: `lint: ${command} is missing': 'the same',
  'tools/lint.js: return !process.env.CI;': 'the same',
  'tools/lint.js: else console.log(`lint:': 'CI runs it on sources that keep the rules',
  'tools/readme.js: throw new BuildError(': `${BENCH}: a document without its marks`,
  'tools/readme.js: `the document has no line': 'the same',
  'tools/readme.js: if (text !== old) await': `${BENCH}: a part that changed`,
  'tools/bound.js: if (!Object.hasOwn(INSIDE, name)) throw': DEFECT,
  'tools/names.js: return [];': DEFECT,
  'tools/builds.js: export const importsMemory': THREADS,
  'tools/lint.js: const script = (path': LINT,
  "tools/lint.js: run(process.execPath, [join('node_modules'": LINT,
  'tools/lint.js: const prettier =': LINT,
  'tools/lint.js: const tsc =': LINT,
  "tools/lint.js: ['.', 'tools'].every": LINT,
  'tools/lint.js: const eslint =': LINT,
  'tools/lint.js: (await pass([rules, clangFormat': LINT,
  'tools/toolchain.js: export async function wasmMerge': MERGE,
  'tools/toolchain.js: const inputs = Object.entries(modules)': MERGE,
  'tools/toolchain.js: const named = inputs.flatMap': MERGE,
  "tools/toolchain.js: const command = ['binaryen', 'wasm-merge'": MERGE,
  'tools/toolchain.js: const files = Object.fromEntries(inputs.map': MERGE,
  "tools/toolchain.js: return (await runScript(command, files, ['out.wasm'])).files[0];": MERGE,
  'tools/toolchain.js: export const interpretation': 'test/linking interprets modules, likewise',
  'tools/toolchain.js: const [, path, suffix]': 'without CC nothing asks for its parts',
  'tools/toolchain.js: throw new BuildError(`${command.join':
    'the pinned compiler failing without a word',
};
