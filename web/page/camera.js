// SPDX-License-Identifier: MIT OR Apache-2.0
// Which part of memory is in view: an address and the bytes of a row, a power of
// two from 16 on. It knows no canvas but its height.
import { pitchOf } from './map.js';

const [LEAST, MOST] = [16, 2 ** 32];

export class Camera {
  constructor() {
    this.from = 0;
    this.perRow = 4096;
    this.height = 400;
  }

  get rows() {
    return Math.max(1, Math.floor(this.height / pitchOf(this.perRow)));
  }

  get view() {
    return { from: this.from, perRow: this.perRow, rows: this.rows };
  }

  get end() {
    return this.from + this.rows * this.perRow;
  }

  /** Begins a row at or below an address. */
  moveTo(address) {
    const last = Math.max(0, 2 ** 32 - this.rows * this.perRow);
    const row = Math.floor(Math.max(0, Math.min(address, last)) / this.perRow);
    this.from = row * this.perRow;
  }

  /** Scrolls by so many rows. */
  scroll(rows) {
    this.moveTo(this.from + rows * this.perRow);
  }

  /** Zooms by a factor, a power of two, and keeps an address where it is if it can. */
  zoom(factor, around = this.from + (this.rows / 2) * this.perRow) {
    const part = (around - this.from) / (this.rows * this.perRow);
    this.perRow = Math.max(LEAST, Math.min(this.perRow * factor, MOST));
    while (this.perRow * (this.rows - 1) >= MOST && factor > 1) this.perRow /= 2;
    this.moveTo(around - part * this.rows * this.perRow + this.perRow / 2);
  }

  /** All of so many bytes. */
  fit(bytes) {
    this.perRow = LEAST * 8;
    while (this.perRow * this.rows < bytes) this.perRow *= 2;
    this.from = 0;
  }

  /** Brings a range into view, if it is not. */
  show(at, end = at + 1) {
    if (at >= this.from && end <= this.end) return;
    if (at >= this.from && at < this.end && end - at > this.rows * this.perRow) return;
    this.moveTo(at - Math.floor(this.rows / 3) * this.perRow);
  }
}
