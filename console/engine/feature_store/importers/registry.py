"""The raw formats by name."""

from __future__ import annotations

from console.core.errors import DataError, did_you_mean
from console.engine.feature_store.importers.base import Importer, ImportOptions
from console.engine.feature_store.importers.candles import CandleImporter
from console.engine.feature_store.importers.fi2010 import Fi2010Importer
from console.engine.feature_store.importers.level2 import Level2Importer
from console.engine.feature_store.importers.level3 import Level3Importer
from console.engine.feature_store.importers.lobster import LobsterImporter
from console.engine.feature_store.importers.websocket import WebsocketImporter

FORMATS: tuple[type[Importer], ...] = (
    CandleImporter,
    LobsterImporter,
    Level3Importer,
    Level2Importer,
    Fi2010Importer,
    WebsocketImporter,
)
IMPORTERS: dict[str, type[Importer]] = {kind.name: kind for kind in FORMATS}


def get_importer(name: str, options: ImportOptions | None = None) -> Importer:
    """The importer of format ``name``.

    Raises:
        DataError: there is no such format; names the closest.
    """
    if name not in IMPORTERS:
        close = did_you_mean(name, IMPORTERS)
        raise DataError(
            "There is no format '{name}'; known: {known}.{hint}",
            remedy="Choose one of them with --format.",
            name=name, known=", ".join(("table", *IMPORTERS)),
            hint=f" Did you mean '{close}'?" if close else "",
        )  # fmt: skip
    return IMPORTERS[name](options or ImportOptions())
