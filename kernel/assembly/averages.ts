// Averages and what is built on them. Warm-up is NaN. Outputs are f32 columns, all sums are f64.
import { f8, i4, nothing, price, put4, tick_scale } from "./memory";

export function sma(close: usize, n: i32, period: i32, out: usize): void {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  const whole: f64 = f64(period) * tick_scale();
  let sum: f64 = 0; // of whole ticks, so that nothing is lost
  for (let i: i32 = 0; i < n; i++) {
    sum += f64(i4(close, i));
    if (i < period - 1) continue;
    put4(out, i, sum / whole);
    sum -= f64(i4(close, i - period + 1));
  }
}
export function ema(close: usize, n: i32, period: i32, out: usize): void {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  if (n < period) return;
  const k: f64 = 2 / (f64(period) + 1);
  let value: f64 = 0;
  for (let i: i32 = 0; i < period; i++) value += price(close, i);
  value /= f64(period);
  put4(out, period - 1, value);
  for (let i = period; i < n; i++) {
    value += (price(close, i) - value) * k;
    put4(out, i, value);
  }
}
export function wma(close: usize, n: i32, period: i32, out: usize): void {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  if (n < period) return;
  const divider: f64 = (f64(period) * (f64(period) + 1)) / 2;
  let weighted: f64 = 0, sum: f64 = 0, trailing: f64 = 0;
  for (let i: i32 = 0; i < period - 1; i++) {
    sum += price(close, i);
    weighted += price(close, i) * (f64(i) + 1);
  }
  for (let i = period - 1; i < n; i++) {
    const value = price(close, i);
    sum += value - trailing;
    weighted += value * f64(period);
    trailing = price(close, i - period + 1);
    put4(out, i, weighted / divider);
    weighted -= sum;
  }
}
/**
 * Lower edge, middle and upper edge: the average and `deviations` population deviations around it. Sums are of whole ticks
 * around a price that is chosen anew every period, so that they are exact: nothing is lost where prices hardly move.
 */
export function bollinger(
  close: usize, n: i32, period: i32, deviations: f64, lower: usize, middle: usize, upper: usize
): void {
  const warm: i32 = n < period - 1 ? n : period - 1;
  nothing(lower, 0, warm);
  nothing(middle, 0, warm);
  nothing(upper, 0, warm);
  const p: f64 = f64(period), whole: f64 = p * tick_scale();
  let sum: f64 = 0, squares: f64 = 0, around: f64 = 0;
  let left: i32 = 0; // bars until the price is chosen anew
  for (let i = period - 1; i < n; i++, left--) {
    const begin: i32 = i - period + 1;
    if (left == 0) {
      left = period;
      around = f64(i4(close, i));
      sum = 0;
      squares = 0;
      for (let j = begin; j <= i; j++) {
        const off: f64 = f64(i4(close, j)) - around;
        sum += off;
        squares += off * off;
      }
    } else {
      const off: f64 = f64(i4(close, i)) - around, old: f64 = f64(i4(close, begin - 1)) - around;
      sum += off - old;
      squares += off * off - old * old;
    }
    const mean: f64 = (around * p + sum) / whole;
    const spread: f64 = p * squares - sum * sum;
    const reach: f64 = spread > 0 ? (Math.sqrt(spread) / whole) * deviations : 0;
    put4(lower, i, mean - reach);
    put4(middle, i, mean);
    put4(upper, i, mean + reach);
  }
}
/** Line, signal and histogram; both averages are seeded on the same bar. */
export function macd(
  close: usize, n: i32, fast: i32, slow: i32, signal: i32, line: usize, average: usize, histogram: usize
): void {
  const first: i32 = slow + signal - 2;
  nothing(line, 0, n < first ? n : first);
  nothing(average, 0, n < first ? n : first);
  nothing(histogram, 0, n < first ? n : first);
  if (n <= first) return;
  const kf: f64 = 2 / (f64(fast) + 1), ks: f64 = 2 / (f64(slow) + 1), kn: f64 = 2 / (f64(signal) + 1);
  let a: f64 = 0, b: f64 = 0, s: f64 = 0;
  for (let i: i32 = 0; i < slow; i++) {
    b += price(close, i);
    if (i >= slow - fast) a += price(close, i);
  }
  a /= f64(fast);
  b /= f64(slow);
  for (let i = slow - 1; i < n; i++) {
    if (i >= slow) {
      a += (price(close, i) - a) * kf;
      b += (price(close, i) - b) * ks;
    }
    const value: f64 = a - b;
    if (i < first) {
      s += value;
      continue;
    }
    s = i == first ? (s + value) / f64(signal) : s + (value - s) * kn;
    put4(line, i, value);
    put4(average, i, s);
    put4(histogram, i, value - s);
  }
}
/**
 * Average price by volume since each session began. A session is a local day: `zone` holds pairs (first minute, minutes
 * to add for local time). NaN until a session has traded.
 */
export function vwap(
  starts: usize, high: usize, low: usize, close: usize, volume: usize, n: i32, zone: usize, steps: i32, out: usize
): void {
  let step: i32 = 0, day: i32 = -2147483648;
  let value: f64 = 0, traded: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    while (step + 1 < steps && i4(zone, 2 * step + 2) <= i4(starts, i)) step++;
    const local: i32 = i32(Math.floor(f64(i4(starts, i) + i4(zone, 2 * step + 1)) / 1440));
    if (local != day) {
      day = local;
      value = 0;
      traded = 0;
    }
    value += f8(volume, i) * ((price(high, i) + price(low, i) + price(close, i)) / 3);
    traded += f8(volume, i);
    put4(out, i, traded > 0 ? value / traded : NaN);
  }
}
/** Average price by volume since bar `first`. */
export function anchored_vwap(
  high: usize, low: usize, close: usize, volume: usize, n: i32, first: i32, out: usize
): void {
  nothing(out, 0, first < n ? first : n);
  let value: f64 = 0, traded: f64 = 0;
  for (let i = first; i < n; i++) {
    value += f8(volume, i) * ((price(high, i) + price(low, i) + price(close, i)) / 3);
    traded += f8(volume, i);
    put4(out, i, traded > 0 ? value / traded : NaN);
  }
}
