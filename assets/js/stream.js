// Prices as they move: one stream for this tab while somebody looks at it, and the interval when there is none.
//
// A cell says whose price it shows (data-fw-quote), which part of it (data-fw-part) and has an id. Cells are changed through
// Dash's own set_props; the last candle goes to the price chart (assets/js/chart.js), whose frame has the class fw-pc.
(function () {
  "use strict";
  const CELLS = "[data-fw-quote][data-fw-part]";
  const FALLBACK = "shell-fallback";
  const MOST_SYMBOLS = 250;
  const QUIET_MS = 60000;
  const SILENCE_MS = 40000; // a heartbeat is due every fifteen seconds
  const WAITS_MS = [1000, 3000, 10000, 30000, 60000];
  const root = document.documentElement;
  const known = new Map(); // symbol -> its last line
  const told = new WeakMap(); // cell -> what it was last set to
  let source = null;
  let asked = { symbols: new Set(), chart: "" };
  let failures = 0;
  let heardAt = 0;
  let surveyTimer = 0;
  let retryTimer = 0;
  let isOver = false;

  function setProps(id, props) {
    try {
      window.dash_clientside?.set_props?.(id, props);
    } catch {
      // The component has just gone, or is not there yet: whoever makes it again writes what it shows.
    }
  }
  const idOf = (cell) => (cell.id.startsWith("{") ? JSON.parse(cell.id) : cell.id);

  function say(state) {
    root.dataset.fwStream = state;
    // With a stream the interval only keeps the countdown of the market right.
    const frame = document.querySelector("[data-fw-beat]");
    if (!frame) return;
    const usual = Number(frame.dataset.fwBeat);
    setProps(FALLBACK, { interval: state === "open" ? Math.max(usual, QUIET_MS) : usual });
  }

  // ── What the tab looks at ───────────────────────────────────────────────────────────────────────────────────
  function chartShown() {
    for (const frame of document.querySelectorAll(".fw-pc[id]")) {
      const spec = window.fillwise?.chart?.chartOf?.(frame.id)?.spec;
      if (spec?.symbol && spec.interval && !spec.trade && !spec.span) return { id: frame.id, symbol: spec.symbol, name: `${spec.symbol} ${spec.interval}` };
    }
    return null;
  }
  function survey() {
    const symbols = new Set();
    for (const cell of document.querySelectorAll(CELLS)) {
      if (cell.dataset.fwQuote && symbols.size < MOST_SYMBOLS) symbols.add(cell.dataset.fwQuote);
    }
    const shown = chartShown();
    if (shown) symbols.add(shown.symbol);
    return { symbols, chart: shown?.name || "" };
  }
  function follow() {
    surveyTimer = 0;
    if (document.hidden || isOver) return;
    const wanted = survey();
    paintAll();
    const isCovered = [...wanted.symbols].every((symbol) => asked.symbols.has(symbol)) && wanted.chart === asked.chart;
    if (source && isCovered) return;
    if (!wanted.symbols.size && !wanted.chart) return close("idle");
    open(wanted);
  }
  function followSoon() {
    if (!surveyTimer) surveyTimer = setTimeout(follow, 250);
  }

  // ── The stream ──────────────────────────────────────────────────────────────────────────────────────────────
  function open(wanted) {
    close("wait");
    asked = wanted;
    heardAt = Date.now();
    const query = new URLSearchParams({ symbols: [...wanted.symbols].join(",") });
    if (wanted.chart) query.set("candle", wanted.chart);
    source = new EventSource("/live/prices?" + query);
    source.onopen = () => {
      failures = 0;
      heardAt = Date.now();
      say("open");
    };
    source.onerror = () => {
      close("off");
      retry();
    };
    source.addEventListener("prices", (event) => {
      heardAt = Date.now();
      const message = JSON.parse(event.data);
      for (const line of message.q) known.set(line.s, line);
      const changed = new Set(message.q.map((line) => line.s));
      for (const cell of document.querySelectorAll(CELLS)) if (changed.has(cell.dataset.fwQuote)) paint(cell);
      const shown = chartShown();
      if (shown && changed.has(shown.symbol)) feed(shown, known.get(shown.symbol));
    });
    source.addEventListener("candle", (event) => {
      heardAt = Date.now();
      const shown = chartShown();
      const { s: symbol, i: interval, t: start, o: open, h: high, l: low, c: close, v: volume } = JSON.parse(event.data);
      if (shown) window.fillwise.chart.bar(shown.id, { symbol, interval, start, open, high, low, close, volume });
    });
    // An alert has spoken: the frame asks what it said (web/alert_desk.py).
    source.addEventListener("alerts", (event) => {
      heardAt = Date.now();
      setProps("shell-alert-news", { data: Number(event.data) });
    });
    source.addEventListener("end", () => {
      isOver = true; // the session has ended; the next question finds out and leads to the sign-in page
      close("over");
      window.fw?.signIn?.();
    });
  }
  // A price begins the bar of its minute; the candle of the server, which has the volume, comes behind.
  function feed({ id, symbol }, { at, p: price }) {
    window.fillwise.chart.tick(id, { symbol, time: at, price });
  }
  function close(state) {
    clearTimeout(retryTimer);
    source?.close();
    source = null;
    asked = { symbols: new Set(), chart: "" };
    say(state);
  }
  function retry() {
    if (document.hidden || isOver) return;
    retryTimer = setTimeout(follow, WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
    failures += 1;
  }

  // ── The cells ───────────────────────────────────────────────────────────────────────────────────────────────
  function ageText(at) {
    const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
    if (seconds < 5) return "now";
    if (seconds < 60) return seconds + " s";
    if (seconds < 3600) return Math.floor(seconds / 60) + " min";
    if (seconds < 86400) return Math.floor(seconds / 3600) + " h";
    return Math.floor(seconds / 86400) + " d";
  }
  const PARTS = {
    last: (line) => ({ children: line.last }),
    day: (line, cell) => ({ children: line.day, className: lookOf(cell, line.look) }),
    change: (line, cell) => ({ children: line.change, className: lookOf(cell, line.look) }),
    age: (line) => ({ children: ageText(line.at) }),
    away: (line, cell) => ({ children: awayText(line, cell) }),
    range: (line) => {
      const span = line.high - line.low;
      return { style: { "--at": span > 0 ? (((line.p - line.low) / span) * 100).toFixed(1) + "%" : "50%" } };
    },
  };
  // How far the price is from an alert's level; of a day's move, how far it has come.
  function awayText(line, cell) {
    const [kind, level] = cell.dataset.fwAway.split(" ");
    if (kind === "rises" || kind === "falls") return "now " + line.day;
    return Math.abs((Number(level) / line.p - 1) * 100).toFixed(2) + "% away";
  }
  function lookOf(cell, look) {
    const others = cell.className.split(" ").filter((name) => name && !/^fw-(profit|loss|flat)$/.test(name));
    return [...others, look].join(" ");
  }
  function paint(cell) {
    const line = known.get(cell.dataset.fwQuote);
    const part = PARTS[cell.dataset.fwPart];
    if (!line || !part || !cell.id) return;
    if (cell.dataset.fwPart === "range" && (line.low == null || line.high == null)) return;
    const props = part(line, cell);
    const text = JSON.stringify(props);
    if (told.get(cell) === text) return;
    told.set(cell, text);
    setProps(idOf(cell), props);
  }
  function paintAll() {
    for (const cell of document.querySelectorAll(CELLS)) paint(cell);
  }

  // ── The clock, ages, and a stream that has fallen silent ────────────────────────────────────────────────────
  const clocks = new Map();
  function tell(clock) {
    const zone = clock.dataset.fwClock;
    if (!clocks.has(zone)) {
      clocks.set(zone, new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" }));
    }
    setProps(clock.id, { children: clocks.get(zone).format(new Date()) + " " + (clock.dataset.fwZone || "") });
  }
  setInterval(() => {
    if (document.hidden) return;
    document.querySelectorAll("[data-fw-clock]").forEach(tell);
    for (const cell of document.querySelectorAll('[data-fw-part="age"]')) paint(cell);
    if (source && (chartShown()?.name || "") !== asked.chart) followSoon();
    if (source && Date.now() - heardAt > SILENCE_MS) {
      close("off");
      retry();
    }
  }, 1000);

  // A hidden tab has no stream. What is on its way when it hides is not waited for.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(surveyTimer);
      surveyTimer = 0;
      close("hidden");
    } else {
      failures = 0;
      followSoon();
    }
  });
  window.addEventListener("pagehide", () => close("hidden"));
  window.addEventListener("pageshow", followSoon);
  const isOurs = (node) => node instanceof Element && (node.matches(CELLS) || node.querySelector(CELLS));
  new MutationObserver((records) => {
    const news = records.some((record) =>
      record.type === "attributes" ? record.target.isConnected : [...record.addedNodes].some(isOurs),
    );
    if (news) followSoon();
  }).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-fw-quote"] });
})();
