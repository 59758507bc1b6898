// The rail of drawing tools at the left edge, and the box in which the words of a note are typed.
"use strict";
import { element, iconButton } from "./legend.mjs";

export const TOOLS = [
  ["", "mouse-pointer-2", "Pointer", "Esc"],
  ["trend", "trending-up", "Trend line", "Alt T"],
  ["level", "minus", "Horizontal line", "Alt H"],
  ["rect", "square", "Rectangle", "Alt R"],
  ["measure", "ruler", "Measure", "Alt M"],
  ["text", "type", "Text", "Alt N"],
  ["alert", "bell-plus", "Price alert", "Alt A"],
];

export function buildRail(chart) {
  const { drawings } = chart;
  const buttons = TOOLS.map(([tool, icon, label, key]) => {
    const button = iconButton(icon, `${label}  ${key}`, () => drawings.choose(tool));
    button.dataset.fwTool = tool || "pointer";
    button.setAttribute("aria-label", label);
    return button;
  });
  const toggle = (icon, label, name, after = () => {}) => {
    const button = iconButton(icon, label, () => {
      drawings[name] = !drawings[name];
      button.classList.toggle("on", drawings[name]);
      button.setAttribute("aria-pressed", String(drawings[name]));
      after();
      chart.draw();
    });
    button.setAttribute("aria-pressed", "false");
    return button;
  };
  const remove = iconButton("trash-2", "Remove the selected drawing, or all", () => {
    if (drawings.removeSelected()) return;
    if (drawings.items.length && window.confirm(`Remove all ${drawings.items.length} drawings of ${chart.symbol}?`)) drawings.removeAll();
  });
  const rail = element(
    "div",
    "fw-pc-rail",
    ...buttons,
    element("hr"),
    toggle("magnet", "Magnet: points stick to open, high, low and close", "hasMagnet"),
    toggle("lock", "Lock the drawings", "isLocked"),
    toggle("eye-off", "Hide the drawings", "isHidden"),
    remove
  );
  rail.setAttribute("role", "toolbar");
  rail.setAttribute("aria-label", "Drawing tools");
  rail.setAttribute("aria-orientation", "vertical");
  chart.root.before(rail);
  const mark = (tool) => {
    for (const button of buttons) {
      const isOn = (button.dataset.fwTool === "pointer" ? "" : button.dataset.fwTool) === tool;
      button.classList.toggle("on", isOn);
      button.setAttribute("aria-pressed", String(isOn));
    }
  };
  chart.on("tool", mark);
  mark("");
  chart.on("text", ({ item, at }) => askText(chart, item, at));
  return rail;
}
function askText(chart, item, at) {
  const box = element("input", "fw-in fw-pc-note");
  Object.assign(box, { type: "text", maxLength: 200, placeholder: "Text" });
  box.setAttribute("aria-label", "Text of the note");
  box.style.left = Math.max(4, Math.min(at.x, chart.width - 190)) + "px";
  box.style.top = Math.max(4, at.y - 14) + "px";
  const done = (keeps) => {
    box.remove();
    if (keeps && box.value.trim()) item.text = box.value.trim();
    else chart.drawings.items = chart.drawings.items.filter((each) => each !== item);
    chart.emit("drawings", chart.drawings.items);
    chart.draw();
  };
  let isDone = false;
  const once = (keeps) => {
    if (isDone) return;
    isDone = true;
    done(keeps);
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") once(true);
    if (event.key === "Escape") once(false);
  });
  box.addEventListener("blur", () => once(true));
  chart.root.append(box);
  box.focus();
}
/** Alt and a letter choose a tool; true when the key was one of them. */
export function chooseByKey(chart, event) {
  const found = event.altKey && TOOLS.find(([, , , key]) => key === `Alt ${event.code.replace("Key", "")}`);
  if (found) chart.drawings.choose(found[0]);
  return Boolean(found);
}
