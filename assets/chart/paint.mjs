// How bars and lines are drawn: a few paths for all of them, so that a frame costs what is on the screen.
"use strict";
import { alpha } from "./look.mjs";

const sharp = (value) => Math.round(value) + 0.5;

/** Candles of buckets. `x(row)` is the middle of a bar, `width` of a bucket in pixels. */
export function paintBars(g, buckets, { x, y, width, look, type }) {
  if (type === "line" || type === "area") return paintClose(g, buckets, { x, y, look, type });
  const body = Math.max(1, Math.floor(width * (width < 4 ? 0.85 : 0.7)));
  const middle = (at) => x(buckets.first + (at + 0.5) * buckets.per - 0.5);
  for (const { rows, colour, isHollow } of groupsOf(buckets, type, look)) {
    if (!rows.length) continue;
    g.strokeStyle = g.fillStyle = colour;
    g.lineWidth = 1;
    const boxes = [];
    for (const at of rows) {
      const mid = Math.round(middle(at));
      const [o, h, l, c] = [buckets.open[at], buckets.high[at], buckets.low[at], buckets.close[at]].map((price) => Math.round(y(price)));
      const [top, bottom] = o < c ? [o, c] : [c, o];
      if (type === "bars") {
        g.fillRect(mid, h, 1, Math.max(1, l - h));
        if (body > 2) {
          g.fillRect(mid - (body >> 1), o, body >> 1, 1);
          g.fillRect(mid + 1, c, body >> 1, 1);
        }
        continue;
      }
      if (isHollow && body > 2) {
        g.fillRect(mid, h, 1, top - h);
        g.fillRect(mid, bottom, 1, l - bottom);
        boxes.push([mid - (body >> 1) + 0.5, top + 0.5, body - 1 + (body & 1 ? 0 : 1), Math.max(0, bottom - top - 1)]);
      } else {
        g.fillRect(mid, h, 1, Math.max(1, l - h));
        if (body > 1) g.fillRect(mid - (body >> 1), top, body | 1, Math.max(1, bottom - top));
      }
    }
    if (!boxes.length) continue;
    g.beginPath();
    for (const box of boxes) g.rect(...box);
    g.fillStyle = alpha(colour, 0.12);
    g.fill();
    g.stroke();
  }
}
// Which buckets share a colour: candles by their own direction, hollow ones by the close before.
function groupsOf(buckets, type, look) {
  const groups = { upHollow: [], up: [], downHollow: [], down: [] };
  for (let at = 0; at < buckets.count; at++) {
    const rises = buckets.close[at] >= buckets.open[at];
    const isUp = type === "hollow" && at ? buckets.close[at] >= buckets.close[at - 1] : rises;
    const isHollow = type === "hollow" ? rises : type === "candles" && rises;
    groups[(isUp ? "up" : "down") + (isHollow ? "Hollow" : "")].push(at);
  }
  return [
    { rows: groups.upHollow, colour: look.profit, isHollow: true },
    { rows: groups.up, colour: look.profit, isHollow: false },
    { rows: groups.downHollow, colour: look.loss, isHollow: true },
    { rows: groups.down, colour: look.loss, isHollow: false },
  ];
}
function paintClose(g, buckets, { x, y, look, type }) {
  if (!buckets.count) return;
  const middle = (at) => x(buckets.first + (at + 0.5) * buckets.per - 0.5);
  const line = { count: buckets.count, least: buckets.per > 1 ? buckets.low : buckets.close, most: buckets.per > 1 ? buckets.high : buckets.close, last: buckets.close };
  paintLine(g, buckets, line, { x, y }, look.accent, { width: 1.5 });
  if (type !== "area") return;
  const foot = g.canvas.height;
  g.beginPath();
  for (let at = 0; at < buckets.count; at++) g.lineTo(middle(at), y(buckets.close[at]));
  g.lineTo(middle(buckets.count - 1), foot);
  g.lineTo(middle(0), foot);
  const shade = g.createLinearGradient(0, 0, 0, foot / (window.devicePixelRatio || 1));
  shade.addColorStop(0, alpha(look.accent, 0.28));
  shade.addColorStop(1, alpha(look.accent, 0));
  g.fillStyle = shade;
  g.fill();
}
export function paintVolume(g, buckets, { x, width, look, top, bottom }) {
  let most = 0;
  for (let at = 0; at < buckets.count; at++) most = Math.max(most, buckets.volume[at]);
  if (!most) return;
  const body = Math.max(1, Math.floor(width * (width < 4 ? 0.85 : 0.7)));
  for (const isUp of [true, false]) {
    g.fillStyle = alpha(isUp ? look.profit : look.loss, 0.32);
    for (let at = 0; at < buckets.count; at++) {
      if (buckets.close[at] >= buckets.open[at] !== isUp || !(buckets.volume[at] > 0)) continue;
      const height = Math.max(1, (buckets.volume[at] / most) * (bottom - top));
      g.fillRect(Math.round(x(buckets.first + (at + 0.5) * buckets.per - 0.5)) - (body >> 1), Math.round(bottom - height), body, Math.round(height));
    }
  }
}
/**
 * A line of buckets. Where a bucket holds several bars, it is a column from the least to the greatest value, reaching to
 * the bucket before: no extreme is lost, and upright columns are many times cheaper than a slanted stroke.
 */
