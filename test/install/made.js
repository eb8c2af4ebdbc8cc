// SPDX-License-Identifier: MIT OR Apache-2.0
// A release, made once for all tests of a process: {name: bytes}.
import { artefacts } from '../../tools/release.js';

export const made = await artefacts();
