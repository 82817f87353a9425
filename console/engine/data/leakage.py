"""Does anything of the later parts reach the training: shared rows, scaling, label limits.

The rules are those of Lopez de Prado, Advances in Financial Machine Learning (2018), ch. 7: between
two parts neither a window nor the future its label looks at may be shared, and nothing that is
fitted may have seen rows outside the training part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from console.core.configs.balancing import BalancingConfig
from console.core.gate import Finding
from console.engine.data import remedies
from console.engine.data.labels import class_limits
from console.engine.data.normalise import Scaler, rows_of_windows
from console.engine.data.rolling import RollingTable, fit_rolling
from console.engine.data.rows import Array, MarketRows
from console.engine.data.splits import PARTS
from console.engine.data.targets import classes_of, moves_of
from console.engine.data.window_choice import PART_TITLES, ChosenWindows

TOLERANCE = 1e-6  # of a scale or of a limit: what is fitted on the same rows is equal bit by bit
SPLIT_REMEDY = "Set data.extra_purge_rows to at least {rows}, or take the built-in split again."
REFIT_REMEDY = "Prepare the windows again, so that it is fitted on the training part only."
RELABEL_REMEDY = (
    "Import the dataset again; if it comes back, do not train, and report it with the run's log."
)

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """What was prepared, without the matrix: window ends and classes of the parts, and fits.

    ``ends`` are row numbers (M,) of the last row of every window; ``label`` is as in
    ``PreparedData``. ``in_order`` says that training must end before what is judged begins; a
    combinatorial split trains on later blocks too. ``symbols`` are those whose rows were used; none
    stands for all.
    """

    sequence_length: int
    ends: tuple[Array, Array, Array]
    classes: tuple[Array, Array, Array]
    scaler: Scaler
    label: dict[str, Any]
    in_order: bool = True
    symbols: tuple[str, ...] = ()

    @property
    def horizon_rows(self) -> int:
        """How many rows ahead the label looks."""
        return int(self.label["horizon_rows"])

    @property
    def starts(self) -> tuple[Array, Array, Array]:
        """First rows (M,) of the windows of each part."""
        first, second, third = (ends - (self.sequence_length - 1) for ends in self.ends)
        return first, second, third


def plan_from(rows: MarketRows, chosen: ChosenWindows) -> Plan:
    """The plan of windows that were chosen from ``rows``; keeps no matrix alive."""
    codes = [int(rows.symbol_code[first]) for first, _ in chosen.ranges]
    return Plan(
        chosen.sequence_length, chosen.ends, chosen.classes, chosen.scaler, chosen.label,
        chosen.data.split_method != "combinatorial", tuple(rows.symbols[code] for code in codes),
    )  # fmt: skip


def leaks(rows: MarketRows, plan: Plan, balancing: BalancingConfig) -> Iterator[Finding]:
    """Findings about ``plan`` over the unscaled ``rows`` that it was made from."""
    yield from _torn_windows(rows, plan)
    windows = [_covered(len(rows), *part) for part in zip(plan.starts, plan.ends, strict=True)]
    reach = [
        _covered(len(rows), ends, _label_ends(rows, plan, part))
        for part, ends in enumerate(plan.ends)
    ]
    for earlier, later in combinations(range(3), 2):
        if len(plan.ends[earlier]) and len(plan.ends[later]):
            places = (earlier, later)
            yield from _shared_rows(rows, plan, places, [windows[p] for p in places],
                                    [reach[p] for p in places])  # fmt: skip
            if plan.in_order:
                yield from _order(rows, plan, earlier, later)
    yield from _scaling(rows, plan)
    wrong_limits = list(_label_limits(rows, plan, balancing))
    yield from wrong_limits or _wrong_labels(rows, plan, balancing)


def _torn_windows(rows: MarketRows, plan: Plan) -> Iterator[Finding]:
    for part, starts, ends in zip(PARTS, plan.starts, plan.ends, strict=True):
        torn = np.flatnonzero(rows.segment[starts] != rows.segment[ends])
        if len(torn):
            yield Finding(
                "red", "torn_windows",
                f"Windows of the {PART_TITLES[part]} part reach over a gap.",
                f"{len(torn):,} of {len(ends):,} windows; the first ends at "
                f"{row_text(rows, ends[torn[0]])}",
                cause="A window was cut without regard to sessions, symbols or missing rows.",
                remedy="Take the built-in split, which keeps every window inside one stretch.",
                mend=remedies.usual_split(),
            )  # fmt: skip


def _shared_rows(
    rows: MarketRows, plan: Plan, places: tuple[int, int], windows: list[Bool], reach: list[Bool]
) -> Iterator[Finding]:
    """``windows`` and ``reach`` (N,): which rows two parts see, and look at for their labels."""
    first, second = (PART_TITLES[PARTS[place]] for place in places)
    shared = np.flatnonzero(windows[0] & windows[1])
    needed = plan.sequence_length + plan.horizon_rows
    remedy, mend = SPLIT_REMEDY.format(rows=needed), remedies.wider_purge(needed)
    if len(shared):
        yield Finding(
            "red", "shared_windows", f"Windows of {first} and {second} share rows.",
            f"{len(shared):,} rows, the first is {row_text(rows, shared[0])}",
            cause="The parts overlap, so the later part is judged on rows it was trained on.",
            remedy=remedy, mend=mend,
        )  # fmt: skip
        return
    shared = np.flatnonzero((reach[0] & (windows[1] | reach[1])) | (reach[1] & windows[0]))
    if len(shared):
        yield Finding(
            "red", "shared_labels", f"Labels of {first} and {second} look at the same rows.",
            f"{len(shared):,} rows, the first is {row_text(rows, shared[0])}; "
            f"a label looks {plan.horizon_rows:,} rows ahead",
            cause="Too few rows are left out between the parts for the label's horizon.",
            remedy=remedy, mend=mend,
        )  # fmt: skip


def _label_ends(rows: MarketRows, plan: Plan, part: int) -> Array:
    """Last rows that the labels of a part look at; a label ends with its segment."""
    ends = plan.ends[part]
    last = np.flatnonzero(np.append(rows.segment[1:] != rows.segment[:-1], True))
    stop = last[np.searchsorted(last, ends)]
    reached: Array = np.minimum(ends + plan.horizon_rows, stop)
    return reached


def _order(rows: MarketRows, plan: Plan, earlier: int, later: int) -> Iterator[Finding]:
    """Every symbol's earlier part, with the future of its labels, ends before its later part."""
    late: list[str] = []
    for code, first, stop in rows.symbol_ranges():
        ends, starts = plan.ends[earlier], plan.starts[later]
        ends = ends[(ends >= first) & (ends < stop)]
        starts = starts[(starts >= first) & (starts < stop)]
        if len(ends) and len(starts) and ends.max() >= starts.min():
            late.append(rows.symbols[code])
    last = float(rows.time[plan.ends[earlier]].max())
    begin = float(rows.time[plan.starts[later]].min())
    if not late and last < begin:
        return
    names = ", ".join(late[:8] or rows.symbols[:8])
    yield Finding(
        "red", "time_order",
        f"The {PART_TITLES[PARTS[earlier]]} part does not end before the "
        f"{PART_TITLES[PARTS[later]]} part begins.",
        f"{max(0.0, last - begin):,.0f} s too late; symbols: {names}",
        cause="The split is not chronological, so training sees the time it is judged on.",
        remedy="Take the built-in split, which cuts all symbols at one time.",
        mend=remedies.usual_split(),
    )  # fmt: skip


