"""A window that is looked at is the window that is trained on, down to the last bit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import CLASS_NAMES, dataset_dir, get_dataset
from console.core.errors import DataError
from console.core.inspection import ALL, decode_data, decode_window, encode
from console.core.paths import Workspace
from console.engine.data import stored_rows
from console.engine.data.importer import import_dataset
from console.engine.data.inspection import Inspection, open_inspection
from console.engine.data.inspection_requests import Requests
from console.engine.data.mapping import mapping_from
from console.engine.data.prepare import PreparedData, prepare_windows
from console.engine.data.rows import load_dataset, part_file
from console.engine.data.simulated import ensure_sample
from console.engine.data.window_choice import PART_TITLES
from tests.engine.data.test_market_data import MAPPING

LENGTH = 40
DATA = DataConfig(days=9, window_stride=3, embargo_fraction=0.01)
RULES = {
    "given": (DataConfig(label="label_10", days=9), BalancingConfig()),
    "percentile": (DATA, BalancingConfig()),
    "in time": (DataConfig(horizon_s=7.0, days=8), BalancingConfig(label_method="mean_move")),
    "deeplob": (DATA, BalancingConfig(price_move="deeplob")),
    "volatility": (DATA, BalancingConfig(label_method="volatility", price_move="tlob")),
    "triple barrier": (DATA, BalancingConfig(label_method="triple_barrier")),
    "previous days": (replace(DATA, normalisation="rolling", rolling_days=3), BalancingConfig()),
    "on disk": (replace(DATA, storage="disk"), BalancingConfig()),
    "walk-forward": (replace(DATA, split_method="walk_forward", num_blocks=2), BalancingConfig()),
}
SPLITS = {
    "walk-forward": DataConfig(split_method="walk_forward", num_blocks=2, fold=1),
    "rolling": DataConfig(split_method="rolling", num_blocks=2, embargo_fraction=0.01),
    "combinatorial": DataConfig(split_method="combinatorial", num_blocks=4, fold=3),
}


def prepared_for(workspace: Workspace, data: DataConfig, rule: BalancingConfig) -> PreparedData:
    """What a trainer is fed, prepared on its own."""
    rows = load_dataset(get_dataset(workspace, "sample"), workspace, data.symbols, data.days)
    return prepare_windows(rows, data, rule, LENGTH, 1)


@pytest.fixture
def inspection(workspace: Workspace) -> Inspection:
    """The sample with a window step and an embargo."""
    ensure_sample(workspace)
    return open_inspection(workspace, "sample", DATA, BalancingConfig(), LENGTH)


def stored_values(workspace: Workspace, inspection: Inspection, number: int) -> np.ndarray:
    """The rows of a window as its Parquet file has them, found by their times."""
    rows, end = inspection.rows, int(inspection.ends[number])
    times = rows.time[end - LENGTH + 1 : end + 1]
    symbol = rows.symbols[int(rows.symbol_code[end])]
    frame = pl.read_parquet(part_file(dataset_dir(workspace, "sample"), symbol))
    frame = frame.filter(pl.col("__time").is_in(times.tolist()))
    return frame.select(rows.features).to_numpy()


@pytest.mark.parametrize("rule", [*RULES, *SPLITS])
def test_that_every_part_is_shown_as_the_trainer_gets_it(workspace: Workspace, rule: str) -> None:
    ensure_sample(workspace)
    data, balancing = RULES.get(rule) or (SPLITS[rule], BalancingConfig())
    inspection = open_inspection(workspace, "sample", data, balancing, LENGTH)
    requests, fed = Requests(inspection), prepared_for(workspace, data, balancing)
    for part in PART_TITLES:
        source = getattr(fed, part)
        assert len(inspection.members(part)) == len(source)
        for at in (0, len(source) // 2, len(source) - 1):
            shown = requests.find({"part": part, "at": at})
            batch = source.batch(torch.tensor([at]))
            assert shown is not None and (shown.part, shown.at, shown.reason) == (part, at, "")
            assert shown.scaled.tobytes() == batch["sequence"][0].numpy().tobytes()
            assert shown.label == int(batch["label"])
            np.testing.assert_equal(shown.future_return, float(batch["return"]))
        classes = np.bincount(source.labels.numpy(), minlength=3).tolist()
        assert list(inspection.describe().counts[part][:3]) == classes


def test_that_stored_values_are_those_of_the_file(
    workspace: Workspace, inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_rows, "BLOCK_ROWS", 64)  # most windows span two blocks
    for number in range(0, len(inspection.ends), 701):
        shown = inspection.window(number, 0, 1)
        assert shown.raw.tobytes() == stored_values(workspace, inspection, number).tobytes()


def test_that_windows_left_out_say_why(inspection: Inspection) -> None:
    about, fed = inspection.describe(), inspection.prepared
    assert about.left_out["purged"] == sum(fed.summary["purged"].values())
    assert about.left_out["unlabelled"] > 0 and about.left_out["step"] > 0
    assert sum(about.left_out.values()) == sum(about.counts["left_out"])
    assert sum(about.counts[ALL]) == len(inspection.ends)
    for number in inspection.members("left_out")[::97].tolist():
        shown = inspection.window(number, 0, 1)
        assert shown.reason and shown.part == "left_out"
        assert (shown.reason == "unlabelled") <= (shown.label < 0)
        scaled = shown.raw.copy()
        fed.scaler.apply_(scaled)
        assert shown.scaled.tobytes() == scaled.tobytes()


def test_that_windows_of_the_first_day_say_that_no_day_scales_them(workspace: Workspace) -> None:
    ensure_sample(workspace)
    data = replace(DATA, normalisation="rolling")
    inspection = open_inspection(workspace, "sample", data, BalancingConfig(), LENGTH)
    first = inspection.rows.day.min()
    assert inspection.describe().left_out["first_day"] > 0
    for number in np.flatnonzero(inspection.reason == 6)[::50].tolist():
        shown = inspection.window(number, 0, 1)
        assert shown.reason == "first_day"
        assert inspection.rows.day[inspection.ends[number] - LENGTH + 1] == first


@pytest.mark.parametrize("method", SPLITS)
def test_that_windows_of_rows_that_a_fold_does_not_use_say_so(
    workspace: Workspace, method: str
) -> None:
    ensure_sample(workspace)
    inspection = open_inspection(workspace, "sample", SPLITS[method], BalancingConfig(), LENGTH)
    summary, rows = inspection.prepared.summary, inspection.rows
    clock = rows.day if summary["split_by"] == "days" else rows.time
    reasons = set()
    for number in range(0, len(inspection.ends), 53):
        end = int(inspection.ends[number])
        bands = {_band(summary["bands"], float(t)) for t in clock[end - LENGTH + 1 : end + 1]}
        shown = inspection.window(number, 0, 1)
        assert (shown.reason == "fold") == (-1 in bands)
        assert (shown.reason == "split") == (-1 not in bands and len(bands) > 1)
        reasons.add(shown.reason)
    assert ("fold" in reasons) == (method != "combinatorial")
    assert inspection.describe().left_out["purged"] == sum(summary["purged"].values())


def _band(bands: list[dict[str, Any]], clock: float) -> int:
    """Which band a row lies in, -1 for none."""
    found = [place for place, band in enumerate(bands) if band["first"] <= clock < band["stop"]]
    return found[0] if found else -1


def test_that_a_window_over_two_parts_says_so(workspace: Workspace) -> None:
    ensure_sample(workspace)
    data = DataConfig(days=5)  # few days: the split lies between rows, not between days
    inspection = open_inspection(workspace, "sample", data, BalancingConfig(), LENGTH)
    boundary = inspection.prepared.summary["boundaries"]["validation"]
    found = np.flatnonzero(inspection.reason == 1)
    assert len(found)
    for number in found.tolist():
        shown = inspection.window(number, 0, 1)
        spans = [
            shown.time_at(1 - LENGTH) < edge <= shown.time_at(0)
            for edge in inspection.prepared.summary["boundaries"].values()
        ]
        assert any(spans) and shown.reason == "split"
    assert boundary > 0


@pytest.mark.parametrize("rule", RULES)
def test_that_the_label_looks_no_farther_than_its_stretch(workspace: Workspace, rule: str) -> None:
    ensure_sample(workspace)
    inspection = open_inspection(workspace, "sample", *RULES[rule], LENGTH)
    rows, reach = inspection.rows, inspection.prepared.label["horizon_rows"]
    for number in range(0, len(inspection.ends), 331):
        end = int(inspection.ends[number])
        shown = inspection.window(number, 0, 1)
        assert 0 <= shown.horizon_rows <= reach
        assert rows.segment[end + shown.horizon_rows] == rows.segment[end]
        assert len(shown.path_time) == shown.horizon_rows - shown.path_first + 1
        assert shown.time_at(0) == rows.time[end]
        assert rows.segment[end + shown.path_first] == rows.segment[end]
        if not shown.horizon_known:
            assert rows.segment[min(end + shown.horizon_rows + 1, len(rows) - 1)] != (
                rows.segment[end]
            ) or end + shown.horizon_rows + 1 == len(rows)
        if rule == "triple barrier" and shown.label in (0, 2):
            assert 0 < shown.touch_rows <= shown.horizon_rows


def test_that_a_shown_move_gives_the_shown_class(inspection: Inspection) -> None:
    low, high = inspection.prepared.label["thresholds"]
    for number in range(0, len(inspection.ends), 97):
        shown = inspection.window(number, 0, 1)
        if shown.label >= 0:
            assert shown.label == (0 if shown.move < low else 2 if shown.move > high else 1)
            now, then = shown.path_mid[-shown.path_first], shown.path_mid[-1]
            assert shown.move == pytest.approx(then / now - 1, abs=1e-7)
        else:
            assert np.isnan(shown.move) and not shown.horizon_known


def test_that_records_survive_the_way_between_processes(inspection: Inspection) -> None:
    shown = inspection.window(17, 3, 99)
    back = decode_window(json.loads(json.dumps(encode(shown))))
    for name, value in vars(shown).items():
        np.testing.assert_array_equal(getattr(back, name), value)
    assert back.scaled.dtype == np.float32 and back.path_time.dtype == np.float64
    about = inspection.describe()
    assert decode_data(json.loads(json.dumps(encode(about)))) == about


def answers(inspection: Inspection, *lines: str) -> list[dict[str, Any]]:
    """What the serving side writes for ``lines``."""
    told: list[Any] = []
    Requests(inspection).serve([line.encode() for line in lines], told.append)
    return told


def test_that_requests_are_answered_in_order_with_their_ids(inspection: Inspection) -> None:
    told = answers(
        inspection,
        '{"id": 7, "do": "window", "part": "test", "at": 3}',
        '{"id": "x", "do": "counts"}',
        '{"id": 8, "do": "window", "part": "validation", "class": "BUY", "place": 1, "step": 1}',
        '{"id": 9, "do": "window", "part": "test", "at": 0, "step": -5}',
    )
    assert [entry["id"] for entry in told] == [7, "x", 8, 9]
    assert (told[0]["window"]["part"], told[0]["window"]["at"]) == ("test", 3)
    assert told[1]["counts"] == inspection.describe().counts
    buy = told[2]["window"]
    assert CLASS_NAMES[buy["label"]] == "BUY" and buy["place"] == 2
    assert buy["found"] == inspection.describe().counts["validation"][2]
    assert told[3]["window"]["at"] == 0


def test_that_what_is_no_request_is_answered_with_an_error(inspection: Inspection) -> None:
    wrong = [
        "", "not json", "[1]", "{}", '{"do": "fly"}', '{"do": "window", "at": -1}',
        '{"do": "window", "part": "test", "at": 99999999}', '{"do": "window", "at": "3"}',
        '{"do": "window", "part": "tset"}', '{"do": "window", "class": "UP"}',
        '{"do": "window", "time": 5}', '{"do": "window", "time": "now", "symbol": "BTCUSDT"}',
        '{"do": "window", "place": true}',
    ]  # fmt: skip
    told = answers(inspection, *wrong, '{"id": 1, "do": "window"}')
    assert all(entry["error"]["message"] for entry in told[:-1])
    assert "0 to" in told[6]["error"]["message"]
    assert "Did you mean 'test'?" in told[8]["error"]["message"]
    assert told[-1]["window"]["number"] == 0


def test_that_a_time_finds_the_first_window_that_reaches_it(inspection: Inspection) -> None:
    requests, rows = Requests(inspection), inspection.rows
    ends = inspection.ends[inspection.symbol_code == 1]
    wanted = float(rows.time[ends[500]]) - 0.25
    shown = requests.find({"symbol": rows.symbols[1], "time": wanted})
    assert shown is not None and shown.symbol == rows.symbols[1]
    assert shown.time_at(0) == rows.time[ends[500]]
    late = requests.find({"symbol": rows.symbols[1], "time": 1e12})
    assert late is not None and late.place == late.found - 1


def test_that_no_window_is_no_error(workspace: Workspace) -> None:
    ensure_sample(workspace)
    data = DataConfig(validation_fraction=0.3, test_fraction=0.0)
    inspection = open_inspection(workspace, "sample", data, BalancingConfig(), LENGTH)
    assert Requests(inspection).find({"part": "test"}) is None


def test_that_a_file_cut_short_is_named(workspace: Workspace, inspection: Inspection) -> None:
    path = part_file(dataset_dir(workspace, "sample"), inspection.rows.symbols[0])
    pl.read_parquet(path).head(100).write_parquet(path)
    with pytest.raises(DataError, match="fewer rows"):
        inspection.window(2000, 0, 1)


@pytest.mark.slow
@pytest.mark.market_data
def test_that_real_windows_are_shown_as_they_are_fed(
    workspace: Workspace, market_data: Path
) -> None:
    info = import_dataset([market_data / "ashare_l2"], mapping_from(MAPPING), "ashare", workspace)
    data = DataConfig(label="label_20", days=12, symbols=("2", "7"))
    inspection = open_inspection(workspace, "ashare", data, BalancingConfig(), 100)
    rows = load_dataset(info, workspace, data.symbols, data.days)
    raw = rows.matrix.copy()
    fed = prepare_windows(rows, data, BalancingConfig(), 100, 0)
    numbers = np.random.default_rng(0).integers(0, len(fed.test), 40)
    for at in numbers.tolist():
        shown = Requests(inspection).find({"part": "test", "at": at})
        assert shown is not None
        batch = fed.test.batch(torch.tensor([at]))
        end = int(fed.test.ends[at])
        assert shown.scaled.tobytes() == batch["sequence"][0].numpy().tobytes()
        assert shown.raw.tobytes() == raw[end - 99 : end + 1].tobytes()
        assert (shown.label, shown.horizon_rows) == (int(batch["label"]), 20)
        assert shown.horizon_known
        move = shown.path_mid[-1] - shown.path_mid[-shown.path_first]
        assert shown.label == (0 if move < -0.001 else 2 if move > 0.001 else 1) or (
            abs(abs(move) - 0.001) < 1e-6
        )
