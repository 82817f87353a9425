"""``data mend``: a dataset written again without what a check found, or with longer gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from console.core.datasets import DatasetInfo, dataset_dir, get_dataset
from console.core.errors import DataError
from console.core.paths import Workspace
from console.engine.data.clean import CleanRows
from console.engine.data.findings import Findings
from console.engine.data.importer import (
    dataset_fingerprint,
    describe,
    import_dataset,
    write_description,
    write_part,
)
from console.engine.data.leave_out import Sieve
from console.engine.data.mapping import LeaveOut, mapping_from
from console.engine.data.rows import choose_symbols, part_file, reading
from console.engine.data.source_files import SourceFiles, open_sources
from console.engine.data.staging import staged

Progress = Callable[[float, str], None]


def mend_dataset(
    workspace: Workspace, name: str, step: LeaveOut, *, progress: Progress
) -> DatasetInfo:
    """Store dataset ``name`` again without what ``step`` names, in one step or not at all.

    ``step`` is added to the mapping of the dataset, so that a new import of its files gives the
    same rows; what it took is counted in the warnings.

    Raises:
        DataError: there is no such dataset, feature or symbol; the rows have changed since the
            import; nothing, or everything, would be left out.
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    info = _mendable(workspace, name)
    folder = dataset_dir(workspace, name)
    with reading(folder):
        if dataset_fingerprint(folder) != info.fingerprint:
            raise DataError(
                "The stored rows of '{name}' have changed since the import.",
                remedy="Import it again: `training-console data mend {name} --import-again`.",
                name=name,
            )
    left_out = choose_symbols(step.symbols, info.symbols, f"dataset '{name}'")
    if step.symbols and len(left_out) == len(info.symbols):
        raise DataError("No symbol would be left.", remedy="Leave at least one in the dataset.")
    before = mapping_from(dict(info.mapping))
    sieve = Sieve(before.model_copy(update={"leave_out": (step,)}), info.features)
    mapping = before.model_copy(update={"leave_out": (*before.leave_out, step)})
    sources = tuple(Path(path) for path in info.sources)
    found = Findings(SourceFiles(sources or (folder,), mapping, sieve.features))
    none = np.zeros(len(sieve.features), dtype=np.int64)  # stored rows have no missing values
    with staged(workspace, name) as fresh:
        for symbol in info.symbols:
            progress(found.num_read / info.num_rows, f"symbol {symbol}")
            path = part_file(folder, symbol)
            with reading(path):
                frame = pl.read_parquet(path)
            kept, num_segments = sieve.apply(symbol, frame, found.num_segments)
            found.add(symbol, frame.height, CleanRows(kept, num_segments, none, 0, 0, 0))
            if kept.height:
                write_part(kept, part_file(fresh, symbol))
        made = describe(name, found, dataset_fingerprint(fresh), info.simulated)
        if made.fingerprint == info.fingerprint:
            raise DataError(
                "Nothing of '{name}' was to be left out.", remedy="Check the data again.", name=name
            )
        notes = (*info.warnings, *sieve.notes())
        new = tuple(text for text in made.warnings if text not in notes)
        missing = {name: info.missing[name] for name in made.features if name in info.missing}
        made = replace(made, sources=info.sources, warnings=(*notes, *new), missing=missing)
        write_description(made, fresh)
    progress(1.0, "done")
    return made


def import_again(
    workspace: Workspace, name: str, *, max_gap_s: float | None = None, progress: Progress
) -> DatasetInfo:
    """Import the files of dataset ``name`` again by its mapping, or with another longest gap.

    Raises:
        DataError: there is no such dataset, its files are gone, or they do not fit the mapping.
        WorkspaceError: the disk is full or the folder cannot be written.
    """
    info = _mendable(workspace, name)
    gone = [path for path in info.sources if not Path(path).exists()]
    if gone or not info.sources:
        raise DataError(
            "The files that '{name}' was imported from are gone: {paths}.",
            remedy="Bring them back to that place, or import the dataset anew.",
            name=name, paths=", ".join(gone) or "none are known",
        )  # fmt: skip
    mapping = mapping_from(dict(info.mapping))
    if max_gap_s is not None:
        mapping = mapping.model_copy(update={"max_gap_s": max_gap_s})
    try:
        open_sources(info.sources, mapping)
    except DataError as error:
        raise DataError(
            "The files of '{name}' do not fit its mapping: {reason}",
            remedy="Where it came from a raw format, import it again with --format.",
            name=name, reason=error.message,
        ) from error  # fmt: skip
    return import_dataset(info.sources, mapping, name, workspace, progress=progress)


def _mendable(workspace: Workspace, name: str) -> DatasetInfo:
    info = get_dataset(workspace, name)
    if info.simulated:
        raise DataError(
            "'{name}' is simulated and cannot be mended.",
            remedy="Import data of your own.", name=name,
        )  # fmt: skip
    return info
