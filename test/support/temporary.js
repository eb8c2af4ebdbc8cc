// SPDX-License-Identifier: MIT OR Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `work` gives of an empty directory, which is deleted afterwards. */
export async function inTemporary(work) {
  const directory = await mkdtemp(join(tmpdir(), 'tlsf-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
