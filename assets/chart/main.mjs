// Opens charts in their frames, keeps them by id, and feeds them: bars, own marks, sessions, drawings, live prices.
"use strict";
import { loadAlerts, saveAlerts } from "./alerts.mjs";
import { Chart } from "./chart.mjs";
import { Drawings } from "./drawings.mjs";
import { listen, press } from "./input.mjs";
import { loadKernel } from "./kernel.mjs";
import { number } from "./look.mjs";
import { pictureBlob, tableOf } from "./picture.mjs";
import { buildRail, chooseByKey } from "./rail.mjs";
import { Replay } from "./replay.mjs";
import { isIntraday, loadBars, minutesOf } from "./source.mjs";
import { readStudies, withStudy } from "./studies.mjs";

const charts = new Map();
const SESSION_DAYS = 780;
const SAVE_MS = 400;
const DAY_MS = 86400000;

const json = async (address, options) => {
  const answer = await (window.fw?.request || fetch)(address, options);
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail || said.title || `The server answered ${answer.status}.`);
  return said;
};
const query = (values) => new URLSearchParams(values).toString();

function entryOf(id) {
  const root = document.getElementById(id);
  if (!root) return null;
  let entry = charts.get(id);
  if (entry?.root === root) return entry;
  entry?.chart?.destroy();
  entry = { id, root, specs: JSON.parse(root.dataset.fwPcSpecs), spec: {}, changed: null };
  charts.set(id, entry);
  return entry;
}
/**
 * Show something in the frame `id`. `spec`: symbol, interval, and where they matter studies (text), style, scale,
 * compare (list), fills, profile; `span` ([ms, ms]) for some time only; `marks` where they are not the reader's own, or the
 * `trade` whose they are. See components/chart.py.
 * `changed(part)` is called when somebody changes a part of it on the chart itself.
 */
