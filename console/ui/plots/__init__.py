"""Live plots. These modules import pyqtgraph: import them after the window's first paint."""
