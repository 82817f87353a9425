"""Training Console: a desktop console for training market-direction models."""

__version__ = "0.1.0"
