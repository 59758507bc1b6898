// Colours of the theme, numbers and times as the page writes them.
"use strict";
import { zoneSteps } from "./studies.mjs";

const MINUS = "\u2212";
const ROLES = { profit: "profit-mark", loss: "loss-mark", surface: "surface-1", raised: "overlay", text: "text", text2: "text-2", text3: "text-3", line: "line-2", grid: "grid", axis: "axis", spike: "spike", accent: "accent", warn: "warn", info: "info", zero: "zero", bench: "bench" };
const OVERLAYS = ["c3", "c2", "c4", "c5", "c6", "c8", "c1"];
const PANES = ["c2", "c3", "c5"];

/** The colours that the page has now. */
export function readLook(root) {
  const style = getComputedStyle(root);
  const token = (name) => style.getPropertyValue("--fw-" + name).trim();
  const look = Object.fromEntries(Object.entries(ROLES).map(([role, name]) => [role, token(name)]));
  for (const role of ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"]) look[role] = token(role);
  look.font = (size, weight = 400) => `${weight} ${size}px ${token("font-sans") || "sans-serif"}`;
  return look;
}
export function alpha(colour, share) {
  if (!colour.startsWith("#")) return colour;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${share})`;
}
/** Role of each line of a study: `number` counts the lines over the prices. */
export function rolesOf(item, number) {
  const { outputs, pane, band } = item.spec;
  if (outputs[0] === "below") return ["profit", "loss"];
  if (pane) return outputs.length === 1 ? ["c4"] : PANES;
  if (band) return outputs.map(() => overlayRole(number));
  return outputs.map((_, at) => overlayRole(number + at));
}
/** Role of a line over the prices by its number; compared symbols count on from the indicators. */
export const overlayRole = (number) => OVERLAYS[number % OVERLAYS.length];

const formats = new Map();
export function number(value, places = 2) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (!formats.has(places)) {
    formats.set(places, new Intl.NumberFormat("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places }));
  }
  const text = formats.get(places).format(Math.abs(value));
  return (value < 0 && /[1-9]/.test(text) ? MINUS : "") + text;
}
export function signed(value, places = 2, unit = "") {
  return Number.isFinite(value) ? (value > 0 ? "+" : "") + number(value, places) + unit : "–";
}
export function compact(value) {
  if (!Number.isFinite(value)) return "–";
  const [size, unit] = [[1e9, "B"], [1e6, "M"], [1e3, "k"]].find(([step]) => Math.abs(value) >= step) || [1, ""];
  return number(value / size, size === 1 ? 0 : 1) + unit;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value) => String(value).padStart(2, "0");

/** A wall clock over the range of the bars: days are labelled by their date, hours in the reader's zone. */
export class WallClock {
  constructor(zone, intraday, first, last) {
    this.intraday = intraday;
    this.steps = intraday ? zoneSteps(zone, first, last + 60 * 24 * 370) : [[first, 0]];
  }
  /** A Date whose UTC fields are the wall clock's. */
  at(minute) {
    const { steps } = this;
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (steps[middle][0] <= minute) low = middle;
      else high = middle - 1;
    }
    return new Date((minute + steps[low][1]) * 60000);
  }
  /** The instant (ms) of a wall-clock text "2026-05-01" or "2026-05-01T09:30". */
  instant(text) {
    const wall = Date.parse(text.length > 10 ? text + "Z" : text + "T00:00Z") / 60000;
    const offset = wall - this.at(wall).getTime() / 60000;
    return (wall + offset) * 60000;
  }
  full(minute) {
    const at = this.at(minute);
    const day = `${DAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
    return this.intraday ? `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` : day;
  }
  /** The text of an axis tick: what changed against the bar before says how much. */
  tick(at, before) {
    if (!before || at.getUTCFullYear() !== before.getUTCFullYear()) return String(at.getUTCFullYear());
    if (at.getUTCMonth() !== before.getUTCMonth()) return MONTHS[at.getUTCMonth()];
    if (at.getUTCDate() !== before.getUTCDate()) return this.intraday ? `${DAYS[at.getUTCDay()]} ${at.getUTCDate()}` : String(at.getUTCDate());
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  }
}
