"""Wall-clock time as text, in one place."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> str:
    """The present moment as ISO 8601 in UTC with milliseconds, e.g. 2026-11-23T03:21:07.482Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
