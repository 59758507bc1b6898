// What looks at highs and lows: ranges, channels, stops.
import { f4, nothing, price, put4 } from "./memory";

function true_range(high: usize, low: usize, close: usize, at: i32): f64 {
  const h = price(high, at), l = price(low, at), before = price(close, at - 1);
  let range: f64 = h - l;
  const up: f64 = Math.abs(h - before), down: f64 = Math.abs(l - before);
  if (up > range) range = up;
  if (down > range) range = down;
  return range;
}
export function atr(high: usize, low: usize, close: usize, n: i32, period: i32, out: usize): void {
  nothing(out, 0, n < period ? n : period);
  let value: f64 = 0;
  for (let i: i32 = 1; i < n; i++) {
    const range = true_range(high, low, close, i);
    if (i < period) {
      value += range;
      continue;
    }
    value = i == period ? (value + range) / f64(period) : (value * (f64(period) - 1) + range) / f64(period);
    put4(out, i, value);
  }
}
/** An exponential average and multiples of the average true range around it. */
export function keltner(
  high: usize, low: usize, close: usize, n: i32, period: i32, range_period: i32, multiple: f64,
  lower: usize, middle: usize, upper: usize
): void {
  const first: i32 = range_period > period - 1 ? range_period : period - 1;
  nothing(lower, 0, n < first ? n : first);
  nothing(middle, 0, n < first ? n : first);
  nothing(upper, 0, n < first ? n : first);
  const k: f64 = 2 / (f64(period) + 1);
  let average: f64 = 0, range: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    const value = price(close, i);
    if (i < period - 1) average += value;
    else if (i == period - 1) average = (average + value) / f64(period);
    else average += (value - average) * k;
    if (i > 0) {
      const now = true_range(high, low, close, i);
      if (i < range_period) range += now;
      else if (i == range_period) range = (range + now) / f64(range_period);
      else range = (range * (f64(range_period) - 1) + now) / f64(range_period);
    }
    if (i < first) continue;
    put4(lower, i, average - multiple * range);
    put4(middle, i, average);
    put4(upper, i, average + multiple * range);
  }
}
// The row of the extreme of the last `period` bars; looked for again only when the known one has left.
function highest(column: usize, at: i32, period: i32, known: i32): i32 {
  const first: i32 = at - period + 1;
  if (known >= first) return price(column, at) >= price(column, known) ? at : known;
  let best = first;
  for (let i = first + 1; i <= at; i++) if (price(column, i) >= price(column, best)) best = i;
  return best;
}
function lowest(column: usize, at: i32, period: i32, known: i32): i32 {
  const first: i32 = at - period + 1;
  if (known >= first) return price(column, at) <= price(column, known) ? at : known;
  let best = first;
  for (let i = first + 1; i <= at; i++) if (price(column, i) <= price(column, best)) best = i;
  return best;
}
/** Lowest low, middle and highest high; an address of 0 is not written. */
export function donchian(
  high: usize, low: usize, n: i32, period: i32, lower: usize, middle: usize, upper: usize
): void {
  const warm: i32 = n < period - 1 ? n : period - 1;
  if (lower) nothing(lower, 0, warm);
  if (upper) nothing(upper, 0, warm);
  nothing(middle, 0, warm);
  let top: i32 = -1, bottom: i32 = -1;
  for (let i = period - 1; i < n; i++) {
    top = highest(high, i, period, top);
    bottom = lowest(low, i, period, bottom);
    const h = price(high, top), l = price(low, bottom);
    if (lower) put4(lower, i, l);
    if (upper) put4(upper, i, h);
    put4(middle, i, (h + l) / 2);
  }
}
/**
 * Conversion and base lines; the two edges of the cloud, drawn `base` bars later than they are known, so that these two
 * columns have `base` rows more than there are bars; and the close, drawn as many bars before.
 */
