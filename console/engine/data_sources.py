"""Where the rows of a run come from: a dataset, the feature store, old files, or the sample.

The feature store is what is found at its path: our own (it has a ``schema.json``), the older layout
(``offline/training_features``), or either of them behind a URL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.datasets import DatasetInfo, get_dataset
from console.core.errors import DataError
from console.core.paths import Workspace, is_url
from console.engine.data.rows import MarketRows
from console.engine.data.simulated import ensure_sample
from console.engine.data.storage import MatrixRoom, load_stored
from console.engine.feature_store import legacy_files, old_store
from console.engine.feature_store.remote_store import RemoteStore
from console.engine.feature_store.store import FeatureStore, is_store

Warn = Callable[[str, str, str], None]


@dataclass(frozen=True)
class _Source:
    """A place rows can come from: how many rows it has per symbol, and how to read them."""

    rows_per_symbol: Mapping[str, int]
    load: Callable[[tuple[str, ...]], MarketRows]


def load_rows(
    config: OrchestratorConfig, data: DataConfig, workspace: Workspace, warn: Warn
) -> MarketRows:
    """Read the rows of a run.

    A named dataset comes first; then the feature store, the old files, and the simulated sample,
    each only where the config allows it and where it holds something.

    Raises:
        DataError: nothing is found, or what is found cannot be used.
    """
    if data.dataset:
        source = _dataset_source(
            get_dataset(workspace, data.dataset), data, workspace, config.num_processes
        )
        return source.load(_chosen_symbols(config, data, source))
    stored = _stored_source(config, data, workspace)
    source = stored or _sample_source(config, data, workspace, warn)
    return source.load(_chosen_symbols(config, data, source))


def _dataset_source(
    info: DatasetInfo, data: DataConfig, workspace: Workspace, num_copies: int
) -> _Source:
    def load(symbols: tuple[str, ...]) -> MarketRows:
        return load_stored(info, workspace, symbols, data, num_copies)

    return _Source(dict(zip(info.symbols, info.rows_per_symbol, strict=True)), load)


def _stored_source(
    config: OrchestratorConfig, data: DataConfig, workspace: Workspace
) -> _Source | None:
    old, room = Path(config.legacy_storage_path), MatrixRoom(data, workspace, config.num_processes)
    if config.use_feature_store:
        source = _feature_store(config.feature_store_path, data, room)
        if source is not None:
            return source
    if config.fallback_to_legacy and (rows := legacy_files.available_symbols(old)):
        return _Source(
            rows,
            lambda symbols: room.told(
                legacy_files.load_legacy_files(old, symbols, data.days, room=room)
            ),
        )
    return None


def _feature_store(place: str, data: DataConfig, room: MatrixRoom) -> _Source | None:
    """The store at ``place``, a folder or a URL; None when it has no rows."""
    own: FeatureStore | RemoteStore | None = None
    if is_url(place):
        own = RemoteStore.open(place)
    elif is_store(place):
        own = FeatureStore.open(place)
    if own is not None:
        counts = own.rows_per_symbol(data.days)
        load = own.load
    else:
        counts = old_store.available_symbols(place)
        load = partial(old_store.load_feature_store, place)
    if not counts:
        return None
    return _Source(counts, lambda symbols: room.told(load(symbols, data.days, room=room)))


def _sample_source(
    config: OrchestratorConfig, data: DataConfig, workspace: Workspace, warn: Warn
) -> _Source:
    if not config.allow_simulated:
        raise DataError(
            "No data was found: the feature store {store} and the old files {legacy} hold none.",
            remedy="Import a dataset and name it in the data config, or correct the two paths.",
            store=config.feature_store_path, legacy=config.legacy_storage_path,
        )  # fmt: skip
    source = _dataset_source(ensure_sample(workspace), data, workspace, config.num_processes)
    warn(
        "simulated_data",
        f"No data was found in {config.feature_store_path} or {config.legacy_storage_path}: "
        "training on the simulated order book.",
        "Import a dataset to train on market data.",
    )
    return source


def _chosen_symbols(
    config: OrchestratorConfig, data: DataConfig, source: _Source
) -> tuple[str, ...]:
    """The symbols to read: asked for, or those with the most rows; at most ``max_symbols``."""
    if config.auto_select_symbols:
        ranked = sorted(source.rows_per_symbol, key=lambda s: (-source.rows_per_symbol[s], s))
        return tuple(ranked[: config.max_symbols])
    asked = data.symbols or tuple(sorted(source.rows_per_symbol))
    return asked[: config.max_symbols]
