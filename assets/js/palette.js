// Command palette (Ctrl/⌘ K): pages and actions from the page itself, everything else from the server's search.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const WAIT_MS = 120;
  const ICONS = {
    symbol: "chart-candlestick", trade: "list", trades: "list", tag: "tag", setup: "layers", account: "wallet",
    page: "layout-dashboard", action: "zap", alert: "bell-plus", note: "notebook-pen", import: "upload", backtest: "flask-conical",
  };
  let input = null;
  let request = null;
  let timer = 0;
  let remote = { query: "", groups: [] };
  let at = 0;

  const dialog = () => document.querySelector("dialog[data-fw-palette]");

  function ownActions() {
    const base = [
      { title: "Import a file", href: "/import", icon: "upload", key: "I", words: "upload csv statement broker" },
      { title: "Switch theme", act: "theme", icon: "sun-moon", key: "T", words: "dark light" },
      { title: "Keyboard shortcuts", act: "keys", icon: "keyboard", key: "?" },
      { title: "Fold the sidebar", act: "collapse", icon: "panel-left", key: "[" },
    ];
    for (const holder of document.querySelectorAll("[data-fw-actions]")) {
      try {
        base.unshift(...JSON.parse(holder.dataset.fwActions));
      } catch {
        /* a page's own list is optional */
      }
    }
    return base;
  }
  function matches(item, words) {
    const text = `${item.title} ${item.words || ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }
  function localGroups(query) {
    const only = query.startsWith(">") ? "actions" : /^[#@]/.test(query) ? "none" : "";
    const words = query.replace(/^[>#@]/, "").toLowerCase().split(/\s+/).filter(Boolean);
    const pages = fw.pages().map((page) => ({ ...page, href: page.path, key: page.key ? "G " + page.key.toUpperCase() : "" }));
    const groups = [];
    if (!only) groups.push({ title: "Go to", items: pages.filter((item) => matches(item, words)) });
    if (only !== "none") groups.push({ title: "Actions", items: ownActions().filter((item) => matches(item, words)) });
    return groups;
  }
  // Accepts {groups: [{title, items}]}, [{title, items}] and {title: items}.
  function readGroups(answer) {
    const groups = answer?.groups ?? answer ?? [];
    if (Array.isArray(groups)) return groups.map((group) => ({ title: group.title || "", items: group.items || [] }));
    return Object.entries(groups).map(([title, items]) => ({ title, items }));
  }

  function emphasise(text, words) {
    const parts = document.createDocumentFragment();
    const found = words.find((word) => word && text.toLowerCase().includes(word));
    if (!found) {
      parts.append(text);
      return parts;
    }
    const start = text.toLowerCase().indexOf(found);
    parts.append(text.slice(0, start), fw.element("b", "", text.slice(start, start + found.length)), text.slice(start + found.length));
    return parts;
  }
  function row(item, words) {
    const line = fw.element("div", "it", fw.icon(item.icon || ICONS[item.kind] || "arrow-right"));
    line.setAttribute("role", "option");
    const text = fw.element("span", "tx", emphasise(item.title, words));
    if (item.sub) text.append(" ", fw.element("span", "sub", item.sub));
    const right = fw.element("span", "r fw-num");
    if (item.value) right.append(fw.element("span", item.tone ? "fw-" + item.tone : "", item.value));
    for (const key of (item.key || "").split(" ").filter(Boolean)) right.append(fw.element("span", "kbd", key));
    line.append(text, right);
    line.fwItem = item;
    return line;
  }
  function rows() {
    return [...dialog().querySelectorAll(".list .it")];
  }
  function mark(index) {
    const all = rows();
    at = all.length ? (index + all.length) % all.length : 0;
    all.forEach((line, number) => {
      line.classList.toggle("hi", number === at);
      line.setAttribute("aria-selected", String(number === at));
      if (number === at) {
        line.scrollIntoView({ block: "nearest" });
        line.id = "fw-cmd-at";
      } else line.removeAttribute("id");
    });
    if (all.length) input.setAttribute("aria-activedescendant", "fw-cmd-at");
  }
  function draw() {
    const query = input.value.trim();
    const words = query.replace(/^[>#@]/, "").toLowerCase().split(/\s+/);
    const list = dialog().querySelector(".list");
    const server = remote.query === query ? remote.groups : [];
    const groups = [...server, ...localGroups(query)].filter((group) => group.items.length);
    list.replaceChildren();
    for (const group of groups) {
      list.append(fw.element("div", "cap", group.title), ...group.items.slice(0, 8).map((item) => row(item, words)));
    }
    if (!groups.length) list.append(fw.element("div", "none", `Nothing found for “${query}”. Search looks at symbols, trades, tags, setups and notes.`));
    mark(0);
  }
  async function ask() {
    const query = input.value.trim();
    request?.abort();
    if (query.length < 1 || query.startsWith(">")) return;
    const mine = (request = new AbortController());
    const bar = dialog().querySelector(".bar");
    bar.hidden = false;
    try {
      const url = "/api/internal/search?q=" + encodeURIComponent(query);
      const response = await fw.request(url, { signal: mine.signal });
      if (response.ok) remote = { query, groups: readGroups(await response.json()) };
    } catch (error) {
      if (error.name !== "AbortError") remote = { query, groups: [] };
    }
    if (request === mine) {
      bar.hidden = true;
      if (dialog().open) draw();
    }
  }
  function choose(item) {
    dialog().close();
    if (!item) return;
    if (item.act) fw.act(item.act);
    else if (item.href) fw.go(item.href);
  }
  function build() {
    input = document.createElement("input");
    input.type = "text";
    input.placeholder = "Search or jump to";
    input.setAttribute("aria-label", "Search or run a command");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "true");
    input.autocomplete = "off";
    input.spellcheck = false;
    input.addEventListener("input", () => {
      draw();
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        choose(rows()[at]?.fwItem);
      } else if (event.key === "?" && !input.value) {
        event.preventDefault();
        choose({ act: "keys" });
      }
    });
    const list = dialog().querySelector(".list");
    list.addEventListener("click", (event) => choose(event.target.closest(".it")?.fwItem));
    list.addEventListener("mousemove", (event) => {
      const line = event.target.closest(".it");
      if (line && !line.classList.contains("hi")) mark(rows().indexOf(line));
    });
    dialog().querySelector(".slot").append(input);
  }

  fw.palette = {
    open(text = "") {
      const box = dialog();
      if (!box || box.open) return;
      if (!input || !box.contains(input)) build();
      fw.closePanel?.(false);
      input.value = text;
      remote = { query: "", groups: [] };
      box.showModal();
      input.focus();
      draw();
      if (text) ask();
    },
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog()?.open) dialog().close();
      else fw.palette.open();
    }
  });
})();
