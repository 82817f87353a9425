"""A raw format into a dataset: converted beside the datasets, then imported as any table."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from console.core.datasets import DatasetInfo
from console.core.files import disk_errors
from console.core.paths import Workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import FeatureChoice, ImportMapping
from console.engine.data.staging import STAGING, check_name, exclusive
from console.engine.feature_store.importers.base import ImportLog, ImportOptions, Progress
from console.engine.feature_store.importers.registry import get_importer

CONVERTING = 0.7  # share of the work that reading the raw files is
CONSTANT = "These features never change in these files and were left out: {names}."


def import_raw(
    format_name: str,
    paths: Sequence[str | Path],
    name: str,
    workspace: Workspace,
    *,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> DatasetInfo:
    """Store raw files of format ``format_name`` as dataset ``name``.

    Rows that were left out are counted and the first of them listed in the dataset's warnings.

    Raises:
        DataError: an unknown format, or bad input; as ``import_dataset``.
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    check_name(name)
    importer = get_importer(format_name, options)
    workspace.ensure()
    report = progress or _silent
    log = ImportLog()
    with _scratch(workspace, name) as folder:
        mapping = importer.convert(
            paths, folder, log, lambda share, text: report(CONVERTING * share, text)
        )
        mapping, constant = without_constants(folder, mapping)
        if constant:
            log.notes.append(CONSTANT.format(names=", ".join(constant)))
        return import_dataset(
            [folder], mapping, name, workspace,
            progress=lambda share, text: report(CONVERTING + (1 - CONVERTING) * share, text),
            sources=[Path(path) for path in paths], notes=log.sentences(),
        )  # fmt: skip


def without_constants(folder: Path, mapping: ImportMapping) -> tuple[ImportMapping, list[str]]:
    """``mapping`` without features that are one value in all rows of ``folder``, and those."""
    scan = pl.scan_parquet(sorted(folder.glob("*.parquet")), hive_partitioning=False)
    schema = scan.collect_schema()
    names = mapping.feature_columns([n for n, kind in schema.items() if kind.is_numeric()])
    usable = pl.col(names).cast(pl.Float32)
    found = scan.select(
        usable.min().name.suffix(":low"), usable.max().name.suffix(":high"), rows=pl.len()
    ).collect(engine="streaming")
    row = found.row(0, named=True)
    flat = [name for name in names if row[f"{name}:low"] == row[f"{name}:high"]]
    if not flat or row["rows"] < 2 or len(flat) == len(names):
        return mapping, []
    return mapping.model_copy(update={"features": FeatureChoice(exclude=tuple(flat))}), flat


@contextmanager
def _scratch(workspace: Workspace, name: str) -> Iterator[Path]:
    """A folder for the converted rows; what a crashed import left of it is swept."""
    staging = workspace.datasets / STAGING
    folder = staging / f"~{name}~{uuid.uuid4().hex[:8]}"
    with exclusive(workspace, f"~{name}"):
        try:
            with disk_errors(folder):
                for leftover in staging.glob(f"~{name}~*"):
                    shutil.rmtree(leftover)
                folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _silent(share: float, text: str) -> None:
    return None
