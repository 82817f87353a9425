"""Widgets and plots. No torch, no engine internals."""
