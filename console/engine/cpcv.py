"""Combinatorial purged cross-validation as scripts of the older system ask for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from console.core.configs import DataConfig, OrchestratorConfig
from console.core.errors import Problem
from console.core.fields import config, from_plain, setting


@config
class CpcvConfig:
    """The ``cpcv_config`` of the old API."""

    n_splits: int = setting(
        "Blocks", "Blocks of all data.", default=6, minimum=3, maximum=12
    )  # fmt: skip
    n_test_splits: int = setting(
        "Tested blocks", "Blocks that each fold tests.", default=2, minimum=1, maximum=4
    )  # fmt: skip
    embargo_pct: float = setting(
        "Embargo", "Share of the rows left out beside a tested block.", default=0.02, minimum=0.0,
        maximum=0.1,
    )  # fmt: skip

    def cross_checks(self) -> Iterator[Problem]:
        """Rules that span several fields."""
        if self.n_test_splits >= self.n_splits:
            yield Problem(
                "n_test_splits", self.n_test_splits, "at least one block must be trained on."
            )


def read_cpcv(values: Mapping[str, Any] | None) -> CpcvConfig:
    """The settings given by an old script; those left out follow the defaults.

    Raises:
        ConfigError: an unknown name (with the closest one), or a value outside its limits.
    """
    return from_plain(CpcvConfig, values or {})


def with_cpcv(run: OrchestratorConfig, cpcv: CpcvConfig) -> OrchestratorConfig:
    """``run`` as a run of all combinatorial folds."""
    data = dataclasses.replace(
        run.data or DataConfig(), split_method="combinatorial", num_blocks=cpcv.n_splits,
        num_test_blocks=cpcv.n_test_splits, embargo_fraction=cpcv.embargo_pct, fold=0,
    )  # fmt: skip
    return dataclasses.replace(run, run_type="folds", data=data)


def cpcv_results(cpcv: CpcvConfig, result: Mapping[str, Any]) -> dict[str, Any]:
    """What the old API returns of it: every fold, their spread, and the pooled judgement."""
    return {
        **dataclasses.asdict(cpcv),
        "num_folds": len(result["members"]), "folds": result["members"],
        "spread": result["spread"], "pooled": result["pooled"],
    }  # fmt: skip
