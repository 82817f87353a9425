"""The process of a dry run: ``python -m console.engine.estimate.child CONFIG``.

It takes the plain ``OrchestratorConfig`` as JSON and writes JSON lines: ``{"progress": {...}}`` and
at last the result or ``{"error": {...}}``.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.fields import from_plain
from console.core.files import jsonable
from console.engine.supervisor import WORKER_ENVIRONMENT
from console.engine.worker import BACKGROUND_NICENESS


def main() -> int:
    """Measure as the worker of the training would do its work."""
    for name, value in WORKER_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(BACKGROUND_NICENESS)
    from console.engine.estimate.dry_run import DryRun  # torch only from here on

    try:
        config = from_plain(OrchestratorConfig, json.loads(sys.argv[1]))
        _say(DryRun(config, _tell).measure())
    except ConsoleError as error:
        _say({"error": error.to_dict()})
        return 1
    return 0


def _tell(share: float, stage: str) -> None:
    _say({"progress": {"message": stage, "fraction": share}})


def _say(content: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(jsonable(content)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
