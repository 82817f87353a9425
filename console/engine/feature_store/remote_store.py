"""A copy of our own store behind a URL, for reading: the same folders, listed with a glob.

No lock and no ``compacted.json`` there: where a compaction was copied half-way, repeated rows count
once all the same, because a merged file repeats the rows of those it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.core.errors import DataError
from console.engine.data.rows import MarketRows, choose_symbols
from console.engine.feature_store.assembly import Room, in_memory
from console.engine.feature_store.places import WEB, find, read_text
from console.engine.feature_store.schema import SCHEMA_FILE, StoreSchema, parse_schema
from console.engine.feature_store.stored_days import (
    StoredDay,
    last_days,
    read_days,
    rows_per_symbol,
    symbol_and_date,
)


@dataclass(frozen=True)
class RemoteStore:
    """What a store behind ``url`` held when it was listed."""

    url: str
    schema: StoreSchema
    stored: tuple[StoredDay, ...]

    @classmethod
    def open(cls, url: str) -> RemoteStore | None:
        """List the store behind ``url``; None when there is none.

        Raises:
            DataError: the place cannot be reached, or its schema is damaged or too new.
        """
        url = url.rstrip("/")
        place = f"{url}/{SCHEMA_FILE}"
        if url.startswith(WEB) or not (text := read_text(place)):
            return None
        days: dict[tuple[str, str], list[str]] = {}
        for path in find(url, "symbol=*/date=*/*.parquet"):
            named = symbol_and_date(path)
            if named is not None:
                days.setdefault(named, []).append(path)
        stored = (StoredDay(*named, tuple(files)) for named, files in sorted(days.items()))
        return cls(url, parse_schema(text, place), tuple(stored))

    def rows_per_symbol(self, count: int = 0) -> dict[str, int]:
        """Stored rows of the last ``count`` days (0 all) by symbol.

        Raises:
            DataError: a file cannot be read.
        """
        return rows_per_symbol(last_days(self.stored, count))

    def load(
        self,
        symbols: Sequence[str] = (),
        days: int = 0,
        *,
        max_gap_s: float | None = None,
        room: Room = in_memory,
    ) -> MarketRows:
        """Read the last ``days`` days (0 all) of ``symbols`` (empty all), only from their files.

        Raises:
            DataError: no rows, an unknown symbol, or a file that cannot be read or does not fit
                the schema.
        """
        known = tuple(dict.fromkeys(day.symbol for day in self.stored))
        chosen = choose_symbols(symbols, known, f"the feature store {self.url}")
        wanted = last_days((day for day in self.stored if day.symbol in chosen), days)
        if not wanted:
            raise DataError(
                "The feature store {root} holds no rows.",
                remedy="Add some with `training-console store append`.",
                root=self.url,
            )
        name = urlsplit(self.url).path.rsplit("/", 1)[-1] or self.url
        return read_days(wanted, chosen, self.schema, name=name, max_gap_s=max_gap_s, room=room)
