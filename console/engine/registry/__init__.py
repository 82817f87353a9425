"""Trained models by name, version and stage."""
