"""The import mapping: which columns of the user's files mean what, kept as YAML.

symbol: sym                      # a column, or {value: BTCUSDT} when the files hold one symbol
session: [date, session]         # optional; a change of any of these breaks a window
timestamp: {column: t_sec, unit: s, day: date}
                                 # unit s | ms | us | ns | iso; date-time columns are understood;
                                 # day (whole day number or date) is added on top when given
features: {exclude: [volume], include: [t_sec]}
                                 # or a list in the wanted order; omitted = every numeric column
                                 # except symbol, session, timestamp, day and labels
labels:
  - {column: label_20, horizon_rows: 20, encoding: {0: SELL, 1: HOLD, 2: BUY}, drop_tail: true}
                                 # drop_tail: the last horizon_rows rows of each session become
                                 # unlabelled, because their future lies outside the file
mid_price: {column: mid, kind: price}
                                 # price: a return is p1 / p0 - 1; relative: already a relative
                                 # change, a return is a difference. It stays a feature, too
empty_levels: [{price: bid1, size: bid_size1}]
                                 # price 0 with size 0 is an empty side: a missing value
missing: error                   # error | drop (breaks the window there) | previous (fills
                                 # forward inside the session; leading rows are dropped)
duplicates: error                # error | last: which row of one time to keep
max_gap_s: 60                    # a longer step from row to row breaks a window
sort: false                      # true sorts the rows of each symbol by time first
leave_out: [{features: [x]}, {symbols: [B]}, {crossed: true}]
                                 # steps that come last, in this order, written by
                                 # `training-console data mend`: features, symbols, and rows that
                                 # are backwards, zero_prices, crossed, stale or duplicates
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field

from console.core.datasets import CLASS_NAMES
from console.core.errors import ConfigError, DataError, Problem, did_you_mean

LONGEST_LIST = 300
ClassName = Literal["SELL", "HOLD", "BUY"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FixedSymbol(_Part):
    """One symbol for all rows."""

    value: str = Field(min_length=1)


class Timestamp(_Part):
    """Where the time of a row comes from."""

    column: str
    unit: Literal["s", "ms", "us", "ns", "iso"] = "s"
    day: str | None = None


class FeatureChoice(_Part):
    """All numeric columns without another role, less ``exclude``, then ``include``."""

    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()


class Label(_Part):
    """A stored class column, its reach in rows, and what its values mean."""

    column: str
    horizon_rows: int = Field(ge=1, le=1_000_000)
    encoding: dict[int | str, ClassName]
    drop_tail: bool = False

    @pydantic.field_validator("encoding")
    @classmethod
    def _every_class_once(cls, value: dict[int | str, str]) -> dict[int | str, str]:
        if sorted(value.values()) != sorted(CLASS_NAMES):
            raise ValueError("a value for each of SELL, HOLD and BUY, each once")
        return value

    def codes(self) -> dict[int | str, int]:
        """Class number by stored value."""
        return {key: CLASS_NAMES.index(name) for key, name in self.encoding.items()}


class MidPrice(_Part):
    """The mid-price: an absolute price, or already a relative change."""

    column: str
    kind: Literal["price", "relative"] = "price"


class Level(_Part):
    """A price and its size; both 0 where that side of the book is empty."""

    price: str
    size: str


class LeaveOut(_Part):
    """One step of leaving out: columns, symbols, or the rows that a check found."""

    features: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    backwards: bool = False
    zero_prices: bool = False
    crossed: bool = False
    stale: bool = False
    duplicates: bool = False


class ImportMapping(_Part):
    """A validated import mapping; the module text explains every key."""

    symbol: str | FixedSymbol
    timestamp: Timestamp
    session: tuple[str, ...] = ()
    features: tuple[str, ...] | FeatureChoice = FeatureChoice()
    labels: tuple[Label, ...] = ()
    mid_price: MidPrice | None = None
    empty_levels: tuple[Level, ...] = ()
    missing: Literal["error", "drop", "previous"] = "error"
    duplicates: Literal["error", "last"] = "error"
    max_gap_s: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    sort: bool = False
    leave_out: tuple[LeaveOut, ...] = ()

    @pydantic.field_validator("session", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    def to_plain(self) -> dict[str, Any]:
        """The mapping as plain values for YAML."""
        plain: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        for label, own in zip(plain.get("labels", ()), self.labels, strict=True):
            label["encoding"] = dict(own.encoding)
        return plain

    def columns(self) -> Iterator[tuple[str, str]]:
        """``(key of the mapping, column)`` for every column that the mapping names."""
        if isinstance(self.symbol, str):
            yield "symbol", self.symbol
        yield "timestamp.column", self.timestamp.column
        if self.timestamp.day is not None:
            yield "timestamp.day", self.timestamp.day
        yield from (("session", name) for name in self.session)
        if isinstance(self.features, FeatureChoice):
            yield from (("features.exclude", name) for name in self.features.exclude)
            yield from (("features.include", name) for name in self.features.include)
        else:
            yield from (("features", name) for name in self.features)
        yield from (("labels.column", label.column) for label in self.labels)
        if self.mid_price is not None:
            yield "mid_price.column", self.mid_price.column
        for level in self.empty_levels:
            yield "empty_levels.price", level.price
            yield "empty_levels.size", level.size

    def roles(self) -> set[str]:
        """Columns that are no features unless they are asked for by name."""
        found = {self.timestamp.column, *self.session, *(label.column for label in self.labels)}
        found |= {self.timestamp.day} if self.timestamp.day else set()
        return found | ({self.symbol} if isinstance(self.symbol, str) else set())

    def feature_columns(self, numeric: Sequence[str]) -> tuple[str, ...]:
        """The feature columns, in order, where ``numeric`` are the numeric columns of the files."""
        if not isinstance(self.features, FeatureChoice):
            return self.features
        left_out = self.roles() | set(self.features.exclude)
        chosen = [name for name in numeric if name not in left_out]
        chosen += [name for name in self.features.include if name not in chosen]
        return tuple(chosen)

    def check_columns(self, known: Sequence[str], where: str) -> None:
        """Require every named column.

        Raises:
            DataError: the first column that is not among ``known``.
        """
        for key, column in self.columns():
            if column in known:
                continue
            close = did_you_mean(column, known)
            raise DataError(
                "{where} has no column '{column}' ({key} in the mapping); it has: {known}.{hint}",
                remedy="Correct the column name in the mapping.",
                where=where, column=column, key=key, known=listed(known),
                hint=f" Did you mean '{close}'?" if close else "",
            )  # fmt: skip


def listed(names: Sequence[str]) -> str:
    """Column names for an error message: in one line and not endless."""
    line = " ".join(", ".join(names).split())
    return line if len(line) <= LONGEST_LIST else line[:LONGEST_LIST] + "..."


def read_mapping(path: Path) -> ImportMapping:
    """Read a mapping file.

    Raises:
        DataError: the file is missing, unreadable or no YAML; names the line.
        ConfigError: an unknown key or a wrong value; names the key and the closest known one.
    """
    return mapping_from(read_plain(path), f"mapping {path}")


def read_plain(path: Path) -> Any:
    """A mapping file as plain values, not yet checked.

    Raises:
        DataError: the file is missing, unreadable or no YAML; names the line.
    """
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise DataError(
            "The mapping {path} cannot be read: {reason}.",
            remedy="Check the path given with --mapping.",
            path=path, reason=error.strerror or type(error).__name__,
        ) from error  # fmt: skip
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(
            "The mapping {path} is not valid YAML{place}: {reason}.",
            remedy="Correct the file at that place.",
            path=path, place=f" in line {mark.line + 1}" if mark else "",
            reason=getattr(error, "problem", None) or str(error).splitlines()[0],
        ) from error  # fmt: skip


def mapping_from(plain: Any, subject: str = "mapping") -> ImportMapping:
    """Validate a mapping given as plain values.

    Raises:
        ConfigError: an unknown key or a wrong value, with every problem listed.
    """
    if not isinstance(plain, Mapping):
        problem = Problem("(file)", plain, "keys such as symbol and timestamp are expected.")
        raise ConfigError(subject, [problem])
    try:
        return ImportMapping.model_validate(dict(plain))
    except pydantic.ValidationError as error:
        raise ConfigError(subject, _problems(error), remedy="Correct the mapping.") from None


def _problems(error: pydantic.ValidationError) -> list[Problem]:
    found: dict[str, Problem] = {}
    for item in error.errors():
        place = [str(step) for step in item["loc"] if str(step) not in _UNION_NOISE]
        name, value = ".".join(place), item.get("input")
        if item["type"] == "extra_forbidden":
            hint = did_you_mean(place[-1], _KEYS)
            found[name] = Problem(name, value, "there is no such key.", hint)
        elif item["type"] == "missing":
            found.setdefault(name, Problem(name, None, "this key is required."))
        else:
            text = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            message = f"{value!r} is not accepted: should be {text}."
            found.setdefault(name, Problem(name, value, message))
    return list(found.values())


_UNION_NOISE = {"str", "int", "FixedSymbol", "FeatureChoice", "tuple[str, ...]", "[key]"}
_KEYS = sorted(
    {
        name
        for part in (
            ImportMapping,
            Timestamp,
            FeatureChoice,
            Label,
            MidPrice,
            Level,
            FixedSymbol,
            LeaveOut,
        )
        for name in part.model_fields
    }
)
