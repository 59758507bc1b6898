// Theme, palette, density and sidebar state: set on <html> before the first paint, kept in a cookie and localStorage.
// Load it in <head>; Dash loads it a second time with the other assets, which does nothing.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  if (fw.theme) return;
  const root = document.documentElement;
  const YEAR = 31536000;

  function readCookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }
  function recall(name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return "";
    }
  }
  const load = (name) => recall(name) || readCookie(name);
  function store(name, value) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR}; samesite=lax`;
    try {
      localStorage.setItem(name, value);
    } catch {
      /* private windows may refuse; the cookie is enough */
    }
  }
  function pick(value, allowed, fallback) {
    return allowed.includes(value) ? value : fallback;
  }
  function announce(isPaper = false) {
    document.dispatchEvent(new CustomEvent("fw:theme", { detail: { ...fw.theme.current(), isPaper } }));
  }

  // "System" is a mode; what the server and the style sheet know is the theme it comes to.
  const lightDevice = window.matchMedia("(prefers-color-scheme: light)");
  const preferred = () => (lightDevice.matches ? "light" : "dark");
  function show(theme) {
    root.dataset.bsTheme = pick(theme, ["dark", "light"], "dark");
    store("fw_theme", root.dataset.bsTheme);
    announce();
  }
  lightDevice.addEventListener("change", () => fw.theme.mode() === "system" && show(preferred()));

  // Paper is white: a dark page is printed in the light theme, and nothing of that is kept.
  let onScreen = "";
  function paint(theme) {
    root.dataset.bsTheme = theme;
    announce(true);
  }
  window.addEventListener("beforeprint", () => {
    onScreen = root.dataset.bsTheme;
    if (onScreen !== "light") paint("light");
  });
  window.addEventListener("afterprint", () => onScreen && onScreen !== root.dataset.bsTheme && paint(onScreen));

  fw.readCookie = readCookie;
  fw.store = store;
  fw.load = load;
  fw.theme = {
    current: () => ({ theme: root.dataset.bsTheme || "dark", palette: root.dataset.fwPl || "teal" }),
    mode: () => (load("fw_theme_mode") === "system" ? "system" : root.dataset.bsTheme),
    set(theme) {
      store("fw_theme_mode", theme === "system" ? "system" : "fixed");
      show(theme === "system" ? preferred() : theme);
    },
    toggle() {
      fw.theme.set(root.dataset.bsTheme === "light" ? "dark" : "light");
    },
    setPalette(palette) {
      root.dataset.fwPl = pick(palette, ["teal", "blue", "classic"], "teal");
      store("fw_palette", root.dataset.fwPl);
      announce();
    },
    setDensity(density) {
      root.dataset.fwDensity = pick(density, ["compact", "cozy"], "compact");
      store("fw_density", root.dataset.fwDensity);
    },
  };

  function dress(read) {
    root.dataset.bsTheme = pick(read("fw_theme"), ["dark", "light"], root.dataset.bsTheme || "dark");
    if (read("fw_theme_mode") === "system" && root.dataset.bsTheme !== preferred()) show(preferred());
    root.dataset.fwPl = pick(read("fw_palette"), ["teal", "blue", "classic"], "teal");
    root.dataset.fwDensity = pick(read("fw_density"), ["compact", "cozy"], "compact");
    if (read("fw_side") === "folded") root.dataset.fwSide = "folded";
  }
  dress(readCookie);
  // Opening localStorage holds a browser up for a while: it is asked after the first paint, and only without cookies.
  if (!readCookie("fw_theme")) requestAnimationFrame(() => setTimeout(() => recall("fw_theme") && dress(load)));
  root.dataset.fwPage = location.pathname; // for the first paint; shell.js knows the pages
})();
