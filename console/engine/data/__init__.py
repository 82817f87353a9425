"""Rows, windows, splits, scaling and checks."""
