// Pointer, wheel and fingers on the chart. One finger pans, two zoom; the page still scrolls up and down.
"use strict";

/** Wire a chart's events. */
export function listen(chart) {
  const { root, overlay } = chart;
  const fingers = new Map();
  let drag = null;
  let pinch = null;
  const spot = (event) => {
    const frame = overlay.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  // The chart takes the focus itself, or gives it to a box that a click opens; the browser would take that away again.
  overlay.addEventListener("mousedown", (event) => event.preventDefault());
  overlay.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    overlay.setPointerCapture(event.pointerId);
    const at = spot(event);
    fingers.set(event.pointerId, at);
    chart.legend.close();
    root.focus({ preventScroll: true });
    if (fingers.size === 2) {
      drag = null;
      pinch = between(fingers);
      return;
    }
    if (chart.scene && chart.drawings && at.x < chart.plotWidth && at.y < chart.scene.main.bottom && chart.drawings.down(at)) return;
    if (chart.scene && chart.onPick && at.x < chart.plotWidth) return chart.onPick(chart.rowAt(at.x));
    drag = at.x > chart.plotWidth ? { axis: true, at } : { at, view: { ...chart.view }, manual: chart.manual && [...chart.manual] };
    if (!drag.axis) root.classList.add("panning");
  });
  overlay.addEventListener("pointermove", (event) => {
    const at = spot(event);
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, at);
    if (pinch && fingers.size === 2) {
      const now = between(fingers);
      chart.zoom(pinch.gap / Math.max(20, now.gap), Math.max(0, Math.min(1, now.x / chart.plotWidth)));
      chart.pan((pinch.x - now.x) / chart.barWidth);
      pinch = now;
      return;
    }
    if (event.pointerType === "mouse" || !drag) chart.pointer = at;
    if (chart.drawings?.move(at)) return;
    if (drag?.axis) scalePrices(chart, drag, at);
    else if (drag) moveBy(chart, drag, at);
    else {
      overlay.style.cursor = at.x > chart.plotWidth ? "ns-resize" : chart.drawings?.tool ? "crosshair" : chart.drawings?.hit(at) ? "pointer" : "crosshair";
      chart.drawPointer();
    }
  });
  const release = (event) => {
    const at = spot(event);
    chart.drawings?.up(at);
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
    drag = null;
    root.classList.remove("panning");
    if (event.pointerType !== "mouse") {
      // A tap shows the bar it touched.
      chart.drawPointer();
    }
  };
  overlay.addEventListener("pointerup", release);
  overlay.addEventListener("pointercancel", release);
  overlay.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "mouse" || fingers.size) return;
    chart.pointer = null;
    chart.drawPointer();
  });
  overlay.addEventListener("dblclick", (event) => {
    chart.manual = null;
    if (spot(event).x <= chart.plotWidth) chart.home();
    else chart.draw();
  });
  overlay.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const at = spot(event);
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
        chart.pan(((event.deltaX || event.deltaY) / chart.barWidth) * 0.8);
      } else chart.zoom(Math.exp(Math.max(-0.6, Math.min(0.6, event.deltaY * 0.0016))), Math.max(0, Math.min(1, at.x / chart.plotWidth)));
    },
    { passive: false }
  );
}
function between(fingers) {
  const [a, b] = [...fingers.values()];
  return { x: (a.x + b.x) / 2, gap: Math.hypot(a.x - b.x, a.y - b.y) };
}
function moveBy(chart, drag, at) {
  const bars = (drag.at.x - at.x) / chart.barWidth;
  if (drag.manual) {
    const { scale } = chart.scene;
    const shift = ((at.y - drag.at.y) / (scale.bottom - scale.top)) * (drag.manual[1] - drag.manual[0]);
    chart.manual = drag.manual.map((price) => price + shift);
  }
  chart.setView(drag.view.from + bars, drag.view.to + bars);
}
// Dragging the prices' axis stretches it; a double click fits it again.
function scalePrices(chart, drag, at) {
  const { scale } = chart.scene;
  const factor = Math.exp((at.y - drag.at.y) * 0.004);
  const middle = (scale.least + scale.most) / 2;
  const half = ((scale.most - scale.least) / 2) * factor;
  chart.manual = [middle - half, middle + half];
  drag.at = at;
  chart.draw();
}
/** What single keys do on a chart; true when the key was one of them. */
export function press(chart, event) {
  const act = {
    ArrowLeft: () => chart.pan(-(chart.view.to - chart.view.from) * 0.12),
    ArrowRight: () => chart.pan((chart.view.to - chart.view.from) * 0.12),
    ArrowUp: () => chart.zoom(0.75, 1),
    ArrowDown: () => chart.zoom(1 / 0.75, 1),
    "+": () => chart.zoom(0.75, 1),
    "=": () => chart.zoom(0.75, 1),
    "-": () => chart.zoom(1 / 0.75, 1),
    Home: () => chart.setView(0, chart.view.to - chart.view.from),
    End: () => chart.home(),
    0: () => chart.all(),
    Delete: () => chart.drawings?.removeSelected(),
    Backspace: () => chart.drawings?.removeSelected(),
  }[event.key];
  if (!act) return event.key === "Escape" && Boolean(chart.drawings?.cancel());
  act();
  return true;
}
