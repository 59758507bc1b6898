// Runs the kernel in node for the tests: node run_kernel.mjs FOLDER. Reads job.json and bars.fwc, writes answer.json and
// columns.f32: every column of every indicator, first of WebAssembly, then of the twin.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const job = JSON.parse(readFileSync(join(folder, "job.json")));
const load = (name) => import(pathToFileURL(join(job.assets, name)).href);
const { Bars, Line, bucketsOf, loadKernel } = await load("kernel.mjs");
const { Study, readStudies } = await load("studies.mjs");
const file = readFileSync(join(folder, "bars.fwc"));
const body = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
const runs = [await loadKernel({ source: readFileSync(join(job.assets, "kernel.wasm")) }), await loadKernel({ twin: true })];

const columns = [];
const answer = { kinds: runs.map((kernel) => kernel.kind), runs: [] };
for (const kernel of runs) {
  const bars = new Bars(kernel, job.bars);
  bars.show(0, bars.decode(body));
  const studies = readStudies(job.studies.join(","), job.specs).map((item) => new Study(bars, item, job.options));
  for (const study of studies) for (const line of study.lines) columns.push(line.values().slice(0, bars.length));
  const ahead = studies.flatMap((study) => study.lines.map((line) => line.values().slice(bars.length)));
  const lods = job.views.map(([from, to, most]) => {
    const found = bars.buckets(bucketsOf(from, to, most, bars.length));
    const line = studies[0].lines[0].buckets(found, bars.length);
    const list = (each) => ({ ...each, ...Object.fromEntries(Object.entries(each).filter(([, v]) => v.length).map(([k, v]) => [k, [...v]])) });
    return { ...list(found), line: list(line) };
  });
  const rows = [0, bars.length >> 1, bars.length - 1].map((at) => bars.row(at));
  const kept = bars.length;
  // A bar that is appended in place, then changed by a tick.
  const last = bars.row(kept - 1);
  const next = { start: last.start + job.step * 60000, open: last.close, high: last.close + 2, low: last.close - 1, close: last.close + 1, volume: 7 };
  bars.put(next);
  bars.put({ ...next, high: next.high + 3, volume: 9 });
  const all = bars.buckets(bucketsOf(0, bars.length, 8, bars.length));
  const appended = { length: bars.length, row: bars.row(kept), high: Math.max(...all.high), volume: [...all.volume].reduce((a, b) => a + b, 0) };
  const profile = kernel.reserve(24 * 8);
  bars.kernel.volume_profile(bars.high, bars.low, bars.volume, 0, kept, job.bottom, job.top, 24, profile);
  const line = new Line(bars);
  kernel.align(bars.starts, bars.length, bars.starts, bars.length, bars.close, bars.scale, line.at);
  answer.runs.push({
    ahead: ahead.map((values) => [...values]), count: studies.map((study) => study.lines.length), codes: studies.map((study) => study.item.code), lods, rows, appended,
    scale: bars.scale, profile: [...new Float64Array(kernel.memory.buffer, profile, 24)],
    aligned: line.value(5), found: [bars.find(rows[0].start - 1), bars.find(rows[1].start), bars.find(rows[1].start + 1)],
  });
}
writeFileSync(join(folder, "answer.json"), JSON.stringify(answer));
const all = new Float32Array(columns.reduce((sum, column) => sum + column.length, 0));
columns.reduce((at, column) => (all.set(column, at), at + column.length), 0);
writeFileSync(join(folder, "columns.f32"), all);
