// SPDX-License-Identifier: MIT OR Apache-2.0

/** A failure that the user can mend; it is printed without a stack trace. */
export class UserError extends Error {}
