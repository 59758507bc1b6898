// Why this number: a click on a figure's mark opens the drawer. The explanation of a metric and that of a price of the
// market are asked from the server; other figures carry theirs beside the mark.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const STORE = "shell-why";
  const BODY = "shell-why-body";
  const DIALOG = "shell-why-dialog";
  const NOWHERE = "-";
  const MOST_SERIES = 6;

  function filterOf(own) {
    const values = window.fillwiseFilters.read(own === undefined ? location.search : "?" + own);
    return window.fillwiseFilters.write(values, "").replace(/^\?/, "");
  }

  function ask(mark) {
    const props = window.dash_clientside.set_props;
    props(BODY, { "aria-busy": "true" });
    const { fwWhy: metric, fwWhyPrice: symbol, fwWhyQuery: own } = mark.dataset;
    props(STORE, { data: { ...(symbol ? { symbol } : { metric, query: filterOf(own) }), at: Date.now() } });
    fw.openDialog(document.getElementById(DIALOG));
  }

  // ── Figures with their explanation beside them ──────────────────────────────────────────────────────────────
  function copied(part, tag, className) {
    return fw.element(tag, className, ...[...part.childNodes].map((node) => node.cloneNode(true)));
  }
  function section(title, ...children) {
    return fw.element("section", "", fw.element("h3", "", title), ...children);
  }
  function pairs(rows) {
    const cells = rows.flatMap(([name, text]) => [fw.element("dt", "", name), fw.element("dd", "", text)]);
    return fw.element("dl", "fw-kv fw-num", ...cells);
  }
  function partOf(part) {
    const title = part.dataset.fwPart;
    if (title === "head") return copied(part, "div", "fw-why-h");
    if (title === "Formula") return section(title, copied(part, "div", "fw-why-f"));
    if (title !== "Inputs") return section(title, copied(part, "p", ""));
    return section(title, pairs([...part.children].map((row) => [...row.children].map((cell) => cell.textContent))));
  }
  function reading() {
    const texts = [...document.querySelectorAll(".fw-filters .fw-filter .ell")].map((each) => each.textContent.trim());
    const query = new URLSearchParams(location.search);
    const basis = query.get("basis") === "gross" ? "Gross, before fees" : "Net, after fees";
    const zone = document.querySelector("[data-fw-zone]")?.dataset.fwZone || "";
    const rows = [["Accounts", texts[0]], ["Period", texts[1]], ["P&L", basis], ["Days and hours in", zone]];
    return section("Read with", pairs(rows.filter(([, text]) => text)));
  }
  // ── Charts: what is drawn, and the sample of the metric that is drawn ─────────────────────────────────────────
  const number = (value) => value.toLocaleString("en-GB", { maximumSignificantDigits: 6 }).replace("-", "\u2212");
  const shown = ({ value, measure }) => (measure === "fraction" ? number(100 * value) + " %" : number(value));
  function drawnOf(mark) {
    const rows = fw.drawnIn(mark.closest(".fw-card")).slice(0, MOST_SERIES).map(({ name, values }) => {
      const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
      const ends = values.length > 1 ? ", first " + number(values[0]) + ", last " + number(values.at(-1)) : "";
      return [name || "Drawn", `${values.length} values from ${number(low)} to ${number(high)}${ends}`];
    });
    return rows.length ? [section("Drawn", pairs(rows))] : [];
  }
  function metricOf(mark) {
    const query = new URLSearchParams(location.search);
    const usual = query.get("basis") === "gross" ? "gross_pnl" : "net_pnl";
    const named = { pnl: usual, "?metric": query.get("metric") || "net_pnl" };
    return named[mark.dataset.fwWhyChart] || mark.dataset.fwWhyChart || "";
  }
  async function sampleOf(mark, place) {
    const metric = metricOf(mark);
    if (!metric) return;
    const answer = await fetch("/api/v1/metrics/" + encodeURIComponent(metric) + "/why?" + filterOf(undefined), { credentials: "same-origin" });
    if (!answer.ok) return place.remove();
    const found = await answer.json();
    const inputs = found.inputs.filter((each) => each.value !== null).map((each) => [each.label, shown(each)]);
    place.replaceWith(
      section("Figure: " + found.label, fw.element("div", "fw-why-f", fw.element("span", "fw-mono", found.formula))),
      ...(inputs.length ? [section("Inputs", pairs(inputs))] : []),
      section("Sample", fw.element("p", "", found.sample)),
      ...(found.left_out.length ? [section("Not counted", fw.element("ul", "", ...found.left_out.map(leftOut)))] : [])
    );
  }
  const leftOut = (each) => fw.element("li", "", fw.element("b", "fw-num", number(each.trades)), " " + each.reason);

  function listLink(mark) {
    const { fwWhyHref: own, fwWhyList: name } = mark.dataset;
    if (own === NOWHERE) return [];
    const query = new URLSearchParams(filterOf(undefined));
    const isOfPage = own.startsWith("?");
    if (isOfPage) new URLSearchParams(own).forEach((value, key) => query.set(key, value));
    const link = fw.element("a", "fw-btn primary", "Show the " + (name || "trades") + " it came from");
    link.href = isOfPage ? "/trades?" + query : own;
    return [fw.element("div", "fw-why-go", link)];
  }
  function showNote(mark) {
    const note = mark.parentElement.querySelector(".fw-why-note");
    const close = fw.element("button", "fw-icon-btn", fw.icon("x"));
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.dataset.fwClose = "";
    const isChart = mark.dataset.fwWhyChart !== undefined;
    const sample = fw.element("p", "fw-weak");
    const drawn = isChart ? [...drawnOf(mark), sample] : [];
    const body = fw.element("div", "fw-why-b", ...[...note.children].map(partOf), ...drawn, reading(), ...listLink(mark));
    if (isChart) sampleOf(mark, sample);
    const dialog = fw.element(
      "dialog",
      "fw-dialog fw-drawer",
      fw.element("header", "fw-dlg-h", fw.element("h2", "", "Why this number?"), close),
      fw.element("div", "fw-dlg-b", body)
    );
    dialog.style.setProperty("--w", "460px");
    dialog.setAttribute("aria-label", "Why this number?");
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (mark.isConnected) mark.focus();
    });
    dialog.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href^='/']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      dialog.close();
      fw.go(link.getAttribute("href"));
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  document.addEventListener(
    "click",
    (event) => {
      const mark = event.target instanceof Element && event.target.closest("[data-fw-why], [data-fw-why-note], [data-fw-why-price]");
      if (!mark) return;
      event.preventDefault(); // the mark may stand inside a link
      event.stopImmediatePropagation();
      if (mark.dataset.fwWhyNote === undefined) ask(mark);
      else showNote(mark);
    },
    true
  );
  // A link inside leads away: the drawer does not stay over the page it leads to.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("#" + DIALOG + " a");
    if (link) document.getElementById(DIALOG).close();
  });
})();
