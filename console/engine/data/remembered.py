"""Mappings that imports have proved right, kept in the workspace by the columns they explain."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import yaml

from console.core.files import write_text_atomic
from console.core.paths import Workspace
from console.engine.data.mapping import ImportMapping, read_mapping


def signature(schema: pl.Schema) -> str:
    """Digest of the column names and what each holds, whatever their order.

    Widths do not count (a CSV file has none), so Int8 and Float64 are both numbers.
    """
    lines = sorted(f"{name}\0{kind_of(dtype)}" for name, dtype in schema.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def kind_of(dtype: pl.DataType) -> str:
    """number, text, time or other."""
    if dtype.is_numeric() or dtype == pl.Boolean:
        return "number"
    if dtype.is_temporal():
        return "time"
    return "text" if dtype in (pl.String, pl.Categorical, pl.Enum) else "other"


def remembered_path(workspace: Workspace, schema: pl.Schema) -> Path:
    """Where the mapping of these columns is kept, whether it is there or not."""
    return workspace.mappings / f"{signature(schema)}.yaml"


def recall(workspace: Workspace, schema: pl.Schema) -> ImportMapping | None:
    """The mapping that last explained these columns.

    Raises:
        DataError, ConfigError: the kept file is damaged.
    """
    path = remembered_path(workspace, schema)
    return read_mapping(path) if path.is_file() else None


def remember(workspace: Workspace, schema: pl.Schema, mapping: ImportMapping) -> Path:
    """Keep ``mapping`` for the next file with these columns.

    Raises:
        WorkspaceError: it cannot be written.
    """
    path = remembered_path(workspace, schema)
    write_text_atomic(path, mapping_yaml(mapping))
    return path


def mapping_yaml(mapping: ImportMapping) -> str:
    """``mapping`` as YAML that an engineer can edit."""
    made: str = yaml.safe_dump(mapping.to_plain(), sort_keys=False, allow_unicode=True)
    return made
