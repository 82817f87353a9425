"""Good files of every format, and what can be wrong with them."""

from __future__ import annotations

import gzip
import io
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.engine.data.market_files import make_frame
from tests.engine.importers.damage import damaged
from tests.engine.importers.test_level3 import OPENING, ORDERS, STORY
from tests.engine.importers.test_lobster import BOOKS, MESSAGES, STEM
from tests.engine.importers.test_websocket import STORIES, capture

NUM_ROWS = 40
TABLE = "table"
NAMES = (
    "two words", "it's", 'a "b"', "Биржа-данные", "-rf", "--json", "*", "[x]", "a*[x]?", "{a}",
    "..a", "a..b", "%s %d", "$HOME", "new\nline", "tab\ta", "a;b&c", "ё" * 60, "x" * 180, "=1+1",
    "NUL", "~", "#", "100%", "a=b",
)  # fmt: skip
COLUMNS = (
    *(name for name in NAMES if len(name) < 90),
    "",
    " ",
    "a,b",
    "__time",
    "__row",
    "x" * 3000,
)
VALUES = (
    None, math.nan, math.inf, -math.inf, 0.0, -1.0, 1e300, -1e300, 1e-300, 2**63 - 1, -(2**63), "x",
    "", "1e999", "1,5", "0x10", True, "2018-01-01T00:00:00+05:00", "2018-01-01 00:00:00Z",
    "2018-13-45", "9" * 400, "\ufffd", "=cmd()", 1.5,
)  # fmt: skip


@dataclass(frozen=True)
class Damage:
    """Files to write, the format they are imported as, and what was done to them."""

    format_name: str
    files: dict[str, bytes]
    text: str
    is_folder: bool = False

    def write(self, folder: Path) -> list[Path]:
        """Write them; the paths to import."""
        paths = []
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir() if self.is_folder else path.write_bytes(content)
            paths.append(path)
        return paths


