// SPDX-License-Identifier: MIT OR Apache-2.0
// One request in words, step by step, from the pictures before and after it. A
// step is {text, at?, bin?}: the block and the bin that it speaks of.
import { binOf, blockSize, sizesOf } from '../../cli/heap/bins.js';
import { count, hex } from '../../cli/heap/classes.js';
import { searchOf, sizeAt } from '../../cli/heap/search.js';
import { CALLOC, FREE, MALLOC, REALLOC } from '../../js/recording.js';

const bytes = (n) => `${count(n)} byte${n === 1 ? '' : 's'}`;
const blockOf = (n) => `block of ${bytes(n)}`;

/** A bin and its sizes. */
function binText(layout, bin) {
  const [least, behind] = sizesOf(layout, bin);
  const most = behind - layout.granule;
  return `bin ${bin} (${most <= least ? bytes(least) : `${count(least)} to ${bytes(most)}`})`;
}

/** The request as a program writes it. */
export function callText({ kind, size, pointer }) {
  if (kind === FREE) return `free(${hex(pointer)})`;
  if (kind === REALLOC) return `realloc(${hex(pointer)}, ${size})`;
  return kind === CALLOC ? `calloc(1, ${size})` : `malloc(${size})`;
}

function sizeStep({ layout }, size) {
  const block = blockSize(layout, size);
  const own = layout.own ? `, ${layout.own} for guards` : '';
  return {
    text: `${bytes(size)} are asked for. With ${layout.cost} for the header${own}, rounded up to a multiple of ${layout.granule}, that is a ${blockOf(block)}.`,
  };
}

const FOUND_APART = {
  remainder: 'It is cut from the last remainder: what the last split of a block left over.',
  top: 'No bin serves, so it is cut from the top, the free block before the end of memory.',
};

/** What a look into the bin of the size shows. */
function floorText(picture, { bin, seen, from, found }, size) {
  const name = `A free block of this size would be in ${binText(picture.layout, bin)}`;
  if (!seen.length) return `${name}. Its bit in the map is clear: it is empty.`;
  if (from !== 'floor') {
    const sizes = seen.map((at) => count(sizeAt(picture, at))).join(', ');
    return `${name}. Its first ${seen.length === 1 ? 'block has' : `${seen.length} blocks have`} ${sizes} bytes: too few for ${count(size)}.`;
  }
  const order =
    seen.length === 1
      ? 'the first of its list: the one that was freed last'
      : `number ${seen.length} of its list, the first that is large enough`;
  return `${name}. The bin's bit is set, and ${hex(found)} is ${order}.`;
}

function foundText(picture, search, grown) {
  if (search.from === 'above')
    return `The next set bit of the map is that of ${binText(picture.layout, search.in)}: every block there is large enough. The first one is at ${hex(search.found)}.`;
  if (search.from !== 'growth') return FOUND_APART[search.from];
  const whose = picture.layout.ranged ? ', which the owner of the range adds to it' : '';
  return grown
    ? `No free block is large enough: memory grows by ${count(grown)} page${grown === 1 ? '' : 's'} of 64 KiB${whose}.`
    : 'This is the first request: the heap takes the memory that the module begins with.';
}

function searchSteps(picture, size, grown) {
  const search = searchOf(picture, size);
  const steps = [{ text: floorText(picture, search, size), bin: search.bin, at: search.seen[0] }];
  if (search.from !== 'floor')
    steps.push({ text: foundText(picture, search, grown), bin: search.in, at: search.found });
  return { search, steps };
}

/** Where a free block is in the index. */
function placeText({ layout, apart }, { at, size }) {
  if (at === apart.top) return 'is the top now';
  if (at === apart.remainder) return 'is the last remainder now';
  return `goes to the front of ${binText(layout, binOf(layout, size))}`;
}

function splitStep(after, block) {
  const rest = after.blocks.get(after.blocks.find(block.at + block.size));
  const isRest = after.blocks.find(block.at + block.size) >= 0 && !rest.used;
  if (!isRest) return { text: `All of the block is taken: ${bytes(block.size)}.`, at: block.at };
  return {
    text: `The first ${bytes(block.size)} are taken; what is left behind them, ${bytes(rest.size)} at ${hex(rest.at)}, stays free and ${placeText(after, rest)}.`,
    at: rest.at,
    bin: Object.values(after.apart).includes(rest.at) ? undefined : binOf(after.layout, rest.size),
  };
}

const blockAt = (picture, pointer) => picture.blocks.get(picture.blocks.find(pointer));

function resultStep(after, pointer, name) {
  const { at } = blockAt(after, pointer);
  const guard = after.layout.before ? ' and its guard' : '';
  return {
    text: `${name} returns ${hex(pointer)}: the block begins at ${hex(at)}, and the payload lies ${pointer - at} bytes behind, after the header${guard}.`,
    at,
  };
}

