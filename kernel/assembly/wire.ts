// The compact form of candles (docs/candle-format.md) into columns.
import { f8, f8_any, i4, put8, puti, u1 } from "./memory";

// Value `at` of a plane split by byte; `sign` for signed planes.
function value(plane: usize, n: i32, width: i32, at: i32, sign: bool): f64 {
  if (width == 0) return 0;
  if (width == 1) {
    const one = u1(plane, at);
    return f64(sign && one > 127 ? one - 256 : one);
  }
  if (width == 2) {
    const two: i32 = u1(plane, at) | (u1(plane, n + at) << 8);
    return f64(sign && two > 32767 ? two - 65536 : two);
  }
  const four: i32 = u1(plane, at) | (u1(plane, n + at) << 8) | (u1(plane, 2 * n + at) << 16) | (u1(plane, 3 * n + at) << 24);
  return sign || four >= 0 ? f64(four) : f64(four) + 4294967296;
}
function power(places: i32): f64 {
  let found: f64 = 1;
  for (let i: i32 = 0; i < places; i++) found *= 10;
  return found;
}
function to_ticks(price: f64, scale: f64): i32 {
  return i32(Math.floor(price * scale + 0.5));
}
/**
 * Write the bars of one chunk at `source` into columns from row `at` on, prices in `scale` ticks, starts in minutes.
 * Returns the highest price: where it has no room in `scale` ticks the chunk must be decoded again with fewer.
 */
export function decode(
  source: usize, at: i32, scale: f64, starts: usize, open: usize, high: usize, low: usize, close: usize, volume: usize
): f64 {
  const n = i4(source, 2), step = f64(i4(source, 3));
  const ticks: f64 = power(u1(source, 32)), units: f64 = power(u1(source, 33));
  const wt = u1(source, 35), wo = u1(source, 36), wc = u1(source, 37), wh = u1(source, 38), wl = u1(source, 39);
  const wv = u1(source, 40);
  const times = source + 48, opens = times + usize(n * wt), closes = opens + usize(n * wo);
  const highs = closes + usize(n * wc), lows = highs + usize(n * wh), volumes = lows + usize(n * wl);
  let when: f64 = f8(source, 2), c: f64 = f8(source, 3), o: f64 = 0, top: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    if (i > 0) when += ((wt == 8 ? f8_any(times + usize(i * 8)) : value(times, n, wt, i, false)) + 1) * step;
    let h: f64 = 0, l: f64 = 0, factor: f64 = scale / ticks;
    if (wo == 8) {
      o = f8_any(opens + usize(i * 8));
      c = f8_any(closes + usize(i * 8));
      h = f8_any(highs + usize(i * 8));
      l = f8_any(lows + usize(i * 8));
      factor = scale;
    } else {
      o = c + value(opens, n, wo, i, true);
      c = o + value(closes, n, wc, i, true);
      h = Math.max(o, c) + value(highs, n, wh, i, false);
      l = Math.min(o, c) - value(lows, n, wl, i, false);
    }
    const row: i32 = at + i;
    puti(starts, row, i32(Math.floor(when / 60)));
    puti(open, row, to_ticks(o, factor));
    puti(high, row, to_ticks(h, factor));
    puti(low, row, to_ticks(l, factor));
    puti(close, row, to_ticks(c, factor));
    put8(volume, row, wv == 8 ? f8_any(volumes + usize(i * 8)) : value(volumes, n, wv, i, false) / units);
    const reached: f64 = wo == 8 ? h : h / ticks;
    if (reached > top) top = reached;
  }
  return top;
}
/** Restate ticks in another scale. */
export function rescale(column: usize, n: i32, factor: f64): void {
  for (let i: i32 = 0; i < n; i++) puti(column, i, to_ticks(f64(i4(column, i)), factor));
}
