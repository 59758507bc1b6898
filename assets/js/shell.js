// The frame: sidebar, menus and popovers, dialogs and drawers, toasts, the current page in the navigation.
// Dash renders the markup once; what changes here are attributes that it does not manage.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const root = document.documentElement;
  const phone = window.matchMedia("(max-width: 900px)");
  let opened = null; // { trigger, panel }

  // ── Navigation ──────────────────────────────────────────────────────────────────────────────────────────────
  fw.pages = function () {
    const holder = document.querySelector("[data-fw-nav]");
    try {
      return holder ? JSON.parse(holder.dataset.fwNav) : [];
    } catch {
      return [];
    }
  };
  fw.go = function (href) {
    const url = new URL(href, location.href);
    if (url.origin !== location.origin) return;
    history.pushState({}, "", url.pathname + url.search + url.hash);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };
  function belongs(path, page) {
    if (page === "/trades" && path.startsWith("/trade/")) return true; // a trade belongs to its list
    if (page === "/watchlists" && path.startsWith("/company/")) return true; // a company to the lists
    return page === "/" ? path === "/" : path === page || path.startsWith(page + "/");
  }
  let lastPath = "";
  function syncNavigation() {
    const path = location.pathname;
    const pages = fw.pages().filter((page) => belongs(path, page.path));
    const here = pages.sort((a, b) => b.path.length - a.path.length)[0];
    for (const link of document.querySelectorAll("a.fw-nav, a.fw-tab")) {
      const on = Boolean(here) && link.getAttribute("href").split("?")[0] === here.path;
      if (on) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    root.dataset.fwFilters = here && here.filters === false ? "off" : "on";
    root.dataset.fwPage = here ? here.path : path;
    if (path !== lastPath) {
      lastPath = path;
      closePanel(false);
      delete root.dataset.fwMore;
      document.querySelector(".fw-main")?.scrollTo(0, 0);
    }
  }
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...rest) {
      const result = original.apply(this, rest);
      queueMicrotask(syncNavigation);
      return result;
    };
  }
  window.addEventListener("popstate", () => queueMicrotask(syncNavigation));

  // ── Menus and popovers ──────────────────────────────────────────────────────────────────────────────────────
  function place(trigger, panel) {
    panel.style.removeProperty("left");
    panel.style.removeProperty("top");
    panel.style.removeProperty("max-height");
    if (phone.matches) return; // a sheet, placed by CSS
    const box = trigger.getBoundingClientRect();
    const size = panel.getBoundingClientRect();
    const end = panel.dataset.fwAlign === "end";
    const left = end ? box.right - size.width : box.left;
    const below = window.innerHeight - box.bottom - 14;
    const above = box.top - 14;
    const up = size.height > below && above > below;
    panel.style.left = Math.max(8, Math.min(left, window.innerWidth - size.width - 8)) + "px";
    panel.style.top = (up ? Math.max(8, box.top - 6 - Math.min(size.height, above)) : box.bottom + 6) + "px";
    panel.style.maxHeight = (up ? above : below) + "px";
  }
  // What nobody may ever open travels as text; see components/markup.py.
  fw.unfold = function (place) {
    for (const each of [place, ...place.querySelectorAll("[data-fw-late]")]) {
      if (!each.dataset.fwLate) continue;
      each.replaceChildren(...new DOMParser().parseFromString(each.dataset.fwLate, "text/html").body.childNodes);
      delete each.dataset.fwLate;
      each.dispatchEvent(new CustomEvent("fw:unfolded", { bubbles: true }));
    }
  };
  function openPanel(trigger) {
    const panel = trigger.closest(".fw-pop-wrap")?.querySelector(":scope > .fw-pop");
    if (!panel) return;
    fw.unfold(panel);
    if (opened && opened.panel === panel) return closePanel(true);
    closePanel(false);
    panel.hidden = false;
    place(trigger, panel);
    trigger.setAttribute("aria-expanded", "true");
    opened = { trigger, panel };
    if (phone.matches) root.dataset.fwSheet = "on";
    panel.querySelector("[role=menuitem], a.it, input, button")?.focus({ preventScroll: true, focusVisible: false });
  }
  function closePanel(refocus) {
    if (!opened) return;
    const { trigger, panel } = opened;
    opened = null;
    panel.hidden = true;
    trigger.setAttribute("aria-expanded", "false");
    delete root.dataset.fwSheet;
    if (refocus) trigger.focus({ preventScroll: true, focusVisible: false });
  }
  fw.openPanel = openPanel;
  fw.closePanel = closePanel;
  function moveFocus(panel, step) {
    const items = [...panel.querySelectorAll(".it")].filter((item) => item.offsetParent !== null);
    if (!items.length) return;
    const at = items.indexOf(document.activeElement);
    items[(at + step + items.length) % items.length].focus();
  }
  window.addEventListener("resize", () => opened && place(opened.trigger, opened.panel));

  // ── Dialogs ─────────────────────────────────────────────────────────────────────────────────────────────────
  fw.openDialog = function (dialog) {
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    closePanel(false);
    fw.unfold(dialog);
    prepareTyped(dialog);
    dialog.showModal();
  };
  function prepareTyped(dialog) {
    const gate = dialog.querySelector("[data-fw-typed]");
    const confirm = dialog.querySelector("[data-fw-confirm]");
    if (!gate || !confirm) return;
    const field = gate.querySelector("input");
    const check = () => {
      confirm.disabled = field.value.trim() !== gate.dataset.fwTyped;
    };
    field.addEventListener("input", check);
    check();
  }
  // Dash can only tell a dialog to open by an attribute; tell it back once it is closed.
  document.addEventListener(
    "close",
    (event) => {
      const dialog = event.target;
      if (!(dialog instanceof HTMLDialogElement) || !dialog.id || !dialog.dataset.fwOpen) return;
      window.dash_clientside?.set_props?.(dialog.id, { "data-fw-open": "" });
    },
    true
  );
  new MutationObserver((records) => {
    for (const { target } of records) {
      if (!(target instanceof HTMLDialogElement)) continue;
      if (target.dataset.fwOpen) fw.openDialog(target);
      else if (target.open) target.close();
    }
  }).observe(root, { subtree: true, attributes: true, attributeFilter: ["data-fw-open"] });

  // ── Toasts ──────────────────────────────────────────────────────────────────────────────────────────────────
  function hideLater(toast) {
    const seconds = Number(toast.dataset.fwSeconds || 0);
    if (!seconds) return;
    let left = seconds * 1000;
    let started = Date.now();
    const hide = () => (toast.hidden = true);
    let timer = setTimeout(hide, left);
    toast.addEventListener("mouseenter", () => {
      clearTimeout(timer);
      left -= Date.now() - started;
    });
    toast.addEventListener("mouseleave", () => {
      started = Date.now();
      timer = setTimeout(hide, Math.max(800, left));
    });
  }
  fw.icon = function (name, tone) {
    const span = document.createElement("span");
    span.className = `fw-i i-${name}${tone ? " t-" + tone : ""}`;
    span.setAttribute("aria-hidden", "true");
    return span;
  };
  fw.element = function (tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  // A toast made in the browser (exports, uploads); those of callbacks are `feedback.toast`.
  fw.toast = function (kind, title, text) {
    let region = document.querySelector(".fw-toasts.own");
    if (!region) {
      region = fw.element("div", "fw-toasts own");
      region.setAttribute("aria-live", "polite");
      document.body.append(region);
    }
    const look = { ok: ["circle-check", "profit"], warn: ["triangle-alert", "warn"], error: ["circle-x", "danger"] }[kind];
    const close = fw.element("button", "fw-icon-btn xs", fw.icon("x"));
    close.type = "button";
    close.setAttribute("aria-label", "Dismiss");
    const body = fw.element("div", "txt", fw.element("div", "t", title));
    if (text) body.append(fw.element("div", "b fw-num", text));
    const toast = fw.element("div", "fw-toast", fw.icon(look[0], look[1]), body, fw.element("div", "act", close));
    toast.setAttribute("role", kind === "error" ? "alert" : "status");
    close.addEventListener("click", () => toast.remove());
    if (kind !== "error") setTimeout(() => toast.remove(), 5000);
    region.append(toast);
    while (region.children.length > 3) region.firstChild.remove();
  };

  // ── One listener a kind of event ────────────────────────────────────────────────────────────────────────────
  const actions = {
    collapse() {
      const folded = root.dataset.fwSide === "folded";
      if (folded) delete root.dataset.fwSide;
      else root.dataset.fwSide = "folded";
      fw.store?.("fw_side", folded ? "open" : "folded");
      setTimeout(() => window.dispatchEvent(new Event("resize")), 60); // charts take the new width
    },
    theme: () => fw.theme.toggle(),
    palette: () => fw.palette?.open(),
    keys: () => fw.openDialog(document.querySelector("[data-fw-keys]")),
    more() {
      if (root.dataset.fwMore) delete root.dataset.fwMore;
      else root.dataset.fwMore = "on";
    },
  };
  fw.act = (name) => actions[name]?.();

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const trigger = target.closest("button[data-fw-open]");
    if (trigger) return openPanel(trigger);
    if (target instanceof HTMLDialogElement && target.open) return target.close(); // its backdrop
    const act = target.closest("[data-fw-act]");
    if (act) {
      closePanel(false);
      return fw.act(act.dataset.fwAct);
    }
    const dismiss = target.closest("[data-fw-dismiss]");
    if (dismiss) {
      const box = dismiss.closest("[data-fw-dismissable]");
      if (box) box.hidden = true;
    }
    const asker = target.closest("[data-fw-dialog]");
    if (asker) fw.openDialog(document.getElementById(asker.dataset.fwDialog));
    const closer = target.closest("[data-fw-close]");
    if (closer) closer.closest("dialog")?.close();
    if (root.dataset.fwMore && !target.closest(".fw-side")) delete root.dataset.fwMore;
    if (!opened || !document.contains(target)) return;
    const inside = opened.panel.contains(target);
    // Calendars and dropdowns of Dash draw their lists at the end of the body.
    if (target.closest("[data-radix-popper-content-wrapper], .dash-dropdown-content, .dash-datepicker-content")) return;
    if (!inside || (target.closest(".it") && !("fwKeep" in opened.panel.dataset))) closePanel(false);
  });

  document.addEventListener("keydown", (event) => {
    if (!opened) {
      if (event.key === "Escape" && root.dataset.fwMore) delete root.dataset.fwMore;
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      closePanel(true);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target.closest?.("input, .fw-choices, .fw-checks")) return;
      event.preventDefault();
      moveFocus(opened.panel, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Tab") {
      const leave = () => opened && !opened.panel.contains(document.activeElement) && closePanel(false);
      setTimeout(leave, 0);
    }
  });

  // The Enter that opens a panel has moved on to its first control when the key comes up: there it means nothing.
  let opensPanel = false;
  document.addEventListener("keydown", ({ key, target }) => {
    opensPanel = key === "Enter" && target instanceof Element && target.closest("[data-fw-open]") !== null;
  }, true);
  document.addEventListener("keyup", (event) => {
    if (opensPanel && event.key === "Enter") event.stopPropagation();
    opensPanel = false;
  }, true);

  // What is chosen in a row that is wider than its place (tabs, the days of a year) is brought into view.
  function reveal(chosen) {
    const row = chosen.closest(".fw-tabs, .fw-se-nav, .fw-year, .fw-journal-tabs");
    const scroller = row && [row, row.parentElement].find((each) => each.scrollWidth > each.clientWidth + 1);
    if (!scroller) return;
    const [box, frame] = [chosen.getBoundingClientRect(), scroller.getBoundingClientRect()];
    scroller.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
  }

  // Elements announce themselves with an animation, which costs no watching of the whole page.
  document.addEventListener("animationstart", (event) => {
    if (event.animationName === "fw-app-in") syncNavigation();
    if (event.animationName === "fw-toast-in") hideLater(event.target);
    if (event.animationName === "fw-chosen-in") reveal(event.target);
    if (event.animationName === "fw-shown-in") event.target.closest(".fw-card").scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("DOMContentLoaded", syncNavigation);
})();
