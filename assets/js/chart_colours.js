// The colours of figures by role and theme (the same values as assets/10-tokens.css and components/figures/theme.py),
// and the repainting of a figure from one theme to another. A figure knows its theme by its template's hover label.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});

  const THEMES = {
    dark: {
      surface: "#12151A", overlay: "#171B21", line: "#282E37", text: "#E9ECF1", text2: "#A3ABB8", text3: "#8A93A2",
      grid: "#1C2128", axis: "#2B323B", zero: "#454D59", spike: "#737C8A", accent: "#8E8BFF", bench: "#9AA5B5",
      neutral: "#4A5361", warn: "#E5B454", onMark: "#0B0D11", accentRgb: "142,139,255", text3Rgb: "138,147,162",
      c: ["#8E8BFF", "#5BB8F5", "#E5B454", "#D98BE0", "#8FBF6A", "#F08FA6", "#9AA5B5", "#C7A27C"],
    },
    light: {
      surface: "#FFFFFF", overlay: "#FFFFFF", line: "#DFE2E8", text: "#14171D", text2: "#4F5866", text3: "#5E6777",
      grid: "#EEF0F3", axis: "#DFE2E8", zero: "#B4BAC4", spike: "#868F9D", accent: "#4B45D6", bench: "#6B7483",
      neutral: "#B7BEC9", warn: "#8A5A00", onMark: "#FFFFFF", accentRgb: "75,69,214", text3Rgb: "94,103,119",
      c: ["#4B45D6", "#1677B8", "#9A6700", "#A33FB0", "#4C7A22", "#BE3A63", "#5E6777", "#8A5A36"],
    },
  };
  // profit mark, loss mark, profit text, loss text, their rgb triplets, ramp −4 … +4
  const PALETTES = {
    "dark-teal": ["#22C4B0", "#FF7551", "#22C4B0", "#FF7551", "34,196,176", "255,117,81",
      ["#924938", "#763D31", "#57312A", "#382423", "#232932", "#153132", "#174846", "#195E59", "#1B746B"]],
    "light-teal": ["#0E9C8C", "#DE5B30", "#007469", "#BF3A12", "14,156,140", "222,91,48",
      ["#DE9984", "#E8B8AA", "#F1D4CB", "#F9EBE7", "#E7EAEF", "#E6F1F0", "#C7E1DE", "#A3CECA", "#7AB8B2"]],
    "dark-blue": ["#62B0FF", "#F5A142", "#62B0FF", "#F5A142", "98,176,255", "245,161,66",
      ["#86602F", "#704F2A", "#533C26", "#352920", "#232932", "#172A3B", "#1F4060", "#285482", "#30679F"]],
    "light-blue": ["#2B7FDB", "#C9761A", "#0B63C4", "#94540A", "43,127,219", "201,118,26",
      ["#D4A86D", "#E2C39A", "#EEDBC2", "#F8F0E5", "#E7EAEF", "#E6EFF9", "#C9DDF3", "#A7C7EA", "#81AEE0"]],
    "dark-classic": ["#3CC47C", "#FF6B6B", "#3CC47C", "#FF6B6B", "60,196,124", "255,107,107",
      ["#914346", "#75393C", "#572E31", "#382327", "#232932", "#19312A", "#1E4836", "#245E43", "#29734F"]],
    "light-classic": ["#22A05D", "#E0474F", "#117A43", "#C22B33", "34,160,93", "224,71,79",
      ["#DF9296", "#E9B4B7", "#F2D1D3", "#F9EAEB", "#E7EAEF", "#E7F2EC", "#CBE2D6", "#A9CFBB", "#83B99D"]],
  };
  const ROLES = ["surface", "overlay", "axis", "line", "text", "text2", "text3", "grid", "zero", "spike", "accent", "bench", "neutral"];

  function rolesOf({ theme, palette }) {
    const base = THEMES[theme];
    const [profit, loss, profitText, lossText, profitRgb, lossRgb, ramp] = PALETTES[`${theme}-${palette}`];
    const roles = { profit, loss, profitText, lossText, profitRgb, lossRgb, ...base };
    ramp.forEach((colour, step) => (roles["ramp" + step] = colour));
    base.c.forEach((colour, number) => (roles["c" + (number + 1)] = colour));
    delete roles.c;
    return roles;
  }

  const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(",");

  // Some roles share a colour in one theme; inside fonts the text role wins, elsewhere the mark.
  function makePainter(from, to) {
    const source = rolesOf(from);
    const target = rolesOf(to);
    const marks = new Map();
    const fonts = new Map();
    const add = (map, role) => map.has(source[role].toUpperCase()) || map.set(source[role].toUpperCase(), target[role]);
    ["profit", "loss", ...ROLES, "warn"].forEach((role) => add(marks, role));
    ["text", "text2", "text3", "profitText", "lossText", "onMark", "accent", "warn"].forEach((role) => add(fonts, role));
    Object.keys(source).filter((role) => /^(ramp|c\d)/.test(role)).forEach((role) => add(marks, role));
    Object.keys(source).filter((role) => /^c\d/.test(role) || role === "surface").forEach((role) => add(fonts, role));
    ["profitText", "lossText"].forEach((role) => add(marks, role));
    // The amber of warnings is that of the third category in the dark theme: traces are categories.
    const traces = new Map([...marks, [source.c3.toUpperCase(), target.c3]]);
    const triplets = ["accentRgb", "profitRgb", "lossRgb", "text3Rgb"].map((role) => [source[role], target[role]]);
    Object.keys(source).filter((role) => /^c\d/.test(role)).forEach((role) => triplets.push([rgbOf(source[role]), rgbOf(target[role])]));
    return (text, path) => {
      if (text[0] === "#") {
        const key = text.toUpperCase();
        if (path.hover && key === source.overlay.toUpperCase()) return target.overlay;
        if (path.box && key === source.line.toUpperCase()) return target.line;
        if (path.colorway) return target["c" + path.colorway] || text;
        return (path.font && fonts.get(key)) || (path.trace ? traces : marks).get(key) || text;
      }
      if (!text.startsWith("rgba")) return text;
      const plain = text.replace(/\s+/g, "");
      const hit = triplets.find(([triplet]) => plain.startsWith(`rgba(${triplet},`));
      return hit ? plain.replace(hit[0], hit[1]) : text;
    };
  }

  function repaint(value, paint, path) {
    if (typeof value === "string") return value[0] === "#" || value.startsWith("rgba") ? paint(value, path) : value;
    if (Array.isArray(value)) {
      // Long columns of numbers stay as they are; a stop of a colour scale is [0.5, "#…"].
      if (typeof value[0] === "number" && typeof value[value.length - 1] !== "string") return value;
      return value.map((item, k) => repaint(item, paint, path.colorway ? { colorway: k + 1 } : path));
    }
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
    const copy = {};
    for (const [key, item] of Object.entries(value)) {
      if (key[0] === "_") continue;
      const deeper = {
        trace: path.trace,
        colorway: key === "colorway",
        box: key === "bgcolor" || key === "bordercolor",
        font: path.font || /font$/i.test(key),
        hover: path.hover || key === "hoverlabel",
      };
      copy[key] = repaint(item, paint, deeper);
    }
    return copy;
  }

  // The theme a drawn figure is in, null when it carries none of our templates.
  function themeOf(drawn) {
    if (drawn.fwTheme) return drawn.fwTheme;
    const overlay = drawn.layout?.template?.layout?.hoverlabel?.bgcolor?.toUpperCase();
    const text = drawn.layout?.template?.layout?.hoverlabel?.font?.color?.toUpperCase();
    const name = Object.keys(THEMES).find((each) => THEMES[each].overlay === overlay && THEMES[each].text === text);
    return name ? { theme: name, palette: "teal" } : null;
  }

  fw.chartColours = {
    surface: (theme) => THEMES[theme].surface,
    muted: (theme) => THEMES[theme].text3,
    text: (theme) => THEMES[theme].text,
    themeOf,
    // Repaints the colours in the style of a drawn shape, where the browser writes them as rgb().
    shapePainter(from, to) {
      const paint = makePainter(from, to);
      const hexOf = (parts) => "#" + parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("");
      return (style, isText) =>
        style.replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...parts) => paint(hexOf(parts.slice(0, 3)), { font: isText, trace: !isText }));
    },
    repaint(drawn, from, to) {
      const paint = makePainter(from, to);
      return { data: repaint(drawn.data, paint, { trace: true }), layout: repaint(drawn.layout, paint, {}) };
    },
  };
})();
