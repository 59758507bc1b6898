// The Market page: the address, the readout above the chart, keys (1…8 intervals, arrows pan, + and − zoom, / symbol).
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const GRAPH = "market-graph";
  const MINUS = "\u2212";
  const same = () => window.dash_clientside.no_update;
  const isHere = () => document.documentElement.dataset.fwPage === "/market";

  // ── The address ─────────────────────────────────────────────────────────────────────────────────────────────
  function go(query) {
    const wanted = query ? "?" + query : "";
    if (decodeURIComponent(wanted) !== decodeURIComponent(location.search)) fw.go("/market" + wanted);
  }
  function load(symbol) {
    const query = new URLSearchParams(location.search);
    query.set("symbol", symbol);
    fw.go("/market?" + query.toString().replace(/%2C/g, ","));
  }
  // A symbol's link keeps interval and indicators of the chart that is open.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest("[data-fw-symbol]") : null;
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      load(link.dataset.fwSymbol);
      clearSearch();
    },
    true
  );
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-fw-reload]")) location.reload();
  });

  // ── The symbol menu ─────────────────────────────────────────────────────────────────────────────────────────
  const searchBox = () => document.getElementById("market-search");
  function clearSearch() {
    window.dash_clientside?.set_props?.("market-search", { value: "" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.target !== searchBox()) return;
    const first = document.querySelector(".fw-mk-found [data-fw-symbol]");
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
    } else if (event.key === "Enter" && event.target.value.trim()) {
      event.preventDefault();
      const typed = event.target.value.trim().toUpperCase();
      // What is listed may still be the answer to an earlier text: only a hit for this one may stand for it.
      const hit = [...document.querySelectorAll(".fw-mk-found [data-fw-symbol]")].find((link) =>
        link.textContent.toUpperCase().includes(typed)
      );
      load(hit ? hit.dataset.fwSymbol : typed);
      clearSearch();
      fw.closePanel(true);
    }
  });

  // ── The readout ─────────────────────────────────────────────────────────────────────────────────────────────
  function number(value, places) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const text = Math.abs(value).toLocaleString("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
    return (value < 0 ? MINUS : "") + text;
  }
  function volume(value) {
    const steps = [[1e9, "B"], [1e6, "M"], [1e3, "k"]];
    const [scale, unit] = steps.find(([size]) => value >= size) || [1, ""];
    return number(value / scale, scale === 1 ? 0 : 1) + unit;
  }
  function lineSpan({ name, color }, text) {
    const children = name + " " + text;
    return { namespace: "dash_html_components", type: "Span", props: { children, style: { color } } };
  }
  function readout(figure, hover, memo) {
    const candles = figure?.data?.[0];
    if (!candles?.open || !memo) return [[same(), same(), same(), same()], same(), same(), same(), same(), same()];
    const last = candles.open.length - 1;
    const point = hover?.points?.find((each) => each.curveNumber === 0) || hover?.points?.[0];
    const hovered = point ? (point.curveNumber === 0 ? point.pointNumber : candles.x.indexOf(point.x)) : -1;
    const at = hovered >= 0 && hovered <= last ? hovered : last;
    const places = memo.places;
    const before = at ? candles.close[at - 1] : candles.open[at];
    const change = before ? candles.close[at] / before - 1 : 0;
    const sign = change > 0 ? "+" : "";
    const lines = memo.lines.map((line) => lineSpan(line, number(figure.data[line.trace]?.y?.[at], places)));
    return [
      ["open", "high", "low", "close"].map((name) => number(candles[name][at], places)),
      sign + number(change * 100, 2) + "%",
      change > 0 ? "fw-profit" : change < 0 ? "fw-loss" : "fw-flat",
      volume(figure.data[1]?.y?.[at] || 0),
      lines,
      at === hovered ? candles.customdata?.[at] || "" : "",
    ];
  }

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────
  function isTyping(target) {
    const field = target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]");
    return Boolean(field) && !["checkbox", "radio"].includes(field.type);
  }
  // What is in view. A range goes through Dash, so that no tick undoes it; prices and panes fit the bars in view.
  let kept = null; // the chosen view: { revision, range, last }
  let usual = null; // the range that a chart begins with
  let turn = 0; // tells Plotly that a range is not to be replaced by one it remembers
  function show(from, to) {
    const figure = window.dash_component_api?.getLayout?.(GRAPH)?.props?.figure;
    const x = figure?.data?.[0]?.x;
    if (!x?.length || from > x[x.length - 1] || to < x[0]) return;
    kept = { revision: figure.layout.uirevision, range: [from, to], last: x[x.length - 1] };
    turn += 1;
    const xaxis = { ...figure.layout.xaxis, range: [from, to], autorange: false, uirevision: `view ${turn}` };
    const layout = { ...figure.layout, xaxis, ...scalesIn(figure, from, to) };
    window.dash_clientside.set_props(GRAPH, { figure: { ...figure, layout } });
  }
  // The scale of an index from 0 to 100 stays as it is.
  const isFixed = (axis) => axis.range?.[0] === 10 && axis.range?.[1] === 90;
  function scalesIn(figure, from, to) {
    const rows = [];
    figure.data[0].x.forEach((when, k) => when >= from && when <= to && rows.push(k));
    const spans = {};
    const widen = (axis, values) => {
      const span = (spans[axis] = spans[axis] || [Infinity, -Infinity]);
      for (const k of rows) {
        const value = values[k];
        if (!Number.isFinite(value)) continue;
        span[0] = Math.min(span[0], value);
        span[1] = Math.max(span[1], value);
      }
    };
    for (const trace of figure.data) {
      const name = (trace.yaxis || "y").replace("y", "yaxis");
      if (trace.open) [trace.high, trace.low].forEach((values) => widen(name, values));
      else if (name !== "yaxis2" && Array.isArray(trace.y)) widen(name, trace.y);
    }
    const scales = {};
    for (const [name, [low, high]] of Object.entries(spans)) {
      const axis = figure.layout[name];
      if (!(high > low) || isFixed(axis)) continue;
      const [below, above] = name === "yaxis" ? [0.24, 0.07] : [0.12, 0.12];
      scales[name] = { ...axis, tickmode: "auto", nticks: name === "yaxis" ? 12 : 3, range: [low - (high - low) * below, high + (high - low) * above] };
    }
    return scales;
  }
  // A figure that was drawn anew (a bar began) comes with the usual view: go back to the one that was chosen.
  function keepView(figure) {
    if (!figure?.data?.[0]?.x) return;
    if (figure.layout.uirevision !== kept?.revision) {
      kept = null;
      usual = figure.layout.xaxis.range;
      return;
    }
    const range = figure.layout.xaxis.range;
    if (range[0] === kept.range[0] && range[1] === kept.range[1]) return;
    const x = figure.data[0].x;
    const shift = kept.range[1] >= kept.last ? x[x.length - 1] - kept.last : 0;
    show(kept.range[0] + shift, kept.range[1] + shift);
  }
  function fit(change) {
    if (!change || !Object.keys(change).some((key) => key.startsWith("xaxis."))) return;
    // A double click goes back to the usual view.
    const range = change["xaxis.autorange"] ? usual : visible();
    if (range && !(!change["xaxis.autorange"] && kept && range[0] === kept.range[0] && range[1] === kept.range[1])) show(range[0], range[1]);
  }
  function visible() {
    const axis = document.querySelector(".fw-mk-chart .js-plotly-plot")?._fullLayout?.xaxis;
    return axis ? axis.range.map((end) => axis.r2l(end)) : null;
  }
  function pan(direction) {
    const range = visible();
    if (!range) return;
    const step = (range[1] - range[0]) * 0.12 * direction;
    show(range[0] + step, range[1] + step);
  }
  function zoom(factor) {
    const range = visible();
    if (range) show(range[1] - (range[1] - range[0]) * factor, range[1]);
  }
  const keys = {
    ArrowLeft: () => pan(-1),
    ArrowRight: () => pan(1),
    "+": () => zoom(0.75),
    "=": () => zoom(0.75),
    "-": () => zoom(1 / 0.75),
    "/": () => fw.openPanel(document.querySelector(".fw-mk-symbol")),
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (!isHere() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open], .fw-pop:not([hidden])") || fw.load?.("fw_keys") === "off") return;
      const interval = /^[1-8]$/.test(event.key);
      const field = event.target instanceof Element && event.target.closest("[type=radio]");
      if (!interval && (!(event.key in keys) || (field && event.key.startsWith("Arrow")))) return;
      event.preventDefault();
      event.stopPropagation();
      if (interval) document.querySelectorAll("#market-interval input")[Number(event.key) - 1]?.click();
      else keys[event.key]();
    },
    true
  );

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_market = {
    go,
    readout,
    fit,
    keepView,
    measure(query) {
      if (query === undefined || query === null) return same();
      const graph = document.querySelector(".fw-mk-chart .fw-graph");
      return { query, height: Math.max(240, Math.round(graph?.clientHeight || 620)), width: Math.round(graph?.clientWidth || 860) };
    },
    mark: (symbol, ids) => ids.map((id) => (id.key === symbol ? "link sel" : "link")),
  };
})();
