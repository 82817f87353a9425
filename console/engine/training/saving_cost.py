"""How much of a training goes into saving it."""

from __future__ import annotations

from console.engine.training.policies import Notice

LARGEST_SHARE = 0.2
_SOONEST_S = 10.0


class SavingCost:
    """Adds up the seconds spent on checkpoints; warns once when they are a large share of all.

    The first ``_SOONEST_S`` seconds of saving never warn: a training of a few seconds is mostly
    saving, and that is no trouble.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._begun_at: float | None = None
        self._warned = False

    def add(self, seconds: float, trained_s: float) -> Notice | None:
        """Take in one checkpoint; ``trained_s`` is the time trained so far, over the whole run."""
        if self._begun_at is None:
            self._begun_at = trained_s
        self.seconds += seconds
        share = self.seconds / max(self.seconds + trained_s - self._begun_at, 1e-9)
        if self._warned or self.seconds < _SOONEST_S or share <= LARGEST_SHARE:
            return None
        self._warned = True
        return Notice(
            "saving_is_slow",
            f"Saving checkpoints takes {share:.0%} of the time, {seconds:.1f} s for the last one.",
            "Save less often, or move the workspace to a faster disk.",
        )
