"""One window as the net sees it: the records that a reading process and the window share."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
ALL, LEFT_OUT = "all", "left_out"
PARTS = (ALL, "train", "validation", "test", LEFT_OUT)
REASONS = ("split", "purged", "fold", "step", "unlabelled", "first_day")


@dataclass(frozen=True)
class Prediction:
    """What a model says about a window; ``expected_return`` in units of return."""

    probabilities: tuple[float, ...]
    confidence: float
    expected_return: float


@dataclass(frozen=True)
class InspectedWindow:
    """T rows of F features and what follows them.

    ``number`` counts all windows, ``at`` those of its part, ``place`` (of ``found``) those that
    were asked for; all from 0. ``reason``, one of ``REASONS``, says why a window is left out.
    ``label`` is a class, -1 where it is unknown. The label looks ``horizon_rows`` ahead, or would
    (``horizon_known`` False) if its stretch without a gap did not end first; ``touch_rows`` ahead a
    triple barrier was met, else it is -1. ``move`` is what the label rule cut, ``future_return``
    what the return head learns; NaN where unknown. ``scaled`` (T, F) float32 is what the net sees,
    ``raw`` (T, F) float32 what is stored. ``path_time`` and ``path_mid`` (P,) float64 begin
    ``path_first`` rows from the last row of the window (below 0: before it).
    """

    number: int
    part: str
    at: int
    place: int
    found: int
    reason: str
    symbol: str
    segment: int
    segment_row: int
    segment_rows: int
    label: int
    horizon_rows: int
    horizon_known: bool
    touch_rows: int
    move: float
    future_return: float
    scaled: Array
    raw: Array
    path_first: int
    path_time: Array
    path_mid: Array
    prediction: Prediction | None = None

    @property
    def num_rows(self) -> int:
        """T."""
        return int(self.scaled.shape[0])

    def time_at(self, offset: int) -> float:
        """The time in seconds of the row ``offset`` rows after the window's last row."""
        return float(self.path_time[offset - self.path_first])


@dataclass(frozen=True)
class InspectedData:
    """The windows there are. ``counts`` are those of SELL, HOLD, BUY and unlabelled by part,
    ``left_out`` those without a part by reason. ``clip`` is 0 where nothing is cut."""

    dataset: str
    run: str
    symbols: tuple[str, ...]
    features: tuple[str, ...]
    groups: tuple[str, ...]
    sequence_length: int
    is_scaled: bool
    clip: float
    mid_kind: str
    label: Mapping[str, Any]
    counts: Mapping[str, tuple[int, ...]]
    left_out: Mapping[str, int]


def encode(record: Any) -> dict[str, Any]:
    """A record as plain values; arrays as base64 of little-endian numbers with their shape."""
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def decode_window(plain: Mapping[str, Any]) -> InspectedWindow:
    """Read what ``encode`` wrote of a window.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    values: dict[str, Any] = {
        name: _array(value) if _is_array(value) else value for name, value in plain.items()
    }
    for name in ("move", "future_return"):
        values[name] = _number(values[name])
    told = values.get("prediction")
    if told is not None:
        shares = tuple(_number(share) for share in told["probabilities"])
        values["prediction"] = Prediction(
            shares, _number(told["confidence"]), _number(told["expected_return"])
        )
    return InspectedWindow(**values)


def decode_data(plain: Mapping[str, Any]) -> InspectedData:
    """Read what ``encode`` wrote of the data.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    lists = {name: tuple(plain[name]) for name in ("symbols", "features", "groups")}
    counts = {part: tuple(found) for part, found in plain["counts"].items()}
    return InspectedData(**{**plain, **lists, "counts": counts})


def _plain(value: Any) -> Any:
    if isinstance(value, Prediction):
        return encode(value)
    if not isinstance(value, np.ndarray):
        return value
    little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
    text = base64.b64encode(little.tobytes()).decode("ascii")
    return {"dtype": little.dtype.str, "shape": list(value.shape), "base64": text}


def _is_array(value: Any) -> bool:
    return isinstance(value, Mapping) and "base64" in value


def _array(value: Mapping[str, Any]) -> Array:
    if value["dtype"] not in ("<f4", "<f8"):
        raise ValueError(f"arrays of {value['dtype']} are not expected")
    raw = base64.b64decode(value["base64"], validate=True)
    return np.frombuffer(raw, dtype=value["dtype"]).reshape(value["shape"])


def _number(value: Any) -> float:
    """A number; JSON has no NaN and says null."""
    return float("nan") if value is None else float(value)
