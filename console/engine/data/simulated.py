"""The simulated sample: an order book of no real market, so that a newcomer can press Start."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from console.core.datasets import SAMPLE_NAME, DatasetInfo, dataset_dir, get_dataset
from console.core.paths import Workspace
from console.engine.data.staging import exclusive

Floats = npt.NDArray[np.float64]

SYMBOLS = {"BTCUSDT": (60_000.0, 60.0), "ETHUSDT": (3_000.0, 3.0)}  # opening price, tick
NUM_DAYS = 10
ROWS_PER_DAY = 600
NUM_LEVELS = 5
STEP_LENGTH, STEPS_PER_ROW, WARM_UP_STEPS = 0.07, 2, 300
HORIZON_ROWS = 10
FIRST_TIME_MS = 1_704_103_200_000  # 2024-01-01 10:00 UTC
DAY_MS, ROW_MS = 86_400_000, 1_000
SEED = 20100501
MAPPING = {
    "symbol": "symbol",
    "timestamp": {"column": "timestamp", "unit": "ms"},
    "features": {"exclude": ["mid_price"]},
    "labels": [
        {
            "column": f"label_{HORIZON_ROWS}",
            "horizon_rows": HORIZON_ROWS,
            "encoding": {0: "SELL", 1: "HOLD", 2: "BUY"},
            "drop_tail": True,
        }
    ],
    "mid_price": {"column": "mid_price", "kind": "price"},
    "missing": "previous",
    "max_gap_s": 60.0,
}


def ensure_sample(workspace: Workspace) -> DatasetInfo:
    """The dataset "sample" (simulated), made on first use; safe when two processes ask at once.

    Raises:
        WorkspaceError: the workspace cannot be written.
    """
    if _exists(workspace):
        return get_dataset(workspace, SAMPLE_NAME)
    workspace.ensure()
    with exclusive(workspace, "make-sample"):
        if not _exists(workspace):
            _make_sample(workspace)
    return get_dataset(workspace, SAMPLE_NAME)


def simulate_columns(seed: int = SEED) -> dict[str, npt.NDArray[np.generic] | list[str]]:
    """All columns of the sample: two symbols, ten days of 600 rows, sorted by symbol and time.

    Features of each row: distance from the mid-price in ticks and size of five levels a side,
    spread, queue imbalance, micro-price (Stoikov 2018, first-order weighted mid), order-flow
    imbalance (Cont, Kukanov, Stoikov 2014), trades, past moves and volatility. ``label_10`` is the
    sign of the mid-price move over the next ten rows.
    """
    from console.engine.data.zero_intelligence import ZeroIntelligenceBook

    names = list(SYMBOLS)
    num_sessions = len(names) * NUM_DAYS
    book = ZeroIntelligenceBook(num_sessions, STEP_LENGTH, seed)
    for _ in range(WARM_UP_STEPS):
        book.step()
    seen = book.record(ROWS_PER_DAY, STEPS_PER_ROW, NUM_LEVELS)
    mid = (seen.bid_price[..., 0] + seen.ask_price[..., 0]) / 2
    columns = _level_columns(mid, seen.bid_price, seen.bid_size, seen.ask_price, seen.ask_size)
    columns |= _flow_columns(seen.bid_price, seen.bid_size, seen.ask_price, seen.ask_size)
    columns["trade_flow"] = (seen.bought - seen.sold).astype(np.float64)
    columns |= _past_columns(mid)
    columns[f"label_{HORIZON_ROWS}"] = _direction(mid)
    flat = {name: np.ascontiguousarray(values.T).ravel() for name, values in columns.items()}
    opening, tick = (np.repeat(part, NUM_DAYS) for part in zip(*SYMBOLS.values(), strict=True))
    price = opening + (mid - mid[0]) * tick
    return {
        "symbol": [name for name in names for _ in range(NUM_DAYS * ROWS_PER_DAY)],
        "timestamp": np.tile(_times(), len(names)),
        "mid_price": np.ascontiguousarray(price.T).ravel(),
        **flat,
    }


def _exists(workspace: Workspace) -> bool:
    return (dataset_dir(workspace, SAMPLE_NAME) / "dataset.yaml").is_file()


def _make_sample(workspace: Workspace) -> None:
    import polars as pl

    from console.engine.data.importer import import_dataset
    from console.engine.data.mapping import mapping_from

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "simulated.parquet"
        pl.DataFrame(simulate_columns()).write_parquet(path)
        import_dataset([path], mapping_from(MAPPING), SAMPLE_NAME, workspace, simulated=True)


def _times() -> npt.NDArray[np.int64]:
    day, row = np.arange(NUM_DAYS)[:, None], np.arange(ROWS_PER_DAY)[None, :]
    return (FIRST_TIME_MS + day * DAY_MS + row * ROW_MS).ravel()


def _level_columns(
    mid: Floats,
    bid_price: npt.NDArray[np.int64],
    bid_size: npt.NDArray[np.int64],
    ask_price: npt.NDArray[np.int64],
    ask_size: npt.NDArray[np.int64],
) -> dict[str, Floats]:
    """What one look at the book shows; prices in ticks, all (R, S)."""
    columns: dict[str, Floats] = {}
    sides = (("bid", bid_price, bid_size, -1), ("ask", ask_price, ask_size, +1))
    for side, price, size, sign in sides:
        for level in range(NUM_LEVELS):
            distance = sign * (price[..., level] - mid)
            columns[f"{side}_distance_{level + 1}"] = np.where(
                price[..., level] >= 0, distance, np.nan
            )
            columns[f"{side}_size_{level + 1}"] = size[..., level].astype(np.float64)
    best_bid, best_ask = bid_size[..., 0], ask_size[..., 0]
    all_bid, all_ask = bid_size.sum(axis=-1), ask_size.sum(axis=-1)
    spread = (ask_price[..., 0] - bid_price[..., 0]).astype(np.float64)
    columns["spread"] = spread
    columns["imbalance_1"] = (best_bid - best_ask) / (best_bid + best_ask)
    columns["imbalance_5"] = (all_bid - all_ask) / (all_bid + all_ask)
    columns["micro_price_offset"] = spread / 2 * columns["imbalance_1"]
    return columns


def _flow_columns(
    bid_price: npt.NDArray[np.int64],
    bid_size: npt.NDArray[np.int64],
    ask_price: npt.NDArray[np.int64],
    ask_size: npt.NDArray[np.int64],
) -> dict[str, Floats]:
    """Order-flow imbalance of the best quotes against the row before, and its last ten rows."""
    pb, qb = bid_price[..., 0], bid_size[..., 0]
    pa, qa = ask_price[..., 0], ask_size[..., 0]
    flow = np.zeros(pb.shape)
    flow[1:] = (
        (pb[1:] >= pb[:-1]) * qb[1:]
        - (pb[1:] <= pb[:-1]) * qb[:-1]
        - (pa[1:] <= pa[:-1]) * qa[1:]
        + (pa[1:] >= pa[:-1]) * qa[:-1]
    )
    total = np.cumsum(flow, axis=0)
    recent = total.copy()
    recent[10:] -= total[:-10]
    return {"order_flow_imbalance": flow, "order_flow_imbalance_10": recent}


def _past_columns(mid: Floats) -> dict[str, Floats]:
    """Moves over the last rows and their root mean square, in ticks; 0 before there is a past."""
    columns: dict[str, Floats] = {}
    for num_rows in (1, 5, 20):
        move = np.zeros(mid.shape)
        move[num_rows:] = mid[num_rows:] - mid[:-num_rows]
        columns[f"mid_change_{num_rows}"] = move
    squares = np.cumsum(columns["mid_change_1"] ** 2, axis=0)
    recent = squares.copy()
    recent[20:] -= squares[:-20]
    columns["volatility_20"] = np.sqrt(recent / 20)
    return columns


def _direction(mid: Floats) -> Floats:
    """0 down, 1 unchanged, 2 up over the horizon; the last rows have no future and say 1."""
    move = np.zeros(mid.shape)
    move[:-HORIZON_ROWS] = mid[HORIZON_ROWS:] - mid[:-HORIZON_ROWS]
    return np.sign(move) + 1
