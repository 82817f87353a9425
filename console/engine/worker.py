"""The process of one run: ``python -m console.engine.worker RUN_DIR [--resume]``."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import sys
from pathlib import Path

from console.core.rundir import RunDir

BACKGROUND_NICENESS = 10


def main(arguments: list[str] | None = None) -> int:
    """Train one prepared run until it ends; the exit code is 0 unless the run failed."""
    parser = argparse.ArgumentParser(prog="console.engine.worker")
    parser.add_argument("run", type=Path)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args(arguments)
    run = RunDir(options.run.resolve())
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(BACKGROUND_NICENESS)  # the window stays smooth beside it
    with open(run.logs / f"crash-{os.getpid()}.txt", "w") as crash_file:
        faulthandler.enable(crash_file)
        from console.engine.run_execution import execute_run  # torch only from here on

        result = execute_run(run, resume=options.resume)
        faulthandler.disable()
    Path(crash_file.name).unlink(missing_ok=True)
    return 0 if result["status"] != "error" else 1


if __name__ == "__main__":
    sys.exit(main())
