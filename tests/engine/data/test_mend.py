"""``data mend``: what a check found is gone, and a new import of the files gives the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.core.configs import DataConfig
from console.core.datasets import DatasetInfo, get_dataset
from console.core.errors import DataError
from console.core.gate import Finding
from console.core.paths import Workspace
from console.engine.data.checks import check_dataset
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import LeaveOut, mapping_from
from console.engine.data.mend import import_again, mend_dataset
from console.engine.data.rows import load_dataset, part_file
from console.engine.data.simulated import ensure_sample
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame

Write = Callable[..., Path]
DATA = DataConfig(label="label", embargo_fraction=0.0)
ROW = pl.int_range(pl.len())


def silent(share: float, text: str) -> None:
    assert 0.0 <= share <= 1.0 and text


def book() -> pl.DataFrame:
    """Two symbols of 2,000 rows with bid and ask prices around the mid."""
    half = pl.lit(0.005)
    return make_frame(("AAA", "BBB"), 2000).with_columns(
        bid_price=pl.col("mid") - half, ask_price=pl.col("mid") + half
    )


def stored(frame: pl.DataFrame, write: Write, workspace: Workspace) -> DatasetInfo:
    mapping = mapping_from({**PLAIN_MAPPING, "sort": True})
    return import_dataset([write(frame)], mapping, "d", workspace)


def codes(workspace: Workspace) -> dict[str, Finding]:
    found = check_dataset(workspace, "d", DATA, sequence_length=20)
    return {f.code: f for f in found if f.severity != "info"}


PLANTED: dict[str, tuple[pl.Expr, str, LeaveOut, int]] = {
    "crossed_book": (
        pl.when(ROW.is_between(300, 309)).then(pl.col("ask_price") + 1).otherwise("bid_price"),
        "bid_price", LeaveOut(crossed=True), 10,
    ),
    "zero_price": (
        pl.when(ROW.is_in([50, 2600])).then(0.0).otherwise("bid_price"),
        "bid_price", LeaveOut(zero_prices=True), 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", PLANTED)
def test_that_unsound_rows_are_left_out_and_windows_break_there(
    code: str, workspace: Workspace, write: Write
) -> None:
    wrong, column, step, count = PLANTED[code]
    before = stored(book().with_columns(wrong.alias(column)), write, workspace)
    finding = codes(workspace)[code]
    assert finding.mend is not None and f"{count} rows" in finding.mend.words
    made = mend_dataset(workspace, "d", step, progress=silent)
    assert made == get_dataset(workspace, "d") and code not in codes(workspace)
    assert made.num_rows == before.num_rows - count
    assert made.num_segments > before.num_segments and made.fingerprint != before.fingerprint
    assert made.sources == before.sources
    assert any(text.startswith(f"{count} rows") for text in made.warnings)


def test_that_copies_and_standing_rows_are_left_out(workspace: Workspace, write: Write) -> None:
    frame = book()
    copied = frame.with_columns(
        *(
            pl.when(ROW.is_between(3000, 3099)).then(pl.col(name).shift(2700)).otherwise(name)
            .alias(name)
            for name in ("bid_size", "ask_size", "mid", "bid_price", "ask_price")
        )
    )  # fmt: skip
    still = copied.with_columns(
        *(
            pl.when(ROW.is_between(800, 999)).then(pl.col(name).gather(800)).otherwise(name)
            .alias(name)
            for name in ("bid_size", "ask_size", "mid", "bid_price", "ask_price")
        )
    )  # fmt: skip
    before = stored(still, write, workspace)
    assert {"repeated_rows", "stale_symbol"} <= set(codes(workspace))
    mend_dataset(workspace, "d", LeaveOut(stale=True), progress=silent)
    made = mend_dataset(workspace, "d", LeaveOut(duplicates=True), progress=silent)
    assert made.num_rows == before.num_rows - 199 - 100
    assert not {"repeated_rows", "stale_symbol"} & set(codes(workspace))


def test_that_the_mend_of_a_leaky_feature_is_the_one_that_ends_it(
    workspace: Workspace, write: Write
) -> None:
    ahead = pl.col("mid").shift(-7).over("symbol").forward_fill()
    stored(book().with_columns(leak=ahead), write, workspace)
    mend = codes(workspace)["future_feature"].mend
    assert mend is not None
    assert mend.command == ("data", "mend", "d", "--drop-features", "leak")
    assert mend.line == "training-console data mend d --drop-features leak"
    made = mend_dataset(workspace, "d", LeaveOut(features=("leak",)), progress=silent)
    assert "leak" not in made.features and "future_feature" not in codes(workspace)
    assert "These features were left out: leak." in made.warnings


def test_that_a_new_import_gives_the_mended_rows_again(workspace: Workspace, write: Write) -> None:
    frame = book().with_columns(PLANTED["crossed_book"][0].alias("bid_price"), extra=ROW % 7)
    stored(frame, write, workspace)
    steps = (
        LeaveOut(crossed=True), LeaveOut(features=("extra", "bid_size")), LeaveOut(symbols=("BBB",))
    )  # fmt: skip
    for step in steps:
        mended = mend_dataset(workspace, "d", step, progress=silent)
    again = import_again(workspace, "d", progress=silent)
    assert again.fingerprint == mended.fingerprint
    assert again.mapping == mended.mapping and len(mended.mapping["leave_out"]) == 3
    assert (again.features, again.symbols) == (mended.features, ("AAA",))
    assert again.num_segments == mended.num_segments == 2
    assert set(mended.warnings) == set(again.warnings)


def test_that_a_longer_gap_joins_stretches(workspace: Workspace, write: Write) -> None:
    frame = book().with_columns(time=pl.col("time") + 60 * (pl.col("time") % 1_000_000 // 15))
    stored(frame, write, workspace)
    mend = codes(workspace)["gaps"].mend
    assert mend is not None and mend.command[:4] == ("data", "mend", "d", "--max-gap")
    made = import_again(workspace, "d", max_gap_s=float(mend.command[4]), progress=silent)
    assert made.num_segments == 2 and made.mapping["max_gap_s"] == float(mend.command[4])
    assert "gaps" not in codes(workspace)


def test_that_rows_that_changed_are_imported_again(workspace: Workspace, write: Write) -> None:
    before = stored(book(), write, workspace)
    part = part_file(workspace.datasets / "d", "AAA")
    part.write_bytes(part.read_bytes()[:-9] + b"something")
    finding = codes(workspace)["changed_rows"]
    assert finding.mend is not None and finding.mend.command[-1] == "--import-again"
    with pytest.raises(DataError, match="have changed since the import"):
        mend_dataset(workspace, "d", LeaveOut(crossed=True), progress=silent)
    assert import_again(workspace, "d", progress=silent).fingerprint == before.fingerprint


def test_that_raw_files_are_not_read_as_a_table(
    workspace: Workspace, write: Write, tmp_path: Path
) -> None:
    stored(book(), write, workspace)
    write(pl.DataFrame({"column_1": [1.0, 2.0]}))
    with pytest.raises(DataError, match=r"do not fit its mapping.*--format"):
        import_again(workspace, "d", progress=silent)


def test_that_nothing_is_touched_when_a_mend_is_refused(
    workspace: Workspace, write: Write, tmp_path: Path
) -> None:
    before = stored(book(), write, workspace)
    for step, words in (
        (LeaveOut(crossed=True), "Nothing of 'd' was to be left out"),
        (LeaveOut(features=("bid_siz",)), "Did you mean 'bid_size'"),
        (LeaveOut(features=before.features), "No feature would be left"),
        (LeaveOut(symbols=("AAA", "BBB")), "No symbol would be left"),
        (LeaveOut(symbols=("CCC",)), "no symbol 'CCC'"),
    ):
        with pytest.raises(DataError, match=words):
            mend_dataset(workspace, "d", step, progress=silent)
    (tmp_path / "rows.parquet").unlink()
    with pytest.raises(DataError, match="are gone"):
        import_again(workspace, "d", progress=silent)
    assert get_dataset(workspace, "d") == before
    rows = load_dataset(before, workspace)
    assert len(rows) == 4000 and np.isfinite(rows.matrix).all()


def test_that_the_sample_is_not_mended(workspace: Workspace) -> None:
    name = ensure_sample(workspace).name
    with pytest.raises(DataError, match="simulated"):
        mend_dataset(workspace, name, LeaveOut(crossed=True), progress=silent)
