// Single keys: pages (G then a letter), the filter, lists. Off while typing, in dialogs, or with fw_keys=off.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const WAIT_MS = 1200;
  let waiting = 0;

  function isTyping(target) {
    if (!(target instanceof Element)) return false;
    if (target.closest(".dash-dropdown-content")) return true; // letters look for an option
    const field = target.closest("input, textarea, select, [contenteditable=true], .ag-cell-inline-editing");
    return Boolean(field) && !["checkbox", "radio"].includes(field.type);
  }
  function press(selector) {
    const found = [...document.querySelectorAll(selector)].find((each) => each.offsetParent !== null);
    found?.click();
    return Boolean(found);
  }
  function openFilter(name) {
    const trigger = document.querySelector(`[data-fw-filter-key="${name}"]`);
    if (trigger?.offsetParent) fw.openPanel(trigger);
  }
  function goTo(letter) {
    const page = fw.pages().find((each) => each.key === letter);
    if (page) fw.go(page.path);
  }
  function step(direction) {
    const target = `[data-fw-step="${direction > 0 ? "next" : "prev"}"]`;
    if (press(`${target} a, ${target}:not(:has(a))`)) return;
    const links = [...document.querySelectorAll(".fw-main .fw-row-link")].filter((link) => link.offsetParent !== null);
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + direction))].focus();
  }
  const keys = {
    "[": () => fw.act("collapse"),
    "?": () => fw.act("keys"),
    "/": () => document.querySelector("[data-fw-filter] input")?.focus(),
    a: () => openFilter("accounts"),
    d: () => openFilter("period"),
    t: () => fw.act("theme"),
    i: () => fw.go("/import"),
    n: () => press('[data-fw-key="n"]'),
    e: () => press('[data-fw-key="e"]'),
    l: () => press('[data-fw-key="l"]'),
    r: () => press('[data-fw-key="r"]'),
    ",": () => press('[data-fw-queue=","] a'),
    ".": () => press('[data-fw-queue="."] a'),
    j: () => step(1),
    k: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") || (fw.load && fw.load("fw_keys") === "off")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (waiting && Date.now() - waiting < WAIT_MS) {
      waiting = 0;
      event.preventDefault();
      return goTo(key);
    }
    if (key === "g") {
      waiting = Date.now();
      return;
    }
    if (!(key in keys)) return;
    event.preventDefault();
    keys[key]();
  });
})();
