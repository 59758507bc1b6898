// Where bars come from: the chunks that the server keeps, newest first, else its JSON.
"use strict";
import { Bars } from "./kernel.mjs";

const ONE_BODY = 60000; // so many bars come at once, in some hundred kilobytes
const FIRST_BARS = 2000; // of more than that the newest come first; what is older comes in one body behind them
const MOST_ROWS = 5000;
const MINUTES = { "1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "1d": 1440, "1w": 10080 };
export const minutesOf = (interval) => MINUTES[interval] || 1440;
export const isIntraday = (interval) => minutesOf(interval) < 1440;

async function ask(address, query, signal) {
  const answer = await fetch(`${address}?${new URLSearchParams(query)}`, { credentials: "same-origin", signal });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    const error = new Error(said.detail || said.title || `The server answered ${answer.status}.`);
    error.status = answer.status;
    throw error;
  }
  return answer;
}
const bytes = async (query, signal) => (await ask("/api/v1/candles/binary", query, signal)).arrayBuffer();
/**
 * Bars of a symbol, those of `span` ([ms, ms]) where given; `kernel` may still be on its way. `onOlder(added)` is called
 * when what is older has come.
 */
export async function loadBars(kernel, { symbol, interval, span, signal, onOlder }) {
  if (span) return loadRows(await kernel, { symbol, interval, span, signal });
  // Bars of an hour or more are few enough to be asked for before it is known how many there are.
  const all = minutesOf(interval) >= 60 ? bytes({ symbol, interval }, signal) : null;
  all?.catch(() => {});
  const [list] = await Promise.all([ask("/api/v1/candles/chunks", { symbol, interval }, signal).then((answer) => answer.json()), (async () => (kernel = await kernel))()]);
  const chunks = list.chunks || [];
  if (!chunks.length) return loadRows(kernel, { symbol, interval, signal });
  const total = chunks.reduce((sum, chunk) => sum + chunk.bars, 0);
  let newest = 0;
  let bars = 0;
  while (newest < chunks.length && (total <= ONE_BODY || bars < FIRST_BARS)) {
    newest += 1;
    bars += chunks[chunks.length - newest].bars;
  }
  const wanted = chunks.slice(chunks.length - newest);
  const parts = newest === chunks.length ? [{}] : wanted.map(({ key, etag }) => ({ chunk: key, v: etag }));
  const bodies = await Promise.all(
    parts.map((part) => (newest === chunks.length && all) || bytes({ symbol, interval, ...part }, signal))
  );
  const older = chunks.slice(0, chunks.length - newest);
  const before = older.reduce((sum, chunk) => sum + chunk.bars, 0);
  // What is older comes while the newest bars are drawn; it is read when they are.
  const rest = before ? bytes({ symbol, interval, to: wanted[0].first }, signal) : null;
  rest?.catch(() => {});
  const made = new Bars(kernel, before + bars);
  let at = before;
  for (const body of bodies) at += made.decode(body, at);
  made.show(before, at - before);
  made.simulated = Boolean(list.simulated);
  const started = new Promise((start) => (made.startOlder = start));
  if (before) made.older = started.then(async () => readOlder(made, await rest, before, onOlder));
  made.older?.catch((error) => error.name === "AbortError" || console.warn("What is older could not be read.", error));
  return made;
}
/** What no store keeps is asked of the provider, as far back as it goes. */
async function loadRows(kernel, { symbol, interval, span, signal }) {
  const [from, to] = (span || []).map((time) => new Date(time).toISOString());
  const { items } = await (await ask("/api/v1/candles", { symbol, interval, limit: MOST_ROWS, ...(span ? { from, to } : {}) }, signal)).json();
  const bars = new Bars(kernel, items.length);
  const rows = items.map((item) => ({ start: Date.parse(item.start), open: Number(item.open), high: Number(item.high), low: Number(item.low), close: Number(item.close), volume: Number(item.volume) }));
  const top = rows.reduce((most, row) => Math.max(most, row.high), 1);
  const shown = items.flatMap((item) => [item.open, item.close]).reduce((most, text) => Math.max(most, (String(text).split(".")[1] || "").length), 0);
  bars.fill(rows, Math.min(shown, Math.floor(Math.log10(2 ** 29 / top))));
  return bars;
}
function readOlder(bars, body, before, onOlder) {
  const shown = bars.length;
  const count = bars.decode(body, 0);
  if (count !== before) throw new Error("The history has changed while it was read.");
  bars.show(0, before + shown);
  onOlder?.(before);
}
