"""Where things live: the shipped resources, the user's folders, and one workspace."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from console.core.errors import WorkspaceError

APP_NAME = "training-console"
WORKSPACE_VARIABLE = "TRAINING_CONSOLE_WORKSPACE"
CONFIG_VARIABLE = "TRAINING_CONSOLE_CONFIG"


def resources_dir() -> Path:
    """The folder of shipped resources: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def config_dir() -> Path:
    """The user's configuration folder; ``TRAINING_CONSOLE_CONFIG`` overrides it."""
    override = os.environ.get(CONFIG_VARIABLE)
    return Path(override) if override else Path(platformdirs.user_config_dir(APP_NAME))


def user_presets_dir() -> Path:
    """Where the user's own presets are kept, one folder per kind."""
    return config_dir() / "presets"


@dataclass(frozen=True)
class Workspace:
    """One folder with datasets, runs and models; every path of the product derives from it."""

    root: Path

    @property
    def datasets(self) -> Path:
        """One folder per imported dataset."""
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        """One folder per run."""
        return self.root / "runs"

    @property
    def mappings(self) -> Path:
        """Mappings remembered from earlier imports, by the columns that they explain."""
        return self.root / "mappings"

    @property
    def models(self) -> Path:
        """Trained models of runs that name no other place."""
        return self.root / "models"

    @property
    def trash(self) -> Path:
        """Deleted runs, which can be brought back."""
        return self.root / "trash"

    @property
    def cache(self) -> Path:
        """What can be made again at any time."""
        return self.root / "cache"

    def ensure(self) -> Workspace:
        """Create the folder.

        Raises:
            WorkspaceError: it cannot be created or written to.
        """
        try:
            for folder in (self.datasets, self.runs):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError(
                "The workspace {root} cannot be created: {reason}.",
                remedy="Choose another folder with --workspace or " + WORKSPACE_VARIABLE + ".",
                root=self.root,
                reason=error.strerror or str(error),
            ) from error
        if not os.access(self.runs, os.W_OK):
            raise WorkspaceError(
                "The workspace {root} is read-only.",
                remedy="Choose another folder with --workspace or " + WORKSPACE_VARIABLE + ".",
                root=self.root,
            )
        return self


def open_workspace(root: str | Path = "") -> Workspace:
    """The workspace at ``root``, else at ``TRAINING_CONSOLE_WORKSPACE``, else the user's own."""
    chosen = root or os.environ.get(WORKSPACE_VARIABLE) or platformdirs.user_data_dir(APP_NAME)
    return Workspace(Path(chosen).expanduser().resolve())


def is_url(place: str) -> bool:
    """Whether ``place`` is the address of a storage, such as ``s3://...``, and not a path."""
    return "://" in place
