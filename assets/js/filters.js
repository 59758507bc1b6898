/* The global filter: URL query <-> controls of the top bar <-> the store pages listen to.
   One callback with all of them as inputs and outputs; whichever moved last decides. */
(function () {
  "use strict";
  const NAMES = ["accounts", "period", "unit", "basis", "currency", "status", "side", "symbols", "tags", "setups",
    "weekday", "hour", "duration", "result", "discipline", "rules", "day", "search", "asset", "import", "where", "fees"];
  const GLOBAL = ["accounts", "period", "unit", "basis", "currency"];
  const DEFAULTS = { period: "all", unit: "$", basis: "net" };
  const PRESETS = ["today", "week", "month", "30d", "90d", "ytd", "12m", "all"];
  let lastPath = null;

  // These pages take one symbol under its singular name as well; on others it is a parameter of theirs.
  function takesSymbol() { return /^\/(fills|trades)$/.test(location.pathname); }

  function read(search) {
    const query = new URLSearchParams(search || "");
    const values = {};
    NAMES.forEach(function (name) {
      const alias = name === "symbols" && takesSymbol() ? query.get("symbol") : null;
      const text = query.get(name) || alias;
      if (text && text !== DEFAULTS[name]) { values[name] = text; }
    });
    return values;
  }

  function write(values, search) {
    const query = new URLSearchParams(search || "");
    NAMES.forEach(function (name) { query.delete(name); });
    if (takesSymbol()) { query.delete("symbol"); }
    NAMES.forEach(function (name) { if (values[name]) { query.set(name, values[name]); } });
    const text = query.toString().replace(/%2C/g, ",").replace(/%24/g, "$").replace(/%3A/g, ":").replace(/%3B/g, ";");
    return text ? "?" + text : "";
  }

  function canonical(values) { return write(values, "").replace(/^\?/, ""); }

  function fromControls(values, accounts, period, start, end, unit, basis, currency) {
    const next = Object.assign({}, values);
    next.accounts = (accounts || []).join(",");
    if (period === "custom") { if (start && end) { next.period = start.slice(0, 10) + ".." + end.slice(0, 10); } }
    else { next.period = period === "all" ? "" : period; }
    next.unit = unit === "$" ? "" : unit;
    next.basis = basis === "net" ? "" : basis;
    next.currency = currency || "";
    return next;
  }

  function toControls(values) {
    const period = values.period || "all";
    const custom = PRESETS.indexOf(period) < 0;
    const days = custom ? period.split("..") : [null, null];
    return [
      (values.accounts || "").split(",").filter(Boolean).map(Number),
      custom ? "custom" : period, days[0] || null, days[1] || null,
      values.unit || "$", values.basis || "net", values.currency || null
    ];
  }

  function sync(path, search, accounts, period, start, end, unit, basis, currency, stored) {
    const same = window.dash_clientside.no_update;
    const triggered = (window.dash_clientside.callback_context.triggered || []).map(function (item) { return item.prop_id; });
    const byUrl = !triggered.length || triggered.some(function (id) { return id.indexOf("shell-url.") === 0; });
    let values = read(search);
    if (byUrl) {
      // A click on the navigation carries no query: the global part of the filter goes along.
      if (lastPath !== null && lastPath !== path && !search && stored) {
        const kept = read("?" + stored);
        values = {};
        GLOBAL.forEach(function (name) { if (kept[name]) { values[name] = kept[name]; } });
      }
      lastPath = path;
    } else {
      const byDates = triggered.some(function (id) { return id.indexOf("shell-dates.") === 0; });
      values = fromControls(values, accounts, byDates && start && end ? "custom" : period, start, end, unit, basis, currency);
    }
    let url = write(values, search);
    if (byUrl && url !== (search || "") && path === location.pathname) {
      // The page that was just reached gets its filter without a second step in the history.
      history.replaceState(history.state, "", path + url + location.hash);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      url = search || "";
    }
    const text = canonical(values);
    const controls = toControls(values);
    if (!byUrl && period === "custom" && !values.period) { controls[1] = "custom"; }
    return [url === (search || "") ? same : url, text === stored ? same : text].concat(controls);
  }

  // A download carries the filter of the page it stands on; what its own address says comes first.
  document.addEventListener("click", function (event) {
    const link = event.target instanceof Element ? event.target.closest('a[href^="/export/"]') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || document.documentElement.dataset.fwFilters === "off") { return; }
    const target = new URL(link.getAttribute("href"), location.href);
    const here = read(location.search);
    NAMES.forEach(function (name) { if (here[name] && !target.searchParams.has(name)) { target.searchParams.set(name, here[name]); } });
    if (target.href === link.href) { return; }
    event.preventDefault();
    const full = document.createElement("a");
    full.href = target.href;
    full.download = "";
    document.body.append(full);
    full.click();
    full.remove();
  });

  window.dash_clientside = window.dash_clientside || {};
  // A browser without a look of its own yet takes the one its user chose elsewhere.
  function adopt(look) {
    const theme = window.fw && window.fw.theme;
    if (look && theme) {
      if (!window.fw.load("fw_theme")) { theme.set(look.theme); }
      if (!window.fw.load("fw_palette")) { theme.setPalette(look.palette); }
    }
    return window.dash_clientside.no_update;
  }

  window.dash_clientside.fillwise_filters = { sync: sync, adopt: adopt };
  window.fillwiseFilters = { read: read, write: write };
})();
