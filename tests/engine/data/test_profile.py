"""The profile of a dataset: histograms, drift, price paths, and bands that follow the split."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from console.core.configs import BalancingConfig, DataConfig
from console.core.configs.data import SplitMethod
from console.core.datasets import dataset_bytes, get_dataset
from console.core.paths import Workspace
from console.core.profile import DataProfile
from console.engine.data.importer import import_dataset
from console.engine.data.leakage import Plan, plan_from
from console.engine.data.mapping import mapping_from
from console.engine.data.normalise import rows_of_windows
from console.engine.data.profile import profile_dataset
from console.engine.data.profile_columns import (
    BINS,
    EMPTY_SHARE,
    TAIL,
    column_profiles,
    distance,
    stability_index,
)
from console.engine.data.profile_paths import GAP_SHARE, POINTS, axis_places, price_paths
from console.engine.data.rows import Array, MarketRows, load_dataset
from console.engine.data.simulated import ensure_sample
from console.engine.data.splits import PARTS
from console.engine.data.window_choice import choose_windows
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame, make_rows
from tests.engine.data.test_market_data import MAPPING

SEQUENCE_LENGTH = 20


def quiet(share: float, text: str = "") -> None:
    assert 0 <= share <= 1


def used_rows(rows: MarketRows) -> dict[str, Array]:
    """Three parts of 200, 50 and 50 rows with rows between them."""
    used = {part: np.zeros(len(rows), dtype=bool) for part in PARTS}
    used["train"][:200] = used["validation"][210:260] = used["test"][270:320] = True
    return used


def profile_and_plan(
    workspace: Workspace, name: str, data: DataConfig
) -> tuple[DataProfile, Plan, MarketRows]:
    """The profile, and what a training would really get."""
    rule = BalancingConfig()
    profile = profile_dataset(workspace, name, data, rule, SEQUENCE_LENGTH, quiet)
    rows = load_dataset(get_dataset(workspace, name), workspace, data.symbols, data.days)
    plan = plan_from(rows, choose_windows(rows, data, rule, SEQUENCE_LENGTH))
    return profile, plan, rows


def test_that_histograms_are_those_of_numpy() -> None:
    rows = make_rows([[200, 150]], num_features=4)
    rows.matrix[:, 1] = np.round(rows.matrix[:, 1])
    rows.matrix[:, 2] = np.exp(3 * rows.matrix[:, 2])
    used = used_rows(rows)
    for place, column in enumerate(column_profiles(rows, used, {"x0": 0.25}, quiet)):
        values = rows.matrix[:, place].astype(np.float64)
        low, high = np.quantile(values, [TAIL, 1 - TAIL])
        assert (column.low, column.high) == pytest.approx((low, high), rel=1e-6)
        edges = np.linspace(column.low, column.high, BINS + 1)
        assert column.counts == tuple(np.histogram(values, edges)[0])
        assert column.below == (values < edges[0]).sum()
        assert column.above == (values > edges[-1]).sum()
        assert (column.minimum, column.maximum) == (values.min(), values.max())
        figures = column.mean, column.deviation, column.median
        assert figures == pytest.approx((values.mean(), values.std(), np.median(values)), rel=1e-5)
        assert column.missing == (0.25 if place == 0 else None)
        for part in column.parts:
            chosen = values[used[part.part]]
            assert part.counts == tuple(np.histogram(chosen, edges)[0])
            assert (part.mean, part.deviation) == pytest.approx((chosen.mean(), chosen.std()))


def test_that_zeros_and_repeats_are_counted_inside_stretches() -> None:
    rows = make_rows([[6, 4]], num_features=1)
    rows.matrix[:, 0] = [0, 0, 1, 1, 1, 2, 2, 2, 3, 0]  # row 6 begins another stretch
    [column] = column_profiles(rows, {}, {}, quiet)
    assert (column.zeros, column.repeats) == (0.3, 0.4)
    assert column.parts == () and column.worst is None


@pytest.mark.parametrize("value", [0.0, -7.5, 1e30])
def test_that_a_constant_column_has_one_full_bin(value: float) -> None:
    rows = make_rows([[30]], num_features=1)
    rows.matrix[:] = value
    [column] = column_profiles(rows, {}, {}, quiet)
    assert column.deviation == pytest.approx(0.0, abs=abs(value) * 1e-6)
    assert sum(column.counts) + column.below + column.above == 30


def test_that_drift_is_the_index_and_the_distance_of_their_sources() -> None:
    rows = make_rows([[400]], num_features=2, seed=4)
    rows.matrix[260:, 1] += 1.5
    used = used_rows(rows)
    still, moved = column_profiles(rows, used, {}, quiet)
    for place, column in enumerate((still, moved)):
        training, *others = column.parts
        assert training.psi is None and training.ks is None
        for part in others:
            sample = rows.matrix[used["train"], place], rows.matrix[used[part.part], place]
            assert part.ks == pytest.approx(ks_2samp(*sample, method="asymp").statistic, abs=1e-12)
            shares = [
                [max(n / sum(c), EMPTY_SHARE) for n in c]
                for c in ([p.below, *p.counts, p.above] for p in (training, part))
            ]
            index = sum((a - e) * np.log(a / e) for e, a in zip(*shares, strict=True))
            assert part.psi == pytest.approx(index, rel=1e-12)
    assert moved.worst is not None and moved.worst.part == "test"
    assert still.worst is not None and (still.worst.psi or 0) < (moved.worst.psi or 0)


@given(
    st.lists(st.integers(-4, 4), min_size=2, max_size=40),
    st.lists(st.integers(-4, 4), min_size=2, max_size=40),
)
def test_that_the_distance_is_that_of_scipy_with_ties(first: list[int], second: list[int]) -> None:
    a, b = (np.sort(np.array(v, dtype=np.float32)) for v in (first, second))
    assert distance(a, b) == pytest.approx(ks_2samp(a, b, method="asymp").statistic, abs=1e-12)
    counts = [np.bincount(np.array(v) + 4, minlength=9) for v in (first, second)]
    assert stability_index(*counts) >= 0 and stability_index(counts[0], counts[0]) == 0


def test_that_long_gaps_are_shortened_and_short_ones_are_not() -> None:
    time = np.concatenate([np.arange(100.0), 200 + np.arange(100.0), 90_000 + np.arange(100.0)])
    places, shortened = axis_places(time, np.repeat([0, 1, 2], 100))
    assert shortened and (np.diff(places) > 0).all()
    gaps = places[[100, 200]] - places[[99, 199]]
    assert gaps.sum() == pytest.approx(GAP_SHARE * 3 * 99)
    plain, shortened = axis_places(time[:200], np.zeros(200))
    assert not shortened and np.array_equal(plain, time[:200] - time[0])


def test_that_a_path_keeps_lowest_and_highest_and_breaks_at_gaps() -> None:
    rows = make_rows([[9000, 3000], [50]])
    assert rows.mid is not None
    rows.mid[4321], rows.mid[8765], rows.mid[100:105] = 1e4, -1.0, np.nan
    long, short = price_paths(rows, {}, SEQUENCE_LENGTH)
    assert (long.num_rows, short.num_rows) == (12_000, 50)
    assert len(long.times) <= POINTS and len(short.times) <= POINTS
    assert list(long.times) == sorted(long.times)
    seen = [price for price in long.prices if price is not None]
    assert max(seen) == 1e4 and min(seen) == pytest.approx(rows.mid[rows.mid > 0].min(), rel=1e-6)
    assert long.prices.count(None) == 1
    gap = long.times[long.prices.index(None)]
    assert gap == rows.time[9000]
    assert [band.kind for band in long.bands] == ["outside"]


def test_that_parts_that_come_again_give_bands_again() -> None:
    rows = make_rows([[100]])
    ends = {"train": np.r_[9:20, 60:70], "validation": np.arange(35, 45)}
    [path] = price_paths(rows, ends, 10)
    told = [(band.kind, band.first_time, band.num_rows, band.num_windows) for band in path.bands]
    assert told == [
        ("train", 0.0, 20, 11), ("left_out", 20.0, 6, 0), ("validation", 26.0, 19, 10),
        ("left_out", 45.0, 6, 0), ("train", 51.0, 19, 10), ("outside", 70.0, 30, 0),
    ]  # fmt: skip


def require_bands(profile: DataProfile, plan: Plan, rows: MarketRows) -> None:
    """Every window lies in a band of its part, and no band knows of other windows."""
    ends: Mapping[str, Array] = dict(zip(PARTS, plan.ends, strict=True))
    ranges = {rows.symbols[code]: (a, b) for code, a, b in rows.symbol_ranges()}
    for path in profile.paths:
        first, stop = ranges[path.symbol]
        assert sum(band.num_rows for band in path.bands) == stop - first == path.num_rows
        for band in path.bands:
            a, b = np.searchsorted(rows.time[first:stop], (band.first_time, band.last_time))
            assert b - a + 1 == band.num_rows
            counts = {
                part: int(((at >= first + a) & (at <= first + b)).sum())
                for part, at in ends.items()
            }
            wanted = {part: band.num_windows if part == band.kind else 0 for part in PARTS}
            assert counts == wanted, (path.symbol, band)
    for part, at, classes in zip(profile.parts, plan.ends, plan.classes, strict=True):
        assert part.num_windows == len(at)
        assert part.class_counts == tuple(np.bincount(classes, minlength=3))
        assert part.num_rows == rows_of_windows(len(rows), at, SEQUENCE_LENGTH).sum()


def test_that_bands_of_the_sample_are_those_of_its_split(workspace: Workspace) -> None:
    ensure_sample(workspace)
    for data in (DataConfig(), DataConfig(symbols=("ETHUSDT",), days=9, test_fraction=0.15)):
        profile, plan, rows = profile_and_plan(workspace, "sample", data)
        assert [path.symbol for path in profile.paths] == list(rows.symbols)
        assert profile.label is not None and profile.label.source == "prices"
        kinds = [band.kind for band in profile.paths[0].bands]
        assert kinds[:5] == ["train", "left_out", "validation", "left_out", "test"]
        require_bands(profile, plan, rows)


@pytest.mark.parametrize("method", ["walk_forward", "rolling", "combinatorial"])
def test_that_bands_follow_every_split_method(workspace: Workspace, method: SplitMethod) -> None:
    ensure_sample(workspace)
    data = DataConfig(split_method=method, fold=2, embargo_fraction=0.0, test_fraction=0.4,
                      train_fraction=0.45, validation_fraction=0.15)  # fmt: skip
    profile, plan, rows = profile_and_plan(workspace, "sample", data)
    require_bands(profile, plan, rows)
    kinds = [band.kind for band in profile.paths[0].bands]
    assert (kinds.count("train") > 1) == (method == "combinatorial")


def test_that_figures_are_those_of_unscaled_rows(workspace: Workspace) -> None:
    info = ensure_sample(workspace)
    rule = dataclasses.replace(BalancingConfig(), use_oversampling=True)
    profile = profile_dataset(workspace, "sample", DataConfig(), rule, SEQUENCE_LENGTH, quiet)
    matrix = load_dataset(info, workspace).matrix
    assert [c.mean for c in profile.columns] == pytest.approx(matrix.mean(0, dtype=float).tolist())
    assert [c.maximum for c in profile.columns] == matrix.max(axis=0).tolist()


def test_that_a_choice_without_windows_says_why_and_still_shows_columns(
    workspace: Workspace,
) -> None:
    ensure_sample(workspace)
    profile = profile_dataset(workspace, "sample", DataConfig(), BalancingConfig(), 700, quiet)
    assert "too few rows for one window" in profile.problem and profile.remedy
    assert profile.parts == () and len(profile.columns) == 31
    assert [band.kind for band in profile.paths[0].bands] == ["outside"]


def test_that_values_missing_at_import_are_remembered_by_column(
    workspace: Workspace, tmp_path: Path
) -> None:
    frame = make_frame(("AAA", "BBB"), 100)
    sizes = frame["bid_size"].to_list()
    sizes[3] = sizes[150] = None
    frame.with_columns(bid_size=np.array(sizes, dtype=float)).write_parquet(tmp_path / "r.parquet")
    for rule in ("drop", "previous"):
        mapping = mapping_from({**PLAIN_MAPPING, "missing": rule})
        info = import_dataset([tmp_path / "r.parquet"], mapping, "mine", workspace)
        assert info.missing == {"bid_size": 0.01, "ask_size": 0.0, "mid": 0.0}
        data = DataConfig(embargo_fraction=0.0)
        profile = profile_dataset(workspace, "mine", data, BalancingConfig(), 5, quiet)
        assert {c.name: c.missing for c in profile.columns} == info.missing
    assert dataset_bytes(workspace, "mine") > 1000


@pytest.mark.slow
@pytest.mark.market_data
def test_that_real_data_are_profiled_as_they_are_split(
    workspace: Workspace, market_data: Path
) -> None:
    import_dataset([market_data / "ashare_l2"], mapping_from(MAPPING), "ashare", workspace)
    data = DataConfig(label="label_20")
    profile, plan, rows = profile_and_plan(workspace, "ashare", data)
    require_bands(profile, plan, rows)
    assert all(path.shortened and len(path.times) <= POINTS for path in profile.paths)
    place = rows.features.index("n_bid1")
    column = profile.columns[place]
    edges = np.linspace(column.low, column.high, BINS + 1)
    used = rows_of_windows(len(rows), plan.ends[1], SEQUENCE_LENGTH)
    plain = load_dataset(get_dataset(workspace, "ashare"), workspace).matrix[:, place]
    assert column.counts == tuple(np.histogram(plain.astype(float), edges)[0])
    assert column.parts[1].counts == tuple(np.histogram(plain[used].astype(float), edges)[0])
    assert 0.1 < (column.parts[1].psi or 0) < 1
