"""What a trained model said about each of its test windows, kept as a table beside the run."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from console.core.datasets import CLASS_NAMES
from console.core.errors import RunError
from console.core.files import write_bytes_atomic
from console.engine.data.rows import MarketRows
from console.engine.data.windows import Windows
from console.engine.training.device import numerics
from console.engine.training.evaluation import autocast
from console.engine.training.feeds import Feed
from console.engine.training.model_trainer_v2 import ModelTrainerV2

PREDICTIONS = "test_predictions.parquet"
PROBABILITIES = tuple(f"p_{name.lower()}" for name in CLASS_NAMES)


@torch.inference_mode()
def probabilities_of(trainer: ModelTrainerV2, windows: Windows) -> npt.NDArray[np.float32]:
    """Probabilities (N, 3) float32 of the classes, for every window in natural order."""
    feed = Feed(
        windows, name="test", batch_size=trainer.config.batch_size,
        num_classes=trainer.num_classes, device=trainer.device,
    )  # fmt: skip
    model, was_training = trainer.model, trainer.model.training
    found: list[torch.Tensor] = []
    with numerics(trainer.config):
        model.eval()
        try:
            for batch in feed.evaluation():
                with autocast(trainer.device, trainer.precision):
                    logits = model(batch.sequence)["direction_logits"]
                found.append(logits.float().softmax(dim=-1).cpu())
        finally:
            model.train(was_training)
    return np.asarray(torch.cat(found).numpy(), dtype=np.float32)


def write_predictions(
    folder: Path, rows: MarketRows, windows: Windows, probabilities: npt.NDArray[np.float32]
) -> Path:
    """Keep ``probabilities`` (N, 3) of ``windows`` (N) in ``folder``.

    One line a window: symbol, time in seconds, number of its last row, class, probabilities.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    ends = windows.ends.numpy()
    symbols = np.asarray(rows.symbols, dtype=object)[rows.symbol_code[ends]]
    columns = dict(zip(PROBABILITIES, probabilities.T, strict=True))
    table = pl.DataFrame(
        {
            "symbol": pl.Series(symbols, dtype=pl.String), "time": rows.time[ends],
            "row": ends.astype(np.int64), "label": windows.labels.numpy(),
            **{name: np.ascontiguousarray(column) for name, column in columns.items()},
        }
    )  # fmt: skip
    buffer = io.BytesIO()
    table.write_parquet(buffer, statistics=False)
    path = folder / PREDICTIONS
    write_bytes_atomic(path, buffer.getvalue())
    return path


def read_predictions(folder: Path) -> pl.DataFrame:
    """What ``write_predictions`` kept in ``folder``.

    Raises:
        RunError: it is missing or damaged.
    """
    path = folder / PREDICTIONS
    try:
        table = pl.read_parquet(path)
        return table.select("symbol", "time", "row", "label", *PROBABILITIES)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(
            "The test predictions {path} cannot be read: {reason}.",
            remedy="Delete the folder of that fold and resume the run: it is trained again.",
            path=path, reason=str(error).splitlines()[0].rstrip("."),
        ) from error  # fmt: skip
