"""Lets the training doctor look at a run while it is made."""

from __future__ import annotations

import threading

from console.core.doctor import Diagnosis, Doctor
from console.core.events import Event, EventReader, visible
from console.engine.run_recorder import RunRecorder


class RunDoctor:
    """Hears every event of a run and records what is diagnosed; safe from any thread.

    What a resume has superseded is forgotten: the doctor reads again what still counts, silently.
    """

    def __init__(self, recorder: RunRecorder) -> None:
        self._recorder = recorder
        self._content = recorder.run.read_run()
        self._lock = threading.RLock()
        self._has_failed = False
        self._doctor = Doctor.for_run(self._content)

    def on_event(self, event: Event) -> None:
        """Look at one event."""
        if event.kind == "diagnosis" or self._has_failed:
            return
        with self._lock:
            for diagnosis in self._look(event):
                self._recorder.emit("diagnosis", event.epoch, event.step, diagnosis.to_dict())

    def close(self) -> None:
        """The run has ended; there is nothing to give back."""

    def _look(self, event: Event) -> list[Diagnosis]:
        try:
            if event.kind != "resumed":
                return self._doctor.apply(event)
            self._doctor = self._of_what_counts()
        except Exception as error:  # a doctor must never end a training
            self._has_failed = True
            self._recorder.warn(
                "doctor_failed",
                f"The training doctor has stopped: {type(error).__name__}: {error}.",
                "The training itself goes on and is not touched.",
            )
        return []

    def _of_what_counts(self) -> Doctor:
        doctor = Doctor.for_run(self._content)
        for event in visible(EventReader(self._recorder.run.events).read()):
            doctor.apply(event)
        return doctor
