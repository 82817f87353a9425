"""What one finished epoch measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

_OTHER_SPELLINGS = {"train_acc": "train_accuracy", "val_acc": "val_accuracy"}


@dataclass(frozen=True, eq=True)
class EpochMetrics(Mapping[str, Any]):
    """One epoch's figures, as a typed record that also reads like the dict old code expects.

    ``epoch`` counts from 1. Precision, recall and F1 are macro averages over SELL, HOLD and BUY of
    the validation windows; ``val_confusion`` holds counts, rows the true class, columns the
    predicted one. ``epoch_time`` is in seconds. Figures that were not measured are None.
    """

    epoch: int
    train_loss: float
    val_loss: float
    train_accuracy: float
    val_accuracy: float
    val_precision: float
    val_recall: float
    val_f1: float
    learning_rate: float
    epoch_time: float
    step: int = 0
    val_mcc: float = 0.0
    val_balanced_accuracy: float = 0.0
    val_class_precision: tuple[float, ...] = ()
    val_class_recall: tuple[float, ...] = ()
    val_class_f1: tuple[float, ...] = ()
    val_confusion: tuple[tuple[int, ...], ...] = ()
    val_majority_floor: float = 0.0
    val_dominant_share: float = 0.0
    val_ece: float = 0.0
    val_brier: float = 0.0
    val_nll: float = 0.0
    gradient_norm: float | None = None
    samples_per_second: float = 0.0
    is_best: bool = False

    def __getitem__(self, key: str) -> Any:
        name = _OTHER_SPELLINGS.get(key, key)
        if name not in _NAMES:
            raise KeyError(key)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)

    def __hash__(self) -> int:
        return hash((self.epoch, self.step, self.train_loss, self.val_loss))

    @property
    def train_acc(self) -> float:
        """Old spelling of ``train_accuracy``."""
        return self.train_accuracy

    @property
    def val_acc(self) -> float:
        """Old spelling of ``val_accuracy``."""
        return self.val_accuracy

    def to_dict(self) -> dict[str, Any]:
        """The record as plain values for ``json.dumps``."""
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> EpochMetrics:
        """Read what ``to_dict`` wrote, after a round trip through JSON; unknown names are ignored.

        A figure that JSON could not hold (NaN, infinity) comes back as NaN.
        """
        known = {name: _from_json(name, values[name]) for name in _NAMES if name in values}
        return cls(**known)

    @staticmethod
    def from_dicts(records: Sequence[Mapping[str, Any]]) -> list[EpochMetrics]:
        """``from_dict`` for a long history, many times as fast where every figure is a number."""
        try:
            return msgspec.convert(records, list[EpochMetrics])
        except msgspec.ValidationError:
            return [EpochMetrics.from_dict(values) for values in records]


def _from_json(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(name, item) for item in value)
    if value is None and name != "gradient_norm":
        return float("nan")
    return value


_NAMES = tuple(field.name for field in dataclasses.fields(EpochMetrics))
