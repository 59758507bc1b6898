// The grid of the Trades page: refreshing it, its order in the address, keys, opening a row; the note of a trade.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const GRID = "trades-grid";
  const NEWEST = "closed_at:desc";
  const CARDS = 30; // each is some 25 components, and every answer of the server asks all of them
  const phone = window.matchMedia("(max-width: 900px)");
  let shownQuery = null;
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
  const same = () => window.dash_clientside.no_update;

  // ── Filter, order, search ───────────────────────────────────────────────────────────────────────────────────
  function refresh(query, change) {
    const api = grid();
    if (!api) {
      shownQuery = query; // the grid will ask for these rows by itself
      return query;
    }
    const names = window.fillwiseFilters.read("?" + (query || ""));
    if (query === shownQuery && change && !change.reload && !names.tags && !names.setups && !names.search) {
      applyChange(api, change); // the same rows: nothing to fetch, and the selection stays
      return query;
    }
    api.deselectAll();
    if (query !== shownQuery && api.getDisplayedRowCount()) api.ensureIndexVisible(0, "top");
    shownQuery = query;
    api.purgeInfiniteCache();
    return query;
  }
  function applyChange(api, change) {
    for (const node of api.getSelectedNodes()) {
      const data = { ...node.data };
      if ("setup" in change) {
        data.setup = change.setup || null;
      } else {
        data.tags = (data.tags || []).filter((tag) => tag[0] !== change.tag);
        if (change.added) data.tags = [...data.tags, [change.tag, change.tone]];
      }
      node.updateData(data);
    }
  }
  function sortInAddress() {
    return new URLSearchParams(location.search).get("sort") || NEWEST;
  }
  function keepSort(request) {
    const api = grid();
    if (!request || !api || location.pathname !== "/trades") return;
    const sort = (request.sortModel || []).map((each) => each.colId + ":" + each.sort).join(",") || NEWEST;
    const frame = document.getElementById(GRID);
    const isFirst = !frame.dataset.fwSorted;
    frame.dataset.fwSorted = "on";
    if (sort === sortInAddress()) return;
    if (isFirst) {
      const state = sortInAddress()
        .split(",")
        .map((part, sortIndex) => ({ colId: part.split(":")[0], sort: part.split(":")[1], sortIndex }));
      return api.applyColumnState({ state, defaultState: { sort: null } });
    }
    const query = new URLSearchParams(location.search);
    if (sort === NEWEST) query.delete("sort");
    else query.set("sort", sort);
    const text = query.toString().replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%24/g, "$");
    history.replaceState({}, "", location.pathname + (text ? "?" + text : ""));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }
  function search(value) {
    if (location.pathname === "/trades") fw.setFilter("search", (value || "").trim());
  }
  function showSearch(query) {
    const text = new URLSearchParams(query || "").get("search") || "";
    const box = document.getElementById("trades-search");
    // Whoever is typing is ahead of the address.
    return box && (box === document.activeElement || (box.value || "").trim() === text) ? same() : text;
  }
  function wishCards(query, clicks) {
    isBehind = !phone.matches;
    if (isBehind) return same();
    const more = (window.dash_clientside.callback_context.triggered || []).some((each) => each.prop_id.endsWith(".n_clicks"));
    cards = more && clicks ? cards + CARDS : CARDS;
    return { cards, query: query || "" };
  }
  phone.addEventListener("change", () => {
    if (!phone.matches || !isBehind || !document.getElementById("trades-cards")) return;
    isBehind = false;
    window.dash_clientside.set_props("trades-card-wish", { data: { cards, at: Date.now() } });
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-fw-more-cards]")) document.getElementById("trades-more")?.click();
  });

  // ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────
  function open(node, event) {
    const href = node?.data?.href;
    if (!href) return;
    if (event?.ctrlKey || event?.metaKey) window.open(href, "_blank", "noopener");
    else fw.go(href);
  }
  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest("#" + GRID + " .ag-row");
    if (!row || event.target.closest("a, input, .ag-selection-checkbox, [col-id='ag-Grid-SelectionColumn']")) return;
    if (String(window.getSelection()).trim()) return;
    open(grid()?.getRowNode(row.getAttribute("row-id")), event);
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-fw-unselect]")) grid()?.deselectAll();
  });

  function move(api, step) {
    const count = api.getDisplayedRowCount();
    if (!count) return;
    const at = api.getFocusedCell()?.rowIndex ?? -1;
    const next = Math.max(0, Math.min(count - 1, at + step));
    api.ensureIndexVisible(next);
    api.setFocusedCell(next, "symbol");
  }
  function focused(api) {
    const at = api.getFocusedCell()?.rowIndex;
    return at == null ? null : api.getDisplayedRowAtIndex(at);
  }
  function isBusy(target) {
    if (!(target instanceof Element)) return false;
    const field = target.closest("input, textarea, select, [contenteditable=true]");
    return Boolean(field && !["checkbox", "radio"].includes(field.type)) || Boolean(target.closest(".fw-pop"));
  }
  const keys = {
    j: (api) => move(api, 1),
    k: (api) => move(api, -1),
    x(api) {
      const node = focused(api);
      if (node?.data) node.setSelected(!node.isSelected());
    },
    Enter: (api) => open(focused(api)),
    Escape: (api) => api.deselectAll(),
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      if (document.querySelector("dialog[open], .fw-pop:not([hidden])") || (fw.load && fw.load("fw_keys") === "off")) return;
      const api = location.pathname === "/trades" && !phone.matches ? grid() : null;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (!api || !(key in keys)) return;
      if (key === "Enter" && !event.target.closest("#" + GRID) && event.target !== document.body) return;
      if (key === "Enter" && event.target.closest(".ag-header, a")) return;
      event.preventDefault();
      keys[key](api);
    },
    true
  );

  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  cells.FwNote = (props) =>
    props.value ? window.React.createElement("span", { className: "fw-i i-message-square i-15 t-weak", title: "Has a note" }) : null;

  // ── Drafts that save themselves: what is typed below [data-fw-autosave] lands in that store ─────────────────
  const PAUSE_MS = 700;
  const drafts = new Map(); // key of the trade -> { store, text, timer }
  function flush(key) {
    const draft = drafts.get(key);
    if (!draft) return;
    clearTimeout(draft.timer);
    drafts.delete(key);
    window.dash_clientside.set_props(draft.store, { data: { key, text: draft.text, at: Date.now() } });
  }
  const flushAll = () => [...drafts.keys()].forEach(flush);
  document.addEventListener("input", (event) => {
    const host = event.target instanceof Element && event.target.closest("[data-fw-autosave]");
    if (!host) return;
    const key = host.dataset.fwKey;
    clearTimeout(drafts.get(key)?.timer);
    drafts.set(key, { store: host.dataset.fwAutosave, text: event.target.value, timer: setTimeout(flush, PAUSE_MS, key) });
  });
  document.addEventListener("focusout", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-fw-autosave]")) flushAll();
  });
  document.addEventListener("visibilitychange", () => document.hidden && flushAll());

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_trades = { refresh, keepSort, search, showSearch, wishCards };
})();
