// The grid of the Fills page: asking anew after a change, search, cards on phones, keys, buy and sell marks.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const GRID = "fills-grid";
  const CARDS = 100;
  const phone = window.matchMedia("(max-width: 900px)");
  let shown = null;
  let lastChange = null;
  let cards = CARDS;
  let isBehind = false; // the rows changed while the window was too wide for cards

  function grid() {
    try {
      const api = document.getElementById(GRID) && window.dash_ag_grid?.getApi?.(GRID);
      return api && !api.isDestroyed?.() ? api : null;
    } catch {
      return null; // not drawn yet
    }
  }
  function refresh(query, view, changed) {
    const key = `${query || ""} ${view}`;
    const frame = document.getElementById(GRID);
    const isNew = Boolean(frame) && !frame.dataset.fwAsked;
    if (frame) frame.dataset.fwAsked = "on";
    // A new grid is just asking for its first rows: asking again before they are there would lose them.
    if (!isNew || (changed && changed !== lastChange)) askAnew(key !== shown);
    else if (query) setTimeout(askAnew, 400, true);
    shown = key;
    lastChange = changed;
    return `${key} ${changed || ""}`;
  }
  function askAnew(toTop) {
    const api = grid();
    if (!api) return;
    api.deselectAll();
    if (toTop && api.getDisplayedRowCount()) api.ensureIndexVisible(0, "top");
    api.purgeInfiniteCache();
  }
  function search(value) {
    if (location.pathname === "/fills") fw.setFilter("search", (value || "").trim());
  }
  function showSearch(query) {
    const text = new URLSearchParams(query || "").get("search") || "";
    const box = document.getElementById("fills-search");
    // Whoever is typing is ahead of the address.
    return box && (box === document.activeElement || (box.value || "").trim() === text) ? window.dash_clientside.no_update : text;
  }
  function wishCards(query, view, changed, clicks) {
    isBehind = !phone.matches;
    if (isBehind) return window.dash_clientside.no_update;
    const more = (window.dash_clientside.callback_context.triggered || []).some((each) => each.prop_id.endsWith(".n_clicks"));
    cards = more && clicks ? cards + CARDS : CARDS;
    return { cards, query: query || "", view, changed: changed || "" };
  }
  phone.addEventListener("change", () => {
    if (!phone.matches || !isBehind || !document.getElementById("fills-cards")) return;
    isBehind = false;
    window.dash_clientside.set_props("fills-card-wish", { data: { cards, at: Date.now() } });
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-fw-more-fills]")) document.getElementById("fills-more")?.click();
    if (event.target.closest("[data-fw-unselect-fills]")) grid()?.deselectAll();
  });

  // ── Keys: X selects the row, Delete removes what is selected, Escape clears ─────────────────────────────────
  function isBusy(target) {
    if (!(target instanceof Element)) return false;
    const field = target.closest("input, textarea, select, [contenteditable=true], .ag-cell-inline-editing, .ag-popup-editor");
    return Boolean(field && !["checkbox", "radio"].includes(field.type));
  }
  const keys = {
    x(api) {
      const at = api.getFocusedCell()?.rowIndex;
      const node = at == null ? null : api.getDisplayedRowAtIndex(at);
      if (node?.data) node.setSelected(!node.isSelected());
    },
    Delete(api) {
      if (!api.getSelectedRows().length) return;
      window.dash_clientside.set_props("fills-action", { data: { value: "delete", at: Date.now() } });
    },
    Escape: (api) => api.deselectAll(),
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (location.pathname !== "/fills" || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      if (document.querySelector("dialog[open], .fw-pop:not([hidden])") || (fw.load && fw.load("fw_keys") === "off")) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const api = key in keys ? grid() : null;
      if (!api) return;
      event.preventDefault();
      keys[key](api);
    },
    true
  );

  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  cells.FwBuySell = (props) => {
    if (!props.value) return window.React.createElement("span", null, "");
    const buys = props.value === "buy";
    const mark = window.React.createElement("i", { className: "tri " + (buys ? "up" : "dn"), "aria-hidden": "true" });
    return window.React.createElement("span", { className: "side" }, mark, buys ? "Buy" : "Sell");
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_fills = { refresh, search, showSearch, wishCards };
})();
