// SPDX-License-Identifier: MIT OR Apache-2.0
// Play, pause, step, jump, and the keys for them.
import { count } from '../../cli/heap/classes.js';
import { byId, make } from './dom.js';

/** The shapes of a button. */
const [PLAY, PAUSE] = ['M4 2l10 6-10 6z', 'M3 2h4v12H3zM9 2h4v12H9z'];

const SPEEDS = [1, 4, 20, 100, 1000, 10_000, 100_000];

export class Player {
  constructor(app) {
    this.app = app;
    this.playing = false;
    const options = SPEEDS.map((n) => make('option', { value: n }, `${count(n)} a second`));
    byId('speed').replaceChildren(...options);
    byId('speed').value = 20;
    this.#controls();
    addEventListener('keydown', (event) => this.#key(event));
  }

  get speed() {
    return Number(byId('speed').value);
  }

  #controls() {
    const { app } = this;
    const at = () => app.run.timeline.at;
    const actions = {
      start: () => this.jump(0),
      back: () => this.jump(at() - 1),
      play: () => this.toggle(),
      forth: () => this.jump(at() + 1),
      end: () => this.jump(app.run.timeline.length),
    };
    for (const [id, act] of Object.entries(actions)) byId(id).onclick = act;
    byId('position').oninput = () => this.jump(Number(byId('position').value));
    byId('jump').onchange = () => this.jump(Number(byId('jump').value));
    this.actions = actions;
  }

  #key(event) {
    const keys = { ' ': 'play', '[': 'back', ']': 'forth', Home: 'start', End: 'end' };
    const action = keys[event.key];
    const { target } = event;
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    const isPressed = event.key === ' ' && target.tagName === 'BUTTON';
    if (!action || isTyping || isPressed || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.actions[action]();
  }

  jump(at) {
    this.pause();
    this.app.go(at);
  }

  pause() {
    if (this.playing) this.toggle();
  }

  /** Plays from here, or from the start if this is the end. */
  toggle() {
    this.playing = !this.playing;
    byId('play').ariaLabel = this.playing ? 'Pause' : 'Play';
    byId('play')
      .querySelector('path')
      .setAttribute('d', this.playing ? PAUSE : PLAY);
    const { timeline } = this.app.run;
    if (this.playing && timeline.at === timeline.length) this.app.go(0);
    this.last = performance.now();
    this.owed = 0;
    if (this.playing) requestAnimationFrame((now) => this.#advance(now));
  }

  #advance(now) {
    if (!this.playing) return;
    this.owed += (Math.max(0, now - this.last) * this.speed) / 1000;
    this.last = now;
    const steps = Math.floor(this.owed);
    this.owed -= steps;
    const { timeline } = this.app.run;
    if (steps) this.app.go(timeline.at + steps);
    if (timeline.at === timeline.length) this.pause();
    else requestAnimationFrame((next) => this.#advance(next));
  }

  draw({ at, length }) {
    const position = byId('position');
    position.max = length;
    position.value = at;
    position.setAttribute('aria-valuetext', `${at} of ${length}`);
    if (document.activeElement !== byId('jump')) byId('jump').value = at;
    byId('jump').max = length;
    byId('of').textContent = `of ${count(length)} requests`;
    for (const [id, isEnd] of Object.entries({
      start: !at,
      back: !at,
      forth: at === length,
      end: at === length,
    }))
      byId(id).disabled = isEnd;
  }
}
