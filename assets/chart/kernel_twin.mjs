// The plain JavaScript twin of kernel.wasm, written by kernel/build.mjs. Do not edit.
"use strict";
const i32 = (value) => value | 0, f64 = Number, usize = Number;

// portable_memory.mjs
var HEAP = 1024;
var PAGE = 65536;
var scale = 1;
var free = HEAP;
var buffer;
var F4;
var F8;
var I4;
var U1;
function resize(bytes) {
  const grown = new ArrayBuffer(bytes);
  if (buffer) new Uint8Array(grown).set(U1);
  buffer = grown;
  [F4, F8, I4, U1] = [new Float32Array(grown), new Float64Array(grown), new Int32Array(grown), new Uint8Array(grown)];
}
resize(PAGE);
var memory = {
  get buffer() {
    return buffer;
  }
};
function set_scale(ticks) {
  scale = ticks;
}
var tick_scale = () => scale;
function reserve(bytes) {
  const found = free;
  free += bytes + 15 & ~15;
  if (free > buffer.byteLength) resize(Math.ceil(free / PAGE) * PAGE);
  return found;
}
var mark = () => reserve(0);
function release(to) {
  free = to;
}
var f4 = (column, at) => F4[(column >> 2) + at];
function put4(column, at, value2) {
  F4[(column >> 2) + at] = value2;
}
var i4 = (column, at) => I4[(column >> 2) + at];
function puti(column, at, value2) {
  I4[(column >> 2) + at] = value2;
}
var f8 = (column, at) => F8[(column >> 3) + at];
function put8(column, at, value2) {
  F8[(column >> 3) + at] = value2;
}
var u1 = (column, at) => U1[column + at];
var f8_any = (address) => new DataView(buffer).getFloat64(address, true);
var price = (column, at) => I4[(column >> 2) + at] / scale;
function nothing(column, from, to) {
  F4.fill(NaN, column / 4 + from, column / 4 + to);
}

