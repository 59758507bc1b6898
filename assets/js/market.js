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
  // The new range goes through Dash, so that the next tick does not undo it.
  function show(from, to) {
    const figure = window.dash_component_api?.getLayout?.(GRAPH)?.props?.figure;
    if (!figure?.layout) return;
    const xaxis = { ...figure.layout.xaxis, range: [from, to] };
    window.dash_clientside.set_props(GRAPH, { figure: { ...figure, layout: { ...figure.layout, xaxis, ...pricesIn(figure, from, to) } } });
  }
  function pricesIn(figure, from, to) {
    const { x, high, low } = figure.data[0];
    let top = -Infinity;
    let bottom = Infinity;
    x.forEach((when, k) => {
      if (when < from || when > to) return;
      top = Math.max(top, high[k]);
      bottom = Math.min(bottom, low[k]);
    });
    if (!(top > bottom)) return {};
    const span = top - bottom;
    return { yaxis: { ...figure.layout.yaxis, range: [bottom - span * 0.24, top + span * 0.07] } };
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
    measure(query) {
      if (query === undefined || query === null) return same();
      const graph = document.querySelector(".fw-mk-chart .fw-graph");
      return { query, height: Math.max(240, Math.round(graph?.clientHeight || 620)), width: Math.round(graph?.clientWidth || 860) };
    },
    mark: (symbol, ids) => ids.map((id) => (id.key === symbol ? "link sel" : "link")),
  };
})();
