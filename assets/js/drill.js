// A click on a drawn point opens the trades behind it: `trace.meta.drill` says where each point leads
// (components/figures/drill.py). The same addresses are links in a chart's table, for the keyboard.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const DAY = 86400000;

  const isoDay = (days) => new Date(days * DAY).toISOString().slice(0, 10);

  // The address of a point, "" where it leads nowhere.
  fw.drillOf = function (trace, place) {
    const drill = trace?.meta?.drill;
    if (!drill || !Number.isInteger(place)) return "";
    if (drill.of) return drill.of[place] || "";
    if (!drill.first) return drill.to;
    const first = drill.first?.[place];
    if (first === undefined) return "";
    const last = drill.last ? drill.last[place] : first;
    const url = new URL(drill.to, location.href);
    if (first === last) url.searchParams.set("day", isoDay(first));
    else url.searchParams.set("period", isoDay(first) + ".." + isoDay(last));
    return url.pathname + url.search;
  };

  const placeOf = (point) => point.pointNumber ?? point.pointIndex;

  // Rows of one figure share their x axis: of all the points under the pointer take one of the row that was clicked.
  function isInRow(drawn, point, event) {
    const axis = point.yaxis;
    if (!axis || !Number.isFinite(axis._length) || !event) return true;
    const y = event.clientY - drawn.getBoundingClientRect().top;
    return y >= axis._offset - 1 && y <= axis._offset + axis._length + 1;
  }

  function follow(drawn, click) {
    const points = (click?.points || []).filter((point) => fw.drillOf(point.data, placeOf(point)));
    const point = points.find((each) => isInRow(drawn, each, click.event)) || points[0];
    if (point) fw.go(fw.drillOf(point.data, placeOf(point)));
  }

  document.addEventListener("fw:graph", (event) => {
    const drawn = event.detail;
    const mark = () => drawn.classList.toggle("fw-drills", (drawn.data || []).some((trace) => trace.meta?.drill));
    drawn.on("plotly_click", (click) => follow(drawn, click));
    drawn.on("plotly_afterplot", mark);
    mark();
  });
})();
