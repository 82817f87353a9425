"""Starts the processes of one training through torchrun, PyTorch's own launcher.

Its agent starts one worker for each process, and starts all of them again, at most
``MAX_RESTARTS`` times, when one of them dies; they go on from the newest checkpoint.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from console.core.configs import OrchestratorConfig
from console.core.rundir import RunDir

MAX_RESTARTS = 3
_FOLDER = "rendezvous"


def torchrun_command(
    run: RunDir, config: OrchestratorConfig, *, attempt: int, resume: bool, is_first_host: bool
) -> list[str]:
    """The command line of this host's agent; ``attempt`` numbers the logs of the workers.

    On a single host agent and workers find each other through files below the run, so that no
    port is open; several hosts meet at ``config.rendezvous``, which the first host serves.
    """
    local = config.num_hosts == 1
    folder = _meeting_folder(run) if local else None
    options = {
        "nnodes": config.num_hosts,
        "nproc-per-node": config.num_processes,
        "max-restarts": MAX_RESTARTS,
        "rdzv-backend": "c10d",
        "rdzv-id": run.id,
        "rdzv-endpoint": folder / "agent" if folder else config.rendezvous,
        "rdzv-conf": "store_type=file" if folder else f"is_host={int(is_first_host)}",
    }
    words = [sys.executable, "-m", "torch.distributed.run"]
    words += [f"--{name}={value}" for name, value in options.items()]
    words += ["--module", "console.engine.worker", str(run.path), f"--attempt={attempt}"]
    words += [f"--rendezvous={folder}"] if folder else []
    return words + (["--resume"] if resume else [])


def torchrun_environment(config: OrchestratorConfig) -> Mapping[str, str]:
    """What the processes of one host need to know: each gets its share of the processors."""
    threads = max(1, (os.cpu_count() or 1) // config.num_processes)
    environment = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(threads))}
    if config.num_hosts == 1:  # the agent would open a port for all networks
        environment["TORCH_DISABLE_SHARE_RDZV_TCP_STORE"] = "1"
    return environment


def _meeting_folder(run: RunDir) -> Path:
    """Where the processes of one launch meet; what earlier launches left is removed."""
    folder = run.path / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    place = folder / secrets.token_hex(4)
    place.mkdir(parents=True)
    return place
