"""What the columns of a feature store are: ``schema.json``, checked with everything that is kept.

::

    {"version": 1, "fingerprint": "...", "columns": [
      {"name": "symbol", "dtype": "String", "role": "symbol"},
      {"name": "timestamp", "dtype": "Float64", "role": "timestamp"},          seconds since 1970
      {"name": "micro_price", "dtype": "Float32", "role": "feature"},
      {"name": "future_direction_10s", "dtype": "Int8", "role": "label", "horizon_s": 10.0,
       "encoding": "classes"},
      {"name": "future_movement_10s", "dtype": "Float32", "role": "movement"},
      {"name": "current_mid_price", "dtype": "Float64", "role": "mid_price"}]}

The order of the features is the order of the model's inputs. ``encoding`` is "classes" (0 SELL,
1 HOLD, 2 BUY) or "signed" (-1, 0, 1). The fingerprint is a digest of the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from console.core.errors import DataError
from console.engine.feature_store.columns import (
    MID_PRICES,
    NOT_FEATURES,
    is_feature,
    is_label,
    label_seconds,
    movement_of,
)
from console.engine.feature_store.encoding import VALUES, LabelEncoding
from console.engine.feature_store.places import Place

SCHEMA_FILE = "schema.json"
SCHEMA_VERSION = 1
SYMBOL, TIMESTAMP, MID_PRICE = "symbol", "timestamp", MID_PRICES[0]
BEGIN_ANEW = "Correct the program that writes it, or begin a new store with these columns."


@dataclass(frozen=True)
class StoredLabel:
    """A label column: how far it looks ahead, what its numbers mean, and whether returns exist."""

    name: str
    horizon_s: float
    encoding: LabelEncoding
    has_movement: bool = False


@dataclass(frozen=True)
class StoreSchema:
    """The columns of a store: features in model order, labels by horizon, and the mid-price."""

    features: tuple[str, ...]
    labels: tuple[StoredLabel, ...] = ()
    has_mid_price: bool = False

    def __post_init__(self) -> None:
        names = [name for name, _ in self._pairs()]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DataError(
                "Two columns of the feature store would be called '{column}'.",
                remedy="Give every feature a name of its own.",
                column=twice,
            )

    @classmethod
    def of(
        cls, columns: Mapping[str, pl.DataType], encoding: LabelEncoding, place: Place
    ) -> StoreSchema:
        """The schema that columns of these names and types mean, by the names of the old store.

        Raises:
            DataError: there is no feature among them.
        """
        features = tuple(n for n, kind in columns.items() if is_feature(n) and _is_number(kind))
        if not features:
            raise DataError(
                "{path} has no numeric feature column.",
                remedy="Check that these are the files of the feature store.",
                path=place,
            )
        labels = sorted(filter(is_label, columns), key=label_seconds)
        stored = (
            StoredLabel(name, label_seconds(name), encoding, movement_of(name) in columns)
            for name in labels
        )
        return cls(features, tuple(stored), any(name in columns for name in MID_PRICES))

    @property
    def columns(self) -> dict[str, pl.DataType]:
        """Name and type of every column of a stored file, in order."""
        return dict(self._pairs())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of version and columns."""
        content = {"version": SCHEMA_VERSION, "columns": self._plain_columns()}
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def to_plain(self) -> dict[str, Any]:
        """The content of ``schema.json``."""
        return {
            "version": SCHEMA_VERSION, "fingerprint": self.fingerprint,
            "columns": self._plain_columns(),
        }  # fmt: skip

    def _pairs(self) -> Iterator[tuple[str, pl.DataType]]:
        yield SYMBOL, pl.String()
        yield TIMESTAMP, pl.Float64()
        yield from ((name, pl.Float32()) for name in self.features)
        for label in self.labels:
            yield label.name, pl.Int8()
            if label.has_movement:
                yield movement_of(label.name), pl.Float32()
        if self.has_mid_price:
            yield MID_PRICE, pl.Float64()

    def _plain_columns(self) -> list[dict[str, Any]]:
        labels = {label.name: label for label in self.labels}
        roles = {SYMBOL: "symbol", TIMESTAMP: "timestamp", **dict.fromkeys(labels, "label")}
        roles |= dict.fromkeys(self.features, "feature")
        roles |= {MID_PRICE: "mid_price"} if self.has_mid_price else {}
        plain: list[dict[str, Any]] = []
        for name, kind in self.columns.items():
            column: dict[str, Any] = {
                "name": name,
                "dtype": str(kind),
                "role": roles.get(name, "movement"),
            }
            if name in labels:
                column |= {"horizon_s": labels[name].horizon_s, "encoding": labels[name].encoding}
            plain.append(column)
        return plain


