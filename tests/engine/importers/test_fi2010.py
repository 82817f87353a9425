"""FI-2010: a small file in the documented layout, its labels, damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.rows import load_dataset
from console.engine.feature_store.importers.fi2010 import Fi2010Importer
from console.engine.feature_store.importers.run import import_raw
from tests.engine.importers.conftest import Convert
from tests.engine.importers.damage import damaged, require_answer, write_packed

COUNT = 12


def text(count: int = COUNT, seed: int = 5) -> str:
    """149 lines of ``count`` numbers as the published files write them."""
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((144, count))
    labels = generator.permuted(np.resize([1.0, 2.0, 3.0], (5, count)), axis=1)
    rows = np.concatenate([features, labels])
    return "".join("   " + "   ".join(f"{value:.7e}" for value in row) + "\n" for row in rows)


def test_that_columns_become_rows_with_their_five_labels(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "Train_Dst_NoAuction_ZScore_CF_1.txt"
    path.write_text(text(), "utf-8")
    info = import_raw("fi2010", [path], "mine", workspace)
    assert (info.num_rows, len(info.features), len(info.labels)) == (COUNT, 144, 5)
    assert [label.horizon_rows for label in info.labels] == [10, 20, 30, 50, 100]
    assert info.symbols == ("Train_Dst_NoAuction_ZScore_CF_1",)
    assert any("has no times" in words for words in info.warnings)
    given_rows = np.array([line.split() for line in text().splitlines()], float)
    rows = load_dataset(info, workspace)
    assert np.allclose(rows.matrix, given_rows[:144].T, atol=1e-6)
    assert rows.labels["label_10"].tolist() == [3 - int(code) for code in given_rows[144]]


def test_that_two_files_are_no_stretch(workspace: Workspace, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"day_{number}.txt").write_text(text(seed=number), "utf-8")
    info = import_raw("fi2010", [tmp_path], "mine", workspace)
    assert (info.num_rows, info.num_segments) == (2 * COUNT, 2)


def test_that_columns_with_an_unknown_label_are_counted(convert: Convert, tmp_path: Path) -> None:
    lines = text().splitlines()
    words = lines[146].split()
    lines[146] = " ".join(["4", *words[1:-1], "nan"])
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    rows, log = convert("fi2010", [tmp_path / "a.txt"])
    assert rows.height == COUNT - 2
    assert list(log.first.values()) == [["1", str(COUNT)]]


@pytest.mark.parametrize(
    ("change", "line"), [(lambda lines: lines[:-1], 148), (lambda lines: [*lines, "1"], 150),
                         (lambda lines: ["1 x", *lines[1:]], 1)]
)  # fmt: skip
def test_that_another_layout_is_refused(
    convert: Convert, tmp_path: Path, change: object, line: int
) -> None:
    assert callable(change)
    (tmp_path / "a.txt").write_text("\n".join(change(text().splitlines())), "utf-8")
    with pytest.raises(DataError, match=f"no FI-2010 text: line {line} "):
        convert("fi2010", [tmp_path / "a.txt"])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(text(3).encode()))
def test_that_damaged_text_gives_an_answer(tmp_path: Path, content: bytes) -> None:
    require_answer(Fi2010Importer(), [write_packed(tmp_path / "a.txt", content)])
