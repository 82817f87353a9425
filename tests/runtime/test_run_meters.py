"""What a run has taken of the machine: the newest reading, and a history that does not grow."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from console.core.events import Event
from console.runtime.run_curves import RunCurves
from console.runtime.run_meters import CAPACITY, RunMeters
from console.runtime.run_progress import RunProgress

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def reading(at_s: float, **data: object) -> Event:
    stamp = (BEGIN + timedelta(seconds=at_s)).isoformat()
    return Event("heartbeat", "r", 1, round(at_s) + 1, stamp, 1, 1, data)


def test_that_days_of_readings_keep_their_course_in_the_same_room() -> None:
    meters = RunMeters()
    days = 3
    for beat in range(days * 86400 // 5):
        cpu = 90.0 + 10.0 * (beat % 2)
        memory = 1e9 + beat * 1e3 + (5e9 if beat == 20_000 else 0)
        meters.apply(reading(5.0 * beat, cpu_percent=cpu, memory_bytes=memory))
    hours, cpu = meters.series("cpu_percent")
    assert CAPACITY // 2 <= len(hours) < CAPACITY
    assert meters.hours == pytest.approx(24 * days, abs=0.01)
    assert 24 * days - 0.1 < hours[-1] <= meters.hours
    assert np.all(np.diff(hours) > 0)
    assert np.allclose(cpu, 95.0)
    _hours, memory = meters.series("memory_bytes")
    assert memory.max() == meters.peak_memory_bytes == 6e9 + 20_000 * 1e3


def test_that_the_time_between_two_attempts_does_not_count() -> None:
    meters = RunMeters()
    for at_s in (0, 5, 10, 86_400, 86_405):
        meters.apply(reading(at_s, cpu_percent=1.0))
    assert meters.hours * 3600 == pytest.approx(5 + 5 + 30 + 5)


def test_that_a_figure_that_is_missing_is_a_gap() -> None:
    meters = RunMeters()
    meters.apply(reading(0, cpu_percent=1.0))
    meters.apply(reading(5, memory_bytes=2.0))
    _hours, cpu = meters.series("cpu_percent")
    assert cpu[0] == 1.0 and math.isnan(cpu[1])
    for beat in range(2, CAPACITY + 2):
        meters.apply(reading(5.0 * beat, memory_bytes=2.0))
    _hours, cpu = meters.series("cpu_percent")
    assert cpu[0] == 1.0 and np.isnan(cpu[1:]).all()


def test_that_gpus_are_taken_together() -> None:
    meters = RunMeters()
    gpus = [
        {"name": "A", "memory_bytes": 3, "memory_total_bytes": 9, "utilisation_percent": 40},
        {"name": "A", "memory_bytes": 4, "memory_total_bytes": 9, "utilisation_percent": 60},
    ]
    meters.apply(reading(0, gpus=gpus))
    assert meters.series("gpu_percent")[1].tolist() == [50.0]
    assert meters.series("gpu_memory_bytes")[1].tolist() == [7.0]
    meters.apply(reading(5, gpus=[]))
    assert math.isnan(meters.series("gpu_percent")[1][1])


def test_that_readings_reach_the_progress_and_leave_the_curves_alone() -> None:
    progress, curves = RunProgress(), RunCurves()
    event = reading(0, cpu_percent=96.0, memory_bytes=1_200_000_000)
    progress.apply(event)
    curves.apply(event)
    assert progress.meters.newest["cpu_percent"] == 96.0
    assert curves.version == 0 and not curves.marks
