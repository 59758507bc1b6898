// Alerts: what buttons anywhere ask for goes to one callback of the frame; what has changed goes to the chart.
// Rows come and go, and a callback that listens to buttons which do so misses clicks, so the click goes to a store.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-fw-alert]") : null;
    if (!button) return;
    const [act, ...key] = button.dataset.fwAlert.split(":");
    window.dash_clientside.set_props("shell-alert-asked", { data: { do: act, key: key.join(":"), at: Date.now() } });
    if (button.closest(".fw-bell-foot")) window.fw?.closePanel?.();
  });
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_alerts = {
    /** Charts read their alerts again (assets/chart/alerts.mjs). */
    changed(stamp) {
      if (stamp && stamp.from !== "chart") document.dispatchEvent(new CustomEvent("fw:alerts"));
    },
  };
})();
