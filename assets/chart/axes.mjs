// Where prices and times stand on the canvas, and which of them are written beside it.
"use strict";

/** A scale of prices over [top, bottom] in pixels; "log" takes logarithms. */
export class PriceScale {
  constructor(least, most, top, bottom, kind) {
    this.isLog = kind === "log" && least > 0;
    this.top = top;
    this.bottom = bottom;
    this.least = least;
    this.most = most > least ? most : least + Math.max(Math.abs(least) * 0.01, 0.01);
    const to = this.isLog ? Math.log : (value) => value;
    this.low = to(this.least);
    this.factor = (bottom - top) / (to(this.most) - this.low);
  }
  y(price) {
    return this.bottom - ((this.isLog ? Math.log(Math.max(price, 1e-12)) : price) - this.low) * this.factor;
  }
  price(y) {
    const value = this.low + (this.bottom - y) / this.factor;
    return this.isLog ? Math.exp(value) : value;
  }
}
/** Round values inside a scale, some `gap` pixels apart. */
export function priceTicks(scale, gap = 46) {
  const count = Math.max(2, Math.floor((scale.bottom - scale.top) / gap));
  if (scale.isLog && scale.most / scale.least > 3) return logTicks(scale, gap);
  const step = roundStep((scale.most - scale.least) / count);
  const ticks = [];
  for (let value = Math.ceil(scale.least / step) * step; value <= scale.most; value += step) ticks.push(Math.abs(value) < step / 1e6 ? 0 : value);
  return ticks;
}
function roundStep(rough) {
  const size = 10 ** Math.floor(Math.log10(rough));
  return size * [1, 2, 2.5, 5, 10].find((each) => each * size >= rough * 0.999);
}
function logTicks(scale, gap) {
  const ticks = [];
  let last = Infinity;
  for (let power = Math.floor(Math.log10(scale.least)); power <= Math.log10(scale.most); power++) {
    for (const each of [1, 1.5, 2, 3, 5, 7]) {
      const value = each * 10 ** power;
      const y = scale.y(value);
      if (value < scale.least || value > scale.most || last - y < gap) continue;
      ticks.push(value);
      last = y;
    }
  }
  return ticks;
}
/** Decimals that tell round values apart, at most `most`. */
export function decimalsOf(ticks, most) {
  if (ticks.length < 2) return Math.min(2, most);
  const step = Math.abs(ticks[1] - ticks[0]);
  let places = 0;
  while (places < most && Math.abs(step * 10 ** places - Math.round(step * 10 ** places)) > 1e-6) places += 1;
  return places;
}

const MINUTE = 60000;
const UNITS = [
  ...[1, 5, 15, 30, 60, 120, 240, 720].map((size) => ({ minutes: size, key: (at) => Math.floor(at.getTime() / MINUTE / size) })),
  ...[1, 2, 7].map((size) => ({ minutes: 1440 * size, key: (at) => Math.floor((at.getTime() / MINUTE / 1440 + 3) / size) })),
  ...[1, 2, 3, 6].map((size) => ({ minutes: 43200 * size, key: (at) => Math.floor((at.getUTCFullYear() * 12 + at.getUTCMonth()) / size) })),
  ...[1, 2, 5, 10, 25].map((size) => ({ minutes: 525600 * size, key: (at) => Math.floor(at.getUTCFullYear() / size) })),
];
/** Bars at which a tick of time stands: [{ x, text }], at least `gap` pixels apart. `rows` are [minute, x] ascending. */
export function timeTicks(rows, clock, width, gap = 84) {
  if (rows.length < 2) return [];
  const span = rows[rows.length - 1][0] - rows[0][0];
  const pixels = Math.max(1, rows[rows.length - 1][1] - rows[0][1]);
  const unit = UNITS.find((each) => (each.minutes / span) * pixels >= gap * 0.8) || UNITS[UNITS.length - 1];
  const ticks = [];
  let [key, shown, x] = [null, null, -Infinity];
  for (const [minute, at] of rows) {
    const wall = clock.at(minute);
    const now = unit.key(wall);
    if (key !== null && now !== key && at - x >= gap * 0.7 && at < width) {
      ticks.push({ x: at, text: clock.tick(wall, shown || clock.at(rows[0][0])) });
      [shown, x] = [wall, at];
    }
    key = now;
  }
  return ticks;
}
