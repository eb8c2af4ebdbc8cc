// SPDX-License-Identifier: MIT OR Apache-2.0
// The pictures of docs/design.md: heaps of modules of dist/ after a few requests,
// drawn from the bytes of their memory, and what the page says of the last one.
import { sizesOf } from '../cli/heap/bins.js';
import { count, hex } from '../cli/heap/classes.js';
import { BASE, Machine, PAGE } from '../cli/heap/machine.js';
import { FREE, MALLOC, REALLOC } from '../js/recording.js';
import { shippedBytes } from '../test/support/modules.js';
import * as draw from './drawing.js';
import { explain } from './page/explain.js';
import { pictureOf } from './page/picture.js';

/**
 * A heap that is asked by names: `malloc`, `free` and `realloc` return {before, after, op}, the
 * pictures around a request.
 */
function scene(allocator) {
  const machine = new Machine(allocator);
  const slots = [];
  const known = []; // {payload, size, used, name}
  const note = (picture, name, payload) => {
    const i = picture.blocks.find(payload - picture.layout.cost);
    if (i >= 0) known.push({ ...picture.blocks.get(i), name });
  };
  const ask = (kind, name, size = 0) => {
    if (!slots.includes(name)) slots.push(name);
    const slot = slots.indexOf(name);
    const before = pictureOf(machine);
    const pointer = machine.slots.pointer[slot];
    const result = machine.step(slot * 4 + kind, size);
    const after = pictureOf(machine);
    note(after, name, result || pointer);
    return { before, after, op: { kind, size, pointer, result } };
  };
  /** What a block of a picture is called. */
  const nameOf = ({ blocks, apart }, { at, payload, size, used }) => {
    const isLast = !used && at + size === blocks.end;
    if (at === apart.top || (isLast && !apart.top)) return 'top';
    if (at === apart.remainder) return 'last remainder';
    const same = known.find(
      (each) => each.payload === payload && each.size === size && each.used === used,
    );
    return same?.name ?? '';
  };
  return {
    machine,
    note,
    nameOf,
    malloc: (name, size) => ask(MALLOC, name, size),
    free: (name) => ask(FREE, name),
    realloc: (name, size) => ask(REALLOC, name, size),
    now: () => pictureOf(machine),
    /** Memory of a picture as a strip. */
    strip: (picture, range, marked) =>
      draw.strip(picture, range, { marked, nameOf: (block) => nameOf(picture, block) }),
  };
}

/** So many bytes from the first block on. */
const rangeOf = ({ layout }, bytes) => {
  const from = layout.first - layout.cost;
  return { from, to: from + bytes };
};

/** A request: memory before it and after it, and what it did, step by step. */
function told({ strip }, title, { before, after, op }, range) {
  const steps = explain(before, after, op);
  const found = steps.map(({ at }) => at).filter((at) => before.blocks.at.includes(at));
  return [
    draw.heading(title),
    strip(before, range, found),
    draw.words(
      steps.map(({ text }) => text),
      true,
    ),
    strip(after, range, [steps.at(-1).at]),
  ];
}

/* ---- A row of blocks ---- */

const WORD = 4;
const wordAt = ({ machine }, at) => new DataView(machine.memory.buffer).getUint32(at, true);

/** What a link points to, by its name: a block, or the bin, which lies in the heap's state. */
function pointedAt(heap, word) {
  const picture = heap.now();
  const { head, cost } = picture.layout;
  const i = picture.blocks.find(word + head - cost);
  if (i >= 0) return heap.nameOf(picture, picture.blocks.get(i));
  return word > 1 ? 'its bin' : 'none';
}

/** What a size's word says: the size, and the flags in its lowest bits. */
function sizeText(word, flags) {
  const set = Object.entries(flags).filter(([, bit]) => word & bit);
  return [count(word & ~15), ...set.map(([name]) => name)].join(' + ');
}

