"""Does a feature know the future: lagged correlation and mutual information against chance.

Every feature, and its change from the row before, is held against what nobody can know at that row:
the class of its own label and of the labels up to ``MAX_LAG`` rows later, the move over the next
rows, and the single moves that follow. Chance is measured by shifting the future in a circle, which
keeps the dependence of neighbouring rows and breaks only their relation to the feature (Politis and
Romano 1992, circular blocks). Features may well know the past: lags backwards are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from console.core.datasets import CLASS_NAMES
from console.core.gate import Finding
from console.core.mends import Mend
from console.engine.data import remedies
from console.engine.data.rows import Array, MarketRows, release, runs

SAMPLE_ROWS = 60_000
LEAST_ROWS = 400
MAX_LAG = 64
NUM_SHIFTS = 8
NUM_BINS = 16
BLOCK = 64
RED_CORRELATION, SUSPICIOUS_CORRELATION = 0.8, 0.5  # honest ones: 0.2 at most on real books
RED_INFORMATION, SUSPICIOUS_INFORMATION = 0.5, 0.25  # honest ones: 0.15 at most
BEYOND_CHANCE = 3.0
CAUSE = "The feature was computed with rows that come after its own, or is a copy of the label."
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Future:
    """One thing that lies in the future of the sampled rows t: its values (n,) and its formula.

    ``is_key`` ones stand for all when it comes to information and to chance.
    """

    words: str
    values: Array
    is_key: bool = True


@dataclass(frozen=True)
class _Best:
    """What a feature fits best, how well, and how well it would by chance."""

    score: float
    chance: float
    words: str


def future_features(rows: MarketRows, horizon_rows: int, seed: int = 0) -> Iterator[Finding]:
    """Findings about features of the unscaled ``rows`` that know their future.

    At most ``SAMPLE_ROWS`` rows, drawn in time order, are looked at.
    """
    at, lag = _sampled(rows, horizon_rows)
    if len(at) < LEAST_ROWS:
        yield Finding(
            "info", "future_unchecked",
            "Too few rows to tell whether a feature knows the future.",
            f"{len(at):,} rows have a future; {LEAST_ROWS} are needed",
        )  # fmt: skip
        return
    futures = _futures(rows, at, lag, horizon_rows)
    if not futures:
        return
    random = np.random.default_rng(seed)
    now, before = rows.matrix[at], rows.matrix[at - 1]
    release(rows.matrix)
    linear = _correlations(now, before, futures, random)
    shared = _information(now, now - before, futures, random)
    for place, name in enumerate(rows.features):
        mend = remedies.leave_out_feature(rows, name)
        finding = _judge(name, linear[place], shared[place], len(at), mend)
        if finding:
            yield finding


def _judge(
    name: str, linear: _Best, shared: _Best, num_rows: int, mend: Mend | None
) -> Finding | None:
    """A finding where one of the two measures is beyond what an honest feature reaches."""
    remedy = f"Compute it from past rows only, or exclude '{name}' in the mapping and import again."
    figures = (
        f"correlation {linear.score:.3f} with {linear.words} (by chance {linear.chance:.3f}); "
        f"{shared.score:.0%} of the information about {shared.words} "
        f"(by chance {shared.chance:.1%}); {num_rows:,} rows"
    )
    far = linear.score > BEYOND_CHANCE * linear.chance, shared.score > BEYOND_CHANCE * shared.chance
    if (linear.score > RED_CORRELATION and far[0]) or (shared.score > RED_INFORMATION and far[1]):
        words = f"Feature '{name}' knows the future."
        return Finding("red", "future_feature", words, figures, CAUSE, remedy, mend)
    suspicious = linear.score > SUSPICIOUS_CORRELATION, shared.score > SUSPICIOUS_INFORMATION
    if (suspicious[0] and far[0]) or (suspicious[1] and far[1]):
        words = f"Feature '{name}' fits the future better than features usually do."
        return Finding("warning", "future_suspicion", words, figures, CAUSE, remedy, mend)
    return None


def _sampled(rows: MarketRows, horizon_rows: int) -> tuple[Array, int]:
    """Rows with one row before and ``lag`` + horizon rows after them, and the lag that allows it.

    Long stretches get the full lag; short ones as much as half of a usual stretch has room for.
    """
    lengths = np.array([b - a for a, b in runs(rows.segment)])
    usual = int(np.median(np.repeat(lengths, lengths)))
    lag = max(1, min(MAX_LAG, usual // 2 - horizon_rows))
    reach = lag + horizon_rows
    at = np.arange(1, max(1, len(rows) - reach))
    inside = (rows.segment[at - 1] == rows.segment[at]) & (
        rows.segment[at] == rows.segment[at + reach]
    )
    at = at[inside]
    return at[:: max(1, -(-len(at) // SAMPLE_ROWS))], lag


def _futures(rows: MarketRows, at: Array, lag: int, horizon_rows: int) -> list[_Future]:
    found: list[_Future] = []
    for label, classes in rows.labels.items():
        for ahead in range(lag + 1):
            later = classes[at + ahead].astype(np.float32)
            later[later < 0] = 1.0
            when = f"t+{ahead}" if ahead else "t"
            found.append(_Future(f"{label}[{when}]", later, not ahead))
    for label, moves in rows.movements.items():
        found.append(_Future(f"move[t] of {label}", np.nan_to_num(moves[at])))
    if rows.mid is not None:
        mid = np.nan_to_num(rows.mid)
        for ahead in sorted({1, 2, 5, 10, horizon_rows}):
            if ahead <= lag + horizon_rows:
                words = f"mid[t+{ahead}] - mid[t]"
                found.append(_Future(words, mid[at + ahead] - mid[at]))
        for ahead in range(2, lag + 1):
            words = f"mid[t+{ahead}] - mid[t+{ahead - 1}]"
            found.append(_Future(words, mid[at + ahead] - mid[at + ahead - 1], False))
    return found


def _correlations(
    now: Floats, before: Floats, futures: list[_Future], random: np.random.Generator
) -> list[_Best]:
    """Best absolute correlation of each feature or its change, plain or by ranks (Spearman)."""
    num_features = now.shape[1]
    score, chance = np.zeros(num_features), np.zeros(num_features)
    which = np.zeros(num_features, dtype=int)
    values = np.column_stack([now, now - before])
    offsets = _offsets(len(now), random)
    for measure in (_standard, _ranked):
        own = measure(values)
        for start in range(0, len(futures), BLOCK):
            block = _columns_of(futures[start : start + BLOCK])
            found = _strongest(own, measure(block))
            better = found.max(axis=1) > score
            score[better] = found.max(axis=1)[better]
            which[better] = found.argmax(axis=1)[better] + start
        key = measure(_columns_of([future for future in futures if future.is_key]))
        for offset in offsets:
            chance = np.maximum(chance, _strongest(own, np.roll(key, offset, axis=0)).max(axis=1))
    return [
        _Best(float(a), float(b), futures[int(c)].words)
        for a, b, c in zip(score, chance, which, strict=True)
    ]


def _columns_of(futures: list[_Future]) -> Floats:
    """Their values side by side (n, M), in the width that sorts fastest."""
    return np.column_stack([future.values.astype(np.float32) for future in futures])


def _strongest(own: Floats, other: Floats) -> Floats:
    """Absolute correlations (F, M) of standardised (n, 2F) and (n, M), the larger of x and dx."""
    all_of_them = np.abs(own.T @ other)
    half = len(all_of_them) // 2
    larger: Floats = np.maximum(all_of_them[:half], all_of_them[half:])
    return larger


def _information(
    now: Floats, change: Floats, futures: list[_Future], random: np.random.Generator
) -> list[_Best]:
    """Best share of a future's entropy that the binned feature or its change explains."""
    chosen = [future for future in futures if future.is_key]
    targets = [_classes_of(f) for f in chosen]
    offsets = _offsets(len(now), random)
    found: list[_Best] = []
    for column in range(now.shape[1]):
        bins = [_binned(values[:, column]) for values in (now, change)]
        shares = [max(_explained(own, target) for own in bins) for target in targets]
        best = int(np.argmax(shares))
        moved = [np.roll(targets[best], offset) for offset in offsets]
        chance = max(_explained(own, target) for target in moved for own in bins)
        found.append(_Best(shares[best], chance, chosen[best].words))
    return found


