// The grid of the Cash page asks for its rows anew when account, period or kinds change.
(function () {
  "use strict";
  const GRID = "cash-grid";

  function refresh(choice, query, kinds) {
    try {
      const api = document.getElementById(GRID) && window.dash_ag_grid?.getApi?.(GRID);
      if (api && !api.isDestroyed?.()) {
        if (api.getDisplayedRowCount()) api.ensureIndexVisible(0, "top");
        api.purgeInfiniteCache();
      }
    } catch {
      // not drawn yet: it will ask for these rows by itself
    }
    return [choice, query, (kinds || []).join(",")].join("|");
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_cash = { refresh };
})();