/** The words of a block of the flat core, up to the header behind it. */
function flatFields(heap, { at, size, used }) {
  const word = (n) => wordAt(heap, at + n * WORD);
  const named = (n) => pointedAt(heap, word(n));
  const sizeOf = (n) => sizeText(word(n), { FREE_BIT: 1 });
  const behind = size / WORD;
  const inside = used
    ? [['payload', `${size - 2 * WORD} bytes for the program`, 380]]
    : [
        ['next', named(2), 100],
        ['link', named(3), 100],
        ['', '', 180],
      ];
  return draw.fields([
    ['prev', named(0), 90],
    ['size', sizeOf(1), 140],
    ...inside,
    ['prev', named(behind), 90],
    ['size', sizeOf(behind + 1), 140],
    ['', '...', 40],
  ]);
}

/** The same of the core for speed: a free block ends in its tag. */
function fastFields(heap, { at, size, used }) {
  const word = (n) => wordAt(heap, at + n * WORD);
  const named = (n) => pointedAt(heap, word(n));
  const sizeOf = (n) => sizeText(word(n), { USED: 1, PREV_FREE: 2 });
  const behind = size / WORD;
  const inside = used
    ? [['payload', `${size - WORD} bytes for the program`, 470]]
    : [
        ['next', named(1), 100],
        ['link', named(2), 100],
        ['', '', 180],
        ['tag', named(behind - 1), 90],
      ];
  return draw.fields([
    ['size', sizeOf(0), 150],
    ...inside,
    ['size', sizeOf(behind), 190],
    ['', '...', 70],
  ]);
}

/** The guided example's blocks. */
function fourBlocks(allocator) {
  const heap = scene(allocator);
  for (const [name, size] of [
    ['a', 100],
    ['b', 40],
    ['c', 100],
    ['d', 40],
  ])
    heap.malloc(name, size);
  return heap;
}

function tags(allocator) {
  const heap = fourBlocks(allocator);
  heap.free('a');
  heap.free('c');
  const picture = heap.now();
  const [, b, c] = [0, 1, 2].map((i) => picture.blocks.get(i));
  return draw.figure({
    title: 'Blocks with tags',
    about:
      'The words of a used block: size with flags, payload. Of a free one: size, next, link, and at its end its tag; the header behind has PREV_FREE.',
    parts: [
      draw.heading('The same four blocks in tlsf-fast.wasm; a and c are free'),
      heap.strip(picture, rangeOf(picture, 448), [b.at, c.at]),
      draw.heading('b: PREV_FREE says that a, before it, is free'),
      fastFields(heap, b),
      draw.heading('c: its last word is its tag, its own address, by which d finds it'),
      fastFields(heap, c),
    ],
  });
}

function row(allocator) {
  const heap = fourBlocks(allocator);
  heap.free('a');
  heap.free('c');
  const picture = heap.now();
  const [, b, c] = [0, 1, 2].map((i) => picture.blocks.get(i));
  return draw.figure({
    title: 'A row of blocks',
    about:
      'Four blocks and the top, one behind the other. The words of a used block: prev, size, payload. Of a free one: prev, size with FREE_BIT, next, link.',
    parts: [
      draw.heading('malloc(100), malloc(40), malloc(100), malloc(40); then a and c are freed'),
      heap.strip(picture, rangeOf(picture, 448), [b.at, c.at]),
      draw.heading(`b, a used block, at ${hex(b.at)}: its header, its payload, the header behind`),
      flatFields(heap, b),
      draw.heading(`c, a free block, at ${hex(c.at)}: its links stand where the payload was`),
      flatFields(heap, c),
    ],
  });
}

/* ---- The index ---- */

const [ROW, BIT, LISTS] = [24, 46, 250]; // pixels

