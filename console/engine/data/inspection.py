"""Looking at single windows: what the net sees, what the label looks at, and why a window is out.

Windows are numbered over all rows used, in row order, whether a part has them or not; the windows
of a part keep the order in which its ``WindowSource`` counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.datasets import CLASS_NAMES, get_dataset
from console.core.inspection import (
    ALL,
    LEFT_OUT,
    REASONS,
    InspectedData,
    InspectedWindow,
    Prediction,
)
from console.core.paths import Workspace
from console.engine.data.bands import Band
from console.engine.data.feature_groups import group_of
from console.engine.data.horizons import NO_ROW, Int, future_rows
from console.engine.data.labels import horizon_sigma
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import PARTS, SplitRule, split_windows, window_ends
from console.engine.data.storage import load_stored
from console.engine.data.stored_rows import StoredRows
from console.engine.data.targets import Target, choose_target, classes_of, known_moves, label_moves
from console.engine.data.triple_barrier import triple_barrier
from console.engine.data.window_choice import used_ranges

SEED = 0  # oversampling repeats windows, it does not make others
Predict = Callable[[Tensor], Prediction]


def open_inspection(
    workspace: Workspace,
    name: str,
    data: DataConfig,
    balancing: BalancingConfig,
    sequence_length: int,
) -> Inspection:
    """The windows of dataset ``name`` as a training with these settings would get them.

    Raises:
        DataError: as ``prepare_windows``, or the dataset cannot be read.
    """
    info = get_dataset(workspace, name)
    rows = load_stored(info, workspace, data.symbols, data)
    prepared = prepare_windows(rows, data, balancing, sequence_length, SEED)
    return Inspection(prepared, data, balancing, StoredRows(info, workspace, rows))


def band_of(bands: Sequence[Band], clock: Array) -> Int:
    """The place in ``bands`` (ascending) that each of ``clock`` lies in, -1 where in none."""
    place: Int = np.searchsorted([band.first for band in bands], clock, side="right") - 1
    stops = np.array([band.stop for band in bands])
    place[(place < 0) | (clock >= stops[place])] = -1
    return place


class Inspection:
    """Prepared data of which any window can be looked at; with ``predict`` also by a model."""

    def __init__(
        self,
        prepared: PreparedData,
        data: DataConfig,
        balancing: BalancingConfig,
        stored: StoredRows,
        *,
        predict: Predict | None = None,
        run: str = "",
    ) -> None:
        self.prepared, self.balancing, self.run = prepared, balancing, run
        self._stored, self._predict = stored, predict
        rows = self.rows = prepared.rows
        self.sequence_length = prepared.train.sequence_length
        self.sources = (prepared.train, prepared.validation, prepared.test)
        ranges = used_ranges(rows, data)
        self._target: Target = choose_target(rows, ranges, data)
        self._starts = np.append(
            [0], np.flatnonzero(rows.segment[1:] != rows.segment[:-1]) + 1
        )  # of segments
        self.ends = self._all_ends(ranges)
        self.classes: Array = classes_of(rows, prepared.label, balancing)[self.ends]
        self.symbol_code = rows.symbol_code[self.ends]
        self.part, self.reason = self._membership(ranges, data)

    def describe(self) -> InspectedData:
        """What there is to look at."""
        rows, scaler = self.rows, self.prepared.scaler
        counts = {part: self._class_counts(self.members(part)) for part in (ALL, *PARTS, LEFT_OUT)}
        left_out = {
            name: int((self.reason == code).sum()) for code, name in enumerate(REASONS, start=1)
        }
        return InspectedData(
            dataset=rows.name, run=self.run, symbols=rows.symbols, features=rows.features,
            groups=tuple(group_of(name) for name in rows.features),
            sequence_length=self.sequence_length, is_scaled=scaler.method != "none",
            clip=scaler.clip, mid_kind=rows.mid_kind if rows.mid is not None else "",
            label=self.prepared.label, counts=counts, left_out=left_out,
        )  # fmt: skip

    def members(self, part: str) -> Int:
        """Numbers of the windows of ``part``, in the order in which its source counts them."""
        if part == ALL:
            return np.arange(len(self.ends))
        code = PARTS.index(part) if part in PARTS else -1
        found: Int = np.flatnonzero(self.part == code)
        return found

    def window(self, number: int, place: int, found: int) -> InspectedWindow:
        """Window ``number``, which is the ``place``-th of ``found`` that were asked for."""
        rows, end = self.rows, int(self.ends[number])
        first = end - self.sequence_length + 1
        code = int(self.part[number])
        raw = self._stored.read(first, end + 1)
        begin, stop = self._segment(end)
        ahead, known = self._horizon(end)
        path = slice(max(begin, first - self.sequence_length // 4), end + ahead + 1)
        scaled, future = self._as_fed(code, end, raw)
        times = rows.time[path]
        return InspectedWindow(
            number=number,
            part=PARTS[code] if code >= 0 else LEFT_OUT,
            at=self._number_in_part(code, number),
            place=place, found=found,
            reason=REASONS[self.reason[number] - 1] if code < 0 else "",
            symbol=rows.symbols[int(self.symbol_code[number])],
            segment=int(np.searchsorted(self._starts, end, side="right")) - 1,
            segment_row=end - begin, segment_rows=stop - begin,
            label=int(self.classes[number]),
            horizon_rows=ahead, horizon_known=known, touch_rows=self._touch(end),
            move=self._move(end), future_return=future,
            scaled=scaled.numpy(), raw=raw,
            path_first=path.start - end, path_time=times,
            path_mid=np.full(len(times), np.nan) if rows.mid is None else rows.mid[path],
            prediction=self._predict(scaled[None]) if self._predict else None,
        )  # fmt: skip

    def _all_ends(self, ranges: Sequence[tuple[int, int]]) -> Int:
        every = window_ends(self.rows.segment, self.sequence_length)
        pieces = []
        for first, stop in ranges:
            a, b = np.searchsorted(every, (first + self.sequence_length - 1, stop)).tolist()
            pieces.append(every[a:b])
        return np.concatenate(pieces)

    def _membership(
        self, ranges: Sequence[tuple[int, int]], data: DataConfig
    ) -> tuple[Array, Array]:
        """The part (-1 none) and the reason (0 none, else its place in ``REASONS`` from 1)."""
        rule = SplitRule.of(data, self.sequence_length, self._target.reach_rows)
        split = split_windows(self.rows, ranges, rule)
        part = np.full(len(self.ends), -1, dtype=np.int8)
        reason = np.full(len(self.ends), REASONS.index("purged") + 1, dtype=np.int8)
        clock = self.rows.day if split.by == "days" else self.rows.time
        starts = self.ends - self.sequence_length + 1
        first = band_of(split.bands, clock[starts])
        last = band_of(split.bands, clock[self.ends])
        reason[first != last] = REASONS.index("split") + 1
        reason[(first < 0) | (last < 0)] = REASONS.index("fold") + 1
        for code, (kept, source) in enumerate(zip(split.ends, self.sources, strict=True)):
            reason[np.searchsorted(self.ends, kept)] = REASONS.index("step") + 1
            part[np.searchsorted(self.ends, source.ends.numpy())] = code
        stepped = reason == REASONS.index("step") + 1
        reason[stepped & (self.classes < 0)] = REASONS.index("unlabelled") + 1
        if self.prepared.scaler.rolling is not None:
            unscaled = self.rows.day[starts] == self.prepared.scaler.rolling.days[0]
            reason[stepped & unscaled] = REASONS.index("first_day") + 1
        reason[part >= 0] = 0
        return part, reason

    def _class_counts(self, numbers: Int) -> tuple[int, ...]:
        counts = np.bincount(
            self.classes[numbers].astype(np.int64) + 1, minlength=1 + len(CLASS_NAMES)
        )
        return (*counts[1:].tolist(), int(counts[0]))

    def _number_in_part(self, code: int, number: int) -> int:
        if code < 0:
            return int((self.part[:number] < 0).sum())
        return int(np.searchsorted(self.sources[code].ends.numpy(), self.ends[number]))

    def _as_fed(self, code: int, end: int, raw: Array) -> tuple[Tensor, float]:
        """The tensor (T, F) of the window and its future return, as a trainer gets them."""
        if code >= 0:
            source = self.sources[code]
            number = int(np.searchsorted(source.ends.numpy(), end))
            batch = source.batch(torch.tensor([number]))
            return batch["sequence"][0], float(batch["return"][0])
        scaled = raw.copy()
        self.prepared.scaler.apply_(scaled, self.rows.day[end + 1 - len(raw) : end + 1])
        rows, at_row = self._around(end)
        [move] = known_moves(rows, self._target, [at_row])
        return torch.from_numpy(scaled), float(move[0])

    def _segment(self, row: int) -> tuple[int, int]:
        """First row and one past the last of the stretch without a gap that ``row`` lies in."""
        index = int(np.searchsorted(self._starts, row, side="right"))
        last = index == len(self._starts)
        return int(self._starts[index - 1]), len(self.rows) if last else int(self._starts[index])

    def _around(self, end: int) -> tuple[MarketRows, Int]:
        """As much of the stretch as the label of row ``end`` depends on, and where it is in it."""
        begin, stop = self._segment(end)
        rule, reach = self.balancing, self._target.reach_rows
        back = max(reach, rule.volatility_rows, rule.smoothing_rows + 1)
        low = max(begin, end - back)
        return self.rows.between(low, min(stop, end + reach + 1)), np.array([end - low])

    def _horizon(self, end: int) -> tuple[int, bool]:
        """Rows from ``end`` to the end of its label's horizon, and whether it is inside."""
        rows, at = self._around(end)
        later = int(future_rows(rows, at, self._target.horizon)[0])
        return (
            (later - int(at[0]), True) if later != NO_ROW else (len(rows) - 1 - int(at[0]), False)
        )

    def _touch(self, end: int) -> int:
        if self.prepared.label["method"] != "triple_barrier":
            return -1
        rows, at = self._around(end)
        later = future_rows(rows, at, self._target.horizon)
        rule = self.balancing
        sigma = horizon_sigma(rows, at, later, rule.volatility_rows)
        labels = triple_barrier(rows, at, later, rule.take_profit * sigma, rule.stop_loss * sigma)
        touch = int(labels.touch[0])
        return touch - int(at[0]) if touch != NO_ROW else -1

    def _move(self, end: int) -> float:
        label = self.prepared.label
        if label["source"] == "given" or label["method"] == "triple_barrier":
            return float("nan")
        rows, at = self._around(end)
        return float(label_moves(rows, at, self._target.horizon, self.balancing)[0])