export async function open(id, spec, changed) {
  const entry = entryOf(id);
  if (!entry) return null;
  entry.changed = changed || ((part) => open(id, { ...entry.spec, ...part }));
  const before = entry.spec;
  entry.spec = spec;
  const isSame = entry.ready && !entry.failed && ["symbol", "interval", "trade", "span", "changed", "engine"].every((name) => String(before[name]) === String(spec[name]));
  if (!isSame) {
    entry.abort?.abort();
    entry.abort = new AbortController();
    entry.ready = begin(entry, entry.abort.signal);
  }
  const ready = entry.ready;
  try {
    if (!(await ready) || entry.ready !== ready || entry.spec !== spec) return null;
  } catch (error) {
    if (error.name === "AbortError" || entry.ready !== ready || entry.spec !== spec) return null;
    entry.failed = true;
    entry.root.dataset.fwPcState = "failed";
    entry.root.dispatchEvent(new CustomEvent("fw:chart-failed", { bubbles: true, detail: { id, error } }));
    return null;
  }
  await apply(entry, spec, isSame ? before : {});
  setTimeout(() => entry.chart?.bars.startOlder?.(), 0);
  return entry.chart;
}
/** Kernel and bars of a chart, which grows by those that come before the first ones. */
async function load(entry, signal) {
  const { symbol, interval, span, engine } = entry.spec;
  const kernel = loadKernel({ twin: engine === "script", strict: "fwPcStandIn" in entry.root.dataset });
  const onOlder = (added) => !signal.aborted && entry.chart?.bars === bars && entry.chart.grown(added);
  const bars = await loadBars(kernel, { symbol, interval, span, signal, onOlder });
  return { kernel: await kernel, bars };
}
async function begin(entry, signal) {
  const { spec } = entry;
  entry.failed = false;
  entry.root.dataset.fwPcState = "loading";
  const { kernel, bars } = await load(entry, signal);
  if (signal.aborted) return false;
  if (!bars.length) throw Object.assign(new Error("There are no prices."), { empty: true });
  entry.replay?.stop();
  entry.kernel = kernel;
  if (!entry.chart) build(entry, kernel);
  const chart = entry.chart;
  chart.kernel = kernel;
  chart.pointer = null;
  chart.fixed = Boolean(spec.span);
  chart.setBars(bars, { symbol: spec.symbol, interval: spec.interval, intraday: isIntraday(spec.interval), minutes: minutesOf(spec.interval) });
  describe(entry);
  chart.drawings.load([]);
  entry.belongings = belongings(entry, signal);
  return true;
}
function build(entry, kernel) {
  const chart = (entry.chart = new Chart(entry.root, { kernel, specs: entry.specs }));
  chart.drawings = new Drawings(chart);
  entry.replay = new Replay(chart);
  offerTools(entry);
  listen(chart);
  chart.on("studies", (items) => entry.changed({ studies: items.map((item) => item.code).join(",") || "none" }));
  chart.on("compare", (symbols) => entry.changed({ compare: symbols }));
  chart.on("drawings", () => save(entry));
  chart.on("problem", (text) => window.fw?.toast?.("warn", "That cannot be drawn", text));
  chart.on("bars", () => describe(entry));
  chart.on("replay", () => describe(entry));
  chart.on("drawn", () => (entry.root.dataset.fwPcState = "drawn"));
}
// A first paint has no tools: they come with the page.
function offerTools(entry) {
  const { fwPc, fwFirstFor } = entry.root.dataset;
  if (fwPc === "tools" && !fwFirstFor) entry.rail = entry.rail || buildRail(entry.chart);
}
/** Own marks, sessions to shade and drawings: what a chart can be read without comes behind the bars. */
async function belongings(entry, signal) {
  const { chart, spec } = entry;
  const { symbol } = spec;
  const failed = () => null;
  const marks = spec.marks ? Promise.resolve(spec.marks) : json(`/api/v1/charts/marks?${query({ symbol, ...(spec.trade ? { trade: spec.trade } : {}) })}`, { signal }).catch(failed);
  const drawings = entry.root.dataset.fwPc === "tools" ? json(`/api/v1/charts/drawings?${query({ symbol })}`, { signal }).catch(failed) : null;
  const found = await marks;
  if (signal.aborted || !found) return;
  chart.setContext({
    fills: found.fills.map((fill) => ({ time: Date.parse(fill.at), price: Number(fill.price), quantity: Number(fill.quantity), side: fill.side === "buy" ? 1 : -1, account: fill.account })),
    levels: found.levels.map((level) => ({ kind: level.kind, price: Number(level.price), label: level.label, time: Date.parse(level.since) })),
    places: found.places,
    zone: found.zone,
    session_zone: found.session_zone,
    holding: found.holding?.map((text) => Date.parse(text)) || null,
    sessions: [],
  });
  const drawn = await drawings;
  if (signal.aborted) return;
  if (drawn) chart.drawings.load(drawn.items.map(({ b, text, ...item }) => ({ ...item, ...(b ? { b } : {}), ...(text ? { text } : {}) })));
  if (!spec.trade) await loadAlerts(entry, json, signal);
  if (chart.intraday) sessions(entry, signal);
}
async function sessions(entry, signal) {
  const { chart, spec } = entry;
  const last = chart.bars.time(chart.bars.length - 1) + 2 * DAY_MS;
  const first = Math.max(chart.bars.time(0), last - SESSION_DAYS * DAY_MS) - DAY_MS;
  const iso = (time) => new Date(time).toISOString();
  const found = await json(`/api/v1/charts/sessions?${query({ symbol: spec.symbol, from: iso(first), to: iso(last) })}`, { signal }).catch(() => null);
  if (!found || signal.aborted) return;
  const minute = (text) => Date.parse(text) / 60000;
  chart.setContext({ sessions: found.items.map((each) => [minute(each.opens_at), minute(each.closes_at)]) });
}
async function apply(entry, spec, before) {
  const { chart, specs } = entry;
  Object.assign(chart.spec, { type: spec.style || "candles", scale: spec.scale || "linear", fills: spec.fills !== false, profile: Boolean(spec.profile), volume: spec.volume !== false });
  if (spec.scale !== before.scale) chart.manual = null;
  chart.setStudies(readStudies(spec.studies || "", specs));
  const wanted = (spec.compare || []).filter((symbol) => symbol !== spec.symbol);
  if (wanted.join() !== chart.compared.map((each) => each.symbol).join()) await compare(entry, wanted);
  // The first picture does not wait for a frame: the page may be busy with everything else.
  if (entry.root.dataset.fwPcState === "drawn") chart.draw();
  else chart.drawNow();
}
async function compare(entry, symbols) {
  const { chart, spec } = entry;
  const known = new Map(chart.compared.map((each) => [each.symbol, each.bars]));
  const { signal } = entry.abort;
  const found = await Promise.all(
    symbols.map(async (symbol) => {
      try {
        const onOlder = () => !signal.aborted && chart.setCompared(chart.compared);
        const bars = known.get(symbol) || (await loadBars(entry.kernel, { symbol, interval: spec.interval, signal, onOlder }));
        bars.startOlder?.();
        return { symbol, bars };
      } catch (error) {
        if (error.name !== "AbortError") window.fw?.toast?.("warn", `${symbol} cannot be compared`, error.message);
        return null;
      }
    })
  );
  if (!signal.aborted) chart.setCompared(found.filter(Boolean));
}
function save(entry) {
  clearTimeout(entry.saving);
  const { symbol } = entry.spec;
  const items = structuredClone(entry.chart.drawings.items.filter((item) => item.kind !== "alert"));
  entry.root.dataset.fwPcSaved = "no";
  const alerted = saveAlerts(entry, json);
  entry.saving = setTimeout(async () => {
    try {
      await alerted;
      if (entry.root.dataset.fwPc === "tools") await json(`/api/v1/charts/drawings?${query({ symbol })}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ items }) });
      entry.root.dataset.fwPcSaved = "yes";
    } catch (error) {
      window.fw?.toast?.("error", "The drawings could not be saved", error.message);
    }
  }, SAVE_MS);
}
// An alert was set, changed or has spoken somewhere else.
document.addEventListener("fw:alerts", () => {
  for (const entry of charts.values()) if (entry.root.isConnected && entry.alerts && !entry.spec.trade) loadAlerts(entry, json, entry.abort.signal);
});
function describe({ root, chart }) {
  const { bars, clock, symbol, interval, context, limit } = chart;
  const last = bars.row(limit - 1);
  root.setAttribute("aria-label", `${symbol}, ${number(limit, 0)} bars of ${interval} from ${clock.full(bars.minute(0))} to ${clock.full(bars.minute(limit - 1))}, last close ${number(last.close, context.places)}.`);
  root.dataset.fwPcBars = bars.length;
}

// ── What scripts of pages and the live stream call ────────────────────────────────────────────────────────────
export const chartOf = (id) => (charts.get(id)?.root.isConnected ? charts.get(id) : null);
/** The last bar as it is now, or the next one. */
export function bar(id, row) {
  const entry = chartOf(id);
  if (!entry?.chart?.bars || entry.spec.symbol !== row.symbol || entry.spec.interval !== row.interval) return false;
  return entry.chart.put(row);
}
/** A price: the last bar takes it in, or a new bar begins. Days and weeks are the server's, which knows its sessions. */
export function tick(id, { symbol, time, price }) {
  const entry = chartOf(id);
  const chart = entry?.chart;
  if (!chart?.bars?.length || !chart.intraday || entry.spec.symbol !== symbol || !(price > 0)) return false;
  const last = chart.bars.row(chart.bars.length - 1);
  const width = chart.minutes * 60000;
  if (time < last.start) return false;
  if (time < last.start + width) return chart.put({ ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price });
  const start = Math.floor(time / width) * width;
  return chart.put({ start, open: price, high: price, low: price, close: price, volume: 0 });
}
/** Let the chart of the frame `from` go on in the frame `id`: what was drawn before the page was there is the page's. */
export function adopt(from, id) {
  const entry = charts.get(from);
  const root = document.getElementById(id);
  if (!entry || !root || charts.get(id)?.root === root) return;
  charts.delete(from);
  charts.set(id, entry);
  for (const name of ["fwPcState", "fwPcBars"]) if (name in entry.root.dataset) root.dataset[name] = entry.root.dataset[name];
  root.setAttribute("aria-label", entry.root.getAttribute("aria-label"));
  Object.assign(entry, { id, root });
  if (!entry.chart) return;
  entry.chart.moveTo(root);
  offerTools(entry);
}
/** Take a chart away; another one may be opened in its frame. */
export function close(id) {
  const entry = charts.get(id);
  if (!entry) return;
  entry.abort?.abort();
  entry.replay?.stop();
  entry.rail?.remove();
  entry.chart?.destroy();
  charts.delete(id);
}
export function key(id, event) {
  const entry = chartOf(id);
  if (!entry?.chart?.bars) return false;
  if (entry.replay.isOn && event.key === " ") {
    entry.replay.toggle();
    return true;
  }
  if (entry.replay.isOn && event.shiftKey && event.key.startsWith("Arrow")) {
    entry.replay.step(event.key === "ArrowLeft" ? -1 : 1);
    return true;
  }
  return chooseByKey(entry.chart, event) || (!event.altKey && press(entry.chart, event));
}
export const replay = (id) => {
  const entry = chartOf(id);
  if (entry?.replay.isOn) entry.replay.stop();
  else entry?.replay.start();
};
/**
 * Add an indicator with its usual numbers; one that needs a bar asks for a click on it. `asked` says which are asked for
 * already (text, null for those drawn): the chart itself may not have got there.
 */
export function addStudy(id, kind, asked = () => null) {
  const { chart, changed, specs } = chartOf(id) || {};
  if (!chart?.bars) return;
  const add = (numbers) => {
    const text = asked();
    const before = text === null ? chart.studies.map((study) => study.item) : readStudies(text === "none" ? "" : text, specs);
    const items = withStudy(before, kind, numbers, specs);
    if (items) changed({ studies: items.map((one) => one.code).join(",") });
    else window.fw?.toast?.("warn", `No more of ${specs[kind].title}`, `A chart has at most ${specs[kind].most}.`);
  };
  if (kind !== "avwap") return add(specs[kind].parameters.map((each) => each.usual));
  window.fw?.toast?.("ok", "Choose a bar", "The average begins at the bar that you click.");
  chart.onPick = (row) => {
    chart.onPick = null;
    add([chart.bars.minute(Math.max(0, Math.min(chart.limit - 1, row)))]);
  };
}
export const picture = (id, title) => pictureBlob(chartOf(id).chart, { title });
export const table = (id) => tableOf(chartOf(id).chart);
export function jump(id, text) {
  const { chart } = chartOf(id) || {};
  if (chart?.bars && text) chart.goTo(chart.clock.instant(text));
}