// assembly/bars.ts
var LEVELS = 7;
function cells(capacity, level) {
  return (capacity >> 3 * level) + 2;
}
function pyramid_bytes(capacity) {
  let count = 0;
  for (let level = 1; level <= LEVELS; level++) count += cells(capacity, level);
  return count * 16 + 16;
}
function level_at(pyramid, capacity, level) {
  let at = pyramid;
  for (let below = 1; below < level; below++) at += usize(cells(capacity, below) * 16);
  return at;
}
function fill_cell(high, low, volume, n, pyramid, capacity, level, cell) {
  const own = level_at(pyramid, capacity, level);
  const width = cells(capacity, level);
  const from = cell << 3;
  let top = -2147483648, bottom = 2147483647, sum = 0;
  let end = from + 8;
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
    const known = (n - 1 >> 3 * (level - 1)) + 1;
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
function pyramid_fill(high, low, volume, n, pyramid, capacity, from) {
  for (let level = 1; level <= LEVELS; level++) {
    const last = n - 1 >> 3 * level;
    for (let cell = from >> 3 * level; cell <= last; cell++) {
      fill_cell(high, low, volume, n, pyramid, capacity, level, cell);
    }
  }
}
function lod(open, high, low, close, volume, n, pyramid, capacity, first, power2, count, out) {
  const level = power2 / 3 | 0;
  const shift = 3 * level;
  const per = 1 << power2;
  const own = level ? level_at(pyramid, capacity, level) : volume;
  const width = level ? cells(capacity, level) : 0;
  const highs = level ? own + usize(width * 8) : high;
  const lows = level ? own + usize(width * 12) : low;
  let made = 0;
  for (let begin = first; begin < n && made < count; begin += per, made++) {
    const end = begin + per < n ? begin + per : n;
    let top = begin >> shift, bottom = top, sum = 0;
    const stop = end - 1 >> shift;
    for (let cell = begin >> shift; cell <= stop; cell++) {
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
function line_bytes(capacity) {
  return (pyramid_bytes(capacity) >> 1) + 16;
}
function line_at(pyramid, capacity, level) {
  let at = pyramid;
  for (let below = 1; below < level; below++) at += usize(cells(capacity, below) * 8);
  return at;
}
function line_fill(line, n, pyramid, capacity, from) {
  for (let level = 1; level <= LEVELS; level++) {
    const own = line_at(pyramid, capacity, level), width = usize(cells(capacity, level) * 4);
    const below = level == 1 ? line : line_at(pyramid, capacity, level - 1);
    const above = level == 1 ? line : below + usize(cells(capacity, level - 1) * 4);
    const known = (n - 1 >> 3 * (level - 1)) + 1;
    const last = n - 1 >> 3 * level;
    for (let cell = from >> 3 * level; cell <= last; cell++) {
      let least = Infinity, most = -Infinity;
      const begin = cell << 3;
      const end = begin + 8 < known ? begin + 8 : known;
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
function line_lod(line, n, pyramid, capacity, first, power2, count, out) {
  const level = power2 / 3 | 0;
  const shift = 3 * level;
  const per = 1 << power2;
  const lower = level ? line_at(pyramid, capacity, level) : line;
  const upper = level ? lower + usize(cells(capacity, level) * 4) : line;
  let made = 0;
  for (let begin = first; begin < n && made < count; begin += per, made++) {
    const end = begin + per < n ? begin + per : n;
    const stop = end - 1 >> shift;
    let least = NaN, most = NaN;
    for (let cell = begin >> shift; cell <= stop; cell++) {
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
function align(starts, n, others, m, closes, others_scale, out) {
  let at = -1;
  for (let i = 0; i < n; i++) {
    while (at + 1 < m && i4(others, at + 1) <= i4(starts, i)) at++;
    put4(out, i, at < 0 ? NaN : f64(i4(closes, at)) / others_scale);
  }
}
function find(starts, n, minute) {
  let low = 0, high = n;
  while (low < high) {
    const middle = low + high >> 1;
    if (i4(starts, middle) <= minute) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// assembly/averages.ts
function sma(close, n, period, out) {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  const whole = f64(period) * tick_scale();
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += f64(i4(close, i));
    if (i < period - 1) continue;
    put4(out, i, sum / whole);
    sum -= f64(i4(close, i - period + 1));
  }
}
function ema(close, n, period, out) {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  if (n < period) return;
  const k = 2 / (f64(period) + 1);
  let value2 = 0;
  for (let i = 0; i < period; i++) value2 += price(close, i);
  value2 /= f64(period);
  put4(out, period - 1, value2);
  for (let i = period; i < n; i++) {
    value2 += (price(close, i) - value2) * k;
    put4(out, i, value2);
  }
}
function wma(close, n, period, out) {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  if (n < period) return;
  const divider = f64(period) * (f64(period) + 1) / 2;
  let weighted = 0, sum = 0, trailing = 0;
  for (let i = 0; i < period - 1; i++) {
    sum += price(close, i);
    weighted += price(close, i) * (f64(i) + 1);
  }
  for (let i = period - 1; i < n; i++) {
    const value2 = price(close, i);
    sum += value2 - trailing;
    weighted += value2 * f64(period);
    trailing = price(close, i - period + 1);
    put4(out, i, weighted / divider);
    weighted -= sum;
  }
}
function bollinger(close, n, period, deviations, lower, middle, upper) {
  const warm = n < period - 1 ? n : period - 1;
  nothing(lower, 0, warm);
  nothing(middle, 0, warm);
  nothing(upper, 0, warm);
  const p = f64(period), whole = p * tick_scale();
  let sum = 0, squares = 0, around = 0;
  let left = 0;
  for (let i = period - 1; i < n; i++, left--) {
    const begin = i - period + 1;
    if (left == 0) {
      left = period;
      around = f64(i4(close, i));
      sum = 0;
      squares = 0;
      for (let j = begin; j <= i; j++) {
        const off = f64(i4(close, j)) - around;
        sum += off;
        squares += off * off;
      }
    } else {
      const off = f64(i4(close, i)) - around, old = f64(i4(close, begin - 1)) - around;
      sum += off - old;
      squares += off * off - old * old;
    }
    const mean = (around * p + sum) / whole;
    const spread2 = p * squares - sum * sum;
    const reach = spread2 > 0 ? Math.sqrt(spread2) / whole * deviations : 0;
    put4(lower, i, mean - reach);
    put4(middle, i, mean);
    put4(upper, i, mean + reach);
  }
}
function macd(close, n, fast, slow, signal, line, average, histogram) {
  const first = slow + signal - 2;
  nothing(line, 0, n < first ? n : first);
  nothing(average, 0, n < first ? n : first);
  nothing(histogram, 0, n < first ? n : first);
  if (n <= first) return;
  const kf = 2 / (f64(fast) + 1), ks = 2 / (f64(slow) + 1), kn = 2 / (f64(signal) + 1);
  let a = 0, b = 0, s = 0;
  for (let i = 0; i < slow; i++) {
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
    const value2 = a - b;
    if (i < first) {
      s += value2;
      continue;
    }
    s = i == first ? (s + value2) / f64(signal) : s + (value2 - s) * kn;
    put4(line, i, value2);
    put4(average, i, s);
    put4(histogram, i, value2 - s);
  }
}
function vwap(starts, high, low, close, volume, n, zone, steps, out) {
  let step = 0, day = -2147483648;
  let value2 = 0, traded = 0;
  for (let i = 0; i < n; i++) {
    while (step + 1 < steps && i4(zone, 2 * step + 2) <= i4(starts, i)) step++;
    const local = i32(Math.floor(f64(i4(starts, i) + i4(zone, 2 * step + 1)) / 1440));
    if (local != day) {
      day = local;
      value2 = 0;
      traded = 0;
    }
    value2 += f8(volume, i) * ((price(high, i) + price(low, i) + price(close, i)) / 3);
    traded += f8(volume, i);
    put4(out, i, traded > 0 ? value2 / traded : NaN);
  }
}
function anchored_vwap(high, low, close, volume, n, first, out) {
  nothing(out, 0, first < n ? first : n);
  let value2 = 0, traded = 0;
  for (let i = first; i < n; i++) {
    value2 += f8(volume, i) * ((price(high, i) + price(low, i) + price(close, i)) / 3);
    traded += f8(volume, i);
    put4(out, i, traded > 0 ? value2 / traded : NaN);
  }
}

// assembly/ranges.ts
function true_range(high, low, close, at) {
  const h = price(high, at), l = price(low, at), before = price(close, at - 1);
  let range = h - l;
  const up = Math.abs(h - before), down = Math.abs(l - before);
  if (up > range) range = up;
  if (down > range) range = down;
  return range;
}
function atr(high, low, close, n, period, out) {
  nothing(out, 0, n < period ? n : period);
  let value2 = 0;
  for (let i = 1; i < n; i++) {
    const range = true_range(high, low, close, i);
    if (i < period) {
      value2 += range;
      continue;
    }
    value2 = i == period ? (value2 + range) / f64(period) : (value2 * (f64(period) - 1) + range) / f64(period);
    put4(out, i, value2);
  }
}
function keltner(high, low, close, n, period, range_period, multiple, lower, middle, upper) {
  const first = range_period > period - 1 ? range_period : period - 1;
  nothing(lower, 0, n < first ? n : first);
  nothing(middle, 0, n < first ? n : first);
  nothing(upper, 0, n < first ? n : first);
  const k = 2 / (f64(period) + 1);
  let average = 0, range = 0;
  for (let i = 0; i < n; i++) {
    const value2 = price(close, i);
    if (i < period - 1) average += value2;
    else if (i == period - 1) average = (average + value2) / f64(period);
    else average += (value2 - average) * k;
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
function highest(column, at, period, known) {
  const first = at - period + 1;
  if (known >= first) return price(column, at) >= price(column, known) ? at : known;
  let best = first;
  for (let i = first + 1; i <= at; i++) if (price(column, i) >= price(column, best)) best = i;
  return best;
}
function lowest(column, at, period, known) {
  const first = at - period + 1;
  if (known >= first) return price(column, at) <= price(column, known) ? at : known;
  let best = first;
  for (let i = first + 1; i <= at; i++) if (price(column, i) <= price(column, best)) best = i;
  return best;
}
function donchian(high, low, n, period, lower, middle, upper) {
  const warm = n < period - 1 ? n : period - 1;
  if (lower) nothing(lower, 0, warm);
  if (upper) nothing(upper, 0, warm);
  nothing(middle, 0, warm);
  let top = -1, bottom = -1;
  for (let i = period - 1; i < n; i++) {
    top = highest(high, i, period, top);
    bottom = lowest(low, i, period, bottom);
    const h = price(high, top), l = price(low, bottom);
    if (lower) put4(lower, i, l);
    if (upper) put4(upper, i, h);
    put4(middle, i, (h + l) / 2);
  }
}
function ichimoku(high, low, close, n, conversion, base, span, short, middle, span_a, span_b, lagging) {
  donchian(high, low, n, conversion, 0, short, 0);
  donchian(high, low, n, base, 0, middle, 0);
  donchian(high, low, n, span, 0, span_b, 0);
  for (let i = n + base - 1; i >= 0; i--) {
    const from = i - base;
    put4(span_b, i, from < 0 ? NaN : f4(span_b, from));
    put4(span_a, i, from < 0 ? NaN : (f4(short, from) + f4(middle, from)) / 2);
  }
  for (let i = 0; i < n; i++) put4(lagging, i, i + base < n ? price(close, i + base) : NaN);
}
function put_side(below, above, at, stop, is_below) {
  put4(below, at, is_below ? stop : NaN);
  put4(above, at, is_below ? NaN : stop);
}
function parabolic_sar(high, low, n, step, most, below, above) {
  nothing(below, 0, n < 1 ? n : 1);
  nothing(above, 0, n < 1 ? n : 1);
  if (n < 2) return;
  const fall = price(low, 0) - price(low, 1), rise = price(high, 1) - price(high, 0);
  let is_long = !(fall > 0 && rise < fall);
  let extreme = is_long ? price(high, 1) : price(low, 1);
  let stop = is_long ? price(low, 0) : price(high, 0);
  let pace = step, h = price(high, 1), l = price(low, 1);
  for (let i = 1; i < n; i++) {
    const h0 = h, l0 = l;
    h = price(high, i);
    l = price(low, i);
    let drawn = stop;
    const turns = is_long ? l <= stop : h >= stop;
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
function supertrend(high, low, close, n, period, multiple, below, above) {
  nothing(below, 0, n < period ? n : period);
  nothing(above, 0, n < period ? n : period);
  let range = 0, floor = 0, ceiling = 0;
  let is_up = false;
  for (let i = 1; i < n; i++) {
    const now = true_range(high, low, close, i);
    if (i < period) {
      range += now;
      continue;
    }
    range = i == period ? (range + now) / f64(period) : (range * (f64(period) - 1) + now) / f64(period);
    const middle = (price(high, i) + price(low, i)) / 2;
    const lower = middle - multiple * range, upper = middle + multiple * range;
    const value2 = price(close, i);
    const before = i == period ? value2 : price(close, i - 1);
    if (i == period) {
      floor = lower;
      ceiling = upper;
    }
    if (lower > floor || before < floor) floor = lower;
    if (upper < ceiling || before > ceiling) ceiling = upper;
    if (!is_up && value2 > ceiling) is_up = true;
    else if (is_up && value2 < floor) is_up = false;
    put_side(below, above, i, is_up ? floor : ceiling, is_up);
  }
}

// assembly/wire.ts
function spread(plane, n, width, sign, out) {
  if (width == 0) for (let i = 0; i < n; i++) puti(out, i, 0);
  else if (width == 1) {
    const over = sign ? 128 : 256;
    for (let i = 0; i < n; i++) {
      const one = u1(plane, i);
      puti(out, i, one < over ? one : one - 256);
    }
  } else if (width == 2) {
    const over = sign ? 32768 : 65536;
    for (let i = 0; i < n; i++) {
      const two = u1(plane, i) | u1(plane, n + i) << 8;
      puti(out, i, two < over ? two : two - 65536);
    }
  } else for (let i = 0; i < n; i++) puti(out, i, four(plane, n, i));
}
function four(plane, n, at) {
  return u1(plane, at) | u1(plane, n + at) << 8 | u1(plane, 2 * n + at) << 16 | u1(plane, 3 * n + at) << 24;
}
function value(plane, n, width, at) {
  if (width == 0) return 0;
  if (width == 1) return f64(u1(plane, at));
  if (width == 2) return f64(u1(plane, at) | u1(plane, n + at) << 8);
  if (width == 8) return f8_any(plane + usize(at * 8));
  const found = four(plane, n, at);
  return found >= 0 ? f64(found) : f64(found) + 4294967296;
}
function power(places) {
  let found = 1;
  for (let i = 0; i < places; i++) found *= 10;
  return found;
}
function to_ticks(price2, scale2) {
  return i32(Math.floor(price2 * scale2 + 0.5));
}
function put_starts(plane, n, width, first, step, out) {
  let when = first;
  if (width == 0 && step == 60 && first % 60 == 0) {
    const minute = i32(first / 60);
    for (let i = 0; i < n; i++) puti(out, i, minute + i);
  } else for (let i = 0; i < n; i++) {
    if (i > 0) when += (value(plane, n, width, i) + 1) * step;
    puti(out, i, i32(Math.floor(when / 60)));
  }
}
function put_volumes(plane, n, width, units, out) {
  if (width == 8) for (let i = 0; i < n; i++) put8(out, i, f8_any(plane + usize(i * 8)));
  else if (width == 2 && units == 1) for (let i = 0; i < n; i++) put8(out, i, f64(u1(plane, i) | u1(plane, n + i) << 8));
  else for (let i = 0; i < n; i++) put8(out, i, value(plane, n, width, i) / units);
}
function sum_prices(n, base, factor, open, high, low, close) {
  let c = base, top = 0;
  for (let i = 0; i < n; i++) {
    const o = c + f64(i4(open, i));
    c = o + f64(i4(close, i));
    const h = Math.max(o, c) + f64(i4(high, i)), l = Math.min(o, c) - f64(i4(low, i));
    puti(open, i, factor == 1 ? i32(o) : to_ticks(o, factor));
    puti(high, i, factor == 1 ? i32(h) : to_ticks(h, factor));
    puti(low, i, factor == 1 ? i32(l) : to_ticks(l, factor));
    puti(close, i, factor == 1 ? i32(c) : to_ticks(c, factor));
    if (h > top) top = h;
  }
  return top;
}
function put_prices(plane, n, scale2, out) {
  let top = 0;
  for (let i = 0; i < n; i++) {
    const found = f8_any(plane + usize(i * 8));
    puti(out, i, to_ticks(found, scale2));
    if (found > top) top = found;
  }
  return top;
}
function decode(source, at, scale2, starts, open, high, low, close, volume) {
  const n = i4(source, 2), step = f64(i4(source, 3)), skip = usize(at * 4);
  const ticks = power(u1(source, 32)), units = power(u1(source, 33));
  const wt = u1(source, 35), wo = u1(source, 36), wc = u1(source, 37), wh = u1(source, 38), wl = u1(source, 39);
  const wv = u1(source, 40);
  const times = source + 48, opens = times + usize(n * wt), closes = opens + usize(n * wo);
  const highs = closes + usize(n * wc), lows = highs + usize(n * wh), volumes = lows + usize(n * wl);
  put_starts(times, n, wt, f8(source, 2), step, starts + skip);
  put_volumes(volumes, n, wv, units, volume + 2 * skip);
  if (wo == 8) {
    put_prices(opens, n, scale2, open + skip);
    put_prices(closes, n, scale2, close + skip);
    put_prices(lows, n, scale2, low + skip);
    return put_prices(highs, n, scale2, high + skip);
  }
  spread(opens, n, wo, true, open + skip);
  spread(closes, n, wc, true, close + skip);
  spread(highs, n, wh, false, high + skip);
  spread(lows, n, wl, false, low + skip);
  return sum_prices(n, f8(source, 3), scale2 / ticks, open + skip, high + skip, low + skip, close + skip) / ticks;
}
function rescale(column, n, factor) {
  for (let i = 0; i < n; i++) puti(column, i, to_ticks(f64(i4(column, i)), factor));
}

// assembly/oscillators.ts
function rsi(close, n, period, out) {
  nothing(out, 0, n < period ? n : period);
  const fresh = 1 / f64(period), kept = 1 - fresh;
  let gain = 0, loss = 0;
  let has_moved = false;
  for (let i = 1; i < n; i++) {
    const change = i4(close, i) - i4(close, i - 1);
    if (change != 0) has_moved = true;
    const up = change > 0 ? f64(change) : 0, down = change < 0 ? -f64(change) : 0;
    if (i <= period) {
      gain += up * fresh;
      loss += down * fresh;
      if (i < period) continue;
    } else {
      gain = gain * kept + up * fresh;
      loss = loss * kept + down * fresh;
    }
    const sum = gain + loss;
    put4(out, i, has_moved ? sum > 0 ? 100 * (gain / sum) : 0 : NaN);
  }
}
function ring_sum(ring, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f8(ring, i);
  return sum;
}
function stochastic(high, low, close, n, period, smooth, signal, fast, slow) {
  const first = period + smooth + signal - 3;
  nothing(fast, 0, n < first ? n : first);
  nothing(slow, 0, n < first ? n : first);
  const kept = mark();
  const raw = reserve(smooth * 8), smoothed = reserve(signal * 8);
  let top = -1, bottom = -1;
  for (let i = period - 1; i < n; i++) {
    const begin = i - period + 1;
    if (top < begin) {
      top = begin;
      for (let j = begin + 1; j <= i; j++) if (price(high, j) >= price(high, top)) top = j;
    } else if (price(high, i) >= price(high, top)) top = i;
    if (bottom < begin) {
      bottom = begin;
      for (let j = begin + 1; j <= i; j++) if (price(low, j) <= price(low, bottom)) bottom = j;
    } else if (price(low, i) <= price(low, bottom)) bottom = i;
    const l = price(low, bottom), range = price(high, top) - l;
    const seen = i - period + 1;
    put8(raw, seen % smooth, range != 0 ? 100 * (price(close, i) - l) / range : 0);
    if (seen < smooth - 1) continue;
    const value2 = ring_sum(raw, smooth) / f64(smooth);
    put8(smoothed, (seen - smooth + 1) % signal, value2);
    if (i < first) continue;
    put4(fast, i, value2);
    put4(slow, i, ring_sum(smoothed, signal) / f64(signal));
  }
  release(kept);
}
function cci(high, low, close, n, period, out) {
  nothing(out, 0, n < period - 1 ? n : period - 1);
  const kept = mark();
  const ring = reserve(period * 8);
  const p = f64(period);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const typical = f64(i4(high, i)) + f64(i4(low, i)) + f64(i4(close, i));
    if (i >= period) sum -= f8(ring, i % period);
    put8(ring, i % period, typical);
    sum += typical;
    if (i < period - 1) continue;
    let deviation = 0;
    for (let j = 0; j < period; j++) deviation += Math.abs(f8(ring, j) * p - sum);
    const distance = typical * p - sum;
    put4(out, i, deviation > 0 ? distance / (0.015 * (deviation / p)) : 0);
  }
  release(kept);
}
function adx(high, low, close, n, period, index, plus, minus) {
  nothing(index, 0, n < 2 * period - 1 ? n : 2 * period - 1);
  nothing(plus, 0, n < period ? n : period);
  nothing(minus, 0, n < period ? n : period);
  const p = f64(period);
  let up = 0, down = 0, range = 0, average = 0;
  for (let i = 1; i < n; i++) {
    const rise = price(high, i) - price(high, i - 1), fall = price(low, i - 1) - price(low, i);
    const before = price(close, i - 1);
    let now = price(high, i) - price(low, i);
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
    const a = range > 0 ? 100 * (up / range) : 0, b = range > 0 ? 100 * (down / range) : 0;
    put4(plus, i, a);
    put4(minus, i, b);
    const sum = a + b;
    if (i < 2 * period) {
      average += sum > 0 ? 100 * Math.abs(a - b) / sum : 0;
      if (i == 2 * period - 1) average /= p;
    } else if (sum > 0) average = (average * (p - 1) + 100 * Math.abs(a - b) / sum) / p;
    if (i >= 2 * period - 1) put4(index, i, average);
  }
}
function obv(close, volume, n, out) {
  let sum = n > 0 ? f8(volume, 0) : 0;
  for (let i = 0; i < n; i++) {
    const change = i > 0 ? price(close, i) - price(close, i - 1) : 0;
    if (change > 0) sum += f8(volume, i);
    else if (change < 0) sum -= f8(volume, i);
    put4(out, i, sum);
  }
}
function flow_at(high, low, close, volume, at) {
  const now = f64(i4(high, at)) + f64(i4(low, at)) + f64(i4(close, at));
  const before = f64(i4(high, at - 1)) + f64(i4(low, at - 1)) + f64(i4(close, at - 1));
  const flow = (price(high, at) + price(low, at) + price(close, at)) / 3 * f8(volume, at);
  return now > before ? flow : now < before ? -flow : 0;
}
function mfi(high, low, close, volume, n, period, out) {
  nothing(out, 0, n < period ? n : period);
  let gain = 0, loss = 0;
  let has_flown = false;
  for (let i = 1; i < n; i++) {
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
    const sum = gain + loss;
    put4(out, i, has_flown ? sum < 1 ? 0 : 100 * (gain / sum) : NaN);
  }
}
function level_of(value2, bottom, size, levels) {
  let found = i32(Math.floor((value2 - bottom) / size));
  if (value2 < bottom + f64(found) * size) found--;
  else if (value2 >= bottom + (f64(found) + 1) * size) found++;
  return found < 0 ? 0 : found >= levels ? levels - 1 : found;
}
function volume_profile(high, low, volume, from, to, bottom, top, levels, out) {
  for (let k = 0; k < levels; k++) put8(out, k, 0);
  const size = (top - bottom) / f64(levels);
  if (!(size > 0)) return;
  for (let i = from; i < to; i++) {
    const h = price(high, i), l = price(low, i), traded = f8(volume, i);
    if (!(traded > 0)) continue;
    const first = level_of(l, bottom, size, levels), last = level_of(h, bottom, size, levels);
    for (let k = first; k <= last; k++) {
      const from_price = Math.max(l, bottom + f64(k) * size), to_price = Math.min(h, bottom + (f64(k) + 1) * size);
      const share = h > l ? Math.max(0, to_price - from_price) / (h - l) : k == first ? 1 : 0;
      put8(out, k, f8(out, k) + traded * share);
    }
  }
}
export {
  adx,
  align,
  anchored_vwap,
  atr,
  bollinger,
  cci,
  decode,
  donchian,
  ema,
  find,
  ichimoku,
  keltner,
  line_bytes,
  line_fill,
  line_lod,
  lod,
  macd,
  mark,
  memory,
  mfi,
  obv,
  parabolic_sar,
  pyramid_bytes,
  pyramid_fill,
  release,
  rescale,
  reserve,
  rsi,
  set_scale,
  sma,
  stochastic,
  supertrend,
  volume_profile,
  vwap,
  wma
};
