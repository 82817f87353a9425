"""Training: data, models, the loop, checkpoints, export. No Qt; this file imports nothing."""
