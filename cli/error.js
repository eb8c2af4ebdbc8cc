// SPDX-License-Identifier: MIT OR Apache-2.0
import { statSync } from 'node:fs';

/** A failure that the user can mend; it is printed without a stack trace. */
export class UserError extends Error {}

/**
 * Refuses what is no file.
 *
 * @param {string} path
 */
export function checkFile(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UserError(`there is no file ${path}`);
}
