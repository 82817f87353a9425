"""The process of a run, or one of several: ``python -m console.engine.worker RUN [--resume]``."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import sys
from pathlib import Path

from console.core.rundir import RunDir
from console.engine.group_worker import train_as_member

BACKGROUND_NICENESS = 10


def main(arguments: list[str] | None = None) -> int:
    """Train one prepared run until it ends; the exit code is 0 unless the run failed."""
    parser = argparse.ArgumentParser(prog="console.engine.worker")
    parser.add_argument("run", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--attempt", type=int, help="of torchrun's workers: numbers the logs")
    parser.add_argument("--rendezvous", type=Path, help="of torchrun's workers: where they meet")
    options = parser.parse_args(arguments)
    run = RunDir(options.run.resolve())
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(BACKGROUND_NICENESS)  # the window stays smooth beside it
    with open(run.logs / f"crash-{os.getpid()}.txt", "w") as crash_file:
        faulthandler.enable(crash_file)
        code = _train(run, options)
        faulthandler.disable()
    Path(crash_file.name).unlink(missing_ok=True)
    return code


def _train(run: RunDir, options: argparse.Namespace) -> int:
    if options.attempt is not None:
        return train_as_member(
            run, rendezvous=options.rendezvous, attempt=options.attempt, resume=options.resume
        )
    from console.engine.run_execution import execute_run  # torch only from here on

    result = execute_run(run, resume=options.resume)
    return 0 if result["status"] != "error" else 1


if __name__ == "__main__":
    sys.exit(main())
