// Bars and their pyramid. Level L of the pyramid has a cell for every 8^L bars: highest high and lowest low in ticks,
// volume. Open and close of a cell are those of its first and last bar. A view of any width is some hundred buckets of
// 2^m bars, each made of at most 8 cells, so its cost does not depend on how many bars there are.
import { f4, f8, i4, price, put4, put8, puti } from "./memory";

const LEVELS: i32 = 7;

function cells(capacity: i32, level: i32): i32 {
  return (capacity >> (3 * level)) + 2;
}
/** Bytes of a pyramid of bars: 16 a cell. */
export function pyramid_bytes(capacity: i32): i32 {
  let count: i32 = 0;
  for (let level: i32 = 1; level <= LEVELS; level++) count += cells(capacity, level);
  return count * 16 + 16;
}
// A level lies as volumes (f64), highs, lows (i32).
function level_at(pyramid: usize, capacity: i32, level: i32): usize {
  let at = pyramid;
  for (let below: i32 = 1; below < level; below++) at += usize(cells(capacity, below) * 16);
  return at;
}
function fill_cell(
  high: usize, low: usize, volume: usize, n: i32, pyramid: usize, capacity: i32, level: i32, cell: i32
): void {
  const own = level_at(pyramid, capacity, level);
  const width = cells(capacity, level);
  const from: i32 = cell << 3;
  let top: i32 = -2147483648, bottom: i32 = 2147483647, sum: f64 = 0;
  let end: i32 = from + 8;
  if (level == 1) {
    if (end > n) end = n;
    for (let i = from; i < end; i++) {
      const h = i4(high, i), l = i4(low, i);
      if (h > top) top = h;
      if (l < bottom) bottom = l;
      sum += f8(volume, i);
    }
  } else {
    const children = level_at(pyramid, capacity, level - 1);
    const count = cells(capacity, level - 1);
    const highs = children + usize(count * 8), lows = children + usize(count * 12);
    const known: i32 = ((n - 1) >> (3 * (level - 1))) + 1;
    if (end > known) end = known;
    for (let i = from; i < end; i++) {
      const h = i4(highs, i), l = i4(lows, i);
      if (h > top) top = h;
      if (l < bottom) bottom = l;
      sum += f8(children, i);
    }
  }
  put8(own, cell, sum);
  puti(own + usize(width * 8), cell, top);
  puti(own + usize(width * 12), cell, bottom);
}
/** Fill the cells of the bars from `from` on, on every level: all of them, or after an appended bar a handful. */
export function pyramid_fill(
  high: usize, low: usize, volume: usize, n: i32, pyramid: usize, capacity: i32, from: i32
): void {
  for (let level: i32 = 1; level <= LEVELS; level++) {
    const last: i32 = (n - 1) >> (3 * level);
    for (let cell: i32 = from >> (3 * level); cell <= last; cell++) {
      fill_cell(high, low, volume, n, pyramid, capacity, level, cell);
    }
  }
}
/** Buckets of 2^power bars from bar `first` (a multiple): open, high, low, close, volume as five f64 runs of `count`. */
export function lod(
  open: usize, high: usize, low: usize, close: usize, volume: usize, n: i32,
  pyramid: usize, capacity: i32, first: i32, power: i32, count: i32, out: usize
): i32 {
  const level: i32 = (power / 3) | 0;
  const shift: i32 = 3 * level;
  const per: i32 = 1 << power;
  const own = level ? level_at(pyramid, capacity, level) : volume;
  const width = level ? cells(capacity, level) : 0;
  const highs = level ? own + usize(width * 8) : high;
  const lows = level ? own + usize(width * 12) : low;
  let made: i32 = 0;
  for (let begin = first; begin < n && made < count; begin += per, made++) {
    const end: i32 = begin + per < n ? begin + per : n;
    let top: i32 = begin >> shift, bottom: i32 = top, sum: f64 = 0;
    const stop: i32 = (end - 1) >> shift;
    for (let cell: i32 = begin >> shift; cell <= stop; cell++) {
      if (i4(highs, cell) > i4(highs, top)) top = cell;
      if (i4(lows, cell) < i4(lows, bottom)) bottom = cell;
      sum += f8(own, cell);
    }
    put8(out, made, price(open, begin));
    put8(out, count + made, price(highs, top));
    put8(out, 2 * count + made, price(lows, bottom));
    put8(out, 3 * count + made, price(close, end - 1));
    put8(out, 4 * count + made, sum);
  }
  return made;
}
/** Bytes of the pyramid of a line: 8 a cell. */
export function line_bytes(capacity: i32): i32 {
  return (pyramid_bytes(capacity) >> 1) + 16;
}
function line_at(pyramid: usize, capacity: i32, level: i32): usize {
  let at = pyramid;
  for (let below: i32 = 1; below < level; below++) at += usize(cells(capacity, below) * 8);
  return at;
}
/** Fill the pyramid of a line from bar `from` on: least and greatest value of each cell, NaN where there is none. */
export function line_fill(line: usize, n: i32, pyramid: usize, capacity: i32, from: i32): void {
  for (let level: i32 = 1; level <= LEVELS; level++) {
    const own = line_at(pyramid, capacity, level), width = usize(cells(capacity, level) * 4);
    const below = level == 1 ? line : line_at(pyramid, capacity, level - 1);
    const above = level == 1 ? line : below + usize(cells(capacity, level - 1) * 4);
    const known: i32 = ((n - 1) >> (3 * (level - 1))) + 1;
    const last: i32 = (n - 1) >> (3 * level);
    for (let cell: i32 = from >> (3 * level); cell <= last; cell++) {
      let least: f64 = Infinity, most: f64 = -Infinity;
      const begin: i32 = cell << 3;
      const end: i32 = begin + 8 < known ? begin + 8 : known;
      for (let i = begin; i < end; i++) {
        const a = f4(below, i), b = f4(above, i);
        if (a < least) least = a;
        if (b > most) most = b;
      }
      put4(own, cell, least < Infinity ? least : NaN);
      put4(own + width, cell, most > -Infinity ? most : NaN);
    }
  }
}
/** First, least, greatest and last value of a line in each bucket, four f64 runs of `count`. */
export function line_lod(
  line: usize, n: i32, pyramid: usize, capacity: i32, first: i32, power: i32, count: i32, out: usize
): i32 {
  const level: i32 = (power / 3) | 0;
  const shift: i32 = 3 * level;
  const per: i32 = 1 << power;
  const lower = level ? line_at(pyramid, capacity, level) : line;
  const upper = level ? lower + usize(cells(capacity, level) * 4) : line;
  let made: i32 = 0;
  for (let begin = first; begin < n && made < count; begin += per, made++) {
    const end: i32 = begin + per < n ? begin + per : n;
    const stop: i32 = (end - 1) >> shift;
    let least: f64 = NaN, most: f64 = NaN;
    for (let cell: i32 = begin >> shift; cell <= stop; cell++) {
      const a = f4(lower, cell), b = f4(upper, cell);
      if (!(a >= least)) least = a == a ? a : least;
      if (!(b <= most)) most = b == b ? b : most;
    }
    put8(out, made, f4(line, begin));
    put8(out, count + made, least);
    put8(out, 2 * count + made, most);
    put8(out, 3 * count + made, f4(line, end - 1));
  }
  return made;
}
/** The last known close of another symbol at each bar's start: NaN before its first. Starts are ascending minutes. */
export function align(starts: usize, n: i32, others: usize, m: i32, closes: usize, others_scale: f64, out: usize): void {
  let at: i32 = -1;
  for (let i: i32 = 0; i < n; i++) {
    while (at + 1 < m && i4(others, at + 1) <= i4(starts, i)) at++;
    put4(out, i, at < 0 ? NaN : f64(i4(closes, at)) / others_scale);
  }
}
/** Row of the last bar that begins at or before a minute, -1 before the first. */
export function find(starts: usize, n: i32, minute: i32): i32 {
  let low: i32 = 0, high: i32 = n;
  while (low < high) {
    const middle: i32 = (low + high) >> 1;
    if (i4(starts, middle) <= minute) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