def _scaling(rows: MarketRows, plan: Plan) -> Iterator[Finding]:
    given = plan.scaler
    if given.method == "none":
        return
    if given.rolling is not None:
        yield from _rolling_scaling(rows, plan, given.rolling)
        return
    used = rows_of_windows(len(rows), plan.ends[0], plan.sequence_length)
    fitted = Scaler.fit(rows.matrix, used, rows.features, given.method, given.clip)
    away = _distance(given, fitted)
    worst = int(np.argmax(away))
    if away[worst] <= TOLERANCE:
        return
    everything = np.ones(len(rows), dtype=bool)
    whole = Scaler.fit(rows.matrix, everything, rows.features, given.method, given.clip)
    leaky = float(_distance(given, whole).max())
    yield Finding(
        "red", "scaler_outside_train", "The scaling was not fitted on the training rows alone.",
        f"{int((away > TOLERANCE).sum())} of {len(away)} features differ from a fit on the "
        f"{int(used.sum()):,} training rows; feature '{given.features[worst]}' by "
        f"{away[worst]:.3g} deviations; from a fit on all rows by {leaky:.3g} at most",
        cause="Mean and deviation were taken from rows of the validation or test part as well.",
        remedy=REFIT_REMEDY, mend=remedies.scaling_in_windows(),
    )  # fmt: skip


