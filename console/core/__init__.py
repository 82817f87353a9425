"""Domain types, configs, presets, events and the run directory. No Qt, no torch."""
