// SPDX-License-Identifier: MIT OR Apache-2.0
// The example of an audio worklet in a browser.
import { isWhole } from '../support/tier.js';

if (isWhole) await import('./quantum.js');
