// Replay: the chart as it was at a bar, going on bar by bar. What lies behind that bar is neither drawn nor written.
"use strict";
import { element, iconButton } from "./legend.mjs";

const SPEEDS = [1, 2, 5, 10, 30]; // bars a second

let sheet = null;
/** What moves on beside a replay would tell its end: prices of its symbol anywhere on the page are veiled meanwhile. */
function veil(symbol) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  const cell = `[data-fw-quote=${JSON.stringify(symbol)}]`;
  sheet.replaceSync(symbol ? `${cell}, tr:has(${cell}) .fw-spark { visibility: hidden; }` : "");
}

export class Replay {
  constructor(chart) {
    this.chart = chart;
    this.speed = 1;
    this.timer = null;
    this.bar = null;
  }
  get isOn() {
    return Boolean(this.bar);
  }
  /** Begin at the bar in the middle of the view; a click on the chart chooses another one. */
  start() {
    if (this.isOn) return;
    const { chart } = this;
    this.build();
    const { from, to } = chart.view;
    this.goTo(Math.floor(from + (Math.min(to, chart.limit) - from) * 0.6));
    veil(chart.symbol);
    chart.root.focus({ preventScroll: true }); // so that Space plays instead of pressing the button again
    chart.emit("replay", true);
  }
  stop() {
    if (!this.isOn) return;
    this.pause();
    this.bar.remove();
    this.bar = null;
    veil("");
    this.chart.onPick = null;
    this.chart.setLimit(this.chart.bars.length);
    this.chart.home();
    this.chart.emit("replay", false);
  }
  build() {
    this.play = iconButton("play", "Play or pause  Space", () => this.toggle());
    const speed = element("select", "fw-in");
    speed.setAttribute("aria-label", "Bars a second");
    for (const each of SPEEDS) speed.append(new Option(`${each} bar${each === 1 ? "" : "s"}/s`, each));
    speed.value = this.speed;
    speed.addEventListener("change", () => {
      this.speed = Number(speed.value);
      if (this.timer) this.run();
    });
    this.pick = iconButton("crosshair", "Choose the bar to begin at", () => {
      this.chart.onPick = this.chart.onPick ? null : (row) => this.goTo(row + 1);
      this.pick.classList.toggle("on", Boolean(this.chart.onPick));
    });
    this.when = element("span", "fw-num when");
    this.bar = element(
      "div",
      "fw-pc-replay",
      element("b", "", "Replay"),
      this.when,
      this.pick,
      iconButton("skip-back", "One bar back", () => this.step(-1)),
      this.play,
      iconButton("skip-forward", "One bar on", () => this.step(1)),
      speed,
      iconButton("x", "End the replay", () => this.stop())
    );
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", "Replay");
    this.chart.root.append(this.bar);
  }
  goTo(count) {
    const { chart } = this;
    this.pick.classList.remove("on");
    chart.onPick = null;
    chart.setLimit(count);
    const width = chart.view.to - chart.view.from;
    if (chart.limit > chart.view.to - 3 || chart.limit < chart.view.from + 5) chart.setView(chart.limit - width * 0.8, chart.limit + width * 0.2);
    this.tell();
  }
  step(by) {
    const { chart } = this;
    if (chart.limit + by > chart.bars.length) return this.pause();
    chart.setLimit(chart.limit + by);
    if (chart.limit > chart.view.to - 2) chart.pan(by);
    this.tell();
  }
  tell() {
    this.when.textContent = this.chart.clock.full(this.chart.bars.minute(this.chart.limit - 1));
  }
  toggle() {
    if (this.timer) this.pause();
    else this.run();
  }
  run() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.step(1), 1000 / this.speed);
    this.mark("pause");
  }
  pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.bar) this.mark("play");
  }
  mark(name) {
    this.play.firstChild.className = `fw-i i-${name}`;
    this.play.setAttribute("aria-pressed", String(Boolean(this.timer)));
  }
}
