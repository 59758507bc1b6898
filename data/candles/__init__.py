"""Kept candles: the compact form in which they travel and rest, the files they rest in, and files brought by people."""
