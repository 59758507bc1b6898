// What stands on the prices and is not the market's: own fills, average price, stops, sessions, volume by price.
"use strict";
import { alpha, number } from "./look.mjs";
import { paintRule, paintTag } from "./paint.mjs";

const LEVELS = 24;
const MOVING_BARS = 60000;
const REST_MS = 150;

/** The time that a trade was held. */
export function paintHolding(g, chart, scene) {
  const { holding } = chart.context;
  if (!holding) return;
  const [from, to] = holding.map((time) => chart.x(chart.place(time)));
  g.fillStyle = alpha(chart.look.accent, 0.07);
  g.fillRect(from - chart.barWidth / 2, scene.main.top, to - from + chart.barWidth, scene.main.bottom - scene.main.top);
}
/** Hours outside the sessions are shaded, the beginning of each session has a line. */
export function paintSessions(g, chart, scene) {
  const { context, look, intraday, bars } = chart;
  if (!intraday || !context.sessions?.length || scene.buckets.per * chart.minutes > 120) return;
  const { buckets, main } = scene;
  const inside = sessionsOf(context.sessions);
  let from = null;
  const shade = (start, end) => {
    g.fillStyle = alpha(look.text3, 0.07);
    g.fillRect(start, main.top, end - start, main.bottom - main.top);
  };
  const step = chart.barWidth * buckets.per;
  let session = null;
  for (let at = 0; at < buckets.count; at++) {
    const row = buckets.first + at * buckets.per;
    const own = inside(bars.minute(row));
    const x = chart.x(row) - chart.barWidth / 2;
    if (own < 0 && from === null) from = x;
    if (own >= 0 && from !== null) {
      shade(from, x);
      from = null;
    }
    if (own >= 0 && session !== null && own !== session) {
      g.fillStyle = look.axis;
      g.fillRect(Math.round(x), main.top, 1, main.bottom - main.top);
    }
    if (own >= 0) session = own;
    if (at === buckets.count - 1 && from !== null) shade(from, x + step);
  }
}
// Number of the session that a minute lies in, -1 for none. Sessions are [open, close) minutes, ascending.
function sessionsOf(sessions) {
  return (minute) => {
    let [low, high] = [0, sessions.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (sessions[middle][0] <= minute) low = middle;
      else high = middle - 1;
    }
    const [open, close] = sessions[low];
    if (minute < sessions[0][0]) return low; // before what is known nothing is shaded
    return minute >= open && minute < close ? low : -1;
  };
}
/** Own fills: a triangle below a purchase and above a sale, with the quantity where there is room. */
export function paintFills(g, chart, scene) {
  const { context, look, spec, bars, limit } = chart;
  if (!spec.fills || !context.fills.length) return;
  const { first, per } = scene.cut ? { first: scene.cut.first, per: 2 ** scene.cut.power } : scene.buckets;
  const places = new Map();
  const end = limit >= bars.length ? Infinity : bars.time(limit);
  for (const fill of context.fills) {
    if (fill.time >= end) continue;
    const row = bars.find(fill.time);
    if (row < 0 || row >= limit) continue;
    const bucket = Math.floor((row - first) / per);
    const key = `${bucket} ${fill.side}`;
    const known = places.get(key) || { bucket, side: fill.side, quantity: 0, cost: 0, count: 0 };
    known.quantity += fill.quantity;
    known.cost += fill.quantity * fill.price;
    known.count += 1;
    places.set(key, known);
  }
  scene.fills = [];
  const texts = [];
  const taken = [];
  const isFree = (box) => !taken.some((one) => one.x < box.x + box.w && box.x < one.x + one.w && one.y < box.y + box.h && box.y < one.y + one.h);
  const wide = chart.barWidth * per;
  for (const each of places.values()) {
    const x = chart.x(first + (each.bucket + 0.5) * per - 0.5);
    if (x < -10 || x > chart.plotWidth + 10) continue;
    const at = each.bucket;
    const isBuy = each.side > 0;
    const edge = scene.plain && at >= 0 && at < scene.plain.count ? scene.scale.y(isBuy ? scene.plain.low[at] : scene.plain.high[at]) : scene.scale.y(each.cost / each.quantity);
    const tip = Math.round(isBuy ? edge + 5 : edge - 5);
    const foot = isBuy ? tip + 9 : tip - 9;
    g.fillStyle = isBuy ? look.accent : look.warn;
    g.strokeStyle = look.surface;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(x, tip);
    g.lineTo(x - 6, foot);
    g.lineTo(x + 6, foot);
    g.closePath();
    g.fill();
    g.stroke();
    const y = scene.scale.y(each.cost / each.quantity);
    g.fillRect(Math.round(x - Math.max(3, wide / 2)), Math.round(y), Math.round(Math.max(6, wide)), 1);
    const text = number(each.quantity, Number.isInteger(each.quantity) ? 0 : 2);
    texts.push({ text, x, box: { x: x - 3.2 * text.length, y: isBuy ? foot + 2 : foot - 14, w: 6.4 * text.length, h: 12 } });
    taken.push({ x: x - 6, y: Math.min(tip, foot), w: 12, h: 9 });
    scene.fills.push({ ...each, x, y: (tip + foot) / 2, price: each.cost / each.quantity });
  }
  // A quantity that would lie on another mark is left out; the table of fills has it.
  g.font = look.font(10.5, 500);
  g.fillStyle = look.text;
  g.textAlign = "center";
  g.textBaseline = "top";
  for (const { text, x, box } of wide >= 6 || places.size < 12 ? texts : []) {
    if (!isFree(box)) continue;
    taken.push(box);
    g.fillText(text, x, box.y);
  }
}
const KINDS = { average: { role: "accent", dash: [] }, stop: { role: "loss", dash: [6, 4] }, target: { role: "profit", dash: [6, 4] }, alert: { role: "warn", dash: [2, 3] } };

