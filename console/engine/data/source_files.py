"""The user's Parquet and CSV files: finding them, and reading the columns a mapping names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import polars as pl

from console.core.errors import DataError
from console.engine.data.csv_blocks import scan_csv
from console.engine.data.mapping import ImportMapping
from console.engine.data.rows import DAY_COLUMN, MID_COLUMN, SEGMENT_COLUMN, TIME_COLUMN

FILE_COLUMN = "__file"
ROW_COLUMN = "__row"
SYMBOL_COLUMN = "__symbol"
PARQUET_ENDINGS = (".parquet", ".pq")
CSV_ENDINGS = (".csv", ".csv.gz", ".csv.zst")
PLACE_COLUMN = "__place"
OWN_COLUMNS = {
    FILE_COLUMN, ROW_COLUMN, SYMBOL_COLUMN, PLACE_COLUMN, TIME_COLUMN, DAY_COLUMN, SEGMENT_COLUMN,
    MID_COLUMN, "__clock_ns", "__session", "__left",
}  # fmt: skip
PIECE_ROWS, PIECE_CELLS = 250_000, 10_000_000  # the fewer of both
GROUP_ROWS = 1_000_000  # where symbols are mixed: for each group all files are read
INFER_ROWS = 10_000
Pieces = Callable[[], Iterator[pl.DataFrame]]


class Extent(NamedTuple):
    """How many rows a symbol has, and the places of the first and the last over all files."""

    num_rows: int
    first: int
    last: int

    @property
    def is_run(self) -> bool:
        """Whether no other symbol's row lies between."""
        return self.last - self.first + 1 == self.num_rows


