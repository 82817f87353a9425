"""Has a training measured in a child process, which alone is lost when memory runs out."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

from console.core.configs import OrchestratorConfig
from console.core.errors import ConfigError, ConsoleError, DataError, Problem, WorkspaceError
from console.core.fields import to_plain
from console.engine.supervisor import WORKER_ENVIRONMENT

Tell = Callable[[float, str], None]
_KINDS = {kind.__name__: kind for kind in (ConsoleError, DataError, WorkspaceError)}


def estimate(config: OrchestratorConfig, tell: Tell) -> dict[str, Any]:
    """What the training of ``config`` will take; ``tell`` hears the share done and each stage.

    Raises:
        ConfigError: settings that do not fit together or the data.
        ConsoleError: unusable data or workspace, or the dry run itself failed.
    """
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "console.engine.estimate.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            env={**WORKER_ENVIRONMENT, **os.environ},
        )  # fmt: skip
        try:
            result = _result(child, config, tell)
            if result is not None:
                return result
            errors.seek(0)
            last = errors.read().strip().splitlines()[-1:] or [f"exit code {child.wait()}"]
        finally:
            child.kill()
            child.communicate()
    raise ConsoleError(
        "The dry run ended without an answer: {reason}.",
        remedy="It may have run out of memory: try a smaller batch or a smaller model.",
        reason=last[0].rstrip("."),
    )


def _result(
    child: subprocess.Popen[str], config: OrchestratorConfig, tell: Tell
) -> dict[str, Any] | None:
    """What the child answers; None when it dies before it does."""
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps(to_plain(config)) + "\n")
        child.stdin.flush()
    for line in child.stdout:
        content = json.loads(line)
        if "progress" in content:
            tell(content["progress"]["fraction"], content["progress"]["message"])
        elif "error" in content:
            raise _error(content["error"])
        else:
            return dict(content)
    return None


def _error(told: Mapping[str, str]) -> ConsoleError:
    """The child's error as its own kind, its words being final."""
    if told["type"] == "ConfigError":
        return ConfigError("estimate", [Problem("", None, told["message"])], remedy=told["remedy"])
    kind = _KINDS.get(told["type"], ConsoleError)
    return kind(told["message"], remedy=told["remedy"])
