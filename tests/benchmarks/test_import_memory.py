"""Importing four times as long a file takes little more memory, whatever the format."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from console.core.paths import Workspace

GROWTH = 1.35
ROOM = 60e6  # of the allocator, which keeps what it had
MEASURE = """
import json, sys, threading
from pathlib import Path
import polars
from console.core.paths import open_workspace
from console.engine.data.importer import import_dataset
from console.engine.data.mapping import mapping_from
from console.engine.feature_store.importers.base import ImportOptions
from console.engine.feature_store.importers.run import import_raw

format_name, folder, mapping = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
peak, done = 0, threading.Event()

def own_memory():
    # Not the peak of the operating system: that counts pages of the file as well.
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) * 1024

def watch():
    global peak
    while not done.wait(0.005):
        peak = max(peak, own_memory())

before = own_memory()
watcher = threading.Thread(target=watch)
watcher.start()
try:
    if format_name == "table":
        info = import_dataset([folder], mapping_from(mapping), "big", open_workspace())
    else:
        info = import_raw(format_name, [folder], "big", open_workspace(),
                          options=ImportOptions(levels=5))
finally:
    done.set()
    watcher.join()
print(json.dumps({"grown": peak - before, "rows": info.num_rows}))
"""
TABLE_MAPPING = {
    "symbol": "symbol",
    "timestamp": {"column": "time"},
    "features": [f"x{n}" for n in range(6)],
    "mid_price": {"column": "mid"},
}
Write = Callable[[Path, int], None]


def table(num_rows: int) -> pl.DataFrame:
    """Rows of one symbol, so that no symbol is small."""
    random = np.random.default_rng(0)
    columns = {f"x{n}": random.random(num_rows).round(5) for n in range(6)}
    return pl.DataFrame(
        {
            "symbol": ["A"] * num_rows,
            "time": np.arange(num_rows),
            "mid": columns["x0"] + 1,
            **columns,
        }
    )


def write_parquet(folder: Path, num_rows: int) -> None:
    """As most writers do, in row groups."""
    table(num_rows).write_parquet(folder / "rows.parquet", row_group_size=100_000)


def write_csv(folder: Path, num_rows: int) -> None:
    """Plain text."""
    table(num_rows).write_csv(folder / "rows.csv")


def write_packed_csv(folder: Path, num_rows: int) -> None:
    """Text in gzip."""
    write_csv(folder, num_rows)
    with (
        (folder / "rows.csv").open("rb") as plain,
        gzip.open(folder / "rows.csv.gz", "wb", 1) as to,
    ):
        shutil.copyfileobj(plain, to)
    (folder / "rows.csv").unlink()


def write_candles(folder: Path, num_rows: int) -> None:
    """A candle a minute."""
    price = 100 + np.random.default_rng(0).random(num_rows)
    pl.DataFrame(
        {"ts_ms": np.arange(num_rows) * 60_000, "open": price, "high": price + 1,
         "low": price - 1, "close": price + 0.5, "volume": price}
    ).write_parquet(folder / "AAA.parquet")  # fmt: skip


def write_snapshots(folder: Path, num_rows: int) -> None:
    """A book of one level a second."""
    step = np.arange(num_rows) % 7
    pl.DataFrame(
        {"ts": np.arange(num_rows), "ask_p1": 101.0 + step, "ask_s1": 1.0 + step,
         "bid_p1": 100.0 + step, "bid_s1": 2.0 + step}
    ).write_csv(folder / "AAA.csv")  # fmt: skip


def events(num_rows: int) -> Iterator[tuple[int, int, str, int]]:
    """(number, order, kind, price step): orders that are opened and, a hundred later, taken out."""
    for number in range(num_rows):
        order = number // 2 if number % 2 == 0 else max(0, number // 2 - 100)
        yield number, order, "open" if number % 2 == 0 else "done", order % 20


def write_lobster(folder: Path, num_rows: int) -> None:
    """Messages alone, to be replayed."""
    with (folder / "AAA_2012-06-21_34200000_57600000_message_5.csv").open("w") as stream:
        for number, order, kind, step in events(num_rows):
            is_bid = order % 2 == 0
            price = 1_000_000 + (-100 - step if is_bid else 100 + step) * 100
            stream.write(
                f"{34200 + number / 1000:.3f},{1 if kind == 'open' else 3},{order},10,{price},"
                f"{1 if is_bid else -1}\n"
            )


def write_coinbase(folder: Path, num_rows: int) -> None:
    """An opening book of two orders, and a message a line."""
    opening = {"sequence": 0, "bids": [["90", "1", "b"]], "asks": [["110", "1", "a"]]}
    (folder / "beginning_level_3.json").write_text(json.dumps(opening))
    with (folder / "messages.json").open("w") as stream:
        for number, order, kind, step in events(num_rows):
            clock = f"2018-07-13T{number // 3_600_000:02}:{number // 60_000 % 60:02}:"
            clock += f"{number // 1000 % 60:02}.{number % 1000:03}000Z"
            is_bid = order % 2 == 0
            message = {
                "type": kind, "sequence": number + 1, "time": clock, "product_id": "X-Y",
                "order_id": str(order), "side": "buy" if is_bid else "sell",
                "price": str(100 + (-1 - step if is_bid else 1 + step) / 10),
                "remaining_size": "1.5",
            }  # fmt: skip
            stream.write(json.dumps(message) + "\n")


def write_bitstamp(folder: Path, num_rows: int) -> None:
    """Orders created and deleted, one each millisecond."""
    with (folder / "orders.csv").open("w") as stream:
        stream.write("id,timestamp,exchange_timestamp,price,volume,action,direction\n")
        for number, order, kind, step in events(num_rows):
            is_bid = order % 2 == 0
            price = 100 + (-1 - step if is_bid else 1 + step) / 10
            action = "created" if kind == "open" else "deleted"
            side = "bid" if is_bid else "ask"
            stream.write(f"{order},{number},{number},{price},1.5,{action},{side}\n")


def write_websocket(folder: Path, num_rows: int) -> None:
    """A snapshot, then a change of one level a millisecond."""
    with (folder / "a.txt").open("w") as stream:
        first = {
            "type": "snapshot",
            "product_id": "X",
            "bids": [["90", "1"]],
            "asks": [["110", "1"]],
        }
        stream.write(f"1600000000.0: {json.dumps(first)}\n")
        for number in range(num_rows):
            change = ["buy", str(91 + number % 9), str(number % 5)]
            message = {"type": "l2update", "product_id": "X", "changes": [change]}
            stream.write(f"{1_600_000_000 + (number + 1) / 1000:.3f}: {json.dumps(message)}\n")


def write_fi2010(folder: Path, num_rows: int) -> None:
    """149 lines; as many columns as the others have rows would be a gigabyte."""
    count = num_rows // 4
    random = np.random.default_rng(0)
    features = " ".join(f"{value:.4f}" for value in random.random(count))
    labels = " ".join(map(str, random.integers(1, 4, count)))
    (folder / "a.txt").write_text("\n".join([features] * 144 + [labels] * 5))


FILES: list[tuple[str, Write, int]] = [  # the shorter file is several batches long already
    ("table", write_parquet, 600_000), ("table", write_csv, 600_000),
    ("table", write_packed_csv, 600_000), ("candles", write_candles, 600_000),
    ("l2", write_snapshots, 600_000), ("lobster", write_lobster, 1_200_000),
    ("l3", write_coinbase, 1_200_000), ("l3", write_bitstamp, 1_200_000),
    ("websocket", write_websocket, 600_000), ("fi2010", write_fi2010, 600_000),
]  # fmt: skip


def memory(format_name: str, folder: Path) -> tuple[int, int]:
    """Bytes by which a process grows while it imports, and the rows it stored."""
    command = [sys.executable, "-c", MEASURE, format_name, str(folder), json.dumps(TABLE_MAPPING)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    measured = json.loads(answer.stdout)
    return int(measured["grown"]), int(measured["rows"])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("format_name", "write", "num_rows"), FILES)
def test_that_memory_is_bounded_by_a_batch(
    workspace: Workspace, tmp_path: Path, format_name: str, write: Write, num_rows: int,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    found = []
    for times in (1, 4):
        folder = tmp_path / f"{times}"
        folder.mkdir()
        write(folder, times * num_rows)
        found.append(memory(format_name, folder))
        shutil.rmtree(folder)
    (short, few), (long, many) = found
    with capsys.disabled():
        print(
            f"\n{write.__name__[6:]}: {few:,} rows +{short / 1e6:.0f} MB, {many:,} rows "
            f"+{long / 1e6:.0f} MB"
        )
    assert many > 3.9 * few
    assert long <= GROWTH * short + ROOM