export function ichimoku(
  high: usize, low: usize, close: usize, n: i32, conversion: i32, base: i32, span: i32,
  short: usize, middle: usize, span_a: usize, span_b: usize, lagging: usize
): void {
  donchian(high, low, n, conversion, 0, short, 0);
  donchian(high, low, n, base, 0, middle, 0);
  donchian(high, low, n, span, 0, span_b, 0);
  for (let i = n + base - 1; i >= 0; i--) {
    const from: i32 = i - base;
    put4(span_b, i, from < 0 ? NaN : f4(span_b, from));
    put4(span_a, i, from < 0 ? NaN : (f4(short, from) + f4(middle, from)) / 2);
  }
  for (let i: i32 = 0; i < n; i++) put4(lagging, i, i + base < n ? price(close, i + base) : NaN);
}
// A stop below the middle of its bar goes into one column, one above into the other: no line joins the two.
function put_side(below: usize, above: usize, at: i32, stop: f64, is_below: bool): void {
  put4(below, at, is_below ? stop : NaN);
  put4(above, at, is_below ? NaN : stop);
}
/** Wilder's stop and reverse. */
export function parabolic_sar(
  high: usize, low: usize, n: i32, step: f64, most: f64, below: usize, above: usize
): void {
  nothing(below, 0, n < 1 ? n : 1);
  nothing(above, 0, n < 1 ? n : 1);
  if (n < 2) return;
  const fall: f64 = price(low, 0) - price(low, 1), rise: f64 = price(high, 1) - price(high, 0);
  let is_long: bool = !(fall > 0 && rise < fall);
  let extreme: f64 = is_long ? price(high, 1) : price(low, 1);
  let stop: f64 = is_long ? price(low, 0) : price(high, 0);
  let pace: f64 = step, h: f64 = price(high, 1), l: f64 = price(low, 1);
  for (let i: i32 = 1; i < n; i++) {
    const h0: f64 = h, l0: f64 = l;
    h = price(high, i);
    l = price(low, i);
    let drawn: f64 = stop;
    const turns: bool = is_long ? l <= stop : h >= stop;
    if (turns) {
      is_long = !is_long;
      drawn = is_long ? Math.min(Math.min(extreme, l0), l) : Math.max(Math.max(extreme, h0), h);
      pace = step;
      extreme = is_long ? h : l;
    } else if (is_long ? h > extreme : l < extreme) {
      extreme = is_long ? h : l;
      pace = Math.min(pace + step, most);
    }
    stop = drawn + pace * (extreme - drawn);
    stop = is_long ? Math.min(Math.min(stop, l0), l) : Math.max(Math.max(stop, h0), h);
    put_side(below, above, i, drawn, drawn < (h + l) / 2);
  }
}
/** A stop that follows the trend: each band only moves towards the price while the close stays on its side. */
export function supertrend(
  high: usize, low: usize, close: usize, n: i32, period: i32, multiple: f64, below: usize, above: usize
): void {
  nothing(below, 0, n < period ? n : period);
  nothing(above, 0, n < period ? n : period);
  let range: f64 = 0, floor: f64 = 0, ceiling: f64 = 0;
  let is_up: bool = false;
  for (let i: i32 = 1; i < n; i++) {
    const now = true_range(high, low, close, i);
    if (i < period) {
      range += now;
      continue;
    }
    range = i == period ? (range + now) / f64(period) : (range * (f64(period) - 1) + now) / f64(period);
    const middle: f64 = (price(high, i) + price(low, i)) / 2;
    const lower: f64 = middle - multiple * range, upper: f64 = middle + multiple * range;
    const value = price(close, i);
    const before: f64 = i == period ? value : price(close, i - 1);
    if (i == period) {
      floor = lower;
      ceiling = upper;
    }
    if (lower > floor || before < floor) floor = lower;
    if (upper < ceiling || before > ceiling) ceiling = upper;
    if (!is_up && value > ceiling) is_up = true;
    else if (is_up && value < floor) is_up = false;
    put_side(below, above, i, is_up ? floor : ceiling, is_up);
  }
}
