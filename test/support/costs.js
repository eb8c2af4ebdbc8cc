// SPDX-License-Identifier: MIT OR Apache-2.0
// What blocks take beside their payload, in bytes: a checked twin tells. A
// shipped module doesn't; its headers have no less than is assumed for them.
const LEAST_GRANULE = 16;
const LEAST_HEADER = 4;

export function costsOf(exports) {
  const header = exports.check_block_cost?.() ?? LEAST_HEADER;
  const granule = exports.check_granule?.() ?? LEAST_GRANULE;
  const least = exports.check_least_block?.() ?? LEAST_GRANULE;
  return {
    header,
    /** The bytes before a payload that are its block's own. */
    before: exports.check_own_before?.() ?? 0,
    /** The bytes at the end of memory that no payload has: the end marker's, and a build's own. */
    end: exports.check_end_cost?.() ?? header,
    /** The bytes of the block that a request takes: payloads lie so far apart. */
    block: (request) => Math.max(least, Math.ceil((request + header) / granule) * granule),
    /** Where the first payload of a pool lies that begins at `start`. */
    first(start) {
      const first = exports.check_first_payload(start) >>> 0;
      if (first < start || first >= start + header + granule)
        throw new Error(`a pool at ${start} has its first payload at ${first}`);
      return first;
    },
  };
}
