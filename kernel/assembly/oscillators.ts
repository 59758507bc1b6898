// Oscillators and volume. Rings of the last values live in memory that is given back.
import { f8, i4, mark, nothing, price, put4, put8, release, reserve } from "./memory";

/** Relative strength; NaN as long as the price has never moved. Changes are whole ticks: their scale falls out. */
export function rsi(close: usize, n: i32, period: i32, out: usize): void {
  nothing(out, 0, n < period ? n : period);
  const fresh: f64 = 1 / f64(period), kept: f64 = 1 - fresh;
  let gain: f64 = 0, loss: f64 = 0;
  let has_moved: bool = false;
  for (let i: i32 = 1; i < n; i++) {
    const change: i32 = i4(close, i) - i4(close, i - 1);
    if (change != 0) has_moved = true;
    const up: f64 = change > 0 ? f64(change) : 0, down: f64 = change < 0 ? -f64(change) : 0;
    if (i <= period) {
      gain += up * fresh;
      loss += down * fresh;
      if (i < period) continue;
    } else {
      gain = gain * kept + up * fresh;
      loss = loss * kept + down * fresh;
    }
    const sum: f64 = gain + loss;
    put4(out, i, has_moved ? (sum > 0 ? 100 * (gain / sum) : 0) : NaN);
  }
}
function ring_sum(ring: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < count; i++) sum += f8(ring, i);
  return sum;
}
/** %K and %D: the close within the range of the period, averaged, and its average. 0 while the range is zero. */
export function stochastic(
  high: usize, low: usize, close: usize, n: i32, period: i32, smooth: i32, signal: i32, fast: usize, slow: usize
): void {
  const first: i32 = period + smooth + signal - 3;
  nothing(fast, 0, n < first ? n : first);
  nothing(slow, 0, n < first ? n : first);
  const kept = mark();
  const raw = reserve(smooth * 8), smoothed = reserve(signal * 8);
  let top: i32 = -1, bottom: i32 = -1;
  for (let i = period - 1; i < n; i++) {
    const begin: i32 = i - period + 1;
    if (top < begin) {
      top = begin;
      for (let j = begin + 1; j <= i; j++) if (price(high, j) >= price(high, top)) top = j;
    } else if (price(high, i) >= price(high, top)) top = i;
    if (bottom < begin) {
      bottom = begin;
      for (let j = begin + 1; j <= i; j++) if (price(low, j) <= price(low, bottom)) bottom = j;
    } else if (price(low, i) <= price(low, bottom)) bottom = i;
    const l: f64 = price(low, bottom), range: f64 = price(high, top) - l;
    const seen: i32 = i - period + 1;
    put8(raw, seen % smooth, range != 0 ? (100 * (price(close, i) - l)) / range : 0);
    if (seen < smooth - 1) continue;
    const value: f64 = ring_sum(raw, smooth) / f64(smooth);
    put8(smoothed, (seen - smooth + 1) % signal, value);
    if (i < first) continue;
    put4(fast, i, value);
    put4(slow, i, ring_sum(smoothed, signal) / f64(signal));
  }
  release(kept);
}
/**
 * The typical price's distance from its mean in 0.015 mean deviations. Three times the price and its sums are whole ticks:
 * a price on its mean is exactly on it.
 */
