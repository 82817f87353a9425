"""Looking at an event costs the worker little beside writing it."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from console.core.doctor import Doctor
from console.core.events import EventWriter

NUM_EVENTS, STEPS, MOST_TIMES = 400, 50, 4.0


@pytest.mark.slow
def test_that_the_doctor_costs_little_beside_the_event_file(tmp_path: Path) -> None:
    chance = random.Random(0)
    writer, doctor = EventWriter(tmp_path / "events.jsonl", "run"), Doctor()
    writing = looking = 0.0
    for number in range(NUM_EVENTS):
        steps = list(range(number * STEPS + 1, (number + 1) * STEPS + 1))
        data = {
            "steps": steps, "loss": [chance.random() for _ in steps], "learning_rate": 1e-4,
            "gradient_norm": [chance.random() for _ in steps], "samples_per_second": 1e3,
        }  # fmt: skip
        begun = time.perf_counter()
        event = writer.emit("step", epoch=1, step=steps[-1], data=data)
        written = time.perf_counter()
        doctor.apply(event)
        writing, looking = writing + written - begun, looking + time.perf_counter() - written
    writer.close()
    each = 1e6 * looking / NUM_EVENTS
    print(f"{each:.0f} us an event of {STEPS} steps, {looking / writing:.2f} times its writing")
    assert looking < MOST_TIMES * writing
