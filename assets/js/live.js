// Live cells flash when their text changes; intervals rest while nobody looks.
(function () {
  "use strict";
  const FLASH_MS = 600;
  const MIN_GAP_MS = 250;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const flashed = new WeakMap();

  function toNumber(text) {
    const value = parseFloat(String(text).replace(/\u2212/g, "-").replace(/[^0-9.-]/g, ""));
    return Number.isFinite(value) ? value : null;
  }
  function flash(cell, before) {
    const old = toNumber(before);
    const now = toNumber(cell.textContent);
    const last = flashed.get(cell) || 0;
    if (old === null || now === null || old === now || Date.now() - last < MIN_GAP_MS) return;
    flashed.set(cell, Date.now());
    cell.dataset.fwFlash = now > old ? "up" : "down";
    setTimeout(() => delete cell.dataset.fwFlash, FLASH_MS);
  }
  new MutationObserver((records) => {
    if (calm.matches || document.hidden) return;
    for (const record of records) {
      const cell = record.target.parentElement?.closest("[data-fw-live]");
      if (cell) flash(cell, record.oldValue);
    }
  }).observe(document.documentElement, { subtree: true, characterData: true, characterDataOldValue: true });

  // `disabled` belongs to the callbacks, which lift it again when they end; the tab's sleep is `max_intervals`.
  document.addEventListener("visibilitychange", () => {
    const ids = [...document.querySelectorAll("[data-fw-interval]")].flatMap((each) => each.dataset.fwInterval.split(" "));
    for (const id of ids.filter(Boolean)) window.dash_clientside?.set_props?.(id, { max_intervals: document.hidden ? 0 : -1 });
  });
})();
