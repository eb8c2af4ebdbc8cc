// SPDX-License-Identifier: MIT OR Apache-2.0
// Imported before a script whose output may go to a pipe that is closed early.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