/** A bin: its bit, its sizes, its list. */
function binRow({ bins, layout, blocks }, bin, note) {
  const [least, behind] = sizesOf(layout, bin);
  const { lit, blocks: list } = bins[bin];
  const most = behind - layout.granule;
  const sizes = most <= least ? count(least) : `${count(least)} to ${count(most)}`;
  const items = list.map((at, i) => {
    const x = LISTS + 165 * i;
    const name = `${hex(at)}: ${count(blocks.size[blocks.find(at)])}`;
    return [
      draw.arrow(`M${x - (i ? 35 : 22)} 10h${i ? 30 : 17}`, [x, 10]),
      draw.box('free', x, 0, 130, 20),
      draw.box('plate', x + 8, 2, 114, 16),
      draw.text(x + 65, 14, name, { as: 'mono', anchor: 'middle' }),
    ].join('');
  });
  return {
    svg: [
      draw.box(lit ? 'lit' : 'cell', BIT, 0, 24, 20),
      draw.text(BIT + 12, 14, lit ? '1' : '0', { as: lit ? 'black' : 'quiet', anchor: 'middle' }),
      draw.text(BIT - 8, 14, String(bin), { as: 'quiet', anchor: 'end' }),
      draw.text(BIT + 36, 14, `${sizes} bytes`, { as: lit ? '' : 'quiet' }),
      ...items,
      note ? draw.text(draw.LEFT + draw.WIDTH, 14, note, { as: 'bold', anchor: 'end' }) : '',
    ].join(''),
    height: ROW,
  };
}

const someBins = (least, most) => ({
  svg: draw.text(BIT + 36, 14, `bins ${least} to ${most}: all 0`, { as: 'quiet' }),
  height: ROW,
});

function index(allocator) {
  const heap = scene(allocator);
  const sizes = [100, 20, 232, 100, 104, 600, 500, 1000, 88];
  sizes.forEach((size, i) => {
    heap.malloc(`x${i}`, size);
    heap.malloc(`between ${i}`, 24);
  });
  sizes.forEach((_, i) => heap.free(`x${i}`));
  const asked = heap.malloc('y', 150);
  const { before } = asked;
  const useful = before.bins.map((_, bin) => bin).filter((bin) => bin >= 8 && bin <= 18);
  const top = before.bins.findLastIndex(({ lit }) => lit);
  const notes = {
    12: 'malloc(150): its bin; the bit is 0',
    13: 'the next set bit: the first block serves',
  };
  const steps = explain(asked.before, asked.after, asked.op);
  return draw.figure({
    title: 'The index: bins of free blocks',
    about:
      'A column of bins with their bits of the map; behind each set bit the list of its free blocks. malloc(150) looks at its own bin, then at the next set bit.',
    parts: [
      draw.heading('bin, bit of the map, sizes, and the list of free blocks of these sizes'),
      ...useful.map((bin) => binRow(before, bin, notes[bin])),
      someBins(useful.at(-1) + 1, top - 1),
      binRow(before, top, 'the top'),
      draw.gap(6),
      draw.heading('malloc(150)'),
      draw.words(
        steps.map(({ text }) => text),
        true,
      ),
    ],
  });
}

/**
 * Two free blocks in the list of their bin, as the words of memory say; `words` are those of a bin;
 * a block has next and link.
 */
function listOfTwo(allocator, words) {
  const heap = scene(allocator);
  for (const name of ['b', 'between', 'a', 'behind']) heap.malloc(name, 100);
  heap.free('b');
  heap.free('a');
  const picture = heap.now();
  const { layout, blocks } = picture;
  const bin = picture.bins.findIndex((each) => each.blocks.length === 2);
  const found = picture.bins[bin].blocks.map((at) => blocks.get(blocks.find(at)));
  // Where the links stand: a bin has nothing else.
  const places = [
    layout.state + layout.slots + bin * layout.stride,
    ...found.map(({ payload }) => payload),
  ];
  const pointers = places.flatMap((place, from) =>
    (from ? ['next', 'link'] : words).map((name, i) => ({
      name,
      from,
      to: places.indexOf(wordAt(heap, place + i * WORD) + layout.head),
      isAbove: name === 'next',
    })),
  );
  const items = found.map((block) => [
    heap.nameOf(picture, block),
    `${hex(block.at)}: ${count(block.size)}`,
  ]);
  return draw.list([[`bin ${bin}`, `at ${hex(places[0])}`], ...items], pointers);
}

