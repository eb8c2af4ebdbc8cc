// SPDX-License-Identifier: MIT OR Apache-2.0
// Progress of what takes long: on a terminal one line that is written anew, in
// CI a plain line for each step, elsewhere nothing. It goes to stderr, so that
// results can be redirected.

/** Seconds as m:ss. */
export function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Begins to show progress through `total` steps; without a total they are only
 * counted.
 *
 *   step(what)  counts a step and says what begins with it
 *   now(what)   says what runs, in the same step
 *   say(text)   prints a line of results to stdout, above the progress
 *   done()      takes the progress off the terminal
 *
 * @param {number} [total]
 * @param {{isTTY?: boolean, columns?: number, write(text: string): unknown}} [to]
 */
export function progress(total, to = process.stderr) {
  const start = performance.now();
  const isPlain = !to.isTTY && Boolean(process.env.CI);
  let count = 0;
  let now = '';
  const line = () => {
    const of = total ? `${count}/${total}` : String(count);
    return `${clock(performance.now() - start)} [${of}] ${now}`;
  };
  const clear = () => to.isTTY && to.write('\r\x1b[K');
  const draw = () =>
    to.isTTY && now && to.write(`\r\x1b[K${line().slice(0, (to.columns || 80) - 1)}`);
  const timer = to.isTTY ? setInterval(draw, 1000).unref() : undefined;
  return {
    step(what) {
      count++;
      now = what;
      draw();
      if (isPlain) to.write(`${line()}\n`);
    },
    now(what) {
      now = what;
      draw();
    },
    say(text) {
      clear();
      console.log(text);
      draw();
    },
    done() {
      clearInterval(timer);
      now = '';
      clear();
    },
  };
}
