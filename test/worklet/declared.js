// SPDX-License-Identifier: MIT OR Apache-2.0
// In an audio worklet, before the example: keeps its processor instead of registering it.
export const { registerProcessor } = globalThis;
export const declared = {};
globalThis.registerProcessor = (name, made) => (declared[name] = made);