export function cci(high: usize, low: usize, close: usize, n: i32, period: i32, out: usize): void {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  const kept = mark();
  const ring = reserve(period * 8);
  const p: f64 = f64(period);
  let sum: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    const typical: f64 = f64(i4(high, i)) + f64(i4(low, i)) + f64(i4(close, i));
    if (i >= period) sum -= f8(ring, i % period);
    put8(ring, i % period, typical);
    sum += typical;
    if (i < period - 1) continue;
    let deviation: f64 = 0;
    for (let j: i32 = 0; j < period; j++) deviation += Math.abs(f8(ring, j) * p - sum);
    const distance: f64 = typical * p - sum;
    put4(out, i, deviation > 0 ? distance / (0.015 * (deviation / p)) : 0);
  }
  release(kept);
}
/** Average directional index, plus and minus indicators. */
export function adx(
  high: usize, low: usize, close: usize, n: i32, period: i32, index: usize, plus: usize, minus: usize
): void {
  nothing(index, 0, n < 2 * period - 1 ? n : 2 * period - 1);
  nothing(plus, 0, n < period ? n : period);
  nothing(minus, 0, n < period ? n : period);
  const p: f64 = f64(period);
  let up: f64 = 0, down: f64 = 0, range: f64 = 0, average: f64 = 0;
  for (let i: i32 = 1; i < n; i++) {
    const rise: f64 = price(high, i) - price(high, i - 1), fall: f64 = price(low, i - 1) - price(low, i);
    const before = price(close, i - 1);
    let now: f64 = price(high, i) - price(low, i);
    now = Math.max(now, Math.max(Math.abs(price(high, i) - before), Math.abs(price(low, i) - before)));
    if (i >= period) {
      up -= up / p;
      down -= down / p;
      range -= range / p;
    }
    if (fall > 0 && rise < fall) down += fall;
    else if (rise > 0 && rise > fall) up += rise;
    range += now;
    if (i < period) continue;
    const a: f64 = range > 0 ? 100 * (up / range) : 0, b: f64 = range > 0 ? 100 * (down / range) : 0;
    put4(plus, i, a);
    put4(minus, i, b);
    const sum: f64 = a + b;
    if (i < 2 * period) {
      average += sum > 0 ? (100 * Math.abs(a - b)) / sum : 0;
      if (i == 2 * period - 1) average /= p;
    } else if (sum > 0) average = (average * (p - 1) + (100 * Math.abs(a - b)) / sum) / p;
    if (i >= 2 * period - 1) put4(index, i, average);
  }
}
/** On-balance volume, from the first bar's volume on. */
export function obv(close: usize, volume: usize, n: i32, out: usize): void {
  let sum: f64 = n > 0 ? f8(volume, 0) : 0;
  for (let i: i32 = 0; i < n; i++) {
    const change: f64 = i > 0 ? price(close, i) - price(close, i - 1) : 0;
    if (change > 0) sum += f8(volume, i);
    else if (change < 0) sum -= f8(volume, i);
    put4(out, i, sum);
  }
}
// The flow of a bar: its typical price times its volume, negative where that price fell. Whole ticks tell rising from
// falling, so that the noise of the last binary digit is no rise.
function flow_at(high: usize, low: usize, close: usize, volume: usize, at: i32): f64 {
  const now: f64 = f64(i4(high, at)) + f64(i4(low, at)) + f64(i4(close, at));
  const before: f64 = f64(i4(high, at - 1)) + f64(i4(low, at - 1)) + f64(i4(close, at - 1));
  const flow: f64 = ((price(high, at) + price(low, at) + price(close, at)) / 3) * f8(volume, at);
  return now > before ? flow : now < before ? -flow : 0;
}
/** Money flow index; NaN as long as no money has flown. */
export function mfi(
  high: usize, low: usize, close: usize, volume: usize, n: i32, period: i32, out: usize
): void {
  nothing(out, 0, n < period ? n : period);
  let gain: f64 = 0, loss: f64 = 0;
  let has_flown: bool = false;
  for (let i: i32 = 1; i < n; i++) {
    const flow = flow_at(high, low, close, volume, i);
    if (flow != 0) has_flown = true;
    if (flow > 0) gain += flow;
    else loss -= flow;
    if (i > period) {
      const old = flow_at(high, low, close, volume, i - period);
      if (old > 0) gain -= old;
      else loss += old;
    }
    if (i < period) continue;
    const sum: f64 = gain + loss;
    put4(out, i, has_flown ? (sum < 1 ? 0 : 100 * (gain / sum)) : NaN);
  }
}
// The level that a price lies in: edges are `bottom + k * size`, as the server has them.
function level_of(value: f64, bottom: f64, size: f64, levels: i32): i32 {
  let found: i32 = i32(Math.floor((value - bottom) / size));
  if (value < bottom + f64(found) * size) found--;
  else if (value >= bottom + (f64(found) + 1) * size) found++;
  return found < 0 ? 0 : found >= levels ? levels - 1 : found;
}
/** Volume by price of the bars [from, to): each bar's volume spread evenly over its range into `levels` f64 cells. */
export function volume_profile(
  high: usize, low: usize, volume: usize, from: i32, to: i32, bottom: f64, top: f64, levels: i32, out: usize
): void {
  for (let k: i32 = 0; k < levels; k++) put8(out, k, 0);
  const size: f64 = (top - bottom) / f64(levels);
  if (!(size > 0)) return;
  for (let i = from; i < to; i++) {
    const h = price(high, i), l = price(low, i), traded = f8(volume, i);
    if (!(traded > 0)) continue;
    const first: i32 = level_of(l, bottom, size, levels), last: i32 = level_of(h, bottom, size, levels);
    for (let k = first; k <= last; k++) {
      const from_price: f64 = Math.max(l, bottom + f64(k) * size), to_price: f64 = Math.min(h, bottom + (f64(k) + 1) * size);
      const share: f64 = h > l ? Math.max(0, to_price - from_price) / (h - l) : k == first ? 1 : 0;
      put8(out, k, f8(out, k) + traded * share);
    }
  }
}
