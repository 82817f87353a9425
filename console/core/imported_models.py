"""Models that came from elsewhere and were checked: <workspace>/models/imported/<name>/.

model.safetensors holds the weights, model.json what they are weights of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.core.configs import ModelConfigV2
from console.core.errors import ConfigError, WeightsError, did_you_mean
from console.core.fields import from_plain
from console.core.paths import Workspace

WEIGHTS, DESCRIPTION = "model.safetensors", "model.json"
FORMAT_VERSION = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class ImportedModel:
    """One imported model. ``details`` is the whole description."""

    name: str
    path: Path
    config: ModelConfigV2
    details: Mapping[str, Any]


def imported_dir(workspace: Workspace) -> Path:
    """The folder of all imported models of a workspace."""
    return workspace.models / "imported"


def model_dir(workspace: Workspace, name: str) -> Path:
    """Where the imported model ``name`` lies or will lie.

    Raises:
        WeightsError: the name cannot be the name of a folder.
    """
    if not _NAME.fullmatch(name):
        raise WeightsError(
            "'{name}' cannot be the name of a model.",
            remedy="Use letters, digits, dots, dashes and underscores; begin with a letter.",
            name=name,
        )
    return imported_dir(workspace) / name


def list_imported(workspace: Workspace) -> list[str]:
    """The names of all imported models, in order."""
    folder = imported_dir(workspace)
    return sorted(path.parent.name for path in folder.glob(f"*/{DESCRIPTION}"))


def find_imported(workspace: Workspace, reference: str) -> ImportedModel:
    """The imported model that ``reference`` means: its name, or the path of its folder.

    Raises:
        WeightsError: there is none, or its description is damaged.
    """
    places = [Path(reference).expanduser()]
    if _NAME.fullmatch(reference):
        places.insert(0, imported_dir(workspace) / reference)
    for place in places:
        if (place / DESCRIPTION).is_file():
            return _read(place.resolve())
    if places[-1].is_file():
        raise WeightsError(
            "{path} is a file of weights that has not been checked yet.",
            remedy="Import it first with `training-console models import`, then give its name.",
            path=reference,
        )
    known = list_imported(workspace)
    close = did_you_mean(reference, known)
    raise WeightsError(
        "There is no imported model '{name}'; known: {known}.{hint}",
        remedy="Import one with `training-console models import FILE`.",
        name=reference, known=", ".join(known) or "none",
        hint=f" Did you mean '{close}'?" if close else "",
    )  # fmt: skip


def _read(folder: Path) -> ImportedModel:
    try:
        details = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        config = from_plain(ModelConfigV2, details["model"])
        return ImportedModel(folder.name, folder, config, details)
    except (OSError, ValueError, KeyError, TypeError, ConfigError) as error:
        raise WeightsError(
            "The imported model {path} is damaged: {reason}.",
            remedy="Import its file again under another name.",
            path=folder, reason=str(error).splitlines()[0].rstrip("."),
        ) from error  # fmt: skip
