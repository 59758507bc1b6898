// The kernel's door: WebAssembly where the browser has it, else its plain JavaScript twin; and columns of bars in it.
"use strict";
const ROOM = 2048; // bars that may still be appended
const MOST_TICKS = 2 ** 31 - 1;

/**
 * Load the kernel. `twin` forces the plain JavaScript one, `strict` forbids it: browsers without WebAssembly compile no
 * JavaScript either, so that a million bars are the server's to draw. Returns the exports and what they are.
 */
export async function loadKernel({ twin = false, strict = false, source } = {}) {
  if (!twin && typeof WebAssembly === "object") {
    try {
      const bytes = source || (await (await fetch(new URL("kernel.wasm", import.meta.url))).arrayBuffer());
      const made = await WebAssembly.instantiate(bytes, { env: { abort() {} } });
      return { ...made.instance.exports, kind: "wasm" };
    } catch (error) {
      if (!strict) console.warn("The chart kernel runs as plain JavaScript.", error);
    }
  }
  if (strict && !twin) throw new Error("This browser has no WebAssembly.");
  return { ...(await import("./kernel_twin.mjs")), kind: "javascript" };
}

const views = (kernel) => kernel.memory.buffer;
export const floats = (kernel, at, count) => new Float32Array(views(kernel), at, count);
export const doubles = (kernel, at, count) => new Float64Array(views(kernel), at, count);
export const ints = (kernel, at, count) => new Int32Array(views(kernel), at, count);

const COLUMNS = ["starts", "open", "high", "low", "close"];

/** Bars of one symbol and interval: columns, their pyramid, and what is appended. Minutes, ticks, float64 volume. */
export class Bars {
  constructor(kernel, capacity) {
    this.kernel = kernel;
    this.capacity = Math.ceil(capacity + ROOM);
    this.scale = 0;
    this.simulated = false;
    this.length = 0;
    this.offset = 0; // rows before it are still to come
    this.base = {};
    for (const name of COLUMNS) this.base[name] = kernel.reserve(this.capacity * 4);
    this.base.volume = kernel.reserve(this.capacity * 8);
    this.pyramid = kernel.reserve(kernel.pyramid_bytes(this.capacity));
    this.out = kernel.reserve(5 * 8 * 1024);
    this.move(0);
  }
  move(offset) {
    this.offset = offset;
    for (const name of COLUMNS) this[name] = this.base[name] + 4 * offset;
    this.volume = this.base.volume + 8 * offset;
  }
  /** Write the chunks of a body from row `at` on; returns the number of bars. */
  decode(body, at = 0) {
    const head = new DataView(body);
    const places = [];
    for (let from = 0; from < body.byteLength; from += head.getUint32(from + 4, true)) {
      if (head.getUint32(from, true) !== 0x31435746) throw new Error("These are not candles.");
      if (head.getUint32(from + 8, true)) places.push(head.getUint8(from + 35 + 1) === 8 ? 6 : head.getUint8(from + 32));
      this.simulated ||= Boolean(head.getUint8(from + 34) & 1);
    }
    const wanted = 10 ** Math.min(8, Math.max(0, ...places));
    if (wanted > this.scale) this.restate(wanted);
    for (;;) {
      const { count, top } = this.decodeOnce(body, at);
      if (top * this.scale * 4 < MOST_TICKS || this.scale <= 1) return count;
      this.restate(this.scale / 10);
    }
  }
  decodeOnce(body, at) {
    const { kernel, base } = this;
    const head = new DataView(body);
    const kept = kernel.mark();
    let count = 0;
    let top = 0;
    for (let from = 0; from < body.byteLength; ) {
      const size = head.getUint32(from + 4, true);
      const stage = kernel.reserve(size);
      new Uint8Array(kernel.memory.buffer, stage, size).set(new Uint8Array(body, from, size));
      top = Math.max(
        top,
        kernel.decode(stage, at + count, this.scale, base.starts, base.open, base.high, base.low, base.close, base.volume)
      );
      kernel.release(kept);
      count += head.getUint32(from + 8, true);
      from += size;
    }
    return { count, top };
  }
  restate(scale) {
    if (this.scale && this.length) {
      for (const name of COLUMNS.slice(1)) this.kernel.rescale(this[name], this.length, scale / this.scale);
    }
    this.scale = scale;
  }
  /** Make rows [offset, offset + length) the bars. */
  show(offset, length) {
    this.move(offset);
    this.length = length;
    this.refresh(0);
  }
  refresh(from) {
    if (!this.length) return;
    this.kernel.pyramid_fill(this.high, this.low, this.volume, this.length, this.pyramid, this.capacity, from);
  }
  /** Rows of plain objects {start (ms), open, high, low, close, volume}; for bars that come as JSON. */
  fill(rows, places = 4) {
    this.scale = 10 ** places;
    rows.forEach((row, at) => this.write(at, row));
    this.show(0, rows.length);
  }
  write(at, row) {
    const { kernel, scale } = this;
    ints(kernel, this.starts, at + 1)[at] = Math.floor(row.start / 60000);
    for (const name of ["open", "high", "low", "close"]) ints(kernel, this[name], at + 1)[at] = Math.round(row[name] * scale);
    doubles(kernel, this.volume, at + 1)[at] = row.volume || 0;
  }
  /** Replace one of the last two bars when the start is its own, else append; false when there is no room or it is older. */
  put(row) {
    const minute = Math.floor(row.start / 60000);
    const last = this.length ? this.minute(this.length - 1) : -Infinity;
    const before = this.length - 2;
    if (before >= 0 && minute === this.minute(before)) {
      this.write(before, row);
      this.refresh(before);
      return true;
    }
    if (minute < last || (minute > last && this.offset + this.length >= this.capacity)) return false;
    if (minute > last) this.length += 1;
    this.write(this.length - 1, row);
    this.refresh(this.length - 1);
    return true;
  }
  minute(at) {
    return ints(this.kernel, this.starts + 4 * at, 1)[0];
  }
  time(at) {
    return this.minute(at) * 60000;
  }
  price(name, at) {
    return ints(this.kernel, this[name] + 4 * at, 1)[0] / this.scale;
  }
  volumeAt(at) {
    return doubles(this.kernel, this.volume + 8 * at, 1)[0];
  }
  row(at) {
    const price = (name) => this.price(name, at);
    return { start: this.time(at), open: price("open"), high: price("high"), low: price("low"), close: price("close"), volume: this.volumeAt(at) };
  }
  /** Row of the last bar that begins at or before an instant in ms, -1 before the first. */
  find(time) {
    return this.kernel.find(this.starts, this.length, Math.floor(time / 60000));
  }
  /** The buckets of a cut (see `bucketsOf`): { first, per, count, open, high, low, close, volume }. */
  buckets({ power, first, count }, limit = this.length) {
    const { kernel } = this;
    kernel.set_scale(this.scale);
    const made = kernel.lod(this.open, this.high, this.low, this.close, this.volume, limit, this.pyramid, this.capacity, first, power, count, this.out);
    const run = (place) => doubles(kernel, this.out + 8 * count * place, made);
    return { first, power, per: 2 ** power, count: made, open: run(0), high: run(1), low: run(2), close: run(3), volume: run(4) };
  }
}

