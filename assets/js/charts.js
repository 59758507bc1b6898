// What a chart card offers (PNG, SVG, CSV, table, full screen, explanation) and the theme of drawn figures.
// A figure is never redrawn from outside Dash: a repainted one goes back through set_props.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const EXPORT = { width: 1280, height: 640 };

  const same = (a, b) => a.theme === b.theme && a.palette === b.palette;
  const plotsOf = (scope) => [...scope.querySelectorAll(".fw-graph .js-plotly-plot")];
  const isDrawn = (drawn) => Boolean(drawn.data?.length || drawn.layout?.annotations); // or says why there is nothing
  const idOf = (drawn) => drawn.closest(".dash-graph")?.id || drawn.parentElement?.id || "";

  // ── Theme ───────────────────────────────────────────────────────────────────────────────────────────────────
  function componentId(text) {
    return text.startsWith("{") ? JSON.parse(text) : text;
  }
  function retheme(drawn) {
    const wanted = fw.theme.current();
    const id = idOf(drawn);
    const from = fw.chartColours.themeOf(drawn);
    if (!id || !from || !isDrawn(drawn) || same(from, wanted)) return;
    drawn.fwTheme = wanted;
    drawn.fwPainted = fw.chartColours.repaint(drawn, from, wanted);
    window.dash_clientside?.set_props?.(componentId(id), { figure: drawn.fwPainted });
  }
  document.addEventListener("fw:theme", ({ detail }) => detail.isPaper || plotsOf(document).forEach(retheme));

  // Paper does not wait for a figure to be drawn anew: its shapes change their colours and their scale, and back.
  const putBack = [];
  function dress(shape, name, text) {
    const was = shape.getAttribute(name);
    if (was === text) return;
    putBack.push(() => (was === null ? shape.removeAttribute(name) : shape.setAttribute(name, was)));
    shape.setAttribute(name, text);
  }
  function dressForPaper(drawn) {
    drawn.querySelectorAll("svg.main-svg").forEach((svg) => {
      dress(svg, "viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
      dress(svg, "preserveAspectRatio", "xMinYMin meet");
    });
    const from = fw.chartColours.themeOf(drawn);
    if (!from || from.theme === "light") return;
    const paint = fw.chartColours.shapePainter(from, { ...from, theme: "light" });
    drawn.querySelectorAll("svg [style], svg stop").forEach((shape) => {
      if (shape.closest(".heatmap-label")) return; // the cells behind it are a picture and stay as they are
      const isText = shape.closest("text") !== null;
      for (const name of ["style", "stop-color"]) shape.hasAttribute(name) && dress(shape, name, paint(shape.getAttribute(name), isText));
    });
  }
  window.addEventListener("beforeprint", () => plotsOf(document).forEach(dressForPaper));
  window.addEventListener("afterprint", () => putBack.splice(0).reverse().forEach((undo) => undo()));

  // A figure from the server may be in another theme than the page: look at each one that gets drawn.
  function watch(drawn) {
    if (drawn.fwWatched || !drawn.on) return;
    drawn.fwWatched = true;
    const look = () => {
      const frame = drawn.closest(".fw-graph");
      if (frame && isDrawn(drawn)) frame.dataset.fwDrawn = "";
      frame?.toggleAttribute("data-fw-empty", !drawn.data?.length);
      // A new figure of the server carries its own template again; what we painted is ours.
      const template = drawn.layout?.template?.layout?.hoverlabel?.font?.color;
      if (template !== drawn.fwTemplate) {
        drawn.fwTemplate = template;
        const painted = drawn.fwPainted?.layout?.template?.layout?.hoverlabel?.font?.color;
        if (painted !== template) drawn.fwTheme = null;
        retheme(drawn);
      }
    };
    drawn.on("plotly_afterplot", look);
    look();
    document.dispatchEvent(new CustomEvent("fw:graph", { detail: drawn }));
  }
  function find(frame, tries) {
    const drawn = frame.querySelector(".js-plotly-plot");
    if (drawn?.on && drawn.layout) watch(drawn);
    else if (tries && frame.isConnected) setTimeout(() => find(frame, tries - 1), 100);
  }
  document.addEventListener("animationstart", (event) => {
    if (event.animationName === "fw-graph-in") find(event.target, 600);
  });

  // ── Export ──────────────────────────────────────────────────────────────────────────────────────────────────
  function cardOf(button) {
    const card = button.closest(".fw-chart-card");
    return { card, drawn: card && plotsOf(card)[0], title: card?.dataset.fwTitle || "Chart" };
  }
  function fileName(title, ending) {
    const day = new Date().toISOString().slice(0, 10);
    return `fillwise-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}-${day}.${ending}`;
  }
  function save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }
  function sourceLine() {
    const texts = [...document.querySelectorAll(".fw-filters .fw-filter .ell")].map((each) => each.textContent.trim());
    const zone = document.querySelector("[data-fw-zone]")?.dataset.fwZone || "";
    return ["Fillwise", ...texts, zone].filter(Boolean).join(" · ");
  }
  async function picture(drawn, title, format) {
    const { theme } = fw.theme.current();
    const colours = fw.chartColours;
    const layout = structuredClone(JSON.parse(JSON.stringify(drawn.layout)));
    const margin = layout.margin || {};
    layout.paper_bgcolor = colours.surface(theme);
    layout.title = { text: title, x: 0, xref: "container", xanchor: "left", pad: { l: 20, t: 14 }, y: 1, yanchor: "top", font: { size: 16, color: colours.text(theme) } };
    layout.margin = { ...margin, l: Math.max(20, margin.l || 0), r: Math.max(64, margin.r || 0), t: 56, b: 76 };
    layout.annotations = [
      ...(layout.annotations || []),
      { text: sourceLine(), xref: "paper", yref: "paper", x: 0, y: 0, yshift: -62, xanchor: "left", showarrow: false, font: { size: 10, color: colours.muted(theme) } },
    ];
    delete layout.width;
    delete layout.height;
    const figure = { data: drawn.data, layout, config: { showSendToCloud: false, displaylogo: false } };
    const size = { ...EXPORT, format, scale: format === "png" ? 2 : 1 };
    save(await window.Plotly.toImage(figure, size), fileName(title, format));
  }

  // ── The plotted points as rows ──────────────────────────────────────────────────────────────────────────────
  function listOf(value) {
    if (value == null) return [];
    if (Array.isArray(value)) return value;
    if (ArrayBuffer.isView(value)) return [...value];
    return value._inputArray ? [...value._inputArray] : [];
  }
  function isDate(drawn, trace) {
    const name = (trace.xaxis || "x").replace("x", "xaxis");
    return drawn._fullLayout?.[name]?.type === "date";
  }
  function plainX(value, date) {
    if (!date || typeof value !== "number") return String(value ?? "");
    return new Date(value).toISOString().replace(".000Z", "Z");
  }
  function seriesOf(drawn) {
    const full = drawn._fullData || drawn.data;
    return full
      .filter((trace) => trace.visible !== false && (trace.x || trace.labels || trace.z))
      .map((trace) => ({ trace, name: trace.name || trace.type, date: isDate(drawn, trace) }));
  }
  function columnsOf({ trace }) {
    if (trace.open) return ["open", "high", "low", "close"];
    if (trace.values) return ["values"];
    return ["y"];
  }
  function tableOf(drawn) {
    const series = seriesOf(drawn);
    const grid = series.find(({ trace }) => trace.z);
    if (grid) {
      const columns = listOf(grid.trace.x);
      const names = listOf(grid.trace.y);
      return { head: ["", ...columns], body: listOf(grid.trace.z).map((row, k) => [names[k] ?? k, ...listOf(row)]) };
    }
    const head = [series.some((each) => each.date) ? "time" : "x"];
    const rows = new Map();
    const hrefs = new Map();
    for (const each of series) {
      const keys = listOf(each.trace.x || each.trace.labels).map((value) => plainX(value, each.date));
      keys.forEach((key, k) => {
        const href = fw.drillOf?.(each.trace, k);
        if (href && !hrefs.has(key)) hrefs.set(key, href);
      });
      for (const column of columnsOf(each)) {
        const place = head.push(column === "y" || column === "values" ? each.name : `${each.name} ${column}`) - 1;
        const values = listOf(each.trace[column]);
        keys.forEach((key, k) => {
          if (!rows.has(key)) rows.set(key, [key]);
          rows.get(key)[place] = values[k];
        });
      }
    }
    const body = [...rows.values()].map((row) => head.map((_, k) => row[k] ?? ""));
    return { head, body, hrefs: [...rows.keys()].map((key) => hrefs.get(key) || "") };
  }
  // What a card's chart draws, series by series: how many points, and between which values (assets/js/why.js).
  fw.drawnIn = function (card) {
    const drawn = card && plotsOf(card)[0];
    if (!drawn?.data?.length) return [];
    return seriesOf(drawn)
      .map((each) => {
        const places = each.trace.z ? listOf(each.trace.z).flatMap(listOf) : listOf(each.trace.values || each.trace[isLying(each.trace) ? "x" : "y"]);
        return { name: each.trace.name || "", values: places.filter((value) => typeof value === "number" && Number.isFinite(value)) };
      })
      .filter(({ values }) => values.length);
  };
  const isLying = (trace) => trace.orientation === "h";

  function csvOf({ head, body }) {
    // A text that a spreadsheet would run as a formula gets an apostrophe.
    const cell = (value) => {
      const text = typeof value === "string" && /^[=+@\t\r-]/.test(value) && isNaN(Number(value)) ? "'" + value : String(value ?? "");
      return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    };
    return [head, ...body].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  }
  function linkTo(href, text) {
    const link = fw.element("a", "fw-link", text);
    link.href = href;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      link.closest("dialog").close();
      fw.go(href);
    });
    return link;
  }
  function showTable(drawn, title) {
    const { head, body, hrefs } = tableOf(drawn);
    const format = (value) => (typeof value === "number" ? value.toLocaleString("en-GB", { maximumFractionDigits: 4 }).replace("-", "\u2212") : String(value));
    const cell = (tag, value, place) => {
      const element = fw.element(tag, place ? "r" : "", format(value));
      return element;
    };
    const table = fw.element("table", "fw-table fw-num");
    table.append(fw.element("thead", "", fw.element("tr", "", ...head.map((value, k) => cell("th", value, k)))));
    const rows = body.slice(0, 2000).map((row, at) => {
      const cells = row.map((value, k) => cell("td", value, k));
      if (hrefs?.[at]) cells[0].replaceChildren(linkTo(hrefs[at], cells[0].textContent));
      return fw.element("tr", "", ...cells);
    });
    table.append(fw.element("tbody", "", ...rows));
    const close = fw.element("button", "fw-icon-btn", fw.icon("x"));
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.dataset.fwClose = "";
    const dialog = fw.element(
      "dialog",
      "fw-dialog",
      fw.element("header", "fw-dlg-h", fw.element("h2", "", title), close),
      fw.element("div", "fw-dlg-b flush", fw.element("div", "fw-scroll", table))
    );
    dialog.style.setProperty("--w", "720px");
    dialog.setAttribute("aria-label", title);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function toggleFull(card) {
    const on = !card.hasAttribute("data-fw-full");
    document.querySelectorAll("[data-fw-full]").forEach((each) => each.removeAttribute("data-fw-full"));
    card.toggleAttribute("data-fw-full", on);
    window.dispatchEvent(new Event("resize"));
  }
  document.addEventListener("keydown", (event) => {
    const card = event.key === "Escape" && !document.querySelector("dialog[open]") && document.querySelector("[data-fw-full]");
    if (card) toggleFull(card);
  });

  const actions = {
    png: ({ drawn, title }) => picture(drawn, title, "png"),
    svg: ({ drawn, title }) => picture(drawn, title, "svg"),
    csv({ drawn, title }) {
      const url = URL.createObjectURL(new Blob([csvOf(tableOf(drawn))], { type: "text/csv" }));
      save(url, fileName(title, "csv"));
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    },
    table: ({ drawn, title }) => showTable(drawn, title),
    full: ({ card }) => toggleFull(card),
    explain: ({ card }) => card.querySelector("[data-fw-why-chart]").click(),
  };
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-fw-chart]") : null;
    if (!button) return;
    const name = button.dataset.fwChart;
    const context = cardOf(button);
    const needsData = !["full", "explain"].includes(name);
    if (needsData && !context.drawn?.data?.length) return fw.toast("warn", "There is nothing to save yet", "The chart is still empty.");
    try {
      await actions[name](context);
    } catch (error) {
      fw.toast("error", "The chart could not be saved", String(error?.message || error));
    }
  });
})();
