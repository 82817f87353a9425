"""Values of earlier rows (reference group ``lagged``): <column>_lag<k> is the column k rows before.

Of candles a row is a minute, absent minutes counted.
"""

from __future__ import annotations

from console.engine.data.features.feature import Feature
from console.engine.data.features.rolling import before
from console.engine.feature_store.columns import LAGGED_COLUMNS, LAGS


def _lagged(name: str, lag: int) -> Feature:
    return Feature(
        f"{name}_lag{lag}", f"{name}, {lag} row{'s' if lag > 1 else ''} before", (name,),
        lambda x: before(x[name], lag), lag,
    )  # fmt: skip


FEATURES = tuple(_lagged(name, lag) for name in LAGGED_COLUMNS for lag in LAGS)
