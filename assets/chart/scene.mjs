// Everything that is painted in a frame, from back to front.
"use strict";
import { PriceScale, decimalsOf, priceTicks, timeTicks } from "./axes.mjs";
import { paintDrawings } from "./drawings.mjs";
import { alpha, number, overlayRole, rolesOf, signed } from "./look.mjs";
import { paintFills, paintHolding, paintLevels, paintProfile, paintSessions, paintTags } from "./marks.mjs";
import { paintBand, paintBars, paintDots, paintHistogram, paintLine, paintRule, paintTag, paintVolume } from "./paint.mjs";

export function paintChart(g, chart, scene) {
  const { look, plotWidth: width, height } = chart;
  g.fillStyle = look.surface;
  g.fillRect(0, 0, chart.width, height);
  const ticks = { prices: priceTicks(scene.scale), times: timesOf(chart, scene) };
  paintSessions(g, chart, scene);
  paintHolding(g, chart, scene);
  paintGrid(g, chart, scene, ticks);
  g.save();
  g.beginPath();
  g.rect(0, scene.main.top, width, scene.main.bottom - scene.main.top);
  g.clip();
  paintMain(g, chart, scene);
  g.restore();
  for (const strip of scene.strips) paintStrip(g, chart, scene, strip);
  paintLevels(g, chart, scene);
  paintAxes(g, chart, scene, ticks);
  paintLast(g, chart, scene);
}
function timesOf(chart, scene) {
  const { buckets } = scene;
  const rows = [];
  for (let at = 0; at < buckets.count; at++) {
    const row = buckets.first + at * buckets.per;
    rows.push([chart.bars.minute(row), chart.x(row)]);
  }
  // The bars to come have their times too.
  for (let row = chart.limit; rows.length && row < chart.view.to; row += buckets.per) rows.push([chart.timeAt(row) / 60000, chart.x(row)]);
  return timeTicks(rows, chart.clock, chart.plotWidth);
}
function paintGrid(g, { look, plotWidth: width, height }, scene, ticks) {
  g.strokeStyle = look.grid;
  g.lineWidth = 1;
  g.beginPath();
  for (const { x } of ticks.times) {
    g.moveTo(Math.round(x) + 0.5, 0);
    g.lineTo(Math.round(x) + 0.5, height - 24);
  }
  for (const value of valuesOf(scene, ticks)) {
    const y = Math.round(scene.scale.y(value)) + 0.5;
    g.moveTo(0, y);
    g.lineTo(width, y);
  }
  g.stroke();
}
// In percent the ticks are round percentages of the first close in view.
function valuesOf(scene, ticks) {
  if (!scene.isPercent) return ticks.prices;
  const share = (price) => (price / scene.base - 1) * 100;
  const scale = new PriceScale(share(scene.scale.least), share(scene.scale.most), scene.main.top, scene.main.bottom);
  return priceTicks(scale).map((value) => scene.base * (1 + value / 100));
}
function paintMain(g, chart, scene) {
  const { look, spec } = chart;
  const place = { x: (row) => chart.x(row), y: (price) => scene.scale.y(price), width: chart.barWidth * scene.buckets.per, look };
  const { top, bottom } = scene.main;
  if (spec.profile) paintProfile(g, chart, scene);
  if (spec.volume) paintVolume(g, scene.plain, { ...place, top: bottom - (bottom - top) * 0.16, bottom });
  let overlays = 0;
  const later = [];
  for (const { study, lines } of scene.overlays) {
    const roles = rolesOf(study.item, overlays);
    overlays += study.item.spec.band || roles[0] === "profit" ? 1 : lines.length;
    if (study.item.spec.band) paintBand(g, bandOf(scene), lines[0], lines[2], { ...place, colour: look[roles[0]] });
    lines.forEach((line, at) => later.push({ line, study, at, colour: look[roles[at]] }));
    if (study.item.kind === "ichi") paintBand(g, bandOf(scene), lines[2], lines[3], { ...place, colour: look[roles[2]] });
  }
  paintBars(g, scene.buckets, { ...place, type: spec.type === "heikin" ? "candles" : spec.type });
  for (const { line, study, at, colour } of later) {
    if (study.item.spec.outputs[0] === "below") paintDots(g, bandOf(scene), line, { ...place, colour });
    else paintLine(g, bandOf(scene), line, place, colour, study.item.spec.band && at !== 1 ? { width: 1 } : {});
  }
  scene.compared.forEach((each, at) => paintLine(g, bandOf(scene), each.values, place, look[overlayRole(overlays + at)], { width: 1.5 }));
  paintFills(g, chart, scene);
  paintDrawings(g, chart, scene);
}
const bandOf = (scene) => ({ first: scene.cut.first, per: 2 ** scene.cut.power });