/** Prices that matter: average entry, stops, targets and alerts, each with a text and a tag on the axis. */
export function paintLevels(g, chart, scene) {
  const { look, context, plotWidth: width, bars, limit } = chart;
  const alerts = (chart.drawings?.shown() || []).filter((each) => each.kind === "alert").map((each) => ({ kind: "alert", price: each.a.p, label: each.text || "Alert", since: each.a.t }));
  const own = chart.spec.fills ? context.levels : [];
  // A replay knows no level that was set later, and no average price that a later fill has moved.
  const end = limit < bars.length ? bars.time(limit) : Infinity;
  const isLater = ({ kind, time, since = time }) => since >= end || (kind === "average" && context.fills.some((fill) => fill.time >= end));
  const tags = (scene.tags = []);
  for (const level of [...own, ...alerts]) {
    const { role, dash } = KINDS[level.kind] || KINDS.alert;
    if (isLater(level)) continue;
    const y = scene.scale.y(level.price);
    if (y < scene.main.top + 4 || y > scene.main.bottom - 4) continue;
    const colour = look[role];
    const from = level.time ? Math.max(0, Math.min(width - 120, chart.x(chart.place(level.time)))) : 0;
    const text = `${level.label} ${number(level.price, context.places)}`;
    g.font = look.font(11);
    const wide = g.measureText(text).width;
    paintRule(g, from, width - wide - 16, y, colour, dash);
    paintRule(g, width - 6, width, y, colour, dash);
    g.fillStyle = alpha(look.surface, 0.8);
    g.fillRect(width - wide - 14, y - 8, wide + 8, 16);
    g.fillStyle = colour;
    g.textAlign = "left";
    g.textBaseline = "middle";
    g.fillText(text, width - wide - 11, y + 0.5);
    tags.push({ text: number(level.price, context.places), y, fill: colour });
  }
}
/** Tags on the axis of prices, moved apart where they would cover each other; the first ones stay in place. */
export function paintTags(g, chart, tags) {
  const placed = [];
  for (const tag of tags) {
    const near = (y) => placed.some((one) => Math.abs(one - y) < 19);
    let y = tag.y;
    for (let away = 1; near(y) && away < 60; away++) y = tag.y + (away & 1 ? 1 : -1) * Math.ceil(away / 2) * 4;
    placed.push(y);
    paintTag(g, tag.text, chart.plotWidth + 2, y, { fill: tag.fill, colour: chart.look.surface, look: chart.look, width: chart.gutter - 4 });
  }
}
/** Volume by price of the bars in view, at the right edge; the level with the most is brighter. */
export function paintProfile(g, chart, scene) {
  const { look, plotWidth: width } = chart;
  const { buckets } = scene;
  const [from, to] = [buckets.first, Math.min(chart.limit, buckets.first + buckets.count * buckets.per)];
  if (to <= from) return;
  const levels = profileOf(chart, scene, from, to);
  const most = Math.max(...levels.volume);
  if (!(most > 0)) return;
  levels.volume.forEach((volume, at) => {
    const [top, bottom] = [scene.scale.y(levels.bottom + (at + 1) * levels.size), scene.scale.y(levels.bottom + at * levels.size)];
    const wide = (volume / most) * width * 0.24;
    g.fillStyle = alpha(look.c2, volume === most ? 0.34 : 0.16);
    g.fillRect(width - wide, top + 0.5, wide, Math.max(1, bottom - top - 1));
  });
}
/** Volume of the bars [from, to) in levels. While a view of many bars moves their buckets are counted, at rest the bars. */
export function profileOf(chart, scene, from, to) {
  const { bars } = chart;
  let [bottom, top] = [Infinity, -Infinity];
  for (let at = 0; at < scene.plain.count; at++) {
    bottom = Math.min(bottom, scene.plain.low[at]);
    top = Math.max(top, scene.plain.high[at]);
  }
  const size = (top - bottom) / LEVELS;
  const key = `${from} ${to} ${bars.length} ${bars.volumeAt(to - 1)}`;
  if (to - from > MOVING_BARS && chart.counted?.key !== key) {
    clearTimeout(chart.counting);
    chart.counting = setTimeout(() => {
      if (chart.gone || chart.bars !== bars) return;
      chart.counted = { key, volume: countBars(bars, from, to, bottom, top) };
      chart.draw();
    }, REST_MS);
    return { bottom, size, volume: countBuckets(scene.plain, bottom, size) };
  }
  return { bottom, size, volume: chart.counted?.key === key ? chart.counted.volume : countBars(bars, from, to, bottom, top) };
}
function countBars(bars, from, to, bottom, top) {
  const { kernel } = bars;
  const kept = kernel.mark();
  const out = kernel.reserve(LEVELS * 8);
  kernel.set_scale(bars.scale);
  kernel.volume_profile(bars.high, bars.low, bars.volume, from, to, bottom, top, LEVELS, out);
  const volume = [...new Float64Array(kernel.memory.buffer, out, LEVELS)];
  kernel.release(kept);
  return volume;
}
function countBuckets({ count, high, low, volume }, bottom, size) {
  const made = new Array(LEVELS).fill(0);
  for (let at = 0; at < count; at++) {
    for (let k = 0; k < LEVELS; k++) {
      const shared = Math.max(0, Math.min(high[at], bottom + (k + 1) * size) - Math.max(low[at], bottom + k * size));
      made[k] += high[at] > low[at] ? (volume[at] * shared) / (high[at] - low[at]) : 0;
    }
  }
  return made;
}
