// SPDX-License-Identifier: MIT OR Apache-2.0
// WASI of Node.js, without the line that it prints when it is loaded: that its
// interface may change is known. All other warnings are shown.
const { emitWarning } = process;
/** @type {any} */ (process).emitWarning = (warning, ...rest) => {
  if (!/^WASI is an experimental feature/.test(warning))
    emitWarning.call(process, warning, ...rest);
};
export const { WASI } = await import('node:wasi');
process.emitWarning = emitWarning;
