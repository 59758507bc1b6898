// The chart as a picture with its name and ours, and as a table.
"use strict";
import { number } from "./look.mjs";
import { paintChart } from "./scene.mjs";

const HEAD = 28;
const LINE = 18;
const FOOT = 26;

/** A canvas with the chart as it is, twice as fine, its title above and the source below. */
export function drawPicture(chart, { title, scale = 2 }) {
  const { look, width, height } = chart;
  const canvas = document.createElement("canvas");
  const g = canvas.getContext("2d");
  g.font = look.font(11);
  const said = inLines(wordsOf(chart), (text) => g.measureText(text).width <= width - 28);
  const top = HEAD + LINE * said.length;
  const full = top + height + FOOT;
  canvas.width = width * scale;
  canvas.height = full * scale;
  g.scale(scale, scale);
  g.fillStyle = look.surface;
  g.fillRect(0, 0, width, full);
  const inner = document.createElement("canvas");
  inner.width = width * scale;
  inner.height = height * scale;
  const own = inner.getContext("2d");
  own.scale(scale, scale);
  paintChart(own, chart, chart.scene);
  g.drawImage(inner, 0, top, width, height);
  const write = (text, x, y, colour, font, align = "left") => {
    g.fillStyle = colour;
    g.font = font;
    g.textAlign = align;
    g.textBaseline = "middle";
    g.fillText(text, x, y);
  };
  write(title, 14, 16, look.text, look.font(15, 600));
  said.forEach((line, at) => write(line, 14, HEAD + LINE * at + 7, look.text2, look.font(11)));
  write("Fillwise", width - 14, 16, look.accent, look.font(14, 600), "right");
  const source = [chart.bars.simulated ? "Simulated prices" : "", `${chart.clock.full(chart.bars.minute(chart.limit - 1))} ${chart.intraday ? chart.context.zone : ""}`.trim()];
  write(source.filter(Boolean).join(" · "), 14, full - FOOT / 2, look.text3, look.font(10.5));
  return canvas;
}
/** Prices of the last bar, indicators, compared symbols. */
function wordsOf({ bars, limit, studies, compared, context: { places } }) {
  const last = bars.row(limit - 1);
  const prices = `O ${number(last.open, places)}  H ${number(last.high, places)}  L ${number(last.low, places)}  C ${number(last.close, places)}`;
  const known = ({ lines }) => lines.map((line) => line.value(limit - 1)).find(Number.isFinite); // some change lines
  const values = studies.map((study) => `${study.item.label} ${number(known(study), places)}`);
  return [prices, ...values, ...compared.map((each) => `${each.symbol} in percent`)];
}
/** Words in as many lines as it takes. */
function inLines([first, ...words], fits) {
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1)}   ${word}`;
    if (fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
export const pictureBlob = (chart, options) => new Promise((done) => drawPicture(chart, options).toBlob(done, "image/png"));

/** The buckets in view as rows of texts, newest first. */
export function tableOf(chart) {
  const { plain, cut } = chart.scene;
  const places = chart.context.places;
  const lines = chart.studies.flatMap((study) => study.lines.map((line, at) => [`${study.item.label} ${study.item.spec.outputs[at]}`.trim(), line]));
  const head = ["Time", "Open", "High", "Low", "Close", "Volume", ...lines.map(([name]) => name)];
  const body = [];
  for (let at = plain.count - 1; at >= 0; at--) {
    const row = Math.min(chart.limit - 1, plain.first + (at + 1) * 2 ** cut.power - 1);
    const prices = [plain.open[at], plain.high[at], plain.low[at], plain.close[at]].map((price) => number(price, places));
    body.push([chart.clock.full(chart.bars.minute(plain.first + at * 2 ** cut.power)), ...prices, number(plain.volume[at] || NaN, 0), ...lines.map(([, line]) => number(line.value(row, chart.limit), places))]);
  }
  return { head, body };
}
