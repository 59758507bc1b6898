"""Bundled market data: real daily bars of five stocks, moved in time, and what is simulated from them."""