@dataclass(frozen=True)
class SourceFiles:
    """Files whose columns fit a mapping; ``features`` in the order in which they are stored.

    ``not_numbers`` are columns without a role that nobody excluded, but that hold no numbers.
    ``origin`` are the raw files that these were converted from: errors name them.
    """

    paths: tuple[Path, ...]
    mapping: ImportMapping
    features: tuple[str, ...]
    not_numbers: tuple[str, ...] = ()
    origin: tuple[Path, ...] = ()

    @property
    def shown(self) -> str:
        """The file, or the raw files, for errors that are about no single row."""
        return ", ".join(map(str, self.origin or self.paths[:1]))

    @property
    def piece_rows(self) -> int:
        """Rows of a symbol that memory holds at a time."""
        return min(PIECE_ROWS, max(1, PIECE_CELLS // len(self._wanted())))

    def place(self, frame: pl.DataFrame, index: int) -> str:
        """Where row ``index`` of a frame read from these files came from, for error messages."""
        row = frame.row(index, named=True)
        time = row[self.mapping.timestamp.column]
        if self.origin:
            return f"{self.shown} (symbol {row[SYMBOL_COLUMN]}, time {time})"
        return (
            f"{self.paths[row[FILE_COLUMN]]}, row {row[ROW_COLUMN] + 1} "
            f"(symbol {row[SYMBOL_COLUMN]}, {self.mapping.timestamp.column} {time})"
        )

    def extents(self) -> dict[str, Extent]:
        """Where each symbol's rows are, in name order.

        Raises:
            DataError: a file cannot be read, or a row has no symbol.
        """
        symbol = self.mapping.symbol
        is_plain = isinstance(symbol, str) and len(self.paths) == 1  # files may differ in type
        scan = self._scan([], pl.col(str(symbol)) if is_plain else None)
        scan = scan.with_row_index(PLACE_COLUMN)
        place = pl.col(PLACE_COLUMN).cast(pl.Int64)
        first, last = place.min().alias("first"), place.max().alias("last")
        counted = scan.group_by(SYMBOL_COLUMN).agg(pl.len(), first, last)
        found = self._collect(
            counted.with_columns(pl.col(SYMBOL_COLUMN).cast(pl.String)), "streaming"
        )
        if found[SYMBOL_COLUMN].null_count():
            bad = self._collect(scan.filter(pl.col(SYMBOL_COLUMN).is_null()).head(1))
            raise DataError(
                "{place}: the symbol is missing.",
                remedy="Fill in column '{column}', or map another one.",
                place=self.place(bad, 0), column=self.mapping.symbol,
            )  # fmt: skip
        return {symbol: Extent(*where) for symbol, *where in sorted(found.rows())}

    def symbols(self, extents: dict[str, Extent]) -> Iterator[tuple[str, Pieces]]:
        """Each symbol and what reads its rows in file order, in pieces of about ``piece_rows``.

        Columns: those the mapping names, features as Float32, and file, row and symbol.

        Raises:
            DataError: a file cannot be read, or a value is not a number.
        """
        scan = self._scan(self._wanted())
        is_mixed = not all(extent.is_run for extent in extents.values())
        most = 4 * self.piece_rows  # of whole symbols: fewer reads than one for each
        most = max(most, GROUP_ROWS) if is_mixed else most
        for group in _groups(extents, most):
            where = [extents[symbol] for symbol in group]
            first, count = where[0].first, sum(extent.num_rows for extent in where)
            is_run = first + count - 1 == max(extent.last for extent in where)
            is_run &= first == min(extent.first for extent in where)
            if is_run:
                own = pl.lit(group[0]) if len(group) == 1 else None
                rows = self._scan(self._wanted(), own).slice(first, count)
            else:
                rows = scan.filter(pl.col(SYMBOL_COLUMN).is_in(group))
            if count > most:
                yield group[0], partial(self._pieces, rows, is_run)
                continue
            frame = self._collect(rows)
            if is_run and all(extent.is_run for extent in where):
                parts = {
                    symbol: frame.slice(extent.first - first, extent.num_rows)
                    for symbol, extent in zip(group, where, strict=True)
                }
            else:
                parted = frame.partition_by(SYMBOL_COLUMN, as_dict=True, maintain_order=True)
                parts = {str(symbol): part for (symbol,), part in parted.items()}
                del parted
            del frame
            for symbol in group:
                yield symbol, partial(iter, [parts.pop(symbol)])

    def _pieces(self, rows: pl.LazyFrame, is_run: bool) -> Iterator[pl.DataFrame]:
        """``rows`` of one symbol, piece by piece."""
        if is_run and not any(map(_is_csv, self.paths)):
            start = 0
            while (piece := self._collect(rows.slice(start, self.piece_rows))).height:
                start += piece.height
                yield piece
                del piece
            return
        try:
            yield from rows.collect_batches(chunk_size=self.piece_rows, maintain_order=True)
        except (pl.exceptions.PolarsError, OSError) as error:
            self._blame()
            raise _unreadable(", ".join(map(str, self.paths)), error) from error

    def _wanted(self) -> list[str]:
        excluded = {"features.exclude", "symbol"}
        named = [name for key, name in self.mapping.columns() if key not in excluded]
        return list(dict.fromkeys([*named, *self.features]))

    def _scan(self, columns: Sequence[str], made: pl.Expr | None = None) -> pl.LazyFrame:
        """All rows, with the symbol as ``made`` where it is known already."""
        symbol = self.mapping.symbol
        if made is None:
            fixed = None if isinstance(symbol, str) else symbol.value
            made = pl.col(str(symbol)).cast(pl.String) if fixed is None else pl.lit(fixed)
        wanted = list(dict.fromkeys([*columns, self.mapping.timestamp.column]))
        scans = [
            _open_numbered(path, self._numbers(path)).select(
                *wanted,
                pl.lit(number, dtype=pl.Int32).alias(FILE_COLUMN),
                ROW_COLUMN,
                made.alias(SYMBOL_COLUMN),
            )
            for number, path in enumerate(self.paths)
        ]  # fmt: skip
        return pl.concat(scans, how="vertical_relaxed")

    def _numbers(self, path: Path) -> tuple[str, ...]:
        """Columns of a CSV file that must be read as numbers whatever its first rows look like."""
        if not _is_csv(path):
            return ()
        roles = self.mapping.roles()
        mid = [self.mapping.mid_price.column] if self.mapping.mid_price else []
        sizes = [name for level in self.mapping.empty_levels for name in (level.price, level.size)]
        return tuple(name for name in {*self.features, *mid, *sizes} if name not in roles)

    def _collect(
        self, scan: pl.LazyFrame, engine: Literal["auto", "streaming"] = "auto"
    ) -> pl.DataFrame:
        try:
            return scan.collect(engine=engine)
        except (pl.exceptions.PolarsError, OSError) as error:
            self._blame()
            raise _unreadable(", ".join(map(str, self.paths)), error) from error

    def _blame(self) -> None:
        """Raise for the first file, row and column that cannot be read."""
        for path in self.paths:
            if _is_csv(path):
                _require_numbers(path, self._numbers(path))
            try:
                _open(path, self._numbers(path)).select(self._wanted()).collect()
            except (pl.exceptions.PolarsError, OSError) as error:
                raise _unreadable(str(path), error) from error


def find_files(paths: Sequence[str | Path]) -> tuple[Path, ...]:
    """All Parquet and CSV files named by files, folders (searched deeply) and patterns.

    Raises:
        DataError: a path that leads to nothing, or a file of another kind.
    """
    found: list[Path] = []
    for given in paths:
        path = expanded(given)
        if path.is_dir():
            matches = sorted(p for p in path.rglob("*") if p.is_file() and _is_known(p))
        elif path.exists():
            matches = [path]
        else:
            matches = _matching(path)
        if not matches:
            raise DataError(
                "{path}: there is no such file, or no Parquet or CSV file in it.",
                remedy="Check the path; files end in .parquet, .csv or .csv.gz.",
                path=path,
            )
        found.extend(matches)
    for path in found:
        if not _is_known(path):
            raise DataError(
                "{path} is neither a Parquet nor a CSV file.",
                remedy="Bring the data as .parquet, .csv or .csv.gz.",
                path=path,
            )
    return tuple(dict.fromkeys(found))


def expanded(path: str | Path) -> Path:
    """``path`` with a leading ~ replaced, unless that names nobody."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _matching(pattern: Path) -> list[Path]:
    found = Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))
    return sorted(path for path in found if path.is_file())


def open_sources(paths: Sequence[str | Path], mapping: ImportMapping) -> SourceFiles:
    """Find the files and check that each has the columns of ``mapping``.

    Raises:
        DataError: a missing or unreadable file, a column that is not there, or a feature that
            does not hold numbers.
    """
    found = find_files(paths)
    if not found:
        raise DataError("No file is given to import.", remedy="Name files, folders or patterns.")
    schemas = [_schema(path) for path in found]
    for path, schema in zip(found, schemas, strict=True):
        _require_free_names(path, schema)
    features = mapping.feature_columns(_numeric_columns(schemas[0]))
    for path, schema in zip(found, schemas, strict=True):
        mapping.check_columns(schema.names(), str(path))
        _require_features(path, schema, features)
        _require_number_columns(path, schema, mapping)
    if not features:
        raise DataError(
            "{path} has no numeric column left to be a feature.",
            remedy="Name the features in the mapping.",
            path=found[0],
        )
    named = {*features, *(column for _, column in mapping.columns())}
    texts = (
        ()
        if isinstance(mapping.features, tuple)
        else tuple(
            name for name, kind in schemas[0].items() if name not in named and not _is_number(kind)
        )
    )
    return SourceFiles(found, mapping, features, texts)


def _schema(path: Path) -> pl.Schema:
    try:
        if path.stat().st_size == 0:
            raise DataError("{path} is empty.", remedy="Bring a file with rows.", path=path)
        return _open(path, ()).collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(str(path), error) from error


def _open(path: Path, numbers: Sequence[str]) -> pl.LazyFrame:
    if _is_csv(path):
        overrides = dict.fromkeys(numbers, pl.Float64)
        plain = pl.scan_csv(
            path, schema_overrides=overrides, infer_schema_length=INFER_ROWS, glob=False
        )
        return scan_csv(path, plain)
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _open_numbered(path: Path, numbers: Sequence[str]) -> pl.LazyFrame:
    """With the number of each row, counted by the reader: a slice then reads no rows before it."""
    if _is_csv(path):
        return _open(path, numbers).with_row_index(ROW_COLUMN)
    return pl.scan_parquet(path, glob=False, hive_partitioning=False, row_index_name=ROW_COLUMN)


def _require_free_names(path: Path, schema: pl.Schema) -> None:
    taken = [name for name in schema if name in OWN_COLUMNS]
    if taken:
        raise DataError(
            "{path}: the column name '{column}' is kept for what an import adds.",
            remedy="Rename the column.",
            path=path, column=taken[0],
        )  # fmt: skip


def _require_features(path: Path, schema: pl.Schema, features: Sequence[str]) -> None:
    for name in features:
        if name not in schema:
            raise DataError(
                "{path} has no column '{column}', which is a feature in the other files.",
                remedy="Import files of one layout together, or exclude the column.",
                path=path, column=name,
            )  # fmt: skip
        if _is_number(schema[name]):
            continue
        if _is_csv(path):
            _require_numbers(path, [name])
        raise DataError(
            "{path}: feature '{column}' holds {kind}, not numbers.",
            remedy="Exclude it in the mapping (features: {{exclude: [{column}]}}), or turn it into "
            "numbers.",
            path=path, column=name, kind=str(schema[name]).lower(),
        )  # fmt: skip


def _require_number_columns(path: Path, schema: pl.Schema, mapping: ImportMapping) -> None:
    """Require numbers where the mapping names a price or a size, which need not be features."""
    for key, name in mapping.columns():
        if not key.startswith(("mid_price", "empty_levels")) or _is_number(schema[name]):
            continue
        if _is_csv(path):
            _require_numbers(path, [name])
        raise DataError(
            "{path}: column '{column}' ({key} in the mapping) holds {kind}, not numbers.",
            remedy="Name another column in the mapping, or turn it into numbers.",
            path=path, column=name, key=key, kind=str(schema[name]).lower(),
        )  # fmt: skip


def _require_numbers(path: Path, columns: Sequence[str]) -> None:
    """Name the first value of a CSV column that is not a number."""
    try:
        text = pl.scan_csv(path, infer_schema=False, glob=False).with_row_index(ROW_COLUMN)
        for name in columns:
            bad = pl.col(name).is_not_null() & pl.col(name).cast(pl.Float64, strict=False).is_null()
            first = text.filter(bad).select(ROW_COLUMN, name).head(1).collect()
            if first.height:
                row, value = first.row(0)
                raise DataError(
                    "{path}, row {row}: '{value}' in column '{column}' is not a number.",
                    remedy="Correct the value, or exclude the column in the mapping.",
                    path=path, row=row + 1, value=value, column=name,
                )  # fmt: skip
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(str(path), error) from error


def _numeric_columns(schema: pl.Schema) -> list[str]:
    return [name for name, kind in schema.items() if _is_number(kind)]


def _is_number(kind: pl.DataType) -> bool:
    return kind.is_numeric() or kind == pl.Boolean


def _is_csv(path: Path) -> bool:
    return path.name.lower().endswith(CSV_ENDINGS)


def _is_known(path: Path) -> bool:
    return path.name.lower().endswith((*PARQUET_ENDINGS, *CSV_ENDINGS))


def _groups(extents: dict[str, Extent], most: int) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for symbol, extent in extents.items():
        if group and size + extent.num_rows > most:
            yield group
            group, size = [], 0
        group.append(symbol)
        size += extent.num_rows
    if group:
        yield group


def _unreadable(path: str, error: Exception) -> DataError:
    if isinstance(error, OSError) and error.strerror:
        reason = error.strerror
    else:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return DataError(
        "{path} cannot be read: {reason}.",
        remedy="The file may be cut off, locked or of another kind; copy it again.",
        path=path, reason=reason,
    )  # fmt: skip
