// What `assembly/memory.ts` is in WebAssembly, over one ArrayBuffer; `build.mjs` puts it in its place for the twin.
const HEAP = 1024;
const PAGE = 65536;
let scale = 1;
let free = HEAP;
let buffer, F4, F8, I4, U1;
function resize(bytes) {
  const grown = new ArrayBuffer(bytes);
  if (buffer) new Uint8Array(grown).set(U1);
  buffer = grown;
  [F4, F8, I4, U1] = [new Float32Array(grown), new Float64Array(grown), new Int32Array(grown), new Uint8Array(grown)];
}
resize(PAGE);

export const memory = {
  get buffer() {
    return buffer;
  },
};
export function set_scale(ticks) {
  scale = ticks;
}
export const tick_scale = () => scale;
export function reserve(bytes) {
  const found = free;
  free += (bytes + 15) & ~15;
  if (free > buffer.byteLength) resize(Math.ceil(free / PAGE) * PAGE);
  return found;
}
export const mark = () => reserve(0);
export function release(to) {
  free = to;
}
export const f4 = (column, at) => F4[(column >> 2) + at];
export function put4(column, at, value) {
  F4[(column >> 2) + at] = value;
}
export const i4 = (column, at) => I4[(column >> 2) + at];
export function puti(column, at, value) {
  I4[(column >> 2) + at] = value;
}
export const f8 = (column, at) => F8[(column >> 3) + at];
export function put8(column, at, value) {
  F8[(column >> 3) + at] = value;
}
export const u1 = (column, at) => U1[column + at];
export const f8_any = (address) => new DataView(buffer).getFloat64(address, true);
export const price = (column, at) => I4[(column >> 2) + at] / scale;
export function nothing(column, from, to) {
  F4.fill(NaN, column / 4 + from, column / 4 + to);
}
