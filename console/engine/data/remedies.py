"""The mends that findings offer; none where only a person can help."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.configs.model import ModelConfigV2
from console.core.fields import field_of, fields_of
from console.core.mends import Mend, by_command, by_settings
from console.engine.data.rows import MarketRows, runs

SAFE_CLIP = 5.0
LEAST_WINDOW = 10
LONGEST_JOIN = 30.0  # times the longest gap of today; beyond lies a break or a night


def leave_out_feature(rows: MarketRows, name: str) -> Mend | None:
    """Store the dataset without a feature."""
    if rows.num_features == 1 or "," in name:
        return None
    return _command(rows, f"Leave out '{name}'", "--drop-features", name)


def drop_rows(rows: MarketRows, option: str, count: int) -> Mend | None:
    """Store the dataset without the ``count`` rows that ``option`` of ``data mend`` finds."""
    return _command(rows, f"Leave out {count:,} rows", option)


def without_symbol(rows: MarketRows, symbol: str) -> Mend | None:
    """Train on the other symbols."""
    others = [other for other in rows.symbols if other != symbol]
    if not others:
        return None
    return by_settings(f"Train without symbol {symbol}", {"data.symbols": others})


def wider_purge(num_rows: int) -> Mend:
    """The split as it comes, with ``num_rows`` more rows left out between the parts."""
    settings = {**_usual_split(), "data.extra_purge_rows": num_rows}
    return by_settings(f"Take the usual split and purge {num_rows:,} more rows", settings)


def usual_split() -> Mend:
    """The split as it comes."""
    return by_settings("Take the usual split", _usual_split())


def scaling_in_windows() -> Mend:
    """No scaling that is fitted on any rows: every window by itself."""
    settings = {"data.normalisation": "none", "model.input_norm": "revin"}
    return by_settings("Scale every window by itself", settings)


def limits_from_volatility() -> Mend:
    """Label limits that are fitted on no rows at all."""
    settings = {"balancing.label_method": "volatility"}
    return by_settings("Take the label limits from past volatility", settings)


def softer_scaling(data: DataConfig) -> Mend | None:
    """Median and quartiles with clipping; None where that is in force already."""
    wanted: dict[str, Any] = {}
    if data.normalisation != "robust":
        wanted["data.normalisation"] = "robust"
    if data.clip_sigma == 0:
        wanted["data.clip_sigma"] = SAFE_CLIP
    return by_settings("Scale by median and quartiles, and clip", wanted) if wanted else None


def steadier_label(rows: MarketRows, label: dict[str, Any], data: DataConfig) -> Mend | None:
    """Limits that follow the market, else more days."""
    settings: dict[str, Any] = {"balancing.label_method": "volatility"}
    if label["source"] == "prices" and label["method"] not in ("volatility", "triple_barrier"):
        return limits_from_volatility()
    if label["source"] == "given" and rows.mid is not None:
        settings |= _from_prices(label["horizon_rows"])
        return by_settings("Make the label from prices, by past volatility", settings)
    return _all_days(data)


def something_to_train_on(
    rows: MarketRows, data: DataConfig, balancing: BalancingConfig, sequence_length: int
) -> Mend | None:
    """More data, a shorter window, or another label, for a choice that leaves no windows."""
    longest = max((b - a for a, b in runs(rows.segment)), default=0)
    if longest < sequence_length:
        length = max(int(field_of(ModelConfigV2, "sequence_length").minimum or 2), longest // 2)
        settings: dict[str, Any] = {"model.sequence_length": length}
        fits = longest > length
        return by_settings(f"Set the sequence length to {length:,}", settings) if fits else None
    more = _all_days(data)
    if more or data.symbols:
        return more or by_settings("Use all symbols", {"data.symbols": []})
    from_prices = data.label_source == "prices" or (data.label_source == "auto" and not data.label)
    if rows.mid is not None and not from_prices:
        settings = {**_from_prices(data.horizon), "balancing.label_method": "percentile"}
        return by_settings("Make the label from prices, by percentiles", settings)
    if rows.mid is not None and balancing.label_method != "percentile":
        settings = {"balancing.label_method": "percentile"}
        return by_settings("Take the label limits by percentiles", settings)
    return None


def longer_gaps(rows: MarketRows, sequence_length: int, max_gap_s: float) -> Mend | None:
    """Import again with the gap that joins most short stretches, where that is no night."""
    last = [stop - 1 for _, stop in runs(rows.segment)]
    short = [stop - start < sequence_length for start, stop in runs(rows.segment)]
    gaps = [
        float(rows.time[at + 1] - rows.time[at])
        for at, *near in zip(last[:-1], short[:-1], short[1:], strict=True)
        if any(near) and rows.symbol_code[at] == rows.symbol_code[at + 1]
    ]
    harmless = sorted(gap for gap in gaps if max_gap_s < gap <= LONGEST_JOIN * max_gap_s)
    if not harmless:
        return None
    wanted = float(f"{harmless[int(0.9 * (len(harmless) - 1))] * 1.05:.2g}")
    return _command(rows, f"Let gaps of {wanted:g} s pass", "--max-gap", f"{wanted:g}")


def shorter_window(rows: MarketRows, sequence_length: int) -> Mend | None:
    """A window that fits into most of the short stretches, where it still sees something."""
    short = sorted(b - a for a, b in runs(rows.segment) if b - a < sequence_length)
    length = short[len(short) // 10] if short else 0
    if length < LEAST_WINDOW:
        return None
    return by_settings(f"Set the sequence length to {length:,}", {"model.sequence_length": length})


def import_again(name: str, sources: Collection[str], simulated: bool) -> Mend | None:
    """Read the same files again by the same mapping."""
    if simulated or not sources:
        return None
    return by_command("Import the same files again", "data", "mend", name, "--import-again")


def _command(rows: MarketRows, words: str, *options: str) -> Mend | None:
    if rows.source != "dataset":
        return None
    return by_command(words, "data", "mend", rows.name, *options)


def _usual_split() -> dict[str, Any]:
    return {f"data.{f.name}": f.default for f in fields_of(DataConfig) if f.group == "Split"}


def _from_prices(horizon_rows: int) -> dict[str, Any]:
    return {"data.label": "", "data.label_source": "prices", "data.horizon": horizon_rows}


def _all_days(data: DataConfig) -> Mend | None:
    return by_settings("Use all days", {"data.days": 0}) if data.days else None
