// What only some pages draw with is loaded when the first part of it is drawn (web/lazy_scripts.py).
(function () {
  "use strict";
  const { fwLazyCharts, fwLazyGrid } = document.documentElement.dataset;

  // Dash loads its chart library from here, and writes its own address first: it shall be our bundle.
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => fwLazyCharts, set() {} });

  // Dash looks the grid up by this name before its script is there; this stands in for it, and then draws it.
  const { createElement, useEffect, useState } = window.React;
  let real = null;
  let loading = null;
  function load() {
    loading =
      loading ||
      new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = fwLazyGrid;
        script.onload = done;
        script.onerror = () => failed(new Error("The table could not be loaded."));
        document.head.append(script);
      }).then(() => {
        real = window.dash_ag_grid.AgGrid;
        window.dash_ag_grid = { ...window.dash_ag_grid, AgGrid };
      });
    return loading;
  }
  function AgGrid(props) {
    const [isThere, setThere] = useState(Boolean(real));
    useEffect(() => {
      let isGone = false;
      if (!isThere) load().then(() => isGone || setThere(true));
      return () => (isGone = true);
    }, []);
    return isThere ? createElement(real, props) : null;
  }
  // What Dash reads of the component itself: callbacks wait for it, and it is told how it came to be drawn.
  Object.defineProperty(AgGrid, "_dashprivate_isLazyComponentReady", { get: () => Boolean(real) || load() });
  AgGrid.dashRenderType = true;
  AgGrid.dashPersistence = { persisted_props: ["selectedRows"], persistence_type: "local" };
  window.dash_ag_grid = { AgGrid };

  // Once a page is there, the next one shall not wait for its scripts.
  function fetchAhead() {
    for (const href of [fwLazyCharts, fwLazyGrid]) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", as: "script", href }));
    }
  }
  window.addEventListener("load", () => (window.requestIdleCallback || setTimeout)(fetchAhead));
})();
