"""Typed configs. Every name, default, limit and help text of a setting stands here once."""

from console.core.configs.balancing import BalancingConfig
from console.core.configs.data import DataConfig
from console.core.configs.model import ModelConfigV2
from console.core.configs.orchestrator import OrchestratorConfig
from console.core.configs.trainer import TrainerConfigV2

__all__ = [
    "BalancingConfig",
    "DataConfig",
    "ModelConfigV2",
    "OrchestratorConfig",
    "TrainerConfigV2",
]
