"""The whole way on real order-book data, where it is present."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import numpy as np
import pytest

from console.core.configs import BalancingConfig, DataConfig
from console.core.paths import Workspace
from console.engine.data.checks import check_dataset
from console.engine.data.importer import import_dataset
from console.engine.data.leakage_features import future_features
from console.engine.data.mapping import mapping_from
from console.engine.data.prepare import prepare_windows
from console.engine.data.rows import MarketRows, load_dataset

ENCODING = {0: "SELL", 1: "HOLD", 2: "BUY"}
MAPPING = {
    "symbol": "sym",
    "session": ["date", "session"],
    "timestamp": {"column": "t_sec", "unit": "s", "day": "date"},
    "features": {"include": ["session", "t_sec"]},
    "labels": [
        {
            "column": f"label_{horizon}",
            "horizon_rows": horizon,
            "encoding": ENCODING,
            "drop_tail": True,
        }
        for horizon in (5, 10, 20, 40, 60)
    ],
    "mid_price": {"column": "n_midprice", "kind": "relative"},
    "empty_levels": [
        {"price": f"n_{side}{level}", "size": f"n_{side[0]}size{level}"}
        for side in ("bid", "ask")
        for level in range(1, 6)
    ],
    "missing": "previous",
}


@pytest.mark.slow
@pytest.mark.market_data
def test_that_real_data_are_imported_split_and_labelled_as_their_notes_say(
    workspace: Workspace, market_data: Path
) -> None:
    info = import_dataset([market_data / "ashare_l2"], mapping_from(MAPPING), "ashare", workspace)
    assert len(info.features) == 25
    assert (len(info.symbols), info.num_days) == (10, 64)
    began = time.perf_counter()
    findings = check_dataset(workspace, "ashare", DataConfig(label="label_20"))
    assert [f.message for f in findings if f.severity == "red"] == []
    assert time.perf_counter() - began < 60, "a check of 2.4 M rows takes about 10 s"
    rows = load_dataset(info, workspace)
    assert np.isfinite(rows.matrix).all()
    _require_planted_leaks_found(rows)
    label = rows.labels["label_20"]
    assert rows.mid is not None
    later = np.minimum(np.arange(len(rows)) + 20, len(rows) - 1)
    same = (label >= 0) & (rows.segment == rows.segment[later])
    move = (rows.mid[later] - rows.mid)[same]
    by_price = np.where(move < -0.001, 0, np.where(move > 0.001, 2, 1))
    assert (by_price == label[same]).mean() > 0.999
    data = DataConfig(
        label="label_20", train_fraction=0.75, validation_fraction=0.11, test_fraction=0.14
    )
    prepared = prepare_windows(rows, data, BalancingConfig(), 60, 42)
    assert prepared.summary["boundaries"] == {"validation": 48.0, "test": 55.0}
    assert prepared.summary["part_days"]["test"] == {"first": 55, "last": 63, "count": 9}
    assert len(prepared.train) > 1_500_000


def _require_planted_leaks_found(rows: MarketRows) -> None:
    """A copy of a label and prices of later rows, in place of honest features."""
    assert rows.mid is not None
    matrix = rows.matrix.copy()
    matrix[:-3, 1] = rows.mid[3:]
    matrix[:-20, 4] = rows.mid[20:] - rows.mid[:-20]
    matrix[:, 6] = rows.labels["label_20"]
    planted = dataclasses.replace(rows, matrix=matrix)
    found = {f.message.split("'")[1]: f.severity for f in future_features(planted, 20)}
    assert found == {rows.features[place]: "red" for place in (1, 4, 6)}