def parse_schema(text: str, place: Place) -> StoreSchema:
    """Read the content of a ``schema.json``.

    Raises:
        DataError: it is damaged or changed by hand, or a newer version wrote it.
    """
    try:
        plain = json.loads(text)
        version = int(plain["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(place, str(error)) from error
    if version > SCHEMA_VERSION:
        raise DataError(
            "{path} has version {found} of the store's layout; this program knows {known}.",
            remedy="Update this program.",
            path=place, found=version, known=SCHEMA_VERSION,
        )  # fmt: skip
    try:
        schema = _from_columns(plain["columns"])
        written = str(plain["fingerprint"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(place, str(error)) from error
    if schema.fingerprint != written:
        raise _damaged(place, "its fingerprint does not fit")
    return schema


def check_columns(
    found: Mapping[str, pl.DataType], expected: Mapping[str, pl.DataType], place: Place
) -> None:
    """Require that a stored file has the ``expected`` columns, in any order.

    Raises:
        DataError: it has not; names the column.
    """
    remedy = "Move the file away and add its rows with `training-console store append`."
    _require_names(found, expected, place, remedy)
    for name, kind in expected.items():
        if found[name] != kind:
            raise DataError(
                "{path}: column '{column}' holds {found}, the store keeps {expected}.",
                remedy=remedy, path=place, column=name, found=found[name], expected=kind,
            )  # fmt: skip


def require_columns(
    found: Mapping[str, pl.DataType], expected: Mapping[str, pl.DataType], place: Place
) -> None:
    """Require that rows to be appended have the ``expected`` columns, as numbers and text.

    Raises:
        DataError: they have not; names the column.
    """
    known = {name: kind for name, kind in found.items() if name not in NOT_FEATURES - {*expected}}
    if MID_PRICE in expected and MID_PRICE not in known and MID_PRICES[1] in known:
        known[MID_PRICE] = known[MID_PRICES[1]]
    _require_names(known, expected, place, BEGIN_ANEW)
    for name, kind in known.items():
        is_time = name == TIMESTAMP and isinstance(kind, pl.Datetime)
        is_text = name == SYMBOL and kind in (pl.String, pl.Categorical, pl.Enum)
        if not (is_text or is_time or (name != SYMBOL and _is_number(kind))):
            raise DataError(
                "{path}: column '{column}' holds {found}, the store keeps {expected}.",
                remedy=BEGIN_ANEW, path=place, column=name, found=kind, expected=expected[name],
            )  # fmt: skip


def _require_names(
    found: Mapping[str, Any], expected: Mapping[str, Any], place: Place, remedy: str
) -> None:
    for name in expected:
        if name not in found:
            raise DataError(
                "{path} has no column '{column}', which its feature store keeps.",
                remedy=remedy, path=place, column=name,
            )  # fmt: skip
    for name in found:
        if name not in expected:
            raise DataError(
                "{path} has a column '{column}' that its feature store does not keep.",
                remedy=remedy, path=place, column=name,
            )  # fmt: skip


def _from_columns(columns: list[dict[str, Any]]) -> StoreSchema:
    names = [str(column["name"]) for column in columns]
    labels = []
    for column in columns:
        if column["role"] != "label":
            continue
        if column["encoding"] not in VALUES:
            raise ValueError(f"unknown label encoding {column['encoding']!r}")
        encoding = cast(LabelEncoding, column["encoding"])
        has_movement = movement_of(column["name"]) in names
        labels.append(
            StoredLabel(column["name"], float(column["horizon_s"]), encoding, has_movement)
        )
    features = tuple(str(c["name"]) for c in columns if c["role"] == "feature")
    return StoreSchema(features, tuple(labels), MID_PRICE in names)


def _is_number(kind: pl.DataType) -> bool:
    return kind.is_numeric() or kind == pl.Boolean


def _damaged(place: Place, reason: str) -> DataError:
    return DataError(
        "{path} is damaged: {reason}.",
        remedy="Bring it back from a copy of the store; it tells what the stored columns mean.",
        path=place, reason=reason,
    )  # fmt: skip
