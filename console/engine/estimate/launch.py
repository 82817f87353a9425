"""Has a training measured in a child process, which alone is lost when memory runs out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from console.core.configs import OrchestratorConfig
from console.core.fields import to_plain
from console.engine.child import run_module

Tell = Callable[[float, str], None]


def estimate(config: OrchestratorConfig, tell: Tell) -> dict[str, Any]:
    """What the training of ``config`` will take; ``tell`` hears the share done and each stage.

    Raises:
        ConsoleError: unusable settings, data or workspace, or the dry run itself failed.
    """

    def hear(line: Mapping[str, Any]) -> None:
        if "progress" in line:
            tell(line["progress"]["fraction"], line["progress"]["message"])

    return run_module("console.engine.estimate.child", [json.dumps(to_plain(config))], hear)
