"""Peaks are measured, small batches foretell large ones, and a ceiling holds."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from console.engine.estimate import memory
from console.engine.estimate.batch_memory import _line, measure_batches
from console.engine.estimate.memory import PeakMemory, available_bytes, resident_bytes
from console.engine.training.rehearsal import rehearse
from tests.engine.training.small_training import make_source, make_training

MB = 1 << 20


@pytest.mark.parametrize("exact", [True, False])
def test_that_the_peak_of_a_piece_is_seen_and_forgotten(
    exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exact:
        monkeypatch.setattr(memory, "_can_forget_peak", lambda: False)
    peak = PeakMemory()
    before = resident_bytes()
    with peak.of_piece() as found:
        for _ in range(3):
            np.ones(200 * MB, np.uint8).sum()
    assert found[0] >= before + 150 * MB
    with peak.of_piece() as smaller:
        pass
    assert smaller[0] < found[0] - 100 * MB
    assert peak.note() >= found[0]


def test_that_a_process_with_a_ceiling_fails_alone() -> None:
    words = (
        "import numpy as np; from console.engine.estimate.memory import limit_memory;"
        "limit_memory(300 << 20); kept = np.ones(100 << 20, np.uint8);"
        "np.ones(900 << 20, np.uint8)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr
    assert available_bytes() > 0


def test_that_two_batches_make_a_line_and_noise_makes_none() -> None:
    assert _line([(8, 900 * MB)]) == (900 * MB, 0)
    assert _line([(8, 900 * MB), (16, 910 * MB)]) == (910 * MB, 0)
    base, slope = _line([(8, 900 * MB), (16, 1540 * MB)])
    assert slope == 80 * MB
    assert base == 260 * MB


def test_that_a_batch_that_fits_is_reached_by_growing_ones() -> None:
    trainer = make_training(batch_size=128).trainer
    with rehearse(trainer, make_source(0, 327), make_source(327, 500)) as rehearsal:
        found = measure_batches(rehearsal, PeakMemory(), 64_000 * MB)
        assert found.fits
        assert found.tried == found.full_batch == 128
        few = measure_batches(rehearsal, PeakMemory(), 64_000 * MB, largest=16)
        assert few.tried == 16


def test_that_nothing_large_is_tried_when_small_batches_say_that_it_cannot_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = make_training(batch_size=2048).trainer
    with rehearse(wide, make_source(0, 327), make_source(327, 500)) as rehearsal:
        tried: list[int] = []

        def heavy(_rehearsal: object, _peak: object, size: int, *, first: bool) -> int:
            tried.append(size)
            return (200 + 80 * size) * MB

        monkeypatch.setattr("console.engine.estimate.batch_memory._measured_step", heavy)
        found = measure_batches(rehearsal, PeakMemory(), 4_000 * MB)
    assert tried == [8, 16]
    assert not found.fits
    assert found.full_batch == 320  # there are no more windows than that
    assert found.largest_batch == 32
    assert found.full_bytes == (200 + 80 * 320) * MB
