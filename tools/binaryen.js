// SPDX-License-Identifier: MIT OR Apache-2.0
import { quickly } from './quickly.js';

export const { default: binaryen } = await quickly(() => import('binaryen'));
