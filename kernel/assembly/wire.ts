// The compact form of candles (docs/candle-format.md) into columns.
import { f8, f8_any, i4, put8, puti, u1 } from "./memory";

// A plane split by byte as a column of whole numbers; `sign` for signed planes.
function spread(plane: usize, n: i32, width: i32, sign: bool, out: usize): void {
  if (width == 0) for (let i: i32 = 0; i < n; i++) puti(out, i, 0);
  else if (width == 1) {
    const over: i32 = sign ? 128 : 256;
    for (let i: i32 = 0; i < n; i++) {
      const one = u1(plane, i);
      puti(out, i, one < over ? one : one - 256);
    }
  } else if (width == 2) {
    const over: i32 = sign ? 32768 : 65536;
    for (let i: i32 = 0; i < n; i++) {
      const two: i32 = u1(plane, i) | (u1(plane, n + i) << 8);
      puti(out, i, two < over ? two : two - 65536);
    }
  } else for (let i: i32 = 0; i < n; i++) puti(out, i, four(plane, n, i));
}
function four(plane: usize, n: i32, at: i32): i32 {
  return u1(plane, at) | (u1(plane, n + at) << 8) | (u1(plane, 2 * n + at) << 16) | (u1(plane, 3 * n + at) << 24);
}
// Value `at` of an unsigned plane.
function value(plane: usize, n: i32, width: i32, at: i32): f64 {
  if (width == 0) return 0;
  if (width == 1) return f64(u1(plane, at));
  if (width == 2) return f64(u1(plane, at) | (u1(plane, n + at) << 8));
  if (width == 8) return f8_any(plane + usize(at * 8));
  const found = four(plane, n, at);
  return found >= 0 ? f64(found) : f64(found) + 4294967296;
}
function power(places: i32): f64 {
  let found: f64 = 1;
  for (let i: i32 = 0; i < places; i++) found *= 10;
  return found;
}
function to_ticks(price: f64, scale: f64): i32 {
  return i32(Math.floor(price * scale + 0.5));
}
// Starts in minutes; `first` and `step` are seconds.
function put_starts(plane: usize, n: i32, width: i32, first: f64, step: f64, out: usize): void {
  let when: f64 = first;
  if (width == 0 && step == 60 && first % 60 == 0) {
    const minute: i32 = i32(first / 60);
    for (let i: i32 = 0; i < n; i++) puti(out, i, minute + i);
  } else for (let i: i32 = 0; i < n; i++) {
    if (i > 0) when += (value(plane, n, width, i) + 1) * step;
    puti(out, i, i32(Math.floor(when / 60)));
  }
}
function put_volumes(plane: usize, n: i32, width: i32, units: f64, out: usize): void {
  if (width == 8) for (let i: i32 = 0; i < n; i++) put8(out, i, f8_any(plane + usize(i * 8)));
  else if (width == 2 && units == 1) for (let i: i32 = 0; i < n; i++) put8(out, i, f64(u1(plane, i) | (u1(plane, n + i) << 8)));
  else for (let i: i32 = 0; i < n; i++) put8(out, i, value(plane, n, width, i) / units);
}
// Columns hold the changes of a chunk and become its prices; returns the highest in ticks of the chunk.
function sum_prices(n: i32, base: f64, factor: f64, open: usize, high: usize, low: usize, close: usize): f64 {
  let c: f64 = base, top: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    const o: f64 = c + f64(i4(open, i));
    c = o + f64(i4(close, i));
    const h: f64 = Math.max(o, c) + f64(i4(high, i)), l: f64 = Math.min(o, c) - f64(i4(low, i));
    puti(open, i, factor == 1 ? i32(o) : to_ticks(o, factor));
    puti(high, i, factor == 1 ? i32(h) : to_ticks(h, factor));
    puti(low, i, factor == 1 ? i32(l) : to_ticks(l, factor));
    puti(close, i, factor == 1 ? i32(c) : to_ticks(c, factor));
    if (h > top) top = h;
  }
  return top;
}
// Prices that come as they are.
function put_prices(plane: usize, n: i32, scale: f64, out: usize): f64 {
  let top: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    const found: f64 = f8_any(plane + usize(i * 8));
    puti(out, i, to_ticks(found, scale));
    if (found > top) top = found;
  }
  return top;
}
/**
 * Write the bars of one chunk at `source` into columns from row `at` on, prices in `scale` ticks, starts in minutes.
 * Returns the highest price: where it has no room in `scale` ticks the chunk must be decoded again with fewer.
 */
export function decode(
  source: usize, at: i32, scale: f64, starts: usize, open: usize, high: usize, low: usize, close: usize, volume: usize
): f64 {
  const n = i4(source, 2), step = f64(i4(source, 3)), skip = usize(at * 4);
  const ticks: f64 = power(u1(source, 32)), units: f64 = power(u1(source, 33));
  const wt = u1(source, 35), wo = u1(source, 36), wc = u1(source, 37), wh = u1(source, 38), wl = u1(source, 39);
  const wv = u1(source, 40);
  const times = source + 48, opens = times + usize(n * wt), closes = opens + usize(n * wo);
  const highs = closes + usize(n * wc), lows = highs + usize(n * wh), volumes = lows + usize(n * wl);
  put_starts(times, n, wt, f8(source, 2), step, starts + skip);
  put_volumes(volumes, n, wv, units, volume + 2 * skip);
  if (wo == 8) {
    put_prices(opens, n, scale, open + skip);
    put_prices(closes, n, scale, close + skip);
    put_prices(lows, n, scale, low + skip);
    return put_prices(highs, n, scale, high + skip);
  }
  spread(opens, n, wo, true, open + skip);
  spread(closes, n, wc, true, close + skip);
  spread(highs, n, wh, false, high + skip);
  spread(lows, n, wl, false, low + skip);
  return sum_prices(n, f8(source, 3), scale / ticks, open + skip, high + skip, low + skip, close + skip) / ticks;
}
/** Restate ticks in another scale. */
export function rescale(column: usize, n: i32, factor: f64): void {
  for (let i: i32 = 0; i < n; i++) puti(column, i, to_ticks(f64(i4(column, i)), factor));
}
