// A price chart on two canvases: below everything that moves with the view, above what follows the pointer.
"use strict";
import { PriceScale } from "./axes.mjs";
import { futureStarts } from "./future.mjs";
import { Bars, Line, bucketsOf } from "./kernel.mjs";
import { Legend } from "./legend.mjs";
import { WallClock, readLook } from "./look.mjs";
import { heikinAshi } from "./paint.mjs";
import { paintChart, paintPointer } from "./scene.mjs";
import { Study } from "./studies.mjs";

const MOST = 800; // candles in a view
const SETTLE = 40; // candles before the view that settle a Heikin-Ashi average
const FOOT = 24;
const GAP = 9; // empty bars at the right edge
const FEWEST = 5;
const PANE = 92;

export class Chart {
  constructor(root, { kernel, specs }) {
    Object.assign(this, { root, kernel, specs });
    this.canvas = root.appendChild(document.createElement("canvas"));
    this.overlay = root.appendChild(document.createElement("canvas"));
    for (const each of [this.canvas, this.overlay]) each.setAttribute("aria-hidden", "true");
    this.overlay.className = "top";
    this.legend = new Legend(this);
    this.spec = { type: "candles", scale: "linear", studies: [], compare: [], fills: true, volume: true };
    this.context = { fills: [], levels: [], sessions: [], places: 2, zone: "UTC", session_zone: "UTC" };
    this.drawings = null;
    this.view = { from: 0, to: 100 };
    this.manual = null; // a price range that was dragged
    this.limit = 0;
    this.pointer = null;
    this.studies = [];
    this.compared = [];
    this.listeners = {};
    this.look = readLook(root);
    this.frames = { drawn: 0, ms: 0 };
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(root);
    this.retheme = () => {
      this.look = readLook(this.root);
      this.draw();
    };
    document.addEventListener("fw:theme", this.retheme);
    this.resize();
  }
  /** Go on in another frame. */
  moveTo(root) {
    this.resizer.disconnect();
    root.append(...this.root.childNodes);
    this.root = root;
    this.resizer.observe(root);
    this.resize();
  }
  destroy() {
    this.resizer.disconnect();
    document.removeEventListener("fw:theme", this.retheme);
    this.gone = true;
    this.root.replaceChildren();
  }
  on(name, listener) {
    (this.listeners[name] = this.listeners[name] || []).push(listener);
  }
  emit(name, detail) {
    for (const listener of this.listeners[name] || []) listener(detail);
  }

  // ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────
  /** Show bars from now on; the view goes to the latest ones. */
  setBars(bars, { symbol, interval, intraday, minutes }) {
    Object.assign(this, { bars, symbol, interval, intraday, minutes, studies: [], compared: [], manual: null });
    this.limit = bars.length;
    this.setClock();
    this.home();
  }
  setClock() {
    const { bars, context } = this;
    if (!bars.length) return;
    this.clock = new WallClock(context.zone, this.intraday, bars.minute(0), bars.minute(bars.length - 1));
  }
  setContext(context) {
    const { session_zone: before } = this.context;
    this.context = { ...this.context, ...context };
    this.setClock();
    // Where a session begins is known only now.
    for (const study of this.studies) {
      study.options.zone = this.context.session_zone;
      if (study.item.kind === "vwap" && before !== this.context.session_zone) study.compute();
    }
    this.hideRest();
    this.draw();
  }
  setStudies(items) {
    const known = new Map(this.studies.map((study) => [study.item.code, study]));
    const options = { zone: this.context.session_zone, intraday: this.intraday };
    this.studies = items.map((item) => known.get(item.code) || new Study(this.bars, item, options));
    this.legend.build();
    const missing = this.limit + this.gap - this.view.to;
    if (missing > 0 && this.view.to >= this.limit && !this.fixed) this.setView(this.view.from, this.limit + this.gap); // what is drawn ahead needs room
    this.hideRest();
    this.draw();
  }
  /** Older bars have come before the shown ones: `added` rows. */
  grown(added) {
    this.view.from += added;
    this.view.to += added;
    this.limit += added;
    this.recompute();
    this.setClock();
    for (const each of this.compared) this.alignCompared(each);
    this.hideRest();
    this.draw();
    this.emit("bars");
  }
  recompute(from = 0) {
    for (const study of this.studies) study.compute(from);
  }
  /** The last bar as it is now, the one before as it ended, or the next one. */
  put(row) {
    const { bars } = this;
    const before = bars.length;
    const atEnd = this.view.to >= this.limit - 1;
    const isLive = this.limit === before;
    if (!bars.put(row)) return false;
    this.recompute(Math.max(0, before - 2));
    if (!isLive) {
      this.hideRest(); // a replay goes on where it is
      return true;
    }
    this.limit = bars.length;
    if (bars.length > before && atEnd) {
      this.view.from += 1;
      this.view.to += 1;
    }
    for (const each of this.compared) this.alignCompared(each);
    this.draw();
    return true;
  }
  /** Whether a bar still grows. */
  isForming(row) {
    return row === this.bars.length - 1 && this.bars.time(row) + this.minutes * 60000 > Date.now();
  }
  /** Draw other symbols as lines, in percent. */
  setCompared(list) {
    this.compared = list.map(({ symbol, bars }) => this.alignCompared({ symbol, bars, line: new Line(this.bars) }));
    this.hideRest();
    this.legend.build();
    this.draw();
  }
  alignCompared(each) {
    const { bars: own, kernel } = this;
    kernel.align(own.starts, own.length, each.bars.starts, each.bars.length, each.bars.close, each.bars.scale, each.line.at);
    each.line.fill();
    return each;
  }
  /** Show the first `count` bars only: a replay. Nothing that is drawn knows a later one. */
  setLimit(count) {
    const { bars, kernel } = this;
    this.limit = Math.max(2, Math.min(bars.length, count));
    kernel.pyramid_fill(bars.high, bars.low, bars.volume, this.limit, bars.pyramid, bars.capacity, this.limit === bars.length ? 0 : this.limit - 1);
    const lines = [...this.studies.flatMap((study) => study.lines), ...this.compared.map((each) => each.line)];
    for (const line of lines) line.fill(this.limit === bars.length ? 0 : this.limit - 1, this.limit);
    this.draw();
  }

  /** Sums that were made anew know what a replay hides: take it out of them again. */
  hideRest() {
    if (this.bars && this.limit < this.bars.length) this.setLimit(this.limit);
  }

  /** Bars behind the last one that lines are drawn on. */
  get ahead() {
    return Math.max(0, ...this.studies.map((study) => study.ahead));
  }
  /** Empty bars behind the last one. */
  get gap() {
    return Math.max(GAP, this.ahead + 2);
  }

  // ── The view ────────────────────────────────────────────────────────────────────────────────────────────────
  home() {
    if (this.fixed) return this.setView(-this.limit * 0.02, this.limit * 1.04);
    const count = Math.max(40, Math.min(260, Math.round(this.plotWidth / 7)));
    this.setView(this.limit - count + GAP, this.limit + this.gap);
  }
  all() {
    this.setView(0, this.limit + Math.max(1, this.limit * 0.02, this.ahead + 1));
  }
  setView(from, to) {
    const width = Math.max(FEWEST, Math.min(to - from, Math.max(this.limit * 1.6, 60)));
    const middle = (from + to) / 2;
    let start = to - from === width ? from : middle - width / 2;
    start = Math.max(-width * 0.6, Math.min(this.limit - FEWEST, start));
    this.view = { from: start, to: start + width };
    this.draw();
    this.emit("view", this.view);
  }
  pan(bars) {
    this.setView(this.view.from + bars, this.view.to + bars);
  }
  /** Zoom around a place: 0 is the left edge, 1 the right one. */
  zoom(factor, place = 1) {
    const { from, to } = this.view;
    const width = Math.max(FEWEST, Math.min((to - from) * factor, Math.max(this.limit * 1.6, 60)));
    const held = from + (to - from) * place;
    this.setView(held - width * place, held + width * (1 - place));
  }
  /** Bring an instant (ms) into the middle of the view. */
  goTo(time) {
    const row = Math.max(0, this.bars.find(time));
    const half = (this.view.to - this.view.from) / 2;
    this.setView(row - half, row + half);
    return row;
  }

  // ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────
  get plotWidth() {
    return Math.max(60, this.width - this.gutter);
  }
  get barWidth() {
    return this.plotWidth / (this.view.to - this.view.from);
  }
  x(row) {
    return (row + 0.5 - this.view.from) * this.barWidth;
  }
  rowAt(x) {
    return Math.floor(this.view.from + x / this.barWidth);
  }
  /** Starts (minutes) of the bars to come. */
  get future() {
    const { bars, context } = this;
    const key = `${this.symbol} ${this.interval} ${bars.minute(bars.length - 1)} ${context.sessions.length}`;
    if (this.foreseen?.key !== key) this.foreseen = { key, starts: futureStarts(bars, this.minutes, context.sessions) };
    return this.foreseen.starts;
  }
  /** Row of an instant; beyond the last bar that of the bars to come. */
  place(time) {
    const { bars, future, minutes } = this;
    const last = bars.length - 1;
    if (time <= bars.time(last)) {
      const row = bars.find(time);
      return row < 0 ? (time - bars.time(0)) / (minutes * 60000) : row;
    }
    const minute = time / 60000;
    const later = future.findIndex((start) => start > minute);
    if (later < 0) return last + future.length + (minute - future[future.length - 1]) / minutes;
    return last + later;
  }
  timeAt(row) {
    const { bars, future, minutes } = this;
    const last = bars.length - 1;
    if (row <= last) return row < 0 ? bars.time(0) + row * minutes * 60000 : bars.time(Math.round(row));
    const later = Math.round(row) - last - 1;
    return (future[later] ?? future[future.length - 1] + (later - future.length + 1) * minutes) * 60000;
  }
  resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    const ratio = window.devicePixelRatio || 1;
    if (!width || !height || (width === this.width && height === this.height && ratio === this.ratio)) return;
    Object.assign(this, { width, height, ratio });
    this.gutter = width < 520 ? 56 : 68;
    for (const each of [this.canvas, this.overlay]) {
      each.width = Math.round(width * ratio);
      each.height = Math.round(height * ratio);
      each.style.width = width + "px";
      each.style.height = height + "px";
    }
    this.drawNow(); // a canvas of another size is empty
  }
  /** Heights: prices above, one strip for each study with a scale of its own. */
  panes() {
    const studies = this.studies.filter((study) => study.item.spec.pane);
    const free = this.height - FOOT;
    const each = Math.max(48, Math.min(PANE, (free * 0.55) / Math.max(1, studies.length)));
    const main = { top: 0, bottom: free - each * studies.length };
    return { main, strips: studies.map((study, at) => ({ study, top: main.bottom + each * at, bottom: main.bottom + each * (at + 1) })) };
  }

  // ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────
  draw() {
    if (this.asked || this.gone) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.drawNow();
    });
  }
  drawNow() {
    if (!this.bars?.length || !this.width || this.gone) return;
    const start = performance.now();
    this.scene = this.measure();
    const g = this.context2d(this.canvas);
    paintChart(g, this, this.scene);
    this.legend.place(this.scene);
    this.legend.show();
    this.drawPointer();
    this.frames = { drawn: this.frames.drawn + 1, ms: performance.now() - start };
    this.emit("drawn");
  }
  context2d(canvas) {
    const g = canvas.getContext("2d");
    const ratio = canvas.fwRatio || window.devicePixelRatio || 1;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, this.width, this.height);
    return g;
  }
  drawPointer() {
    if (!this.scene) return;
    paintPointer(this.context2d(this.overlay), this, this.scene);
    this.legend.show();
  }
  /** Everything a frame needs to know: buckets in view, values of lines, scales. */
  measure() {
    const { view, bars, limit, spec } = this;
    const { main, strips } = this.panes();
    const most = Math.min(MOST, Math.max(40, Math.floor(this.plotWidth)));
    const cut = bucketsOf(view.from, view.to, most, limit + this.ahead);
    const values = (line) => copyOf(line.buckets(cut, limit));
    const overlays = this.studies.filter((study) => !study.item.spec.pane).map((study) => ({ study, lines: study.lines.map(values) }));
    for (const strip of strips) strip.lines = strip.study.lines.map(values);
    const plain = copyOf(bars.buckets(cut, limit));
    const buckets = spec.type === "heikin" ? this.smoothed(cut) : plain;
    const isPercent = spec.scale === "percent" || this.compared.length > 0;
    const base = isPercent ? bars.price("close", Math.max(0, Math.min(limit - 1, Math.ceil(view.from)))) : 0;
    const compared = this.compared.map((each) => this.rebased(each, values(each.line), base));
    const scale = this.manual
      ? new PriceScale(this.manual[0], this.manual[1], main.top, main.bottom, isPercent ? "linear" : spec.scale)
      : this.fit(main, [buckets, ...overlays.flatMap(({ lines }) => lines), ...compared.map(({ values: line }) => line)], isPercent);
    return { cut, buckets, plain, overlays, strips, compared, scale, main, base, isPercent };
  }
  smoothed(cut) {
    const settle = Math.min(SETTLE, cut.first / 2 ** cut.power);
    const from = cut.first - settle * 2 ** cut.power;
    const { bars, kernel, limit } = this;
    kernel.set_scale(bars.scale);
    const count = Math.min(1024, cut.count + settle);
    const made = kernel.lod(bars.open, bars.high, bars.low, bars.close, bars.volume, limit, bars.pyramid, bars.capacity, from, cut.power, count, bars.out);
    const run = (place) => new Float64Array(kernel.memory.buffer, bars.out + 8 * count * place, made);
    const all = { first: from, per: 2 ** cut.power, power: cut.power, count: made, open: run(0), high: run(1), low: run(2), close: run(3), volume: run(4) };
    return heikinAshi(all, settle);
  }
  rebased(each, line, base) {
    const { view, limit } = this;
    let row = Math.max(0, Math.ceil(view.from));
    while (row < Math.min(limit, view.to) && !Number.isFinite(each.line.value(row))) row += 1;
    const own = each.line.value(row);
    const times = (values) => values.map((value) => (value / own) * base);
    return { ...each, own, values: { count: line.count, first: times(line.first), least: times(line.least), most: times(line.most), last: times(line.last) } };
  }
  fit(main, shown, isPercent) {
    let [least, most] = [Infinity, -Infinity];
    for (const each of shown) {
      const [low, high] = each.low ? [each.low, each.high] : [each.least, each.most];
      for (let at = 0; at < each.count; at++) {
        if (low[at] < least) least = low[at];
        if (high[at] > most) most = high[at];
      }
    }
    if (!(most >= least)) [least, most] = [0, 1];
    const kind = isPercent ? "linear" : this.spec.scale;
    const head = 58 + 17 * Math.ceil(this.legend.lineCount / 4);
    const room = main.bottom - main.top;
    const foot = this.spec.volume ? room * 0.2 : room * 0.06;
    const inner = new PriceScale(least, most, Math.min(head, room * 0.3), main.bottom - foot, kind);
    return new PriceScale(inner.price(main.bottom), inner.price(main.top), main.top, main.bottom, kind);
  }
}
function copyOf(buckets) {
  const made = { ...buckets };
  for (const [name, value] of Object.entries(made)) if (ArrayBuffer.isView(value)) made[name] = value.slice();
  return made;
}
export { Bars };
