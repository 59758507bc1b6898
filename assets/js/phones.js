// What phones show first of what is long or wide: lists of figures come folded, but for the first family, and the heat
// map of a year stands at its latest days.
(function () {
  "use strict";
  document.addEventListener("animationstart", ({ animationName, target }) => {
    if (animationName === "fw-folds-in") target.open = target.matches(":first-child");
    if (animationName === "fw-unfolds-in") target.open = true;
  });

  function showLatest(drawn) {
    const place = drawn.closest(".fw-ana-wide");
    const rows = drawn.data?.at(-1)?.hovertext;
    if (!place || !Array.isArray(rows?.[0]) || place.scrollWidth <= place.clientWidth) return;
    const weeks = rows[0].length;
    const last = Math.max(...rows.map((row) => row.findLastIndex(Boolean)));
    place.scrollLeft = (place.scrollWidth * (last + 2)) / weeks - place.clientWidth;
  }
  document.addEventListener("fw:graph", ({ detail: drawn }) => {
    showLatest(drawn);
    drawn.on("plotly_afterplot", () => {
      if (drawn.fwLatest === drawn.data) return;
      drawn.fwLatest = drawn.data;
      showLatest(drawn);
    });
  });
})();