def _explained(own: Array, target: Array) -> float:
    """Mutual information of two codings (n,) over the entropy of ``target``, from 0 to 1."""
    joint = np.bincount(own * NUM_BINS + target, minlength=NUM_BINS * NUM_BINS)
    shares = joint.reshape(NUM_BINS, NUM_BINS) / len(own)
    entropy = _entropy(shares.sum(axis=0))
    if entropy <= 0:
        return 0.0
    return (_entropy(shares.sum(axis=1)) + entropy - _entropy(shares.ravel())) / entropy


def _entropy(shares: Array) -> float:
    known = shares[shares > 0]
    return float(-(known * np.log(known)).sum())


def _classes_of(future: _Future) -> Array:
    """A label's classes as they are; a move as its quartile."""
    if set(np.unique(future.values)) <= set(range(len(CLASS_NAMES))):
        return future.values.astype(np.int64)
    return _binned(future.values, 4)


def _binned(values: Array, num_bins: int = NUM_BINS) -> Array:
    """Number of the bin of equal counts (n,), 0 ... num_bins - 1; few values keep their own."""
    seen = np.unique(values)
    edges = seen[1:] if len(seen) <= num_bins else np.unique(
        np.quantile(values, np.linspace(0, 1, num_bins + 1)[1:-1])
    )  # fmt: skip
    return np.searchsorted(edges, values, side="right")


def _offsets(num_rows: int, random: np.random.Generator) -> list[int]:
    """Circular shifts that lie far from no shift at all."""
    edge = max(1, num_rows // 10)
    return [int(k) for k in random.integers(edge, num_rows - edge, NUM_SHIFTS)]


def _ranked(values: Array) -> Floats:
    """Standardised ranks (n, M) of each column; equal values share their middle rank."""
    ranked = np.empty(values.shape, dtype=np.float32)
    for column in range(values.shape[1]):
        place, counts = _places(values[:, column])
        ranked[:, column] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return _standard(ranked)


def _places(values: Array) -> tuple[Array, Array]:
    """Which of the values in order each of ``values`` (n,) is, and how often each comes."""
    classes = values.astype(np.int8, copy=False) if abs(values[0]) < len(CLASS_NAMES) else values
    if classes is not values and classes.min() >= 0 and np.array_equal(classes, values):
        return classes, np.bincount(classes)  # sorting would take most of the time of a check
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return place, counts


def _standard(values: Array) -> Floats:
    """Columns (n, M) with mean 0 and length 1; constant ones become 0."""
    centred = values - values.mean(axis=0, dtype=np.float64)
    length = np.sqrt((centred**2).sum(axis=0))
    centred /= np.where(length > 0, length, np.inf)
    made: Floats = centred.astype(np.float32)
    return made
