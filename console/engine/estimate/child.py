"""The process of a dry run: ``python -m console.engine.estimate.child``.

It reads one JSON line, the plain ``OrchestratorConfig``, and writes JSON lines: ``{"progress":
{...}}`` and at last the result or ``{"error": {...}}``. It ends when its input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

from console.core.configs import OrchestratorConfig
from console.core.errors import ConsoleError
from console.core.fields import from_plain
from console.core.files import jsonable
from console.engine.worker import BACKGROUND_NICENESS


def main() -> int:
    """Measure what the parent asked for."""
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(BACKGROUND_NICENESS)  # like the training it stands for
    from console.engine.estimate.dry_run import DryRun  # torch only from here on

    try:
        config = from_plain(OrchestratorConfig, request)
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


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: nothing is held while the process ends
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