const FAILED = [
  { text: 'Memory cannot grow: the request fails and returns 0. Nothing has changed.' },
];

function explainMalloc(before, after, { size, result, kind }) {
  if (!result) return FAILED;
  const { steps } = searchSteps(before, blockSize(before.layout, size), after.pages - before.pages);
  const cleared = kind === CALLOC ? [{ text: 'The payload is cleared.' }] : [];
  const name = kind === CALLOC ? 'calloc' : 'malloc';
  const block = blockAt(after, result);
  return [
    sizeStep(before, size),
    ...steps,
    splitStep(after, block),
    ...cleared,
    resultStep(after, result, name),
  ];
}

function neighbourText(block, where) {
  if (!block)
    return `Nothing is ${where} it: there the heap ${where === 'before' ? 'begins' : 'ends'}.`;
  if (block.used) return `The block ${where} it is in use.`;
  return `The block ${where} it is free, ${bytes(block.size)}: it is taken out of its list, and the two become one.`;
}

function explainFree(before, after, { pointer }) {
  if (!pointer) return [{ text: 'free(0) does nothing.' }];
  const i = before.blocks.find(pointer);
  const [block, low, high] = [i, i - 1, i + 1].map((k) =>
    k >= 0 && k < before.blocks.count ? before.blocks.get(k) : undefined,
  );
  const now = blockAt(after, block.at);
  const bin = Object.values(after.apart).includes(now.at)
    ? undefined
    : binOf(after.layout, now.size);
  return [
    {
      text: `${hex(pointer)} is the payload of the ${blockOf(block.size)} at ${hex(block.at)}.`,
      at: block.at,
    },
    { text: neighbourText(low, 'before'), at: low?.at },
    { text: neighbourText(high, 'behind'), at: high?.at },
    {
      text: `The free ${blockOf(now.size)} at ${hex(now.at)} ${placeText(after, now)}${bin === undefined ? '' : ': the next malloc that looks there sees it first'}.`,
      at: now.at,
      bin,
    },
  ];
}

/** Did a block that got another size move to another block? */
const hasMoved = (before, { pointer, result }) =>
  Math.abs(result - pointer) >= blockAt(before, pointer).size;

/** A block that moves: why, how malloc finds the other one, what becomes of both. */
function movedSteps(before, after, { size, pointer, result }) {
  const { layout } = before;
  const why = layout.pair
    ? 'This build has no realloc: the page asks for another block and copies.'
    : 'Neither it nor the block behind it has room: it moves.';
  const needed = blockSize(layout, size);
  const { steps } = searchSteps(before, needed, after.pages - before.pages);
  const { at } = blockAt(after, result);
  return [
    { text: why, at: blockAt(before, pointer).at },
    ...steps,
    { text: `The bytes are copied to the block at ${hex(at)}, and the old one is freed.`, at },
  ];
}

/** What happened to a block that got another size where it is. */
function resizedText(before, after, { pointer, result }) {
  const [old, now] = [blockAt(before, pointer), blockAt(after, result)];
  if (pointer !== result) return `It slides down into the free block before it, to ${hex(result)}.`;
  if (now.size === old.size)
    return `Its block of ${bytes(old.size)} is right for that: nothing changes.`;
  if (now.size < old.size)
    return `It shrinks in place: ${bytes(old.size - now.size)} at its end become free.`;
  const grew =
    after.pages > before.pages
      ? 'Memory grows behind it, and it takes'
      : 'The block behind it is free, and it takes';
  return `${grew} ${bytes(now.size - old.size)} there. Nothing is copied.`;
}

function explainRealloc(before, after, op) {
  if (!op.result) return FAILED;
  if (!op.pointer) return explainMalloc(before, after, op);
  const { at, size } = blockAt(before, op.pointer);
  return [
    { text: `${hex(op.pointer)} is the payload of the ${blockOf(size)} at ${hex(at)}.`, at },
    sizeStep(before, op.size),
    ...(hasMoved(before, op)
      ? movedSteps(before, after, op)
      : [{ text: resizedText(before, after, op), at: blockAt(after, op.result).at }]),
    resultStep(after, op.result, 'realloc'),
  ];
}

const EXPLAIN = {
  [MALLOC]: explainMalloc,
  [CALLOC]: explainMalloc,
  [FREE]: explainFree,
  [REALLOC]: explainRealloc,
};

/**
 * The steps of a request: {kind, size, pointer, result}. `before` and `after` are pictures of one of
 * our builds; of others nothing is known.
 */
export const explain = (before, after, op) =>
  before.layout ? EXPLAIN[op.kind](before, after, op) : [];
