"""What columns are called: the 112, or 187, features of the old store in order, and the rest."""

from __future__ import annotations

import re

_BASE = """
bid_ask_spread_abs bid_ask_spread_rel mid_price micro_price vwap_bid_5 vwap_ask_5 vwap_bid_10
vwap_ask_10 depth_bid_5 depth_ask_5 depth_bid_10 depth_ask_10 total_bid_volume total_ask_volume
book_depth_ratio
imbalance_5 imbalance_10 imbalance_total price_pressure volume_delta_5 order_flow_imbalance
bid_intensity ask_intensity buy_sell_ratio smart_money_index
largest_bid_cluster_price largest_bid_cluster_volume largest_ask_cluster_price
largest_ask_cluster_volume num_bid_clusters num_ask_clusters support_level_1 resistance_level_1
distance_to_support distance_to_resistance
liquidity_bid_5 liquidity_ask_5 liquidity_asymmetry effective_spread kyle_lambda
amihud_illiquidity roll_spread depth_imbalance_ratio
level_ttl_avg level_ttl_std orderbook_volatility update_frequency quote_intensity
trade_arrival_rate spread_volatility
open high low close volume typical_price
returns log_returns high_low_range close_open_diff upper_shadow lower_shadow body_size
realized_volatility parkinson_volatility garman_klass_volatility
volume_ma_ratio volume_change_rate price_volume_trend volume_weighted_price money_flow
doji_strength hammer_strength engulfing_strength gap_size
sma_10 sma_20 sma_50 ema_10 ema_20 ema_50 macd macd_signal macd_histogram adx plus_di minus_di
rsi_14 rsi_28 stochastic_k stochastic_d williams_r cci momentum_10 roc mfi
bollinger_upper bollinger_middle bollinger_lower bollinger_width bollinger_pct atr_14
keltner_upper keltner_lower
obv vwap ad_line cmf vpt nvi
aroon_up aroon_down
"""
_LAGGED = """
imbalance_5 depth_imbalance_ratio imbalance_10 volume_delta_5 gap_size momentum_10
update_frequency quote_intensity rsi_28 roc orderbook_volatility bid_ask_spread_rel
effective_spread trade_arrival_rate smart_money_index
"""
_DERIVED = """
imbalance_5_change imbalance_5_change_pct imbalance_5_momentum imbalance_ratio_5_10
imbalance_vol_adjusted imbalance_volume_weighted spread_change spread_momentum rsi_diff
rsi_14_momentum composite_signal smart_money_momentum smart_money_acceleration trade_quote_ratio
volatility_regime
"""
LAGS = (1, 2, 4, 8)
MID_PRICES = ("current_mid_price", "mid_price")  # the second is a feature, too
NOT_FEATURES = {
    "symbol", "timestamp", "date", "current_mid_price", "signal_type", "signal_confidence",
    "signal_strength",
}  # fmt: skip
_LABEL = re.compile(r"future_direction_(\d+)s")

LAGGED_COLUMNS = tuple(_LAGGED.split())
BASE_FEATURES = tuple(_BASE.split())
LAGGED_FEATURES = tuple(f"{name}_lag{lag}" for name in LAGGED_COLUMNS for lag in LAGS)
ALL_FEATURES = (*BASE_FEATURES, *LAGGED_FEATURES, *_DERIVED.split())


def names_for(num_features: int) -> tuple[str, ...]:
    """Names for an unnamed matrix: the old store's where the count fits, else numbered."""
    for known in (BASE_FEATURES, ALL_FEATURES):
        if len(known) == num_features:
            return known
    return tuple(f"feature_{number:03d}" for number in range(num_features))


def is_label(name: str) -> bool:
    """Whether ``name`` is a label column, ``future_direction_<h>s``."""
    return _LABEL.fullmatch(name) is not None


def is_feature(name: str) -> bool:
    """Whether a numeric column called ``name`` is a feature."""
    return name not in NOT_FEATURES and not name.startswith("future_")


def label_seconds(name: str) -> float:
    """The horizon in the name of a label column."""
    found = _LABEL.fullmatch(name)
    assert found is not None
    return float(found.group(1))


def movement_of(label: str) -> str:
    """The column of the future returns that belong to label column ``label``."""
    return label.replace("direction", "movement")