export function stripScale(strip) {
  const { spec, kind } = strip.study.item;
  let [least, most] = spec.span || [Infinity, -Infinity];
  if (!spec.span) {
    for (const line of strip.lines) {
      for (let at = 0; at < line.count; at++) {
        if (line.least[at] < least) least = line.least[at];
        if (line.most[at] > most) most = line.most[at];
      }
    }
    if (spec.levels) [least, most] = [Math.min(least, spec.levels[0]), Math.max(most, spec.levels[1])];
    if (spec.bars) [least, most] = [Math.min(least, 0), Math.max(most, 0)];
    if (!(most >= least)) [least, most] = [0, 1];
    const pad = (most - least) * 0.12 || Math.abs(most) * 0.01 || 1;
    [least, most] = [kind === "atr" ? Math.max(0, least - pad) : least - pad, most + pad];
  }
  return new PriceScale(least, most, strip.top + 18, strip.bottom - 5);
}
function paintStrip(g, chart, scene, strip) {
  const { look, plotWidth: width } = chart;
  const scale = (strip.scale = stripScale(strip));
  const { spec, kind } = strip.study.item;
  const place = { x: (row) => chart.x(row), y: (value) => scale.y(value), width: chart.barWidth * 2 ** scene.cut.power, look };
  paintRule(g, 0, chart.width, strip.top, look.line);
  g.save();
  g.beginPath();
  g.rect(0, strip.top + 1, width, strip.bottom - strip.top - 1);
  g.clip();
  if (spec.levels) {
    g.fillStyle = alpha(look.text3, 0.06);
    g.fillRect(0, scale.y(spec.levels[1]), width, scale.y(spec.levels[0]) - scale.y(spec.levels[1]));
    for (const level of spec.levels) paintRule(g, 0, width, scale.y(level), look.axis, [2, 3]);
  }
  if (spec.bars) {
    paintRule(g, 0, width, scale.y(0), look.zero);
    paintHistogram(g, bandOf(scene), strip.lines[strip.lines.length - 1], place);
  }
  const roles = rolesOf(strip.study.item, 0);
  const lines = spec.bars ? strip.lines.slice(0, -1) : strip.lines;
  lines.forEach((line, at) => paintLine(g, bandOf(scene), line, place, look[roles[at]]));
  g.restore();
  const ticks = spec.levels && kind !== "cci" ? spec.levels : priceTicks(scale, 30);
  axisText(g, chart);
  for (const value of ticks) g.fillText(kind === "obv" ? compactTick(value) : number(value, decimalsOf(ticks, 4)), width + 8, scale.y(value));
}
const compactTick = (value) => {
  const [size, unit] = [[1e9, "B"], [1e6, "M"], [1e3, "k"]].find(([step]) => Math.abs(value) >= step) || [1, ""];
  return number(value / size, 1) + unit;
};
function axisText(g, { look }) {
  g.font = look.font(11);
  g.fillStyle = look.text3;
  g.textAlign = "left";
  g.textBaseline = "middle";
}
function paintAxes(g, chart, scene, ticks) {
  const { look, plotWidth: width, height } = chart;
  axisText(g, chart);
  const values = valuesOf(scene, ticks);
  const shares = values.map((value) => (value / scene.base - 1) * 100);
  const places = scene.isPercent ? decimalsOf(shares, 2) : Math.max(Math.min(2, chart.context.places), decimalsOf(values, chart.context.places));
  const tagged = [...scene.tags.map((tag) => tag.y), chart.fixed ? NaN : scene.scale.y(chart.bars.price("close", chart.limit - 1))];
  values.forEach((value, at) => {
    const y = scene.scale.y(value);
    if (y < 8 || y > scene.main.bottom - 6 || tagged.some((one) => Math.abs(one - y) < 15)) return;
    g.fillText(scene.isPercent ? signed(shares[at], places, "%") : number(value, places), width + 8, y);
  });
  paintRule(g, 0, chart.width, height - 24, look.line);
  axisText(g, chart);
  g.textAlign = "center";
  for (const { x, text } of ticks.times) if (x > 14 && x < width - 10) g.fillText(text, x, height - 11);
}
/** The last price: its line and its tag. */
function paintLast(g, chart, scene) {
  const { look, bars, limit, plotWidth: width } = chart;
  const row = bars.row(limit - 1);
  const colour = row.close >= row.open ? look.profit : look.loss;
  const y = scene.scale.y(row.close);
  // A chart of some time past has no last price.
  if (chart.fixed || y < scene.main.top || y > scene.main.bottom) return paintTags(g, chart, scene.tags);
  paintRule(g, 0, width, y, alpha(colour, 0.75), [2, 3]);
  const text = scene.isPercent ? signed((row.close / scene.base - 1) * 100, 2, "%") : number(row.close, chart.context.places);
  scene.last = { text, y };
  paintTags(g, chart, [{ text, y, fill: colour }, ...scene.tags]);
}

/** What follows the pointer: cross hair with its price and time; a drawing in the making. */
export function paintPointer(g, chart, scene) {
  const { look, pointer, plotWidth: width, height } = chart;
  if (chart.drawings) paintDrawings(g, chart, scene, { pending: true });
  if (!pointer || pointer.x > width || pointer.y > height - 24) return;
  const x = Math.round(chart.x(chart.rowAt(pointer.x))) + 0.5;
  g.strokeStyle = look.spike;
  g.lineWidth = 1;
  g.setLineDash([3, 3]);
  g.beginPath();
  g.moveTo(x, 0);
  g.lineTo(x, height - 24);
  g.moveTo(0, Math.round(pointer.y) + 0.5);
  g.lineTo(width, Math.round(pointer.y) + 0.5);
  g.stroke();
  g.setLineDash([]);
  const strip = scene.strips.find((each) => pointer.y >= each.top);
  const value = strip?.scale ? strip.scale.price(pointer.y) : scene.scale.price(pointer.y);
  const text = strip ? number(value, 2) : scene.isPercent ? signed((value / scene.base - 1) * 100, 2, "%") : number(value, chart.context.places);
  const grey = { fill: look.text2, colour: look.surface, look };
  paintTag(g, text, width + 2, pointer.y, { ...grey, width: chart.gutter - 4 });
  const when = chart.clock.full(Math.round(chart.timeAt(chart.rowAt(pointer.x)) / 60000));
  g.font = look.font(11, 500);
  const wide = g.measureText(when).width + 10;
  paintTag(g, when, Math.max(0, Math.min(width - wide, x - wide / 2)), height - 12, grey);
}
