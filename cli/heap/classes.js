// SPDX-License-Identifier: MIT OR Apache-2.0
// Sizes as colours: each class is a range of sizes, from small to large.

/** Up to which size each class goes, and its colour, which suits light and dark. */
export const CLASSES = [
  { most: 32, colour: '#2a9d8f' },
  { most: 64, colour: '#2c8db0' },
  { most: 128, colour: '#3f7fd1' },
  { most: 256, colour: '#666ee0' },
  { most: 512, colour: '#8b60d8' },
  { most: 1024, colour: '#b255c2' },
  { most: 4096, colour: '#d45295' },
  { most: 16384, colour: '#e3626b' },
  { most: 65536, colour: '#ea8146' },
  { most: Infinity, colour: '#e0a32e' },
];

/** The class of a size by the bits of what is one less: sizes up to 2^n have n bits. */
const CLASS_OF_BITS = Array.from({ length: 33 }, (_, bits) =>
  CLASSES.findIndex(({ most }) => 2 ** bits <= most),
);

/** The class of a block's size. @type {(size: number) => number} */
export const classOf = (size) =>
  size > CLASSES[CLASSES.length - 2].most
    ? CLASSES.length - 1
    : CLASS_OF_BITS[32 - Math.clz32(size - 1)];

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'];

/** So many bytes as people write them. @type {(bytes: number) => string} */
export function bytesText(bytes) {
  let unit = 0;
  for (; bytes >= 1023.5 && unit < UNITS.length - 1; bytes /= 1024) unit++;
  return `${unit && bytes < 100 ? Number(bytes.toFixed(1)) : Math.round(bytes)} ${UNITS[unit]}`;
}

/** What a class is called in a legend. @type {(i: number) => string} */
export const classText = (i) =>
  i === CLASSES.length - 1 ? 'more' : `≤ ${bytesText(CLASSES[i].most).replace(' bytes', '')}`;

/** An address as people read it. @type {(at: number) => string} */
export const hex = (at) => `0x${at.toString(16).padStart(5, '0')}`;

/** A whole number with separators, the same in every language. @type {(n: number) => string} */
export const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
