"""Order-by-order captures, replayed to a book: Coinbase full channel and Bitstamp live orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from console.core.errors import DataError
from console.engine.data.mapping import ImportMapping
from console.engine.feature_store.importers.base import Importer, ImportLog, Progress
from console.engine.feature_store.importers.bitstamp import bitstamp_states
from console.engine.feature_store.importers.book_stream import BookStream, book_mapping
from console.engine.feature_store.importers.coinbase import coinbase_states
from console.engine.feature_store.importers.raw_files import find_raw

OPENING = ("beginning_level_3.json", "beginning_level_3.json.gz")
CLOSING = ("ending_level_3.json", "ending_level_3.json.gz")
MESSAGES = ("messages.json", "messages.json.gz")
ORDERS = ("orders.csv", "orders.csv.gz")
UNNAMED = "BOOK"


@dataclass(frozen=True)
class Level3Importer(Importer):
    """A row per millisecond in which one of the best levels changed."""

    name = "l3"
    title = "Order by order (Coinbase opening book and messages, or Bitstamp orders)"

    def mapping(self) -> ImportMapping:
        """Canonical book rows."""
        return book_mapping()

    def frames(
        self, paths: Sequence[str | Path], log: ImportLog, progress: Progress
    ) -> Iterator[pl.DataFrame]:
        """Book rows with features, capture by capture."""
        works = _captures(find_raw(paths, (*OPENING, *CLOSING, *MESSAGES, *ORDERS)))
        for number, (opening, path) in enumerate(works):
            progress(number / len(works), path.name)
            levels = self.options.levels
            if opening is None:
                states = bitstamp_states(path, levels, log)
            else:
                states = coinbase_states(opening, path, levels, log)
            streams: dict[str, BookStream] = {}
            for symbol, time_ns, row, book in states:
                symbol = self.options.symbol or symbol or UNNAMED
                stream = streams.get(symbol)
                if stream is None:
                    stream = streams[symbol] = BookStream(symbol, levels, path, log)
                full = stream.add(time_ns, book, row)
                if full is not None:
                    yield full
            yield from (stream.end() for stream in streams.values())


def _captures(files: Sequence[Path]) -> list[tuple[Path | None, Path]]:
    """(opening book or None, messages or orders) of each capture.

    Raises:
        DataError: messages without an opening book, or an opening book without messages.
    """
    by_name = {path.name.lower(): path for path in files}
    folders = {path.parent for path in files}
    made: list[tuple[Path | None, Path]] = [
        (None, path) for path in files if path.name.lower().endswith(ORDERS)
    ]
    for folder in sorted(folders):
        here = [path for path in by_name.values() if path.parent == folder]
        opening = [path for path in files if path.parent == folder and _is(path, OPENING)]
        messages = [path for path in files if path.parent == folder and _is(path, MESSAGES)]
        if bool(opening) != bool(messages) or (here and not opening and _only_closing(here)):
            raise DataError(
                "{folder}: an opening book and its messages belong together, and one is missing.",
                remedy="Bring beginning_level_3.json.gz and messages.json.gz of one capture.",
                folder=folder,
            )
        made.extend(zip(opening[:1], messages[:1], strict=True))
    return made


def _is(path: Path, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings)


def _only_closing(files: Sequence[Path]) -> bool:
    return all(_is(path, CLOSING) for path in files)
