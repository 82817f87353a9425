"""Oversampling: which windows of rare classes are seen again within one epoch."""

from __future__ import annotations

import numpy as np

from console.engine.data.rows import Array, row_numbers


def oversample_index(labels: Array, ratio: float, seed: int) -> Array:
    """Numbers of the windows of one epoch: each once, then repeats of the rare classes.

    A class with fewer than ``ratio`` times the windows of the largest class is raised to that
    count: first by whole repeats of it, then by a random part without doubles, so that no window
    is repeated more than once oftener than another of its class. ``labels`` (M,) are classes; the
    result (S,), S >= M, depends on nothing but the arguments. Classes without a window stay
    empty.
    """
    everything = row_numbers(np.arange(len(labels)), len(labels))
    present, counts = np.unique(labels, return_counts=True)
    if not len(present):
        return everything
    wanted = round(float(counts.max()) * ratio)
    generator = np.random.Generator(np.random.PCG64([seed, 0x0B5]))
    pieces = [everything]
    for label, count in zip(present, counts, strict=True):
        extra = wanted - int(count)
        if extra <= 0:
            continue
        members = row_numbers(np.flatnonzero(labels == label), len(labels))
        whole, rest = divmod(extra, int(count))
        pieces.extend([members] * whole)
        pieces.append(np.sort(generator.choice(members, size=rest, replace=False)))
    return np.concatenate(pieces)