const links = (allocator) =>
  draw.figure({
    title: 'The list of a bin',
    about:
      'A bin and two free blocks. next leads from the bin to a, from a to b, and from b to nothing; link leads from b to a and from a to the bin.',
    parts: [
      draw.heading('Two free blocks of 112 bytes in tlsf.wasm; b was freed first, then a'),
      listOfTwo(allocator, ['next']),
    ],
  });

const circle = (allocator) =>
  draw.figure({
    title: 'A bin of the core for speed',
    about:
      'A bin and two free blocks in a circle. next leads from the bin to a, from a to b, and from b to the bin; link leads the other way round.',
    parts: [
      draw.heading('Two free blocks of 112 bytes in tlsf-fast.wasm; b was freed first, then a'),
      listOfTwo(allocator, ['next', 'link']),
    ],
  });

/* ---- malloc and free ---- */

function split(allocator) {
  const heap = scene(allocator);
  heap.malloc('a', 40);
  heap.malloc('b', 440);
  heap.malloc('c', 40);
  heap.free('b');
  const range = rangeOf(heap.now(), 672);
  return draw.figure({
    title: 'malloc splits a block',
    about: 'Memory before and after a malloc(100) that is cut from the front of a free block.',
    parts: told(heap, 'e = malloc(100)', heap.malloc('e', 100), range),
  });
}

function coalesce(allocator) {
  const heap = fourBlocks(allocator);
  heap.free('a');
  heap.free('c');
  const range = rangeOf(heap.now(), 448);
  return draw.figure({
    title: 'free joins neighbours',
    about: 'Memory before and after a free whose two neighbours are free: all three become one.',
    parts: told(heap, 'free(b)', heap.free('b'), range),
  });
}

/* ---- Growth ---- */

function growth(allocator) {
  const heap = scene(allocator);
  const range = { from: 0, to: 3 * PAGE };
  const first = heap.malloc('a', 20_000).after;
  for (const [name, size] of [
    ['b', 8000],
    ['c', 16_000],
  ])
    heap.malloc(name, size);
  heap.free('b');
  const asked = heap.malloc('d', 50_000);
  return draw.figure({
    title: 'Memory grows',
    about:
      'After the first call all memory behind the block is free. Later no free block is large enough: new pages and the top become one free block.',
    parts: [
      draw.heading('After a = malloc(20000), the first call. Dashed lines are pages of 64 KiB'),
      heap.strip(first, range),
      ...told(heap, 'Later: d = malloc(50000)', asked, range),
    ],
  });
}

/* ---- realloc ---- */

/** Each way: its title, the new size of x, the blocks that are made first and those of them that are freed. */
const WAYS = [
  { title: 'Shrink in place', size: 100, made: { x: 300, a: 40 } },
  { title: 'Grow into the block behind', size: 200, made: { x: 100, y: 300, a: 40 }, freed: 'y' },
  { title: 'Grow memory behind it', size: 100_000, made: { a: 20_000, x: 30_000 }, pages: 2 },
  { title: 'Move', size: 200, made: { x: 100, a: 40, y: 240, b: 40 }, freed: 'y' },
  {
    title: 'Slide down, if memory cannot grow',
    size: 30_000,
    made: { a: 20_000, x: 20_000, b: 16_000 },
    freed: 'a',
    pages: 1,
    most: 1,
  },
];

/** A way of realloc as memory before and after it; `pages`: as many are shown, `most`: memory has no more. */
function way(allocator, { title, size, made, freed, pages }, i) {
  const heap = scene(allocator);
  for (const [name, bytes] of Object.entries(made)) heap.malloc(name, bytes);
  if (freed) heap.free(freed);
  const { before, after, op } = heap.realloc('x', size);
  const range = pages ? { from: 0, to: pages * PAGE } : rangeOf(before, 672);
  return [
    draw.heading(`${i + 1}. ${title}: realloc(x, ${size})`),
    heap.strip(before, range, [op.pointer - allocator.layout.cost]),
    heap.strip(after, range, [op.result - allocator.layout.cost]),
  ];
}

