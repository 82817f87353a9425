"""What an import found in the rows, over all symbols."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from console.core.errors import DataError
from console.engine.data.clean import CleanRows
from console.engine.data.rows import DAY_COLUMN, SEGMENT_COLUMN, TIME_COLUMN, Array
from console.engine.data.source_files import SourceFiles


@dataclass
class Findings:
    """What has been found so far, over all symbols."""

    source: SourceFiles
    num_read: int = 0
    num_segments: int = 0
    num_missing: int = 0
    num_empty_levels: int = 0
    num_duplicates: int = 0
    symbols: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    segment_lengths: list[Array] = field(default_factory=list)
    days: set[int] = field(default_factory=set)
    times: list[tuple[float, float]] = field(default_factory=list)
    intervals: list[float] = field(default_factory=list)
    label_counts: dict[str, Array] = field(default_factory=dict)
    missing: Array | None = None
    lowest: Array | None = None
    highest: Array | None = None
    _last_segment: int = -1

    def add(self, symbol: str, num_read: int, clean: CleanRows) -> None:
        """Count rows of one symbol, which may be given piece by piece."""
        self.num_read += num_read
        self.num_segments += clean.num_segments
        self.num_missing += clean.num_missing
        self.num_empty_levels += clean.num_empty_levels
        self.num_duplicates += clean.num_duplicates
        self.missing = clean.missing if self.missing is None else self.missing + clean.missing
        frame = clean.frame
        if not frame.height:
            return
        time = frame[TIME_COLUMN].to_numpy()
        if self.symbols[-1:] == [symbol]:
            self.rows[-1] += frame.height
            self.times[-1] = self.times[-1][0], float(time[-1])
        else:
            self.symbols.append(symbol)
            self.rows.append(frame.height)
            self.times.append((float(time[0]), float(time[-1])))
        self._count_segments(frame[SEGMENT_COLUMN].to_numpy())
        self.days.update(frame[DAY_COLUMN].unique().to_list())
        if len(time) > 1:
            self.intervals.append(float(np.median(np.diff(time))))
        for label in self.source.mapping.labels:
            classes = frame[label.column].fill_null(3).to_numpy()
            counted = np.bincount(classes, minlength=4)
            self.label_counts[label.column] = self.label_counts.get(label.column, 0) + counted
        features = frame.select(self.source.features)
        low, high = np.array(features.min().row(0)), np.array(features.max().row(0))
        self.lowest = low if self.lowest is None else np.minimum(self.lowest, low)
        self.highest = high if self.highest is None else np.maximum(self.highest, high)

    def missing_shares(self) -> dict[str, float]:
        """By feature, the share of the rows read that had no value."""
        if self.missing is None:
            return {}
        counts = self.missing / max(self.num_read - self.num_duplicates, 1)
        return dict(zip(self.source.features, counts.tolist(), strict=True))

    def _count_segments(self, segment: Array) -> None:
        starts = np.flatnonzero(np.append(True, segment[1:] != segment[:-1]))
        lengths = np.diff(np.append(starts, len(segment)))
        if self._last_segment == segment[0]:
            self.segment_lengths[-1][-1] += lengths[0]
            lengths = lengths[1:]
        if len(lengths):
            self.segment_lengths.append(lengths)
        self._last_segment = int(segment[-1])

    def check(self) -> None:
        """Require rows, and features that change.

        Raises:
            DataError: no row is left, or a feature is constant.
        """
        if self.lowest is None:
            raise DataError(
                "{path}: no row is complete; {count} rows have a missing value.",
                remedy="Exclude the columns that are never filled.",
                path=self.source.shown, count=self.num_missing,
            )  # fmt: skip
        names = self.source.features
        flat = [names[i] for i in np.flatnonzero(self.lowest == self.highest)]
        if flat and sum(self.rows) > 1:
            value = self.lowest[names.index(flat[0])]
            raise DataError(
                "{path}: feature '{column}' is {value:g} in all {count} rows, so nothing can be "
                "learnt from it.",
                remedy="Exclude it in the mapping: features: {{exclude: [{columns}]}}.",
                path=self.source.shown, column=flat[0], value=float(value),
                count=sum(self.rows), columns=", ".join(flat),
            )  # fmt: skip
        longest = max(int(lengths.max()) for lengths in self.segment_lengths)
        if longest < 2:
            raise DataError(
                "{path}: no two rows follow each other within {gap:g} s, too few for a window.",
                remedy="Raise max_gap_s in the mapping, or check symbol, session and timestamp.",
                path=self.source.shown, gap=self.source.mapping.max_gap_s,
            )  # fmt: skip

    def warnings(self) -> Iterator[str]:
        """What the operator should know although the import succeeded."""
        if self.source.not_numbers:
            names = ", ".join(self.source.not_numbers)
            yield f"These columns do not hold only numbers and are no features: {names}."
        if self.num_empty_levels:
            yield f"{self.num_empty_levels:,} prices were empty sides of the book, not prices."
        if self.num_missing:
            yield f"{self.num_missing:,} rows with missing values were left out."
        if self.num_duplicates:
            yield (
                f"{self.num_duplicates:,} rows repeated a time of their symbol; the last of each "
                "was kept."
            )
        for column, counts in self.label_counts.items():
            if not all(counts[:3]):
                yield f"Label '{column}' does not have all three classes."