def _rolling_scaling(rows: MarketRows, plan: Plan, given: RollingTable) -> Iterator[Finding]:
    codes = [code for code, name in enumerate(rows.symbols) if name in plan.symbols]
    used = np.isin(rows.day, given.days)
    if codes:
        used &= np.isin(rows.symbol_code, codes)
    fitted, _ = fit_rolling(rows.matrix, rows.day, used, given.window)
    if fitted.days != given.days:
        wrong = sorted(set(given.days) ^ set(fitted.days))
    else:
        away = given.distance(fitted)
        wrong = [day for day, far in zip(given.days[1:], away, strict=True) if far > TOLERANCE]
    if wrong:
        yield Finding(
            "red", "scaler_sees_ahead", "A day is not scaled by the days before it alone.",
            f"{len(wrong):,} of {len(given.days):,} days; the first is day {wrong[0]}",
            cause="Mean and deviation of a day were taken from its own or from later rows as well.",
            remedy=REFIT_REMEDY,
        )  # fmt: skip


def _distance(given: Scaler, fitted: Scaler) -> npt.NDArray[np.float64]:
    """How far two fits lie apart per feature (F,), in deviations of the second."""
    scale = np.asarray(fitted.scale)
    centres = np.abs(np.asarray(given.centre) - np.asarray(fitted.centre)) / scale
    scales = np.abs(np.asarray(given.scale) / scale - 1.0)
    away: npt.NDArray[np.float64] = np.maximum(centres, scales)
    return away


def _label_limits(rows: MarketRows, plan: Plan, balancing: BalancingConfig) -> Iterator[Finding]:
    limits = plan.label["thresholds"]
    if limits is None:
        return
    moves = moves_of(rows, plan.label, balancing)[plan.ends[0]]
    fitted = class_limits(moves, balancing)
    size = max(*map(abs, fitted), np.finfo(np.float64).tiny)
    away = max(abs(a - b) for a, b in zip(limits, fitted, strict=True)) / size
    if away > TOLERANCE:
        yield Finding(
            "red", "limits_outside_train",
            "The label limits were not taken from the training moves alone.",
            f"limits {limits[0]:.6g} and {limits[1]:.6g}; the {np.isfinite(moves).sum():,} "
            f"training moves give {fitted[0]:.6g} and {fitted[1]:.6g}",
            cause="The limits between SELL, HOLD and BUY were taken from later rows as well.",
            remedy=REFIT_REMEDY, mend=remedies.limits_from_volatility(),
        )  # fmt: skip


def _wrong_labels(rows: MarketRows, plan: Plan, balancing: BalancingConfig) -> Iterator[Finding]:
    made = classes_of(rows, plan.label, balancing)
    for part, ends, classes in zip(PARTS, plan.ends, plan.classes, strict=True):
        yield from _differing(part, made[ends], classes)


def _differing(part: str, made: Array, classes: Array) -> Iterator[Finding]:
    wrong = int((made != classes).sum())
    if wrong:
        yield Finding(
            "red", "wrong_labels",
            f"Windows of the {PART_TITLES[part]} part carry labels of other rows.",
            f"{wrong:,} of {len(classes):,} windows differ from the label of their last row",
            cause="Labels and windows were shifted against each other.",
            remedy=RELABEL_REMEDY,
        )  # fmt: skip


def _covered(num_rows: int, starts: Array, ends: Array) -> Bool:
    """Which of N rows lie in a stretch from ``starts`` to ``ends`` (M,), both included."""
    change = np.bincount(starts, minlength=num_rows + 1)
    change -= np.bincount(ends + 1, minlength=num_rows + 1)
    covered: Bool = np.cumsum(change[:-1]) > 0
    return covered


def row_text(rows: MarketRows, row: int | np.integer[Any]) -> str:
    """A row in figures alone, the same in every language."""
    return f"#{row:,} ({rows.symbols[rows.symbol_code[row]]}, t = {rows.time[row]:.3f} s)"
