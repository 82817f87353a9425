"""Checks of a stored dataset: integrity, class mix, columns, gaps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from console.core.configs import DataConfig
from console.core.gate import SEVERITIES, Finding
from console.core.paths import Workspace
from console.engine.data.checks import check_dataset
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.data.rows import part_file
from console.engine.data.simulated import ensure_sample
from tests.engine.data.market_files import PLAIN_MAPPING, make_frame

Write = Callable[..., Path]


def messages(findings: list[Finding], severity: str) -> str:
    return "\n".join(f"{f.message} {f.evidence}" for f in findings if f.severity == severity)


def test_that_the_sample_passes(workspace: Workspace) -> None:
    ensure_sample(workspace)
    findings = check_dataset(workspace, "sample")
    assert messages(findings, "red") == messages(findings, "warning") == ""
    mixes = [f for f in findings if f.code == "class_mix"]
    assert len(mixes) == 3


def test_that_changed_rows_are_found(workspace: Workspace, write: Write) -> None:
    import_dataset([write(make_frame(("AAA",), 300))], mapping_from(PLAIN_MAPPING), "d", workspace)
    part = part_file(workspace.datasets / "d", "AAA")
    content = bytearray(part.read_bytes())
    content[100] ^= 1
    part.write_bytes(content)
    findings = check_dataset(workspace, "d")
    assert [f.severity for f in findings] == ["red"]
    assert "have changed" in findings[0].message


def test_that_missing_classes_outliers_and_short_stretches_are_found(
    workspace: Workspace, write: Write
) -> None:
    row = pl.int_range(pl.len())
    frame = make_frame(("AAA", "BBB"), 6000)[:6500].with_columns(
        bid_size=pl.when(row == 9).then(1e6).otherwise("bid_size"),
        label=pl.when(row.is_between(4500, 6000)).then(1).otherwise("label"),
        time=pl.col("time") + pl.when(row < 20).then(0).otherwise(100),
    )
    import_dataset([write(frame)], mapping_from(PLAIN_MAPPING), "odd", workspace)
    findings = check_dataset(workspace, "odd", DataConfig(label="label"))
    assert "The test part has no SELL and no BUY window" in messages(findings, "red")
    warnings = messages(findings, "warning")
    assert "A class is missing in the test part" in warnings
    assert "'bid_size' has extreme values" in warnings
    assert "shorter than one window of 60 rows give no window. 1 of 3" in warnings
    assert "Symbol BBB has far fewer rows" in warnings
    assert [f.severity for f in findings] == sorted(
        (f.severity for f in findings), key=SEVERITIES.index
    )
