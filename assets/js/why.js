// Why this number: a click on a figure's mark asks for its explanation and opens the drawer.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const STORE = "shell-why";
  const BODY = "shell-why-body";
  const DIALOG = "shell-why-dialog";

  document.addEventListener(
    "click",
    (event) => {
      const mark = event.target instanceof Element && event.target.closest("[data-fw-why]");
      if (!mark) return;
      event.preventDefault(); // the mark may stand inside a link
      event.stopImmediatePropagation();
      const own = mark.dataset.fwWhyQuery;
      const values = window.fillwiseFilters.read(own === undefined ? location.search : "?" + own);
      const query = window.fillwiseFilters.write(values, "").replace(/^\?/, "");
      const props = window.dash_clientside.set_props;
      props(BODY, { "aria-busy": "true" });
      props(STORE, { data: { metric: mark.dataset.fwWhy, query, at: Date.now() } });
      fw.openDialog(document.getElementById(DIALOG));
    },
    true
  );
  // A link inside leads away: the drawer does not stay over the page it leads to.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("#" + DIALOG + " a");
    if (link) document.getElementById(DIALOG).close();
  });
})();
