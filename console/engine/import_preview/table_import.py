"""Import of a table whose mapping is given, or was proved right by an earlier import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from console.core.datasets import DatasetInfo
from console.core.errors import DataError, WorkspaceError
from console.core.paths import Workspace
from console.engine.data.importer import Progress, import_dataset
from console.engine.data.mapping import FixedSymbol, ImportMapping
from console.engine.data.remembered import recall, remember, remembered_path
from console.engine.data.source_files import find_files
from console.engine.import_preview.heads import typed_rows


@dataclass(frozen=True)
class TableImport:
    """The dataset, and where the mapping that was used or is now kept lies."""

    info: DatasetInfo
    mapping_file: Path | None
    was_remembered: bool


def import_table(
    paths: Sequence[str | Path],
    mapping: ImportMapping | None,
    name: str,
    workspace: Workspace,
    *,
    symbol: str = "",
    progress: Progress | None = None,
) -> TableImport:
    """Import ``paths``; without ``mapping`` the one remembered for their columns is taken.

    ``symbol`` replaces the symbol of a remembered mapping that gives one to all rows. A mapping
    that led to a dataset is remembered.

    Raises:
        DataError: as ``import_dataset``; or no mapping is remembered for these columns.
    """
    files = find_files(paths)
    if not files:
        raise DataError("No file is given to import.", remedy="Name files, folders or patterns.")
    schema = typed_rows(files[0], 1).schema
    rules = mapping or _recalled(workspace, schema, files[0], symbol)
    info = import_dataset(paths, rules, name, workspace, progress=progress)
    try:
        kept: Path | None = remember(workspace, schema, rules)
    except WorkspaceError:
        kept = None  # the dataset is whole; only the next import has to ask again
    return TableImport(info, kept, mapping is None)


def _recalled(workspace: Workspace, schema: pl.Schema, path: Path, symbol: str) -> ImportMapping:
    known = recall(workspace, schema)
    if known is None:
        raise DataError(
            "No mapping is given, and none is remembered for the columns of {path}.",
            remedy="Look at the columns and save a suggested mapping with `training-console data "
            "preview {path} --save mapping.yaml`, edit it, and give it with --mapping.",
            path=path,
        )
    if not isinstance(known.symbol, FixedSymbol):
        return known
    if not symbol:
        raise DataError(
            "{path} names no symbol, and the mapping remembered for its columns ({mapping}) was "
            "used for '{symbol}'.",
            remedy="Name the symbol of this file with --symbol.",
            path=path, mapping=remembered_path(workspace, schema), symbol=known.symbol.value,
        )  # fmt: skip
    return known.model_copy(update={"symbol": FixedSymbol(value=symbol)})
