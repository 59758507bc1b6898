// The chart kinds Fillwise draws, all SVG: no WebGL trace, so that the page needs no `unsafe-eval`.
const Plotly = require("plotly.js/lib/core");

Plotly.register([
  require("plotly.js/lib/bar"),
  require("plotly.js/lib/box"),
  require("plotly.js/lib/candlestick"),
  require("plotly.js/lib/contour"),
  require("plotly.js/lib/heatmap"),
  require("plotly.js/lib/histogram"),
  require("plotly.js/lib/histogram2d"),
  require("plotly.js/lib/indicator"),
  require("plotly.js/lib/ohlc"),
  require("plotly.js/lib/pie"),
  require("plotly.js/lib/scatterpolar"),
  require("plotly.js/lib/sunburst"),
  require("plotly.js/lib/treemap"),
  require("plotly.js/lib/violin"),
  require("plotly.js/lib/waterfall"),
]);

module.exports = Plotly;
