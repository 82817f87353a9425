"""The doctor's rules about the machine: speed, memory, disk, checkpoints."""

from __future__ import annotations

from console.core.diagnosis import Action, Diagnosis
from console.core.doctor_signs import Signs

_GB = 1e9


def slow_steps(signs: Signs, told: bool) -> Diagnosis | None:
    """The last minute went at half the usual speed, or less."""
    speeds = signs.speeds()
    if speeds is None:
        return None
    usual, now = speeds
    if now > (0.7 if told else 0.5) * usual:
        return None
    full = _memory_share(signs) > 0.9
    return Diagnosis(
        "slow_steps", "warning" if full or now < 0.25 * usual else "info",
        f"{now:.0f} windows a second in the last minute; {usual:.0f} were usual.",
        cause="The memory is full, so the machine swaps." if full
        else "Another program uses the machine, or it is too hot.",
    )  # fmt: skip


def slow_checkpoints(signs: Signs, told: bool) -> Diagnosis | None:
    """Saving takes more than a quarter of an epoch."""
    epoch_s = signs.epochs[-1].epoch_time
    if signs.checkpoint_s < 2.0 or signs.checkpoint_s < (0.15 if told else 0.25) * epoch_s:
        return None
    slow = signs.checkpoint_s > 5.0 and signs.checkpoint_s > 0.5 * epoch_s
    return Diagnosis(
        "slow_checkpoints", "warning" if slow else "info",
        f"A checkpoint takes {signs.checkpoint_s:.1f} s, an epoch {epoch_s:.1f} s.",
        cause="The disk of the workspace is slow or busy; a local one is faster.",
    )  # fmt: skip


def checkpoints_failing(signs: Signs, told: bool) -> Diagnosis | None:
    """The newest checkpoint could not be saved."""
    failed = signs.failed_checkpoints
    if not failed:
        return None
    return Diagnosis(
        "checkpoint_unsaved", "severe" if failed > 1 else "warning",
        f"{failed} checkpoints in a row could not be saved." if failed > 1
        else "The last checkpoint could not be saved.",
        cause="The disk is full, or the folder of the run cannot be written.",
    )  # fmt: skip


def memory_short(signs: Signs, told: bool) -> Diagnosis | None:
    """The training holds nearly all memory of the machine."""
    share = _memory_share(signs)
    if share < (0.8 if told else 0.9):
        return None
    used = float(signs.readings["memory_bytes"]) / _GB
    smaller = max(8, signs.config.batch_size // 2)
    return Diagnosis(
        "memory_short", "warning",
        f"The training holds {used:.1f} GB, {share:.0%} of the memory.",
        cause="Rows, windows of a batch and the network need more than the machine has.",
        action=Action("configure", "batch_size", smaller),
    )  # fmt: skip


def disk_low(signs: Signs, told: bool) -> Diagnosis | None:
    """There is hardly room for the next checkpoints."""
    free = signs.readings.get("disk_free_bytes")
    least = max(0.5 * _GB, 4.0 * signs.checkpoint_bytes) * (2.0 if told else 1.0)
    if free is None or float(free) > least:
        return None
    return Diagnosis(
        "disk_low", "warning",
        f"{float(free) / _GB:.2f} GB are free on the disk of the workspace.",
        cause="Checkpoints cannot be saved once it is full.",
    )  # fmt: skip


def _memory_share(signs: Signs) -> float:
    used, total = signs.readings.get("memory_bytes"), signs.readings.get("memory_total_bytes")
    return float(used) / float(total) if used and total else 0.0
