// The linear memory: columns are addresses of packed numbers. `portable_memory.mjs` is the same for plain JavaScript.
// Prices are whole ticks (price = ticks / scale), so that a price is exactly the decimal that the server holds.
let scale: f64 = 1;
let free: usize = 0;

export function set_scale(ticks: f64): void {
  scale = ticks;
}
export function tick_scale(): f64 {
  return scale;
}
/** Take memory; the address is a multiple of 16. */
export function reserve(bytes: i32): usize {
  if (!free) free = (__heap_base + 15) & ~usize(15);
  const found = free;
  free += usize((bytes + 15) & ~15);
  const missing = i32((free + 0xffff) >> 16) - memory.size();
  if (missing > 0) memory.grow(missing);
  return found;
}
/** Where the next `reserve` will be; `release` gives everything from there on back. */
export function mark(): usize {
  return reserve(0);
}
export function release(to: usize): void {
  free = to;
}
export function f4(column: usize, at: i32): f64 {
  return f64(load<f32>(column + (usize(at) << 2)));
}
export function put4(column: usize, at: i32, value: f64): void {
  store<f32>(column + (usize(at) << 2), f32(value));
}
export function i4(column: usize, at: i32): i32 {
  return load<i32>(column + (usize(at) << 2));
}
export function puti(column: usize, at: i32, value: i32): void {
  store<i32>(column + (usize(at) << 2), value);
}
export function f8(column: usize, at: i32): f64 {
  return load<f64>(column + (usize(at) << 3));
}
export function put8(column: usize, at: i32, value: f64): void {
  store<f64>(column + (usize(at) << 3), value);
}
export function u1(column: usize, at: i32): i32 {
  return i32(load<u8>(column + usize(at)));
}
/** A float64 at any address. */
export function f8_any(address: usize): f64 {
  return load<f64>(address);
}
/** A price of a column of ticks. */
export function price(column: usize, at: i32): f64 {
  return f64(load<i32>(column + (usize(at) << 2))) / scale;
}
export function nothing(column: usize, from: i32, to: i32): void {
  for (let i = from; i < to; i++) store<f32>(column + (usize(i) << 2), f32.NaN);
}
