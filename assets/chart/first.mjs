// The chart of a page that Dash has not built yet: drawn in a frame of the index, which assets/js/first.js hands on. Dash's
// scripts wait for it in a template: what they do first keeps the browser from painting for a second.
"use strict";
const PATIENCE_MS = 1500;
const heard = (target, names) => new Promise((done) => names.forEach((name) => target.addEventListener(name, done, { once: true })));
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
const parsed = document.readyState === "loading" ? heard(document, ["DOMContentLoaded"]) : null;

const frame = document.querySelector("#fw-first [data-fw-first-for]");

async function draw() {
  const { open } = await import("./main.mjs"); // Dash begins even where this fails
  // Sizes and colours are those of the style sheets.
  const styles = [...document.querySelectorAll('link[rel="stylesheet"]')].filter((each) => !each.sheet);
  await Promise.all(styles.map((each) => heard(each, ["load", "error"])));
  if (await open(frame.id, JSON.parse(frame.dataset.fwFirstSpec))) await painted();
}
/** Run Dash's scripts in their order; the last one is inline and starts it. */
async function begin() {
  await parsed;
  document.getElementById("fw-first")?.classList.remove("lean"); // the icons come second
  let loaded = null;
  for (const held of document.getElementById("fw-scripts").content.querySelectorAll("script")) {
    const script = document.createElement("script");
    for (const { name, value } of held.attributes) script.setAttribute(name, value);
    script.async = false;
    script.textContent = held.textContent;
    if (!held.src) await loaded;
    else loaded = heard(script, ["load", "error"]);
    document.body.append(script);
  }
}
if (frame) Promise.race([draw(), new Promise((done) => setTimeout(done, PATIENCE_MS))]).then(begin, begin);
