// What stands on the screen before Dash has built the page goes when the page is there. See web/first_paint.py.
(function () {
  "use strict";
  const first = document.getElementById("fw-first");
  if (!first) return;
  // The chart that was drawn meanwhile goes on in the frame of the page.
  async function leave() {
    const frame = first.querySelector("[data-fw-first-for]");
    if (frame && document.getElementById(frame.dataset.fwFirstFor)) await window.fillwise.chart.adopt(frame.id, frame.dataset.fwFirstFor);
    first.remove();
  }
  const observer = new MutationObserver(() => {
    if (!("fwFramed" in first.dataset) && document.querySelector("#react-entry-point .fw-app")) first.dataset.fwFramed = "";
    if (!document.querySelector("#_pages_content > *")) return;
    observer.disconnect();
    leave();
  });
  observer.observe(document.getElementById("react-entry-point"), { childList: true, subtree: true });
})();
