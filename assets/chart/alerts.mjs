// Price alerts as lines on a chart. The server keeps them and looks at the prices; here they are drawn, moved and removed.
"use strict";
const PREFIX = "alert-";
const LINES = new Set(["crosses", "above", "below"]);
const isAlert = (item) => item.kind === "alert";

/** Read the armed alerts of the chart's symbol and draw them in the place of those that were there. */
export async function loadAlerts(entry, ask, signal) {
  const { chart, spec } = entry;
  const found = await ask(`/api/v1/alerts?${new URLSearchParams({ symbol: spec.symbol })}`, { signal }).catch(() => null);
  const { drawings } = chart;
  if (!found || signal.aborted || entry.spec.symbol !== spec.symbol || drawings.isMoving || drawings.pending) return;
  const armed = found.items.filter((each) => each.state === "armed" && LINES.has(each.kind));
  const lines = armed.map((each) => ({ id: PREFIX + each.id, kind: "alert", a: { t: Date.parse(each.created_at), p: Number(each.level) }, ...(each.note ? { text: each.note } : {}) }));
  entry.alerts = { symbol: spec.symbol, levels: new Map(lines.map((each) => [each.id, each.a.p])) };
  drawings.items = [...drawings.items.filter((each) => !isAlert(each)), ...lines];
  if (drawings.selected && !drawings.items.includes(drawings.selected.item)) drawings.selected = null;
  chart.draw();
}
/** Bring what was drawn, moved and removed to the server, one change after the other. */
export function saveAlerts(entry, ask) {
  entry.saved = (entry.saved || Promise.resolve()).then(() => bring(entry, ask)).catch((error) => {
    window.fw?.toast?.("error", "The alert could not be set", error.message);
    return loadAlerts(entry, ask, entry.abort.signal);
  });
  return entry.saved;
}
async function bring(entry, ask) {
  const { chart, alerts } = entry;
  if (!alerts || alerts.symbol !== entry.spec.symbol) return;
  const { symbol, levels } = alerts;
  const send = (address, method, body) => ask(address, { method, headers: { "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}) });
  const addressOf = (id) => `/api/v1/alerts/${id.slice(PREFIX.length)}`;
  let isChanged = false;
  for (const item of chart.drawings.items.filter(isAlert)) {
    const level = Number(item.a.p.toFixed(chart.context.places));
    if (levels.get(item.id) === level) continue;
    isChanged = true;
    item.a.p = level;
    if (levels.has(item.id)) await send(addressOf(item.id), "PATCH", { level: String(level) });
    else item.id = PREFIX + (await send("/api/v1/alerts", "POST", { symbol, kind: "crosses", level: String(level) })).id;
    levels.set(item.id, level);
  }
  const drawn = new Set(chart.drawings.items.map((each) => each.id));
  for (const id of [...levels.keys()].filter((each) => !drawn.has(each))) {
    isChanged = true;
    levels.delete(id);
    await send(addressOf(id), "DELETE");
  }
  if (!isChanged) return;
  chart.draw();
  window.dash_clientside?.set_props?.("shell-alerted", { data: { from: "chart", at: Date.now() } });
}
