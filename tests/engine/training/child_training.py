"""A training in a process of its own, to be killed: prints each step it has finished."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from console.engine.training.model_trainer_v2 import TrainingHooks
from tests.engine.training.small_training import make_training


def main() -> None:
    folder, changes = Path(sys.argv[1]), json.loads(sys.argv[2])
    finished = 0

    def look() -> list[dict[str, Any]]:
        nonlocal finished
        finished += 1
        print(f"step {finished}", flush=True)
        return []

    training = make_training(folder, **changes)
    training.trainer.hooks = TrainingHooks(take_commands=look)
    training.trainer.config.epochs = 500  # long enough to be killed half way
    training.run()


if __name__ == "__main__":
    main()
