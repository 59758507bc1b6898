// The chart kernel. The portable twin is this very source without its types (see build.mjs).
export { mark, release, reserve, set_scale } from "./memory";
export { align, find, line_bytes, line_fill, line_lod, lod, pyramid_bytes, pyramid_fill } from "./bars";
export { anchored_vwap, bollinger, ema, macd, sma, vwap, wma } from "./averages";
export { atr, donchian, ichimoku, keltner, parabolic_sar, supertrend } from "./ranges";
export { decode, rescale } from "./wire";
export { adx, cci, mfi, obv, rsi, stochastic, volume_profile } from "./oscillators";
