// The door of the price chart: its modules load when the first chart is opened. See assets/chart/main.mjs.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const api = ((window.fillwise = window.fillwise || {}).chart = {});
  let loading = null;
  let modules = null;
  const load = () =>
    (loading = loading || import("/assets/chart/main.mjs").then((found) => (modules = found)));

  // Before the modules are there nothing is drawn, so nothing is lost when a call is dropped.
  for (const name of ["bar", "tick", "key", "replay", "addStudy", "jump", "chartOf", "close"]) {
    api[name] = (...given) => modules?.[name](...given);
  }
  /** Give a chart another frame; see `adopt` of the modules. */
  api.adopt = (from, id) => load().then((found) => found.adopt(from, id), () => {});
  /** Show something in a frame; see `open` of the modules. */
  api.open = async function (id, spec, changed) {
    try {
      return await (await load()).open(id, spec, changed);
    } catch (error) {
      console.error(error);
      document.dispatchEvent(new CustomEvent("fw:chart-failed", { detail: { id, error } }));
      return null;
    }
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_chart = {
    /** Open a chart that a page describes with its frame's id. */
    show(spec) {
      if (spec) requestAnimationFrame(() => api.open(spec.id, spec));
    },
  };

  // ── Saving, the table and full screen, as for every chart card ──────────────────────────────────────────────
  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  function fileName(title, ending) {
    const day = new Date().toISOString().slice(0, 10);
    return `fillwise-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}-${day}.${ending}`;
  }
  function showTable(id, title) {
    const { head, body } = modules.table(id);
    const row = (tag, values) => fw.element("tr", "", ...values.map((value, at) => fw.element(tag, at ? "r" : "", value)));
    const table = fw.element("table", "fw-table fw-num");
    table.append(fw.element("thead", "", row("th", head)), fw.element("tbody", "", ...body.map((values) => row("td", values))));
    const close = fw.element("button", "fw-icon-btn", fw.icon("x"));
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.dataset.fwClose = "";
    const header = fw.element("header", "fw-dlg-h", fw.element("h2", "", title), close);
    const dialog = fw.element("dialog", "fw-dialog", header, fw.element("div", "fw-dlg-b flush", fw.element("div", "fw-scroll", table)));
    dialog.style.setProperty("--w", "860px");
    dialog.setAttribute("aria-label", title);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
  function csvOf({ head, body }) {
    const cell = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const plain = (text) => text.replace(/\u2212/g, "-").replace(/(\d),(?=\d{3})/g, "$1").replace(/^–$/, "");
    return [head, ...body].map((row) => row.map((text, at) => cell(at ? plain(text) : text)).join(",")).join("\r\n") + "\r\n";
  }
  const actions = {
    png: async (id, title) => save(await modules.picture(id, title), fileName(title, "png")),
    csv: (id, title) => save(new Blob([csvOf(modules.table(id))], { type: "text/csv" }), fileName(title, "csv")),
    table: (id, title) => showTable(id, title),
  };
  document.addEventListener(
    "click",
    async (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-fw-chart]") : null;
      const card = button?.closest(".fw-chart-card");
      const frame = card?.querySelector(".fw-pc");
      if (!frame?.offsetParent || !(button.dataset.fwChart in actions)) return;
      event.stopPropagation();
      if (!api.chartOf(frame.id)?.chart?.scene) return fw.toast("warn", "There is nothing to save yet", "The chart is still empty.");
      fw.closePanel?.();
      await actions[button.dataset.fwChart](frame.id, card.dataset.fwTitle || "Chart");
    },
    true
  );
})();
