// SPDX-License-Identifier: MIT OR Apache-2.0
// The state of the page as the part of its address behind #, and back. Requests
// that a name does not tell are in it themselves, if they are few.
import { pack, unpack } from '../../js/recording.js';
import { deflated, fromBase64, inflated, toBase64 } from './data.js';

const MOST = 6000; // characters

const urlSafe = (text) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const urlUnsafe = (text) => text.replaceAll('-', '+').replaceAll('_', '/');

/** Requests as text; undefined if it is too long for an address. */
export async function opsText(ops) {
  if (ops.length > 20_000) return undefined;
  const text = urlSafe(toBase64(await deflated(pack(ops))));
  return text.length <= MOST ? text : undefined;
}

/** Requests of such a text. */
export const opsOf = async (text) => unpack(await inflated(fromBase64(urlUnsafe(text)))).ops;

/** {name: value} as what stands behind #; what is undefined is left out. */
export function hashOf(state) {
  const had = Object.entries(state).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(had.map(([name, value]) => [name, String(value)])).toString();
}

/** What stands behind #, as {name: text}. */
export const stateOf = (hash) => Object.fromEntries(new URLSearchParams(hash.replace(/^#/, '')));
