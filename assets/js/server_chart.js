// The chart that the server draws (components/server_chart.py): where it is moved to is asked for, a tick is handed on.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const PATIENCE_MS = 20000;
  const REST_MS = 120; // a gesture is many small moves; the server is asked when it rests

  /** `graph`, `size`: ids of the figure and of the store that asks for it; `place`: selector of its frame. */
  fw.serverChart = function ({ graph, size, place }) {
    let asked = null; // the last question
    let count = 0;
    let ticks = 0;
    let timer = 0;
    let askedAt = 0;
    const drawn = () => document.querySelector(`#${graph} .js-plotly-plot`);
    const metaOf = () => drawn()?.layout?.meta || {};
    const range = () => drawn()?.layout?.xaxis?.range?.map(Number);
    const rowsOf = ([from, to]) => [from + 0.5, to + 0.5];
    function boxOf() {
      const frame = document.querySelector(place);
      return { height: Math.max(240, Math.round((frame?.clientHeight || 620) - 64)), width: Math.round(frame?.clientWidth || 860) };
    }
    function ask(part) {
      timer = 0;
      askedAt = Date.now();
      asked = { query: asked?.query, ...boxOf(), ...part, ask: (count += 1) };
      window.dash_clientside.set_props(size, { data: asked });
    }
    function show(from, to) {
      const plot = drawn();
      if (plot) window.Plotly.relayout(plot, { "xaxis.range": [from, to] });
    }
    function latest() {
      clearTimeout(timer);
      ask({ rows: null, at: null });
    }
    const keys = {
      ArrowLeft: ([from, to]) => show(from - (to - from) * 0.12, to - (to - from) * 0.12),
      ArrowRight: ([from, to]) => show(from + (to - from) * 0.12, to + (to - from) * 0.12),
      ArrowUp: ([from, to]) => show(to - (to - from) * 0.75, to),
      ArrowDown: ([from, to]) => show(to - (to - from) / 0.75, to),
      Home: ([from, to]) => show(-0.5, to - from),
      End: latest,
      0: () => all(),
    };
    [keys["+"], keys["="], keys["-"]] = [keys.ArrowUp, keys.ArrowUp, keys.ArrowDown];
    function all() {
      const { total } = metaOf();
      if (total) show(-0.5, total * 1.02);
    }
    return {
      all,
      latest,
      /** Draw what the address says. */
      open(query) {
        clearTimeout(timer);
        asked = { query };
        ask({});
      },
      /** Bring an instant (ms) into the middle. */
      goTo: (at) => ask({ rows: null, at }),
      /** What Plotly says of a moved or resized figure. */
      moved(said) {
        if (!said || !asked) return;
        const isHome = "xaxis.autorange" in said;
        const isMoved = "xaxis.range" in said || "xaxis.range[0]" in said;
        const { width, height } = boxOf();
        const isResized = "autosize" in said && (width !== asked.width || height !== asked.height);
        if (!metaOf().total || !(isHome || isMoved || isResized)) return;
        clearTimeout(timer);
        timer = setTimeout(() => (isHome ? latest() : ask({ rows: rowsOf(range()), at: null })), REST_MS);
      },
      /** The last bar as it is now; with a new one the view goes on. */
      tick(bar) {
        const { last, total } = metaOf();
        const now = range();
        // Another question would cancel the one that is under way.
        const isWaiting = timer || (metaOf().ask !== count && Date.now() - askedAt < PATIENCE_MS);
        if (!asked || !now || !total || isWaiting) return;
        if (last && bar.start > last && now[1] > total - 1) show(now[0] + 1, now[1] + 1);
        else window.dash_clientside.set_props(size, { data: { ...asked, rows: rowsOf(now), at: null, bar, tick: (ticks += 1) } });
      },
      key(event) {
        const now = range();
        if (!(event.key in keys) || !now) return false;
        keys[event.key](now);
        return true;
      },
    };
  };
})();
