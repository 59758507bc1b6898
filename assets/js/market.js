// The Market page: the address says what the chart shows; tools, keys and the chart itself write it.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const CHART = "market-chart";
  const same = () => window.dash_clientside.no_update;
  const isHere = () => document.documentElement.dataset.fwPage === "/market";
  const chart = () => window.fillwise.chart;
  let shown = null; // what the chart shows, as `read_address` said it
  let isPlain = false; // whether the server draws
  let served = null; // its chart
  const server = () => (served = served || fw.serverChart({ graph: "market-graph", size: "market-size", place: ".fw-mk-chart" }));

  // ── The address ─────────────────────────────────────────────────────────────────────────────────────────────
  function go(query) {
    const wanted = query ? "?" + query : "";
    if (decodeURIComponent(wanted) !== decodeURIComponent(location.search)) fw.go("/market" + wanted);
  }
  // Names of the address by those of a chart's description; null takes a name out.
  function write(part) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(part)) {
      if (value === null || value === "" || (Array.isArray(value) && !value.length)) query.delete(name);
      else query.set(name, Array.isArray(value) ? value.join(",") : value);
    }
    if (!query.get("symbol") && shown) query.set("symbol", shown.symbol);
    go(query.toString().replace(/%2C/g, ","));
  }
  const changed = (part) => write("studies" in part ? { ind: part.studies } : part);
  function load(symbol) {
    write({ symbol });
  }
  // A symbol's link keeps interval and indicators of the chart that is open.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest("[data-fw-symbol]") : null;
      if (!link || !isHere() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
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

  // ── Tools ───────────────────────────────────────────────────────────────────────────────────────────────────
  function field(button) {
    return button.closest(".fw-pc-box")?.querySelector("input");
  }
  function clearField(input) {
    if (input) Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "");
  }
  const tools = {
    style: (_, style) => write({ style: style === "candles" ? null : style }),
    scale: (_, scale) => write({ scale: scale === "linear" ? null : scale }),
    engine: (_, engine) => write({ engine: engine === "auto" ? null : engine }),
    study: (_, kind) => chart().addStudy(CHART, kind, () => new URLSearchParams(location.search).get("ind")),
    "study-none": () => write({ ind: "none", profile: null }),
    profile: () => write({ profile: shown?.profile ? null : "on" }),
    replay: () => chart().replay(CHART),
    alert: () => chart().chartOf(CHART)?.chart?.drawings.choose("alert"),
    home: () => chart().chartOf(CHART)?.chart.home(),
    all: () => chart().chartOf(CHART)?.chart.all(),
    compare(button) {
      const input = field(button);
      const typed = input.value.toUpperCase().split(/[\s,]+/).filter(Boolean);
      clearField(input);
      if (typed.length) write({ compare: [...new Set([...(shown?.compare || []), ...typed])].slice(0, 5) });
    },
    date(button) {
      const text = field(button).value.trim().replace(" ", "T");
      if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.test(text)) return fw.toast("warn", "That is not a date", "Write it as 2026-05-01 or 2026-05-01 14:30.");
      if (isPlain) server().goTo(Date.parse(text.length > 10 ? text : text + "T12:00"));
      else chart().jump(CHART, text);
    },
    layouts: () => listLayouts(),
    async save(button, kind) {
      const input = field(button);
      const name = input.value.trim();
      if (!name) return input.focus();
      const query = new URLSearchParams(location.search);
      const answer = await ask("/api/v1/charts/layouts", "POST", { kind, name, settings: query.toString() });
      if (!answer) return;
      clearField(input);
      fw.toast("ok", "Saved", `${name} is in the list of layouts.`);
      listLayouts();
    },
    apply: (button) => apply(JSON.parse(button.dataset.fwLayout)),
    async drop(button) {
      const { id } = JSON.parse(button.dataset.fwLayout);
      if (await ask(`/api/v1/charts/layouts/${id}`, "DELETE")) listLayouts();
    },
  };
  // What the chart of the server does instead; what is not here works for both.
  const needsBrowser = () => fw.toast("warn", "Not on this chart", "Drawing tools, replay and comparison need a chart that this browser draws: see Style and scale.");
  const serverTools = {
    replay: needsBrowser,
    alert: needsBrowser,
    compare: needsBrowser,
    home: () => server().latest(),
    all: () => server().all(),
    async study(_, kind) {
      const { readStudies, withStudy } = await import("/assets/chart/studies.mjs");
      const specs = JSON.parse(document.getElementById(CHART).dataset.fwPcSpecs);
      const before = new URLSearchParams(location.search).get("ind") ?? shown.studies;
      const items = withStudy(readStudies(before === "none" ? "" : before, specs), kind, specs[kind].parameters.map((each) => each.usual), specs);
      if (items) write({ ind: items.map((item) => item.code).join(",") });
    },
  };
  async function ask(address, method = "GET", body) {
    const options = body ? { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : { method };
    const answer = await fw.request(address, options);
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    fw.toast("error", "That could not be done", said.detail || said.title || "");
    return null;
  }
  // A layout replaces everything but the symbol and what it is compared with; a set replaces the indicators.
  function apply({ kind, settings }) {
    const saved = new URLSearchParams(settings);
    if (kind === "indicators") return write({ ind: saved.get("ind") });
    const now = new URLSearchParams(location.search);
    for (const name of ["symbol", "compare"]) if (now.get(name)) saved.set(name, now.get(name));
    go(saved.toString().replace(/%2C/g, ","));
  }
  async function listLayouts() {
    const list = document.getElementById("market-layouts");
    const found = await ask("/api/v1/charts/layouts");
    if (!list || !found) return;
    const button = (className, act, item, ...children) => {
      const made = fw.element("button", className, ...children);
      made.type = "button";
      made.dataset.fwPcAct = act;
      made.dataset.fwLayout = JSON.stringify(item);
      return made;
    };
    const rows = found.items.map((item) => {
      const drop = button("fw-icon-btn xs", "drop", item, fw.icon("x"));
      drop.setAttribute("aria-label", `Delete ${item.name}`);
      const name = button("it", "apply", item, fw.icon(item.kind === "layout" ? "layers" : "activity"), fw.element("span", "ell", item.name));
      return fw.element("div", "ly-row", name, drop);
    });
    list.replaceChildren(...(rows.length ? rows : [fw.element("div", "cap", "Nothing saved yet")]));
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-fw-pc-act]") : null;
    if (!button || !isHere()) return;
    const [name, value] = button.dataset.fwPcAct.split(":");
    ((isPlain && serverTools[name]) || tools[name])?.(button, value);
    if (button.closest(".fw-menu") && !["save", "drop"].includes(name)) fw.closePanel();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || !event.target.closest(".fw-pc-box")) return;
    event.preventDefault();
    event.target.closest(".fw-pc-box").querySelector("[data-fw-pc-act]:not(.ly *)")?.click();
  });
  function markChosen(state) {
    const chosen = new Set([`style:${state.style}`, `scale:${state.scale}`, `engine:${state.engine}`, state.profile ? "profile" : ""]);
    for (const button of document.querySelectorAll(".fw-pc-menu [data-fw-pc-act]")) {
      button.classList.toggle("on", chosen.has(button.dataset.fwPcAct));
    }
  }

  document.addEventListener("fw:unfolded", () => shown && markChosen(shown));

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────
  function isTyping(target) {
    const input = target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]");
    return Boolean(input) && !["checkbox", "radio"].includes(input.type);
  }
  const keys = {
    "/": () => fw.openPanel(document.querySelector(".fw-mk-symbol")),
    f: () => document.querySelector('.fw-mk-tools [data-fw-chart="full"]')?.click(),
    p: () => (isPlain ? needsBrowser() : chart().replay(CHART)),
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (!isHere() || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open], .fw-pop:not([hidden])") || fw.load?.("fw_keys") === "off") return;
      const button = event.target instanceof Element && event.target.closest("button, a, [role=radio], [type=radio]");
      if (button && (event.key.startsWith("Arrow") || event.key === " ")) return;
      const interval = /^[1-8]$/.test(event.key) && !event.altKey;
      if (interval) document.querySelectorAll("#market-interval input")[Number(event.key) - 1]?.click();
      else if (!event.altKey && event.key in keys) keys[event.key]();
      else if (!(isPlain ? server().key(event) : chart().key(CHART, event))) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true
  );

  // ── The chart ───────────────────────────────────────────────────────────────────────────────────────────────
  function setPlain(wanted) {
    isPlain = wanted;
    document.querySelector(".fw-mk-chart")?.toggleAttribute("data-fw-plain", wanted);
  }
  // The server draws where the address asks for it, and where this browser cannot.
  function letServerDraw() {
    setPlain(true);
    chart().close(CHART);
    requestAnimationFrame(() => server().open(shown.query));
  }
  document.addEventListener("fw:chart-failed", (event) => {
    if (event.detail.id !== CHART || !shown || event.detail.error?.status === 404) return;
    console.warn("The server draws the chart.", event.detail.error);
    letServerDraw();
  });
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_market = {
    go,
    /** Open what the address says; a new last bar goes into the chart that is open. */
    open(state, bar) {
      if (!state) return same();
      const isTick = window.dash_clientside.callback_context.triggered.every(({ prop_id }) => prop_id.startsWith("market-bar"));
      if (isTick && state === shown) {
        if (bar && isPlain) server().tick(bar);
        else if (bar) chart().bar(CHART, bar);
        return same();
      }
      shown = state;
      markChosen(state);
      if (state.engine === "server") return letServerDraw(), same();
      setPlain(false);
      // The page is drawn by now, but its frame may have its size only after this turn.
      requestAnimationFrame(() => chart().open(CHART, state, changed));
      return same();
    },
    moved(said) {
      if (isPlain) server().moved(said);
    },
    mark: (symbol, ids) => ids.map((id) => (id.key === symbol ? "link sel" : "link")),
  };
})();
