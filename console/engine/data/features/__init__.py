"""Causal features of order books and candles, one module per group, one table of all of them."""
