// Why this number: a click on a figure's mark opens the drawer. A metric's explanation is asked from the server;
// other figures carry theirs beside the mark.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const STORE = "shell-why";
  const BODY = "shell-why-body";
  const DIALOG = "shell-why-dialog";
  const NOWHERE = "-";

  function filterOf(own) {
    const values = window.fillwiseFilters.read(own === undefined ? location.search : "?" + own);
    return window.fillwiseFilters.write(values, "").replace(/^\?/, "");
  }

  function ask(mark) {
    const props = window.dash_clientside.set_props;
    props(BODY, { "aria-busy": "true" });
    props(STORE, { data: { metric: mark.dataset.fwWhy, query: filterOf(mark.dataset.fwWhyQuery), at: Date.now() } });
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
    const body = fw.element("div", "fw-why-b", ...[...note.children].map(partOf), reading(), ...listLink(mark));
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
      const mark = event.target instanceof Element && event.target.closest("[data-fw-why], [data-fw-why-note]");
      if (!mark) return;
      event.preventDefault(); // the mark may stand inside a link
      event.stopImmediatePropagation();
      if (mark.dataset.fwWhy) ask(mark);
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
