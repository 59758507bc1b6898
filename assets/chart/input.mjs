// Pointer, wheel and fingers on the chart. One finger pans, held it aims, two zoom; the page still scrolls up and down.
"use strict";

const HOLD_MS = 350;
const STILL = 8; // pixels that a finger may move and still be held

/** Wire a chart's events. */
export function listen(chart) {
  const { overlay } = chart;
  const fingers = new Map();
  let drag = null;
  let pinch = null;
  let held = null;
  let isAiming = false; // a finger that was held moves the cross hair
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
    letGo();
    chart.legend.close();
    chart.root.focus({ preventScroll: true });
    if (fingers.size === 2) {
      drag = null;
      pinch = between(fingers);
      return;
    }
    if (chart.scene && chart.drawings && at.x < chart.plotWidth && at.y < chart.scene.main.bottom && chart.drawings.down(at)) return;
    if (chart.scene && chart.onPick && at.x < chart.plotWidth) return chart.onPick(chart.rowAt(at.x));
    drag = at.x > chart.plotWidth ? { axis: true, at } : { at, from: at, view: { ...chart.view }, manual: chart.manual && [...chart.manual] };
    if (drag.axis) return;
    chart.root.classList.add("panning");
    if (event.pointerType !== "mouse") held = setTimeout(aim, HOLD_MS, at);
  });
  const aim = (at) => {
    drag = null;
    isAiming = true;
    chart.root.classList.remove("panning");
    chart.pointer = at;
    chart.drawPointer();
  };
  const letGo = () => {
    clearTimeout(held);
    isAiming = false;
  };
  overlay.addEventListener("touchmove", (event) => isAiming && event.preventDefault(), { passive: false });
  overlay.addEventListener("pointermove", (event) => {
    const at = spot(event);
    if (drag?.from && far(at, drag.from)) clearTimeout(held);
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
    const isTap = event.type === "pointerup" && drag?.from && !far(at, drag.from);
    letGo();
    chart.drawings?.up(at);
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
    drag = null;
    chart.root.classList.remove("panning");
    if (event.pointerType === "mouse") return;
    // A tap shows the bar it touched.
    if (isTap) chart.pointer = at;
    chart.drawPointer();
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
const far = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) >= STILL;
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
// A step of the cross hair: a candle sideways, some pixels up or down; the legend says the bar it stands on.
function step(chart, [across, up]) {
  const { scene, view, drawings } = chart;
  if (!scene) return;
  const begin = { x: chart.x(chart.limit - 1), y: scene.scale.y(chart.bars.price("close", chart.limit - 1)) };
  const { x, y } = chart.pointer || begin;
  const row = Math.max(Math.ceil(view.from), Math.min(Math.floor(view.to) - 1, chart.rowAt(x) + across * 2 ** scene.cut.power));
  chart.pointer = { x: chart.x(row), y: Math.max(1, Math.min(scene.main.bottom - 1, y + 3 * up)) };
  drawings?.move(chart.pointer);
  chart.drawPointer();
  chart.legend.say();
}
// Enter puts a point of the chosen tool where the cross hair stands, or takes its bar.
function drop(chart) {
  const { pointer, drawings } = chart;
  if (pointer && drawings?.tool) {
    drawings.down(pointer);
    drawings.up(pointer);
  } else if (pointer && chart.onPick) chart.onPick(chart.rowAt(pointer.x));
}
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What single keys do on a chart; true when the key was one of them. */
export function press(chart, event) {
  const isAiming = Boolean(chart.drawings?.tool || chart.onPick);
  if ((isAiming || event.shiftKey) && event.key in ARROWS) {
    const times = isAiming && event.shiftKey ? 10 : 1;
    step(chart, ARROWS[event.key].map((by) => by * times));
    return true;
  }
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
    ",": () => chart.drawings?.selectNext(-1),
    ".": () => chart.drawings?.selectNext(1),
    ...(isAiming ? { Enter: () => drop(chart) } : {}),
    Delete: () => chart.drawings?.removeSelected(),
    Backspace: () => chart.drawings?.removeSelected(),
  }[event.key];
  if (!act) return event.key === "Escape" && Boolean(chart.drawings?.cancel());
  act();
  return true;
}
