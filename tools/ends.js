// SPDX-License-Identifier: MIT OR Apache-2.0
// How each command of the project ends when the system refuses something. Whatever
// build.sh runs loads this first, so that no verb has to care.

/** What a shell reports of a program that SIGPIPE ended. */
const ENDED_BY_SIGPIPE = 128 + 13;

const ADVICE = {
  EACCES: 'permission denied; change its owner or copy the project to a directory of your own',
  EPERM: 'permission denied; change its owner or copy the project to a directory of your own',
  EROFS: 'the file system is read-only; copy the project to a directory that can be written',
  ENOSPC: 'the disk is full; free some space and try again',
};

/**
 * What the user can do about an error of the system; undefined if the fault is ours.
 *
 * @param {NodeJS.ErrnoException} error
 */
function explain({ code, path, syscall }) {
  const place = path ?? (syscall === 'write' && 'standard output');
  return place && ADVICE[code] && `no access to ${place}: ${ADVICE[code]}`;
}

// A reader that has seen enough (`| head -1`) closes the pipe.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(ENDED_BY_SIGPIPE);
  });
}

// The test runner has a handler of its own.
if (!process.env.NODE_TEST_CONTEXT) {
  process.on('uncaughtException', (error) => {
    const reason = explain(error);
    console.error(reason ? `build.sh: ${reason}` : error);
    process.exit(1);
  });
}
