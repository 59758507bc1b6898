// Lists to pick from: filter chips (the pick goes into the address) and tags, setups, ratings (into a dcc.Store).
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const HOSTS = "[data-fw-pick-filter], [data-fw-pick-store], [data-fw-pick-query]";

  // ── The filter in the address ───────────────────────────────────────────────────────────────────────────────
  // Words are joined by commas, conditions by semicolons; a backslash takes away the meaning of what follows it.
  function split(text, mark) {
    const parts = [""];
    for (let at = 0; at < text.length; at++) {
      if (text[at] === "\\") parts[parts.length - 1] += text[at] + (text[++at] ?? "");
      else if (text[at] === mark) parts.push("");
      else parts[parts.length - 1] += text[at];
    }
    return parts;
  }
  const escaped = (word) => word.replace(/[\\,;:]/g, "\\$&");
  fw.setFilter = function (name, value) {
    const values = window.fillwiseFilters.read(location.search);
    if (name.startsWith("where.")) {
      const kept = split(values.where || "", ";").filter((part, place) => part.trim() && place !== Number(name.slice(6)));
      return fw.setFilter("where", kept.join(";"));
    }
    if (value) values[name] = value;
    else delete values[name];
    const search = window.fillwiseFilters.write(values, location.search);
    if (search !== location.search) fw.go(location.pathname + search);
  };
  function toggleFilter(name, value, many) {
    const values = window.fillwiseFilters.read(location.search);
    const current = many ? split(values[name] || "", ",").filter(Boolean) : [values[name] || ""];
    if (!many) return fw.setFilter(name, current[0] === value ? "" : value);
    const word = escaped(value);
    const next = current.includes(word) ? current.filter((each) => each !== word) : [...current, word];
    fw.setFilter(name, next.join(","));
  }

  // What a page shows beside the filter (its dimension, its figure) stands in the address under a name of its own.
  function setQuery(name, value) {
    const query = new URLSearchParams(location.search);
    if (value) query.set(name, value);
    else query.delete(name);
    const text = query.toString().replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%3B/g, ";").replace(/%24/g, "$");
    if ("?" + text !== location.search) fw.go(location.pathname + (text ? "?" + text : ""));
  }
  fw.setQuery = setQuery;

  // ── Picking ─────────────────────────────────────────────────────────────────────────────────────────────────
  function pick(host, value) {
    const { fwPickFilter, fwPickStore, fwPickQuery, fwKey } = host.dataset;
    const many = "fwMany" in host.dataset;
    if (fwPickQuery) setQuery(fwPickQuery, value);
    else if (fwPickFilter) toggleFilter(fwPickFilter, value, many);
    else window.dash_clientside.set_props(fwPickStore, { data: { value, key: fwKey || "", at: Date.now() } });
    if (!many && host.closest(".fw-pop")) fw.closePanel(true);
  }
  function findBox(host) {
    return host.querySelector(".fw-pick-find input");
  }
  function narrow(host) {
    const text = (findBox(host)?.value || "").trim().toLowerCase();
    let exact = false;
    for (const item of host.querySelectorAll(".fw-pick-list .it")) {
      const label = item.querySelector(".tx").textContent.trim().toLowerCase();
      item.hidden = Boolean(text) && !label.includes(text);
      exact = exact || label === text;
    }
    const slot = host.querySelector("[data-fw-create]");
    if (!slot) return;
    slot.replaceChildren();
    if (!text || exact) return;
    const name = findBox(host).value.trim();
    const entry = fw.element("button", "it", fw.icon("plus"), fw.element("span", "tx", `Add ${slot.dataset.fwCreate} “${name}”`));
    entry.type = "button";
    entry.dataset.fwValue = name;
    slot.append(entry);
  }
  function clearFind(host) {
    const box = findBox(host);
    if (!box || !box.value) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, "");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    narrow(host);
  }

  document.addEventListener("click", (event) => {
    const entry = event.target instanceof Element && event.target.closest("[data-fw-value]");
    const host = entry && entry.closest(HOSTS);
    if (!host) return;
    pick(host, entry.dataset.fwValue);
    clearFind(host);
  });
  document.addEventListener("input", (event) => {
    const host = event.target instanceof Element && event.target.closest(".fw-pick-find") && event.target.closest(HOSTS);
    if (host) narrow(host);
  });
  document.addEventListener("change", (event) => {
    const host = event.target instanceof HTMLInputElement && event.target.closest("[data-fw-query-input]");
    if (host) setQuery(host.dataset.fwQueryInput, event.target.value.trim());
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.key === "Enter" && event.target.closest("[data-fw-query-input]")) event.target.blur();
    const chip = event.target.closest("[data-fw-chip]");
    if (chip && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      return fw.setFilter(chip.dataset.fwChip, "");
    }
    const host = event.target.closest(".fw-pick-find") && event.target.closest(HOSTS);
    if (!host) return;
    const entries = [...host.querySelectorAll("[data-fw-value]")].filter((each) => each.offsetParent !== null);
    if (event.key === "ArrowDown" && entries.length) {
      event.preventDefault();
      entries[0].focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const text = event.target.value.trim().toLowerCase();
      const same = entries.find((each) => each.querySelector(".tx").textContent.trim().toLowerCase() === text);
      (same || host.querySelector("[data-fw-create] .it") || (text && entries[0]))?.click?.();
    }
  });
  // The cross of a chip clears it before the click reaches the chip itself.
  document.addEventListener(
    "click",
    (event) => {
      const cross = event.target instanceof Element && event.target.closest("[data-fw-clear]");
      if (!cross) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      fw.closePanel(false);
      fw.setFilter(cross.dataset.fwClear, "");
    },
    true
  );
})();
