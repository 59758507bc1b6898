// The menu of a watchlist's row: made when it is opened, since hundreds of rows would carry hundreds of menus. What is
// chosen goes to the callbacks of the page (pages/watchlists.py), and so does a symbol that is typed and confirmed: the
// box tells its text a moment later than its Enter.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const ASKED = "watchlists-asked";
  const SEARCH = "watchlists-search";

  function entry(icon, text, data, classes = "it") {
    const made = fw.element("button", classes, fw.icon(icon), fw.element("span", "", text));
    made.type = "button";
    made.setAttribute("role", "menuitem");
    Object.assign(made.dataset, data);
    return made;
  }
  function menuOf(symbol, isManual) {
    const act = (todo) => ({ fwWatchDo: todo, fwWatchKey: symbol });
    const moves = [entry("arrow-up", "Move up", act("up")), entry("arrow-down", "Move down", act("down"))];
    const panel = fw.element(
      "div",
      "fw-menu fw-pop",
      entry("flag", "Flag and note", act("mark")),
      entry("chart-candlestick", "Chart", act("chart")),
      entry("bell-plus", "Set an alert", { fwAlert: "new:" + symbol }),
      ...(isManual ? moves : []),
      fw.element("hr", ""),
      entry("x", "Remove", act("remove"), "it danger")
    );
    panel.hidden = true;
    panel.dataset.fwAlign = "end";
    panel.setAttribute("role", "menu");
    return panel;
  }
  const ask = (todo, key) => window.dash_clientside.set_props(ASKED, { data: { do: todo, key, at: Date.now() } });
  document.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Enter" || target.id !== SEARCH || !target.value.trim()) return;
    ask("add", target.value.trim());
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(target, "");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener(
    "click",
    (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const trigger = target?.closest("[data-fw-watch]");
      if (trigger && !trigger.parentElement.querySelector(":scope > .fw-pop")) {
        trigger.after(menuOf(trigger.dataset.fwWatch, trigger.dataset.fwManual === "yes"));
      }
      const chosen = target?.closest("[data-fw-watch-do]");
      if (!chosen) return;
      const { fwWatchDo: todo, fwWatchKey: key } = chosen.dataset;
      if (todo === "chart") fw.go("/market?symbol=" + encodeURIComponent(key));
      else ask(todo, key);
    },
    true
  );
})();
