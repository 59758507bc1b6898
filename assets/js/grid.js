// Cell renderers of AG Grid. A row carries the number (`net`) and the text to show (`net_text`).
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.FwRowId = (params) => String(params.data.id);
  // A grid is one stop of the Tab key, arrows move inside it; while a cell is edited Tab goes on to the next one.
  functions.FwTab = (params) => (params.editing ? params.nextCellPosition ?? false : false);
  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target instanceof Element && event.target.matches(".ag-cell") && event.target;
    if (cell && !event.defaultPrevented) cell.querySelector("a[href]")?.click();
  });
  const make = (...rest) => window.React.createElement(...rest);
  const R_LIMIT = 3;

  function textOf(props) {
    const name = props.colDef.field;
    const text = props.data?.[name + "_text"];
    return text ?? props.value ?? (props.data ? "–" : "");
  }
  function toneOf(value) {
    return typeof value !== "number" || value === 0 ? "flat" : value > 0 ? "profit" : "loss";
  }

  cells.FwText = (props) => make("span", null, textOf(props));
  cells.FwMoney = (props) => make("span", { className: "fw-" + toneOf(props.value) }, textOf(props));
  cells.FwSide = (props) => {
    if (!props.value) return make("span", null, props.data ? "–" : "");
    const long = String(props.value).toLowerCase() === "long";
    const mark = make("i", { className: "tri " + (long ? "up" : "dn"), "aria-hidden": "true" });
    return make("span", { className: "side" }, mark, long ? "Long" : "Short");
  };
  cells.FwSymbol = (props) => {
    const href = props.data?.href;
    if (!href) return make("span", { className: "fw-sym" }, props.value ?? "");
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      window.fw.go(href);
    };
    return make("a", { className: "fw-sym", href, onClick: open }, props.value ?? "");
  };
  // A name that narrows the list to the trades that have it; on another page it opens the list.
  function filterLink(name, text, className, key) {
    const query = new URLSearchParams(location.pathname === "/trades" ? location.search : "");
    query.set(name, text.replace(/[\\,;:]/g, "\\$&"));
    const href = "/trades?" + query;
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      window.fw.go(href);
    };
    return make("a", { className, href, onClick: open, key, title: "Trades with " + text }, text);
  }
  cells.FwSetup = (props) => {
    if (!props.value) return make("span", null, props.data ? "–" : "");
    return filterLink("setups", String(props.value), "fw-quiet-link", "setup");
  };
  cells.FwTags = (props) => {
    const list = (Array.isArray(props.value) ? props.value : []).map((item) => (Array.isArray(item) ? item : [item, ""]));
    // What the column has no room for is counted, not cut: a tag takes about 6.4 pixels a letter and 18 around them.
    const widths = list.map(([text]) => String(text).length * 6.4 + 18);
    let room = props.column.getActualWidth() - 20;
    let shown = widths.findIndex((width, number) => (room -= width) < (number + 1 < list.length ? 28 : 0));
    shown = shown < 0 ? list.length : Math.max(shown, 1);
    const tags = list.slice(0, shown).map(([text, tone], number) =>
      filterLink("tags", String(text), ("fw-tag " + (tone || "")).trim(), number),
    );
    const rest = list.slice(shown).map(([text]) => text);
    if (rest.length) tags.push(make("span", { className: "fw-tag", title: rest.join(", "), key: "rest" }, "+" + rest.length));
    return make("span", { className: "fw-tags" }, ...tags);
  };
  cells.FwR = (props) => {
    if (typeof props.value !== "number") return make("span", null, textOf(props));
    const width = (Math.min(Math.abs(props.value), R_LIMIT) / R_LIMIT) * 50 + "%";
    const up = props.value >= 0;
    const style = { width, [up ? "left" : "right"]: "50%", background: `var(--fw-${up ? "profit" : "loss"}-mark)` };
    const bar = make("span", { className: "rbar", "aria-hidden": "true" }, make("i", { style }));
    return make("span", null, bar, make("span", { className: "rtext fw-" + toneOf(props.value) }, textOf(props)));
  };
})();
