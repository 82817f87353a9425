"""A writer or a compactor of a feature store, to be killed: ``store_process.py ROLE STORE ...``.

``write STORE ACKNOWLEDGED COUNT PARITY`` appends row by row, each acknowledged by a synced line,
and begins behind the last acknowledged one. ``compact STORE`` compacts over and over.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from console.engine.feature_store.store import FeatureStore
from tests.engine.feature_store.layouts import table

SYMBOL, DATE = "AAA", "2023-11-15"


def write(store: FeatureStore, acknowledged: Path, count: int, parity: int) -> None:
    first = len(read_acknowledged(acknowledged))
    with acknowledged.open("ab", buffering=0) as stream:
        for number in range(first, count):
            second = 2 * number + parity
            store.append(table([second], SYMBOL))
            stream.write(f"{second}\n".encode())
            os.fsync(stream.fileno())
            print(second, flush=True)


def compact(store: FeatureStore) -> None:
    while True:
        print(store.compact(SYMBOL, DATE), flush=True)


def read_acknowledged(path: Path) -> list[int]:
    """The seconds whose append had returned; a torn last line is none."""
    lines = path.read_text().split("\n") if path.exists() else [""]
    path.write_text("".join(f"{line}\n" for line in lines[:-1]))
    return [int(line) for line in lines[:-1]]


if __name__ == "__main__":
    role, root, *words = sys.argv[1:]
    if role == "write":
        write(FeatureStore.open(root), Path(words[0]), int(words[1]), int(words[2]))
    else:
        compact(FeatureStore.open(root))
