// One engine over the same bars. Peers get their bars for nothing, as arrays, and draw no indicators; ours counts from
// the request over decoding and three indicators to the picture.
const place = document.getElementById("chart");
const STUDIES = "sma20,bb20,rsi14";
const MOST_BARS = 1100000;
const frame = () => new Promise((done) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => done();
  channel.port2.postMessage(0);
}));
const script = (source) => new Promise((done, failed) => {
  const made = document.createElement("script");
  Object.assign(made, { src: source, onload: done, onerror: () => failed(new Error(source)) });
  document.head.append(made);
});
async function columns() {
  const { Bars, ints, loadKernel } = await import("/assets/chart/kernel.mjs");
  const kernel = await loadKernel();
  const body = await (await fetch(`/api/v1/candles/binary?${new URLSearchParams({ symbol: window.symbol, interval: "1m" })}`)).arrayBuffer();
  const bars = new Bars(kernel, MOST_BARS);
  bars.show(0, bars.decode(body));
  const take = (name) => Float64Array.from(ints(kernel, bars[name], bars.length), (value) => value / bars.scale);
  const time = Float64Array.from(ints(kernel, bars.starts, bars.length), (minute) => minute * 60000);
  return { time, open: take("open"), high: take("high"), low: take("low"), close: take("close"), count: bars.length };
}
const engines = {
  async ours() {
    place.dataset.fwPc = "";
    place.dataset.fwPcSpecs = await (await fetch("/bench/specs.json")).text();
    const { open, chartOf } = await import("/assets/chart/main.mjs");
    let chart;
    return {
      async draw() {
        await open("chart", { symbol: window.symbol, interval: "1m", studies: STUDIES });
        chart = chartOf("chart").chart;
      },
      async whole() {
        await chart.bars.older;
        chart.all();
        await frame();
        return { linear: chart.kernel.memory.buffer.byteLength / 2 ** 20, count: chart.bars.length, kind: chart.kernel.kind };
      },
      range(from, to) {
        chart.setView(from, to);
      },
    };
  },
  async lightweight() {
    await script("/bench/peers/lightweight-charts/dist/lightweight-charts.standalone.production.js");
    const bars = await columns();
    let chart;
    return {
      count: bars.count,
      async draw() {
        const { createChart, CandlestickSeries } = window.LightweightCharts;
        chart = createChart(place, { width: 1200, height: 600, timeScale: { minBarSpacing: 0.0005, timeVisible: true } });
        const series = chart.addSeries(CandlestickSeries);
        series.setData(Array.from(bars.time, (time, at) => ({ time: time / 1000, open: bars.open[at], high: bars.high[at], low: bars.low[at], close: bars.close[at] })));
        chart.timeScale().fitContent();
      },
      range: (from, to) => chart.timeScale().setVisibleLogicalRange({ from, to }),
    };
  },
  async plotly() {
    await script("/assets/05-plotly.min.js");
    const bars = await columns();
    return {
      count: bars.count,
      async draw() {
        const trace = { type: "candlestick", x: bars.time, open: bars.open, high: bars.high, low: bars.low, close: bars.close };
        const layout = { width: 1200, height: 600, showlegend: false, xaxis: { type: "date", rangeslider: { visible: false } } };
        await window.Plotly.newPlot(place, [trace], layout, { displayModeBar: false });
      },
      async range(from, to) {
        const at = (row) => bars.time[Math.max(0, Math.min(bars.count - 1, Math.round(row)))];
        await window.Plotly.relayout(place, { "xaxis.range": [at(from), at(to)] });
      },
    };
  },
};
let engine;
window.run = async (name, symbol) => {
  window.symbol = symbol;
  engine = await engines[name]();
  await frame();
  const start = performance.now();
  await engine.draw();
  await frame();
  await frame();
  const first = performance.now() - start;
  const whole = await engine.whole?.();
  window.bars = whole?.count || engine.count;
  return { first, whole: performance.now() - start, ...whole };
};
async function frames(steps, view) {
  const times = [];
  for (let step = steps > 9 ? -3 : 0; step < steps; step++) {
    const start = performance.now();
    await engine.range(...view(step));
    await frame();
    if (step >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1], p95: times[Math.floor(times.length * 0.95)] };
}
window.pan = (steps) => frames(steps, (step) => [window.bars / 2 + step * 8 - 250, window.bars / 2 + step * 8 + 250]);
window.zoom = (steps) => frames(steps, (step) => (step % 2 ? [0, window.bars] : [window.bars * 0.02, window.bars * 0.98]));
window.ready = true;
