"""Pure computation: arrays in, arrays and figures out; no I/O, no clock, no unseeded randomness."""