/** How a range is cut: the least power of two that gives at most `most` buckets, begun at a multiple of it. */
export function bucketsOf(from, to, most, limit) {
  const begin = Math.max(0, Math.floor(from));
  const end = Math.min(limit - 1, Math.ceil(to));
  let power = 0;
  while ((end - begin + 1) / 2 ** power > most - 1) power += 1;
  const first = Math.floor(begin / 2 ** power) * 2 ** power;
  return { power, first, count: Math.max(0, Math.ceil((end + 1 - first) / 2 ** power)) };
}

/**
 * A column of values over bars, with its pyramid. A line that is drawn `shift` bars later than it is known goes on behind
 * the last bar; one that is drawn before it is known ends so many bars before.
 */
export class Line {
  constructor(bars, shift = 0) {
    this.bars = bars;
    this.kernel = bars.kernel;
    this.shift = shift;
    this.capacity = bars.capacity + Math.max(0, shift);
    this.base = this.kernel.reserve(this.capacity * 4);
    this.pyramid = this.kernel.reserve(this.kernel.line_bytes(this.capacity));
    this.out = this.kernel.reserve(4 * 8 * 1024);
  }
  get at() {
    return this.base;
  }
  /** Number of rows that the first `bars` bars make known. */
  reach(bars = this.bars.length) {
    return Math.max(0, bars + this.shift);
  }
  /** Build the pyramid of what `bars` bars make known, from a row on. */
  fill(from = 0, bars = this.bars.length) {
    if (this.reach(bars)) this.kernel.line_fill(this.base, this.reach(bars), this.pyramid, this.capacity, Math.max(0, from + Math.min(0, this.shift)));
  }
  value(row, bars = this.bars.length) {
    return row >= 0 && row < this.reach(bars) ? floats(this.kernel, this.base + 4 * row, 1)[0] : NaN;
  }
  values() {
    return floats(this.kernel, this.base, this.bars.length + Math.max(0, this.shift));
  }
  buckets({ first, power, count }, bars) {
    const { kernel } = this;
    const made = kernel.line_lod(this.base, this.reach(bars), this.pyramid, this.capacity, first, power, count, this.out);
    const run = (place) => doubles(kernel, this.out + 8 * count * place, made);
    return { count: made, first: run(0), least: run(1), most: run(2), last: run(3) };
  }
}
