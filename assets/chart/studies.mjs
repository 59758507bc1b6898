// Indicators: how the kernel computes each kind, and their words in an address ("sma20", "bb20-2.5", "macd").
"use strict";
import { Line, ints } from "./kernel.mjs";

const call = {
  sma: (k, b, [p], [y]) => k.sma(b.close, b.length, p, y),
  ema: (k, b, [p], [y]) => k.ema(b.close, b.length, p, y),
  wma: (k, b, [p], [y]) => k.wma(b.close, b.length, p, y),
  bb: (k, b, [p, m], y) => k.bollinger(b.close, b.length, p, m, ...y),
  kc: (k, b, [p, r, m], y) => k.keltner(b.high, b.low, b.close, b.length, p, r, m, ...y),
  dc: (k, b, [p], y) => k.donchian(b.high, b.low, b.length, p, ...y),
  ichi: (k, b, [c, m, s], y) => k.ichimoku(b.high, b.low, b.close, b.length, c, m, s, ...y),
  sar: (k, b, [step, most], y) => k.parabolic_sar(b.high, b.low, b.length, step, most, ...y),
  st: (k, b, [p, m], y) => k.supertrend(b.high, b.low, b.close, b.length, p, m, ...y),
  rsi: (k, b, [p], [y]) => k.rsi(b.close, b.length, p, y),
  macd: (k, b, [f, s, n], y) => k.macd(b.close, b.length, f, s, n, ...y),
  stoch: (k, b, [p, s, n], y) => k.stochastic(b.high, b.low, b.close, b.length, p, s, n, ...y),
  cci: (k, b, [p], [y]) => k.cci(b.high, b.low, b.close, b.length, p, y),
  adx: (k, b, [p], y) => k.adx(b.high, b.low, b.close, b.length, p, ...y),
  atr: (k, b, [p], [y]) => k.atr(b.high, b.low, b.close, b.length, p, y),
  obv: (k, b, _, [y]) => k.obv(b.close, b.volume, b.length, y),
  mfi: (k, b, [p], [y]) => k.mfi(b.high, b.low, b.close, b.volume, b.length, p, y),
  avwap: (k, b, [anchor], [y]) =>
    k.anchored_vwap(b.high, b.low, b.close, b.volume, b.length, Math.max(0, k.find(b.starts, b.length, anchor - 1) + 1), y),
  vwap(kernel, bars, _, [y], { zone, intraday }) {
    if (!intraday) return kernel.anchored_vwap(bars.high, bars.low, bars.close, bars.volume, bars.length, bars.length, y);
    const steps = zoneSteps(zone, bars.minute(0), bars.minute(bars.length - 1));
    const kept = kernel.mark();
    const at = kernel.reserve(steps.length * 8);
    ints(kernel, at, steps.length * 2).set(steps.flat());
    kernel.vwap(bars.starts, bars.high, bars.low, bars.close, bars.volume, bars.length, at, steps.length, y);
    kernel.release(kept);
  },
};

// Lines that stand elsewhere than at the bar they are known at: so many bars later, or earlier.
const shifts = { ichi: ([, base]) => [0, 0, base, base, -base] };

/** An indicator over bars: its code, description and columns. */
export class Study {
  /** `options`: { zone: zone whose midnight parts sessions, intraday }. */
  constructor(bars, item, options) {
    this.bars = bars;
    this.item = item;
    this.options = options;
    const moved = shifts[item.kind]?.(item.numbers) || [];
    this.lines = item.spec.outputs.map((_, at) => new Line(bars, moved[at]));
    this.compute();
  }
  /** Bars behind the last one that it draws on. */
  get ahead() {
    return Math.max(0, ...this.lines.map((line) => line.shift));
  }
  compute(from = 0) {
    const { bars, item, lines } = this;
    if (!bars.length) return;
    bars.kernel.set_scale(bars.scale);
    const addresses = lines.map((line) => line.at);
    call[item.kind](bars.kernel, bars, item.numbers, addresses, this.options);
    lines.forEach((line) => line.fill(from));
  }
}

/** Minutes from which local time is so many minutes ahead of UTC: [[first minute, offset], ...] over a range. */
export function zoneSteps(zone, first, last) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" });
  const offset = (minute) => {
    const part = Object.fromEntries(format.formatToParts(minute * 60000).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute) / 60000 - minute;
  };
  const steps = [[first, offset(first)]];
  const stride = 60 * 24 * 20;
  for (let from = first; from < last; from += stride) {
    const to = Math.min(last, from + stride);
    if (offset(to) === steps[steps.length - 1][1]) continue;
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    steps.push([high, offset(high)]);
  }
  return steps;
}

/** Read "sma20,macd8-21-5"; what is not known is left out. `specs` by kind. */
export function readStudies(text, specs) {
  return text
    .split(",")
    .map((word) => /^([a-z]+)([\d.-]*)$/.exec(word.trim()))
    .filter((match) => match && specs[match[1]] && call[match[1]])
    .map(([, kind, rest]) => {
      const usual = specs[kind].parameters.map((each) => each.usual);
      const given = rest ? rest.split("-").map(Number) : [];
      return makeStudy(kind, usual.map((value, at) => (Number.isFinite(given[at]) ? given[at] : value)), specs);
    });
}
export function makeStudy(kind, numbers, specs) {
  const spec = specs[kind];
  return { kind, numbers, spec, code: codeOf(kind, numbers, spec), label: labelOf(kind, numbers, spec) };
}
/** Indicators and one more, with other numbers where one of the same would lie below it; null where there is no room. */
export function withStudy(items, kind, numbers, specs) {
  const { most, parameters } = specs[kind];
  if (items.filter((item) => item.kind === kind).length >= most) return null;
  let item = makeStudy(kind, numbers, specs);
  while (items.some((one) => one.code === item.code) && parameters.length) {
    const [first, ...rest] = item.numbers;
    item = makeStudy(kind, [first * 2 <= parameters[0].most ? first * 2 : first - 1, ...rest], specs);
  }
  return items.some((one) => one.code === item.code) ? null : [...items, item];
}
function codeOf(kind, numbers, spec) {
  const usual = spec.parameters.map((each) => each.usual);
  if (usual.length > 2 && numbers.every((value, at) => value === usual[at])) return kind;
  const kept = [...numbers];
  while (kept.length > 1 && kept[kept.length - 1] === usual[kept.length - 1]) kept.pop();
  return kind + kept.join("-");
}
function labelOf(kind, numbers, spec) {
  if (kind === "avwap") return `${spec.short} ${numbers[0] ? new Date(numbers[0] * 60000).toISOString().slice(0, 10) : "the first bar"}`;
  return [spec.short, ...numbers].join(" ");
}
