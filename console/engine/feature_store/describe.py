"""What a store of ours holds, as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.engine.feature_store.schema import SCHEMA_VERSION
from console.engine.feature_store.store import FeatureStore
from console.engine.feature_store.stored_days import StoredDay


def describe_store(root: str | Path) -> dict[str, Any]:
    """Columns, and rows, days, files and bytes of every symbol of the store in ``root``.

    Raises:
        DataError: there is no store, or one of its files cannot be read.
    """
    store = FeatureStore.open(root)
    counts = store.rows_per_symbol()
    days: dict[str, list[StoredDay]] = {}
    for day in store.days():
        days.setdefault(day.symbol, []).append(day)
    return {
        "path": str(Path(root).resolve()),
        "version": SCHEMA_VERSION,
        "fingerprint": store.schema.fingerprint,
        "features": list(store.schema.features),
        "labels": [
            {"name": label.name, "horizon_s": label.horizon_s, "encoding": label.encoding}
            for label in store.schema.labels
        ],
        "has_mid_price": store.schema.has_mid_price,
        "num_rows": sum(counts.values()),
        "symbols": [_symbol(name, counts.get(name, 0), own) for name, own in days.items()],
    }


def _symbol(name: str, rows: int, days: list[StoredDay]) -> dict[str, Any]:
    files = [Path(path) for day in days for path in day.files]
    return {
        "symbol": name, "rows": rows, "days": len(days), "files": len(files),
        "first_date": days[0].date, "last_date": days[-1].date,
        "size_bytes": sum(path.stat().st_size for path in files if path.exists()),
    }  # fmt: skip
