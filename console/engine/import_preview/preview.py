"""One answer to "what would an import make of these files?", as plain values for ``--json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from console.core.errors import ConfigError, ConsoleError, DataError
from console.core.paths import Workspace
from console.engine.data.mapping import FixedSymbol, ImportMapping, mapping_from
from console.engine.data.remembered import kind_of, recall, signature
from console.engine.feature_store.importers.registry import FORMATS, get_importer
from console.engine.import_preview.guess import NO_SYMBOL, Guess, book_levels, guess_mapping, stem
from console.engine.import_preview.heads import count_rows, is_table, shown_rows, typed_rows
from console.engine.import_preview.label_evidence import label_evidence
from console.engine.import_preview.raw_options import option_records, options_from
from console.engine.import_preview.sniff import TABLE, WHY, files_of, find_any, recognise
from console.engine.import_preview.stored_rows import raw_rows, table_rows

AUTO = "auto"
SAMPLE_ROWS = 200_000
SAMPLE_CELLS = 8_000_000
CHOSEN = "The format was chosen by hand."
FAR_TIME = "The first row is of {time}: check the unit of the time, and the day."
TABLE_TITLE = "Table with a mapping (Parquet or CSV)"

# Which key of a mapping a sentence of the import is about, by words of it or of its remedy.
PLACES = (
    ("symbol is missing", "symbol"), ("under timestamp", "timestamp"), ("sort: true", "sort"),
    ("duplicates:", "duplicates"), ("missing:", "missing"), ("encoding", "labels"),
    ("max_gap_s", "max_gap_s"), ("feature", "features"), ("xclude", "features"),
)  # fmt: skip


@dataclass
class Preview:
    """What was found; ``problems`` and ``decide`` name keys of the mapping.

    ``understood`` is False for a mapping with an unknown key or a value of the wrong kind.
    """

    format: str
    why: str
    files: tuple[Path, ...]
    num_rows: int | None = None
    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    stored_columns: list[str] = field(default_factory=list)
    stored_rows: list[list[str | None]] = field(default_factory=list)
    mapping: dict[str, Any] = field(default_factory=dict)
    mapping_source: str = ""
    signature: str = ""
    guessed: list[str] = field(default_factory=list)
    decide: list[dict[str, str]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    levels: list[dict[str, str]] = field(default_factory=list)
    understood: bool = True

    def to_plain(self) -> dict[str, Any]:
        """Everything for JSON, with the formats and options there are."""
        known = [{"name": TABLE, "title": TABLE_TITLE}]
        known += [{"name": kind.name, "title": kind.title} for kind in FORMATS]
        return {
            **vars(self),
            "status": "error" if self.problems else "success",
            "size_bytes": sum(path.stat().st_size for path in self.files),
            "formats": known,
            "options": option_records(),
        }

    def blame(self, error: ConsoleError) -> None:
        """Keep what is wrong beside the key that it is about."""
        if isinstance(error, ConfigError):
            self.problems += [
                {"field": problem.field, "message": problem.message, "remedy": error.remedy}
                for problem in error.problems
            ]
            return
        told = error.to_dict()
        self.problems.append({"field": _place(error), **told})


def preview_files(
    paths: Sequence[str | Path],
    workspace: Workspace,
    *,
    format_name: str = AUTO,
    mapping: Any = None,
    options: Mapping[str, str] | None = None,
    rows: int = 20,
) -> Preview:
    """Look at the head of ``paths``; ``mapping`` (plain values) replaces the remembered or guess.

    ``options`` are those of raw formats, as text by name. Memory holds the head of the first file.
    A mapping or an option that does not fit is reported in ``problems``, so that it can be mended
    beside the rows.

    Raises:
        DataError: no file, an unknown format, or a file that cannot be read.
    """
    if format_name == AUTO:
        found, files = recognise(paths)
        why = WHY[found]
    else:
        if format_name != TABLE:
            get_importer(format_name)
        found, why = format_name, CHOSEN
        files = files_of(found, find_any(paths))
    made = Preview(found, why, files)
    if found == TABLE:
        _preview_table(made, workspace, mapping, rows)
    else:
        _preview_raw(made, paths, options or {}, rows)
    return made


def _preview_raw(
    made: Preview, paths: Sequence[str | Path], options: Mapping[str, str], rows: int
) -> None:
    shown = shown_rows(made.files[0], rows, header=made.format != "lobster")
    _show(made, shown, shown.schema)
    try:
        importer = get_importer(made.format, options_from(options))
        stored = raw_rows(importer, paths, made.files[0], rows)
    except (ConfigError, DataError) as error:
        made.blame(error)
        return
    made.stored_columns, made.stored_rows = stored.columns, _cells(stored)


def _preview_table(made: Preview, workspace: Workspace, given: Any, rows: int) -> None:
    first = made.files[0]
    if not is_table(first):
        raise DataError(
            "{path} is neither a Parquet nor a CSV file.",
            remedy="Bring the data as .parquet, .csv or .csv.gz.",
            path=first,
        )
    head = typed_rows(first, 1)
    sample = typed_rows(first, max(1_000, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, head.width))))
    if not sample.height:
        raise DataError("{path} has no rows.", remedy="Bring a file with rows.", path=first)
    _show(made, shown_rows(first, rows), sample.schema)
    made.levels = book_levels(sample.columns)
    made.num_rows, made.signature = count_rows(made.files), signature(sample.schema)
    mapping = _mapping(made, workspace, given, sample)
    if mapping is None:
        return
    try:
        mapping.check_columns(sample.columns, first.name)
        made.labels = label_evidence(sample, mapping)
        stored = table_rows(made.files, mapping, rows)
    except DataError as error:
        made.blame(error)
        return
    made.stored_columns, made.stored_rows = stored.columns, _cells(stored)
    first_time = str(made.stored_rows[0][0]) if made.stored_rows else ""
    if first_time and not _is_likely(first_time, bool(mapping.timestamp.day)):
        doubt = FAR_TIME.format(time=first_time)
        made.decide.append({"field": "timestamp", "message": doubt})


def _mapping(
    made: Preview, workspace: Workspace, given: Any, sample: pl.DataFrame
) -> ImportMapping | None:
    """The mapping in force: given, else remembered, else guessed; None when it does not hold."""
    guess = guess_mapping(made.files[0], sample)
    if given is not None:
        guess = Guess(dict(given) if isinstance(given, dict) else {})
        made.mapping_source = "given"
    else:
        known = _recalled(made, workspace, sample.schema)
        if known is not None:
            guess, made.mapping_source = known, "remembered"
        else:
            made.mapping_source = "guessed"
    made.mapping, made.guessed, made.decide = guess.mapping, guess.guessed, guess.decide
    try:
        return mapping_from(guess.mapping)
    except ConfigError as error:
        made.blame(error)
        made.understood = False
        return None


def _recalled(made: Preview, workspace: Workspace, schema: pl.Schema) -> Guess | None:
    try:
        known = recall(workspace, schema)
    except ConsoleError as error:
        made.blame(error)
        return None
    if known is None:
        return None
    guess = Guess(known.to_plain())
    if isinstance(known.symbol, FixedSymbol):  # another file may be of another symbol
        guess.take("symbol", {"value": stem(made.files[0])})
        guess.ask("symbol", NO_SYMBOL)
    return guess


def _is_likely(time: str, has_day: bool) -> bool:
    """Whether rows may be of that time; numbered days begin in 1970, clocks that count do not."""
    year = time.partition("-")[0]
    return year.isdecimal() and (1971 <= int(year) <= 2100 or (year == "1970" and has_day))


def _show(made: Preview, shown: pl.DataFrame, types: pl.Schema) -> None:
    made.columns = [
        {"name": name, "dtype": str(types[name]), "kind": kind_of(types[name])}
        for name in shown.columns
    ]
    made.rows = _cells(shown)


def _cells(frame: pl.DataFrame) -> list[list[str | None]]:
    return [list(row) for row in frame.iter_rows()]


def _place(error: ConsoleError) -> str:
    key = error.params.get("key")
    if isinstance(key, str):
        return key
    words = f"{error.template} {error.remedy_template}"
    return next((place for part, place in PLACES if part in words), "")