export function paintLine(g, buckets, line, place, colour, { width = 1.25 } = {}) {
  if (buckets.per > 1) return paintColumns(g, buckets, line, place, colour);
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.lineJoin = "bevel";
  g.beginPath();
  let isOn = false;
  for (let at = 0; at < line.count; at++) {
    if (!Number.isFinite(line.last[at])) {
      isOn = false;
      continue;
    }
    const mid = place.x(buckets.first + at);
    if (isOn) g.lineTo(mid, place.y(line.last[at]));
    else g.moveTo(mid, place.y(line.last[at]));
    isOn = true;
  }
  g.stroke();
}
function paintColumns(g, buckets, line, { x, y }, colour) {
  g.fillStyle = colour;
  let before = NaN;
  for (let at = 0; at < line.count; at++) {
    let [least, most] = [line.least[at], line.most[at]];
    if (!(most >= least)) {
      before = NaN;
      continue;
    }
    if (before < least) least = before;
    else if (before > most) most = before;
    const left = Math.round(x(buckets.first + at * buckets.per - 0.5));
    const right = Math.round(x(buckets.first + (at + 1) * buckets.per - 0.5));
    const top = Math.round(y(most));
    g.fillRect(left, top, Math.max(1, right - left), Math.max(1, Math.round(y(least)) - top));
    before = line.last[at];
  }
}
/** The area between two lines of the same buckets. */
export function paintBand(g, buckets, low, high, { x, y, colour }) {
  g.beginPath();
  const rows = [];
  for (let at = 0; at < high.count; at++) if (Number.isFinite(high.most[at]) && Number.isFinite(low.least[at])) rows.push(at);
  const middle = (at) => x(buckets.first + (at + 0.5) * buckets.per - 0.5);
  for (const at of rows) g.lineTo(middle(at), y(high.most[at]));
  for (const at of rows.reverse()) g.lineTo(middle(at), y(low.least[at]));
  g.fillStyle = alpha(colour, 0.07);
  g.fill();
}
/** Dots, for stops that have a side. */
export function paintDots(g, buckets, line, { x, y, colour }) {
  g.fillStyle = colour;
  for (let at = 0; at < line.count; at++) {
    if (!Number.isFinite(line.most[at])) continue;
    g.fillRect(Math.round(x(buckets.first + (at + 0.5) * buckets.per - 0.5)) - 1, Math.round(y(line.least[at])) - 1, 2, 2);
  }
}
export function paintHistogram(g, buckets, line, { x, y, width, look }) {
  const zero = Math.round(y(0));
  const body = Math.max(1, Math.floor(width * 0.6));
  for (const isUp of [true, false]) {
    g.fillStyle = alpha(isUp ? look.profit : look.loss, 0.5);
    for (let at = 0; at < line.count; at++) {
      const value = isUp ? line.most[at] : line.least[at];
      if (!(isUp ? value > 0 : value < 0)) continue;
      const edge = Math.round(y(value));
      g.fillRect(Math.round(x(buckets.first + (at + 0.5) * buckets.per - 0.5)) - (body >> 1), Math.min(edge, zero), body, Math.max(1, Math.abs(edge - zero)));
    }
  }
}
export function paintRule(g, from, to, y, colour, dash = []) {
  g.strokeStyle = colour;
  g.lineWidth = 1;
  g.setLineDash(dash);
  g.beginPath();
  g.moveTo(from, sharp(y));
  g.lineTo(to, sharp(y));
  g.stroke();
  g.setLineDash([]);
}
/** A box with text on an axis; returns nothing. `x` is its left edge. */
export function paintTag(g, text, x, y, { fill, colour, look, width, height = 18 }) {
  g.font = look.font(11, 500);
  const wide = width || g.measureText(text).width + 10;
  g.fillStyle = fill;
  g.beginPath();
  g.roundRect(x, Math.round(y - height / 2), wide, height, 2);
  g.fill();
  g.fillStyle = colour;
  g.textAlign = "left";
  g.textBaseline = "middle";
  g.fillText(text, x + 5, Math.round(y) + 0.5);
}
/** Candles of Heikin-Ashi from those of plain buckets; the first ones only settle the average. */
export function heikinAshi(buckets, settle) {
  const { count } = buckets;
  const made = { ...buckets, open: new Float64Array(count), high: new Float64Array(count), low: new Float64Array(count), close: new Float64Array(count), volume: buckets.volume.slice() };
  let open = count ? (buckets.open[0] + buckets.close[0]) / 2 : 0;
  for (let at = 0; at < count; at++) {
    const close = (buckets.open[at] + buckets.high[at] + buckets.low[at] + buckets.close[at]) / 4;
    if (at) open = (made.open[at - 1] + made.close[at - 1]) / 2;
    made.open[at] = open;
    made.close[at] = close;
    made.high[at] = Math.max(buckets.high[at], open, close);
    made.low[at] = Math.min(buckets.low[at], open, close);
  }
  const cut = (name) => made[name].subarray(settle);
  return { ...made, first: made.first + settle * made.per, count: count - settle, open: cut("open"), high: cut("high"), low: cut("low"), close: cut("close"), volume: cut("volume") };
}
