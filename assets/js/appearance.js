// Settings, Appearance: shows what the browser uses, applies a choice at once and hands it to the server.
(function () {
  "use strict";
  const clientside = (window.dash_clientside = window.dash_clientside || {});
  const keep = () => clientside.no_update;

  function current() {
    const root = document.documentElement;
    return { theme: window.fw.theme.mode(), palette: root.dataset.fwPl, density: root.dataset.fwDensity };
  }

  clientside.fillwise_appearance = {
    sync(theme, palette, density) {
      const now = current();
      if (!theme || !palette || !density) return [now.theme, now.palette, now.density, keep()];
      if (theme === now.theme && palette === now.palette && density === now.density) return [keep(), keep(), keep(), keep()];
      if (theme !== now.theme) window.fw.theme.set(theme);
      if (palette !== now.palette) window.fw.theme.setPalette(palette);
      if (density !== now.density) window.fw.theme.setDensity(density);
      return [keep(), keep(), keep(), { theme, palette, at: Date.now() }];
    },
  };
})();
