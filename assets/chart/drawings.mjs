// Lines and notes that somebody draws on the prices: kept by instant and price, so that every interval shows them.
"use strict";
import { alpha, number, signed } from "./look.mjs";
import { paintRule } from "./paint.mjs";

/** Kinds and how many points each takes. */
export const KINDS = { trend: 2, level: 1, rect: 2, measure: 2, text: 1, alert: 1 };
const NEAR = 7;
const MOST = 200;

export class Drawings {
  constructor(chart) {
    this.chart = chart;
    this.items = [];
    this.tool = "";
    this.pending = null;
    this.selected = null;
    this.isHidden = false;
    this.isLocked = false;
    this.hasMagnet = false;
  }
  load(items) {
    this.items = items;
    this.selected = this.pending = null;
    this.chart.draw();
  }
  shown() {
    return this.isHidden ? [] : this.items;
  }
  choose(tool) {
    this.tool = tool;
    this.pending = null;
    this.selected = null;
    this.chart.root.classList.toggle("drawing", Boolean(tool));
    this.chart.emit("tool", tool);
    this.chart.draw();
  }
  /** The point under the pointer: instant of its bar and price, with the magnet the nearest of the bar's four prices. */
  point({ x, y }) {
    const { chart } = this;
    const row = chart.rowAt(x);
    let price = chart.scene.scale.price(y);
    if (this.hasMagnet && row >= 0 && row < chart.limit) {
      const bar = chart.bars.row(row);
      price = [bar.open, bar.high, bar.low, bar.close].reduce((best, each) => (Math.abs(each - price) < Math.abs(best - price) ? each : best));
    }
    const factor = 10 ** Math.min(8, chart.context.places + 2);
    return { t: chart.timeAt(row), p: Math.round(price * factor) / factor };
  }
  /** A click or the begin of a drag; true when it was for a drawing. */
  down(pointer) {
    if (this.tool) {
      const point = this.point(pointer);
      if (this.pending) {
        this.pending.b = point;
        this.finish();
      } else {
        this.pending = { id: newId(), kind: this.tool, a: point, b: point, began: pointer };
        if (KINDS[this.tool] === 1) this.finish();
      }
      this.chart.draw();
      return true;
    }
    const found = this.hit(pointer);
    if (found?.item !== this.selected?.item) this.chart.draw();
    this.selected = found && { ...found, from: pointer, before: structuredClone(found.item) };
    this.isMoving = Boolean(found) && !this.isLocked;
    return Boolean(found);
  }
  move(pointer) {
    if (this.pending) {
      this.pending.b = this.point(pointer);
      this.chart.drawPointer();
      return true;
    }
    if (!this.isMoving || !this.selected) return false;
    const { item, part, from, before } = this.selected;
    if (part) item[part] = this.point(pointer);
    else {
      const { chart } = this;
      const rows = chart.rowAt(pointer.x) - chart.rowAt(from.x);
      const shift = (point) => ({ t: chart.timeAt(Math.round(chart.place(point.t)) + rows), p: chart.scene.scale.price(chart.scene.scale.y(point.p) + pointer.y - from.y) });
      item.a = shift(before.a);
      if (before.b) item.b = shift(before.b);
    }
    this.isChanged = true;
    this.chart.draw();
    return true;
  }
  up(pointer) {
    // A drawing of two points may be dragged as well as clicked.
    if (this.pending && Math.hypot(pointer.x - this.pending.began.x, pointer.y - this.pending.began.y) > 8) {
      this.pending.b = this.point(pointer);
      this.finish();
    }
    if (this.isChanged) this.chart.emit("drawings", this.items);
    this.isMoving = this.isChanged = false;
  }
  finish() {
    const { began, ...item } = this.pending;
    if (KINDS[item.kind] === 1) delete item.b;
    this.pending = null;
    if (this.items.length >= MOST) return this.chart.emit("problem", `A chart keeps at most ${MOST} drawings.`);
    this.items.push(item);
    this.selected = { item };
    this.choose("");
    this.selected = { item };
    if (item.kind === "text") this.chart.emit("text", { item, at: began });
    else this.chart.emit("drawings", this.items);
    this.chart.draw();
  }
  cancel() {
    if (!this.tool && !this.selected) return false;
    if (this.tool) this.choose("");
    this.selected = null;
    this.chart.draw();
    return true;
  }
  /** Select the next drawing, or the one before. */
  selectNext(by) {
    const { items, selected } = this;
    if (!items.length || this.isHidden) return;
    const at = items.indexOf(selected?.item);
    this.selected = { item: items[at < 0 ? (by > 0 ? 0 : items.length - 1) : (at + by + items.length) % items.length] };
    this.chart.draw();
  }
  removeSelected() {
    if (!this.selected || this.isLocked) return false;
    this.items = this.items.filter((each) => each !== this.selected.item);
    this.selected = null;
    this.chart.emit("drawings", this.items);
    this.chart.draw();
    return true;
  }
  removeAll() {
    this.items = [];
    this.selected = null;
    this.chart.emit("drawings", this.items);
    this.chart.draw();
  }
  /** What is under the pointer: { item, part } where part is "a" or "b" for an end. */
  hit(pointer) {
    if (!this.chart.scene || this.isHidden) return null;
    for (const item of [...this.items].reverse()) {
      const [a, b] = this.ends(item);
      const nearEnd = (end) => end && Math.hypot(pointer.x - end.x, pointer.y - end.y) <= NEAR + 3;
      if (KINDS[item.kind] === 2 && nearEnd(a)) return { item, part: "a" };
      if (KINDS[item.kind] === 2 && nearEnd(b)) return { item, part: "b" };
      if (isNear(item.kind, pointer, a, b)) return { item, part: "" };
    }
    return null;
  }
  ends(item) {
    const { chart } = this;
    const spot = (point) => point && { x: chart.x(chart.place(point.t)), y: chart.scene.scale.y(point.p) };
    return [spot(item.a), spot(item.b)];
  }
}
function isNear(kind, at, a, b) {
  if (kind === "level" || kind === "alert") return Math.abs(at.y - a.y) <= NEAR;
  if (kind === "text") return at.x >= a.x - 4 && at.x <= a.x + 130 && Math.abs(at.y - a.y) <= 10;
  if (kind === "trend") return distance(at, a, b) <= NEAR;
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  const inside = at.x >= left - NEAR && at.x <= right + NEAR && at.y >= top - NEAR && at.y <= bottom + NEAR;
  const deep = at.x > left + NEAR && at.x < right - NEAR && at.y > top + NEAR && at.y < bottom - NEAR;
  return inside && !deep;
}
function distance(at, a, b) {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const share = length ? Math.max(0, Math.min(1, ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / length)) : 0;
  return Math.hypot(at.x - a.x - share * (b.x - a.x), at.y - a.y - share * (b.y - a.y));
}
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function paintDrawings(g, chart, scene, { pending = false } = {}) {
  const { drawings } = chart;
  if (!drawings) return;
  for (const item of pending ? [drawings.pending].filter(Boolean) : drawings.shown()) paintOne(g, chart, item, drawings.ends(item), item === drawings.selected?.item);
}
function paintOne(g, chart, item, [a, b], isSelected) {
  const { look, plotWidth: width, context } = chart;
  const colour = look.accent;
  g.strokeStyle = g.fillStyle = colour;
  g.lineWidth = isSelected ? 2 : 1.25;
  if (item.kind === "level") {
    paintRule(g, 0, width, a.y, colour);
    words(g, look, number(item.a.p, context.places), 6, a.y - 8, colour);
  } else if (item.kind === "alert") {
    if (isSelected) paintRule(g, 0, width, a.y, look.warn);
  } else if (item.kind === "trend") {
    g.beginPath();
    g.moveTo(a.x, a.y);
    g.lineTo(b.x, b.y);
    g.stroke();
  } else if (item.kind === "rect") {
    g.fillStyle = alpha(colour, 0.1);
    g.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
    g.strokeRect(a.x, a.y, b.x - a.x, b.y - a.y);
  } else if (item.kind === "measure") paintMeasure(g, chart, item, a, b);
  else if (item.kind === "text") words(g, look, item.text || "Text", a.x, a.y, look.text, 12);
  if (!isSelected) return;
  g.fillStyle = look.surface;
  g.strokeStyle = colour;
  g.lineWidth = 1.5;
  for (const end of item.kind === "level" || item.kind === "alert" ? [{ x: width / 2, y: a.y }] : [a, b].filter(Boolean)) {
    g.beginPath();
    g.arc(end.x, end.y, 4, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }
}
function paintMeasure(g, chart, item, a, b) {
  const { look, context } = chart;
  const change = item.b.p - item.a.p;
  const colour = change >= 0 ? look.profit : look.loss;
  g.fillStyle = alpha(colour, 0.12);
  g.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
  g.strokeStyle = alpha(colour, 0.8);
  g.lineWidth = 1;
  g.strokeRect(Math.round(a.x) + 0.5, Math.round(a.y) + 0.5, Math.round(b.x - a.x), Math.round(b.y - a.y));
  const count = Math.round(chart.place(item.b.t) - chart.place(item.a.t));
  const text = `${signed(change, context.places)} (${signed((change / item.a.p) * 100, 2, "%")}) · ${number(count, 0)} bars · ${spanText(Math.abs(item.b.t - item.a.t))}`;
  g.font = look.font(11, 500);
  const wide = g.measureText(text).width + 12;
  const x = Math.max(2, Math.min(chart.plotWidth - wide - 2, (a.x + b.x) / 2 - wide / 2));
  const y = change >= 0 ? Math.min(a.y, b.y) - 12 : Math.max(a.y, b.y) + 12;
  g.fillStyle = look.raised;
  g.beginPath();
  g.roundRect(x, y - 10, wide, 20, 4);
  g.fill();
  g.stroke();
  words(g, look, text, x + 6, y, look.text);
}
function spanText(milliseconds) {
  const minutes = Math.round(milliseconds / 60000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return `${number(minutes / 60, minutes % 60 ? 1 : 0)} h`;
  return `${number(minutes / 1440, 0)} days`;
}
function words(g, look, text, x, y, colour, size = 11) {
  g.font = look.font(size, 500);
  g.fillStyle = colour;
  g.textAlign = "left";
  g.textBaseline = "middle";
  g.fillText(text, x, y);
}