def parquet(frame: pl.DataFrame) -> bytes:
    """``frame`` as a Parquet file."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, row_group_size=17)
    return buffer.getvalue()


def candles() -> pl.DataFrame:
    """A candle a minute."""
    prices = [100 + (n % 7) for n in range(NUM_ROWS)]
    return pl.DataFrame(
        {
            "ts_ms": [1_500_000_000_000 + 60_000 * n for n in range(NUM_ROWS)],
            "open": prices,
            "high": [price + 2.0 for price in prices],
            "low": [price - 2.0 for price in prices],
            "close": [price + 1.0 for price in prices],
            "volume": [float(n % 5) for n in range(NUM_ROWS)],
        }
    )


def snapshots() -> pl.DataFrame:
    """A book of one level a second."""
    return pl.DataFrame(
        {
            "ts": [1_500_000_000.0 + n for n in range(NUM_ROWS)],
            "ask_p1": [101.0 + n % 3 for n in range(NUM_ROWS)],
            "ask_s1": [1.0 + n % 4 for n in range(NUM_ROWS)],
            "bid_p1": [100.0 - n % 3 for n in range(NUM_ROWS)],
            "bid_s1": [2.0 + n % 5 for n in range(NUM_ROWS)],
        }
    )


def fi2010() -> bytes:
    """149 lines of twelve numbers."""
    lines = [" ".join(f"{(row * 7 + n) % 11 + 0.5}" for n in range(12)) for row in range(144)]
    lines += [" ".join(str((row + n) % 3 + 1) for n in range(12)) for row in range(5)]
    return "\n".join(lines).encode()


TABLES = {TABLE: make_frame(("AAA", "BBB"), NUM_ROWS // 2), "candles": candles(), "l2": snapshots()}
CSVS = {name: frame.write_csv().encode() for name, frame in TABLES.items()}
ENDINGS = (".parquet", ".csv", ".csv.gz")
GOOD: dict[str, list[dict[str, bytes]]] = {
    **{
        name: [{"rows.parquet": parquet(TABLES[name])}, {"rows.csv": CSVS[name]},
               {"rows.csv.gz": gzip.compress(CSVS[name])}]
        for name in TABLES
    },
    "lobster": [
        {f"{STEM}_message_1.csv": MESSAGES.encode()},
        {f"{STEM}_orderbook_1.csv": BOOKS.encode()},
        {f"{STEM}_message_1.csv": MESSAGES.encode(), f"{STEM}_orderbook_1.csv": BOOKS.encode()},
    ],
    "l3": [
        {"beginning_level_3.json": json.dumps(OPENING).encode(),
         "messages.json": json.dumps(STORY, indent=1).encode()},
        {"beginning_level_3.json.gz": gzip.compress(json.dumps(OPENING).encode()),
         "messages.json.gz": gzip.compress("\n".join(map(json.dumps, STORY)).encode())},
        {"orders.csv": ORDERS.encode()},
        {"orders.csv.gz": gzip.compress(ORDERS.encode())},
    ],
    "websocket": [{"a.txt": capture(exchange).encode()} for exchange in STORIES],
    "fi2010": [{"a.txt": fi2010()}],
}  # fmt: skip
FORMATS = sorted(GOOD)


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """A format, its good files, and one thing wrong with them."""
    name = draw(st.sampled_from(FORMATS))
    files = dict(draw(st.sampled_from(GOOD[name])))
    kinds = ["bytes", "cut", "name", "folder", "empty", "other"]
    kinds += ["values"] * 4 + ["columns"] if name in TABLES else []
    kind = draw(st.sampled_from(kinds))
    victim = draw(st.sampled_from(sorted(files)))
    content = files[victim]
    if kind == "bytes":
        is_packed = victim.endswith(".gz") and draw(st.booleans())
        inner = draw(damaged(gzip.decompress(content) if is_packed else content))
        files[victim] = gzip.compress(inner) if is_packed else inner
    elif kind == "cut":
        files[victim] = content[: draw(st.integers(0, len(content) - 1))]
    elif kind == "name":
        stem = draw(st.sampled_from(NAMES))
        folder = draw(st.sampled_from(("", "in [a] folder/", "it's/")))
        files = {f"{folder}{stem}.{place}{_ending(own)}": data
                 for place, (own, data) in enumerate(files.items())}  # fmt: skip
    elif kind == "folder":
        return Damage(name, files, kind, is_folder=True)
    elif kind == "empty":
        files[victim] = draw(
            st.sampled_from((b"", b"\n", b"\xef\xbb\xbf", b"\x00", gzip.compress(b"")))
        )
    elif kind == "other":
        other = GOOD[draw(st.sampled_from(FORMATS))]
        files[victim] = draw(st.sampled_from(sorted(draw(st.sampled_from(other)).values())))
    elif kind == "values":
        files = dict([_written(draw, draw(changed(TABLES[name])))])
    else:
        frame = TABLES[name]
        old = draw(st.sampled_from(frame.columns))
        new = draw(st.sampled_from(COLUMNS))
        files = dict([_written(draw, frame.rename({old: new}) if new != old else frame)])
    return Damage(name, files, kind)


@st.composite
def changed(draw: st.DrawFn, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with some of its values or its order changed."""
    column = draw(st.sampled_from(frame.columns))
    what = draw(st.sampled_from(("values", "all", "shuffle", "double", "kind", "none")))
    if what == "shuffle":
        return frame.sample(fraction=1.0, shuffle=True, seed=draw(st.integers(0, 99)))
    if what == "double":
        return pl.concat([frame, frame[: draw(st.integers(1, NUM_ROWS))]])
    if what == "none":
        return frame[:0]
    if what == "kind":
        kinds = (pl.String, pl.Boolean, pl.Float32, pl.Int8, pl.Binary, pl.Date, pl.Duration("ms"),
                 pl.Datetime("us", "Asia/Tokyo"), pl.Categorical, pl.List(pl.Int64), pl.Null,
                 pl.Decimal(20, 4), pl.UInt64, pl.Time, pl.Struct({"a": pl.Int64}))  # fmt: skip
        try:
            return frame.with_columns(
                pl.col(column).cast(draw(st.sampled_from(kinds)), strict=False)
            )
        except pl.exceptions.PolarsError:
            return frame
    values: list[Any] = frame[column].to_list()
    value = draw(st.sampled_from(VALUES))
    places = draw(st.lists(st.integers(0, NUM_ROWS - 1), min_size=1, max_size=4))
    for place in range(NUM_ROWS) if what == "all" else places:
        values[place] = value
    if isinstance(value, str):
        values = [None if item is None else str(item) for item in values]
    try:
        return frame.with_columns(pl.Series(column, values, strict=False))
    except (OverflowError, pl.exceptions.PolarsError):
        return frame


def _written(draw: st.DrawFn, frame: pl.DataFrame) -> tuple[str, bytes]:
    ending = draw(st.sampled_from(ENDINGS))
    if ending != ".parquet":
        try:
            plain = frame.write_csv().encode()
            return f"rows{ending}", gzip.compress(plain) if ending.endswith(".gz") else plain
        except pl.exceptions.PolarsError:
            pass  # nested values have no place in CSV
    return "rows.parquet", parquet(frame)


def _ending(name: str) -> str:
    if "_level_3" in name or name.startswith(("messages", "orders")):
        return name
    return f"_{name[name.index('_') + 1 :]}" if "_" in name else name[name.index(".") :]
