// SPDX-License-Identifier: MIT OR Apache-2.0

/**
 * Lines of cells as text: numbers to the right, words to the left.
 *
 * @param {(string | number)[][]} lines
 */
export function table(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => String(line[i]).length)));
  const isNumber = (i) => lines.slice(1).some((line) => typeof line[i] === 'number');
  const cell = (value, i) =>
    isNumber(i) ? String(value).padStart(widths[i]) : String(value).padEnd(widths[i]);
  return `${lines.map((line) => line.map(cell).join('  ').trimEnd()).join('\n')}\n`;
}
