"""Everything an operator has said so far about an import; outlives the dialog."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

AUTO, TABLE = "auto", "table"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass
class ImportDraft:
    """``mapping`` is None until a preview suggests one or the operator loads one.

    ``checked`` says that somebody has declared what the label values mean. ``answer`` is the last
    result of ``data preview`` for exactly these choices, or empty.
    """

    paths: list[Path] = field(default_factory=list)
    chosen_format: str = AUTO
    options: dict[str, str] = field(default_factory=dict)
    mapping: dict[str, Any] | None = None
    checked: bool = False
    source: str = ""
    name: str = ""
    step: int = 0
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def format(self) -> str:
        """The format in force: chosen, or recognised."""
        if self.chosen_format != AUTO:
            return self.chosen_format
        return str(self.answer.get("format", AUTO))

    @property
    def is_table(self) -> bool:
        """Whether a mapping is needed."""
        return self.format == TABLE

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Begin with other files; the name follows them."""
        self.paths = list(paths)
        self.take_format(AUTO)
        self.options.clear()
        first = self.paths[0] if self.paths else Path("data")
        stem = first.parent.name if len(self.paths) > 1 else first.name.split(".")[0]
        self.name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:64]

    def take_format(self, name: str) -> None:
        """Read the files in another way."""
        self.chosen_format, self.mapping, self.checked = name, None, False
        self.source, self.answer = "", {}

    def take_mapping(self, mapping: dict[str, Any] | None, source: str, *, checked: bool) -> None:
        """Explain the columns in another way."""
        self.mapping, self.source, self.checked = mapping, source, checked

    def preview_arguments(self, mapping_file: Path) -> list[str]:
        """The command line that looks at the files."""
        words = ["data", "preview", *map(str, self.paths), "--format", self.chosen_format]
        if self.mapping is not None:
            words += ["--mapping", str(mapping_file)]
        for name, value in self._options():
            words += ["--set", f"{name}={value}"]
        return [*words, "--rows", "50"]

    def import_arguments(self, mapping_file: Path) -> list[str]:
        """The command line that imports the files, without the name."""
        words = ["data", "import", *map(str, self.paths)]
        if self.is_table:
            return [*words, "--mapping", str(mapping_file)]
        words += ["--format", self.format]
        for name, value in self._options():
            words += [f"--{name.replace('_', '-')}", value]
        return words

    def _options(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.options.items() if value]