/** A memory of one page, so that it cannot grow. */
function onePage({ module, ...rest }) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const env = { memory, __heap_base: BASE, __heap_end: PAGE };
  const { exports } = new WebAssembly.Instance(module, { env });
  return { ...rest, module, exports: { ...exports, memory } };
}

const realloc = (full, short) =>
  draw.figure({
    title: 'Five ways of realloc',
    about:
      'Memory before and after: it shrinks in place; grows into the block behind; grows memory behind it; moves; slides down.',
    parts: WAYS.flatMap((each, i) => way(each.most ? onePage(short) : full, each, i)),
  });

function aligned(allocator) {
  const heap = scene(allocator);
  heap.malloc('a', 100);
  const before = heap.now();
  const payload = heap.machine.exports.aligned_alloc(256, 100) >>> 0;
  const after = heap.now();
  heap.note(after, 'e', payload);
  const range = rangeOf(before, 672);
  return draw.figure({
    title: 'An aligned block',
    about: 'A block whose payload is a multiple of 256: what lies before it and behind it is free.',
    parts: [
      draw.heading('e = aligned_alloc(256, 100)'),
      heap.strip(before, range),
      heap.strip(after, range, [payload - after.layout.cost]),
      draw.words([
        `It returns ${hex(payload)}, a multiple of 256: the header is the ${after.layout.cost} bytes before it.`,
      ]),
    ],
  });
}

/* ---- The core for speed ---- */

function remainder(allocator) {
  const heap = scene(allocator);
  heap.malloc('a', 100);
  heap.malloc('b', 400);
  heap.malloc('c', 60);
  heap.free('b');
  const range = rangeOf(heap.now(), 672);
  const first = heap.malloc('d', 60);
  const second = heap.malloc('e', 40);
  return draw.figure({
    title: 'The top and the last remainder',
    about:
      'In the core for speed: a split leaves the last remainder, from which the next small block is cut. The top is used last.',
    parts: [
      ...told(heap, 'd = malloc(60)', first, range),
      ...told(heap, 'e = malloc(40)', second, range).filter((_, i) => i !== 1),
    ],
  });
}

/* ---- Fragmentation ---- */

/** The sequence of theorem 2: a block of size n, and the one before it shrinks to q. */
function holes(allocator) {
  const heap = scene(allocator);
  const [n, q] = [160, 32].map((size) => size - allocator.layout.cost);
  const pictures = [heap.malloc('x1', n).after];
  for (const i of [1, 2, 3]) {
    heap.malloc(`x${i + 1}`, n);
    pictures.push(heap.realloc(`x${i}`, q).after);
  }
  const range = rangeOf(pictures[0], 720);
  return draw.figure({
    title: 'Holes that serve no request',
    about: 'Each step allocates a block of 160 bytes and shrinks the one before it to 32.',
    parts: [
      draw.heading('n = 160, q = 32: x1 is allocated'),
      ...pictures.flatMap((picture, i) => [
        ...(i ? [draw.heading(`x${i + 1} is allocated, x${i} shrinks`)] : []),
        heap.strip(picture, range),
      ]),
    ],
  });
}

/** All of them: {path: svg}. `layouts` are those of all modules. */
export async function figures(layouts) {
  const allocatorOf = async (name) => ({
    name,
    module: new WebAssembly.Module(await shippedBytes(name)),
    layout: layouts[name],
  });
  const [full, short, fast] = await Promise.all(
    ['tlsf', 'tlsf-import', 'tlsf-fast'].map(allocatorOf),
  );
  const all = {
    row: row(full),
    index: index(full),
    links: links(full),
    split: split(full),
    coalesce: coalesce(full),
    growth: growth(full),
    realloc: realloc(full, short),
    aligned: aligned(full),
    tags: tags(fast),
    circle: circle(fast),
    remainder: remainder(fast),
    holes: holes(full),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, svg]) => [`docs/design/${name}.svg`, svg]),
  );
}
