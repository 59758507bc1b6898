// The words over the canvas: open, high, low, close of the bar at the pointer, names and values of the indicators.
"use strict";
import { compact, number, overlayRole, rolesOf, signed } from "./look.mjs";
import { makeStudy } from "./studies.mjs";

export function element(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}
export function icon(name) {
  const made = element("span", `fw-i i-${name}`);
  made.setAttribute("aria-hidden", "true");
  return made;
}
export function iconButton(name, label, act) {
  const made = element("button", "fw-icon-btn xs", icon(name));
  made.type = "button";
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    act(made);
  });
  return made;
}
const tone = (value) => (value > 0 ? "fw-profit" : value < 0 ? "fw-loss" : "fw-flat");

export class Legend {
  constructor(chart) {
    this.chart = chart;
    this.bar = element("div", "ohl");
    this.lines = element("div", "ohl lines");
    this.box = chart.root.appendChild(element("div", "fw-pc-legend fw-num", this.bar, this.lines));
    this.strips = chart.root.appendChild(element("div", "fw-pc-strips fw-num"));
    this.spoken = chart.root.appendChild(element("div", "sr"));
    this.spoken.setAttribute("role", "status");
    this.cells = {};
    for (const name of ["O", "H", "L", "C", "", "Vol", "at"]) {
      const value = element("span");
      this.cells[name] = value;
      this.bar.append(element("span", name === "at" ? "wh" : "", ...(name && name !== "at" ? [element("i", "", name), value] : [value])));
    }
    this.chips = [];
    this.lineCount = 0;
  }
  /** Make a chip for each indicator and compared symbol. */
  build() {
    const { chart } = this;
    this.close();
    this.lines.replaceChildren();
    this.strips.replaceChildren();
    this.chips = [];
    let overlays = 0;
    for (const study of chart.studies) {
      const { pane, band, outputs } = study.item.spec;
      const roles = rolesOf(study.item, pane ? 0 : overlays);
      if (!pane) overlays += band || roles[0] === "profit" ? 1 : outputs.length;
      const chip = this.chip(study, roles);
      if (!pane) {
        this.lines.append(chip.root);
        continue;
      }
      chip.strip = element("div", "fw-pc-strip", chip.root, this.moves(study));
      this.strips.append(chip.strip);
    }
    chart.compared.forEach((each, at) => this.compareChip(each, overlayRole(overlays + at)));
    this.lineCount = this.lines.children.length;
  }
  chip(study, roles) {
    const name = element("button", "nm", study.item.label);
    name.type = "button";
    name.title = `Change ${study.item.spec.title}`;
    name.setAttribute("aria-haspopup", "dialog");
    const values = study.item.spec.outputs.map((_, at) => {
      const value = element("span", "v");
      value.style.color = `var(--fw-${cssRole(roles[at])})`;
      return value;
    });
    name.style.color = values.length === 1 ? values[0].style.color : "";
    const shown = study.item.spec.band ? [values[1]] : values;
    const remove = iconButton("x", `Remove ${study.item.label}`, () => this.change(study, null));
    const root = element("span", "chip", name, ...shown, remove);
    name.addEventListener("click", () => this.edit(study, root));
    const chip = { root, study, values };
    this.chips.push(chip);
    return chip;
  }
  compareChip(each, role) {
    const value = element("span", "v");
    const name = element("span", "nm", each.symbol);
    name.style.color = value.style.color = `var(--fw-${role})`;
    const remove = iconButton("x", `Stop comparing ${each.symbol}`, () => this.chart.emit("compare", this.chart.compared.filter((one) => one !== each).map((one) => one.symbol)));
    this.lines.append(element("span", "chip", name, value, remove));
    this.chips.push({ compared: each, values: [value] });
  }
  moves(study) {
    const move = (by) => {
      const items = this.chart.studies.map((one) => one.item);
      const strips = items.filter((item) => item.spec.pane);
      const other = strips[strips.indexOf(study.item) + by];
      if (!other) return;
      const [from, to] = [items.indexOf(study.item), items.indexOf(other)];
      [items[from], items[to]] = [items[to], items[from]];
      this.chart.emit("studies", items);
    };
    return element("span", "mv", iconButton("arrow-up", `Move ${study.item.label} up`, () => move(-1)), iconButton("arrow-down", `Move ${study.item.label} down`, () => move(1)));
  }
  change(study, item) {
    const items = this.chart.studies.map((one) => (one === study ? item : one.item)).filter(Boolean);
    this.close();
    this.chart.emit("studies", items);
  }
  /** A small form with the numbers of an indicator. */
  edit(study, anchor) {
    this.close();
    const { item } = study;
    const fields = item.spec.parameters.map((parameter, at) => {
      const box = element("input", "fw-in");
      Object.assign(box, { type: "number", min: parameter.least, max: parameter.most, step: parameter.whole ? 1 : Math.min(parameter.least, 0.1), value: item.numbers[at] });
      return { box, parameter, row: element("label", "pair", element("span", "", parameter.name), box) };
    });
    const save = element("button", "fw-btn primary", "Apply");
    save.type = "submit";
    const remove = element("button", "fw-btn ghost", "Remove");
    remove.type = "button";
    remove.addEventListener("click", () => this.change(study, null));
    const form = element("form", "fw-menu fw-pc-form", element("div", "cap", item.spec.title), ...fields.map((field) => field.row), element("div", "foot", remove, ...(item.spec.pane ? [this.moves(study)] : []), save));
    form.setAttribute("role", "dialog");
    form.setAttribute("aria-label", item.spec.title);
    form.noValidate = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.change(study, makeStudy(item.kind, fields.map(({ box, parameter }) => (box.value === "" ? parameter.usual : Number(box.value))), this.chart.specs));
    });
    form.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.close(true);
    });
    const at = anchor.getBoundingClientRect();
    const frame = this.chart.root.getBoundingClientRect();
    this.chart.root.append(form);
    form.style.left = Math.max(4, Math.min(at.left - frame.left, frame.width - form.offsetWidth - 6)) + "px";
    form.style.top = Math.max(4, Math.min(at.bottom - frame.top + 4, frame.height - form.offsetHeight - 6)) + "px";
    this.form = { form, anchor };
    (fields[0]?.box || save).focus();
    fields[0]?.box.select();
  }
  close(returns = false) {
    this.form?.form.remove();
    if (returns) this.form?.anchor.querySelector("button")?.focus();
    this.form = null;
  }
  /** Put the chips of the strips where their strips are. */
  place(scene) {
    for (const strip of scene.strips) {
      const chip = this.chips.find((each) => each.study === strip.study);
      if (chip?.strip) chip.strip.style.top = strip.top + 3 + "px";
    }
  }
  /** Write the values of the bar at the pointer, else of the last one. */
  show() {
    const { chart, cells } = this;
    const { bars, limit, pointer, context } = chart;
    if (!bars?.length) return;
    const at = pointer && pointer.x <= chart.plotWidth ? Math.max(0, chart.rowAt(pointer.x)) : limit - 1;
    const row = Math.min(limit - 1, at);
    const valueOf = (line) => line.value(line.shift > 0 ? Math.min(at, line.reach(limit) - 1) : row, limit);
    const bar = bars.row(row);
    const before = row ? bars.price("close", row - 1) : bar.open;
    const change = before ? (bar.close / before - 1) * 100 : 0;
    [cells.O, cells.H, cells.L, cells.C].forEach((cell, at) => (cell.textContent = number([bar.open, bar.high, bar.low, bar.close][at], context.places)));
    cells[""].textContent = signed(change, 2, "%");
    cells[""].className = tone(change);
    cells.Vol.textContent = bar.volume > 0 ? compact(bar.volume) : chart.isForming(row) ? "none yet" : "–";
    cells.at.textContent = pointer ? chart.clock.full(bars.minute(row)) : "";
    for (const { study, compared, values } of this.chips) {
      if (compared) values[0].textContent = signed((compared.line.value(row) / (chart.scene?.compared.find((one) => one.symbol === compared.symbol)?.own || NaN) - 1) * 100, 2, "%");
      else study.lines.forEach((line, at) => (values[at].textContent = this.text(study, valueOf(line))));
    }
  }
  /** Say the values for those who cannot see them: the cross hair went there by keys. */
  say() {
    const values = [...this.bar.children, ...this.chips.map((chip) => chip.root)].map((each) => each?.textContent).filter(Boolean);
    this.spoken.textContent = values.join(", ");
  }
  text(study, value) {
    const { kind, spec } = study.item;
    if (!Number.isFinite(value)) return spec.outputs[0] === "below" ? "" : "–";
    return kind === "obv" ? compact(value) : number(value, spec.pane ? (spec.levels ? 1 : 2) : this.chart.context.places);
  }
}
const cssRole = (role) => ({ profit: "profit", loss: "loss" })[role] || role;
