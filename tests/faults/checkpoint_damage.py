"""Ways in which a folder of checkpoints can be damaged, each drawn from a seeded generator."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.core.checkpoints import FILES, MANIFEST, checkpoint_paths

EVERY_FILE = (*FILES, MANIFEST)


@dataclass
class Scene:
    """A run's folder to be damaged, and others to take foreign things from."""

    run: Path
    other_run: Path
    other_model: Path
    random: random.Random

    @property
    def newest(self) -> Path:
        """The newest checkpoint."""
        return checkpoint_paths(self.run / "checkpoints")[0]

    @property
    def any_file(self) -> Path:
        """Some file of the newest checkpoint."""
        return self.newest / self.random.choice(EVERY_FILE)

    def rewrite(self, name: str, change: Callable[[Any], object]) -> None:
        """Change a JSON file of the newest checkpoint and make its hash agree with it."""
        path = self.newest / name
        content = json.loads(path.read_text("utf-8"))
        text = change(content)
        raw = (text if isinstance(text, str) else json.dumps(content)).encode()
        path.write_bytes(raw)
        if name != MANIFEST:
            self.sign(name, raw)

    def sign(self, name: str, raw: bytes) -> None:
        """Write size and hash of ``raw`` into the manifest, as a forger would."""
        path = self.newest / MANIFEST
        manifest = json.loads(path.read_text("utf-8"))
        manifest["files"][name] = {
            "sha256": hashlib.sha256(raw).hexdigest(), "size_bytes": len(raw),
        }  # fmt: skip
        path.write_text(json.dumps(manifest), "utf-8")


def truncated(scene: Scene) -> None:
    path = scene.any_file
    raw = path.read_bytes()
    path.write_bytes(raw[: scene.random.randrange(len(raw))])


def bit_flipped(scene: Scene) -> None:
    path = scene.newest / scene.random.choice(FILES)
    raw = bytearray(path.read_bytes())
    raw[scene.random.randrange(len(raw))] ^= 1 << scene.random.randrange(8)
    path.write_bytes(raw)


def manifest_bit_flipped(scene: Scene) -> None:
    path = scene.newest / MANIFEST
    raw = bytearray(path.read_bytes())
    raw[scene.random.randrange(len(raw))] ^= 1 << scene.random.randrange(8)
    path.write_bytes(raw)


def file_missing(scene: Scene) -> None:
    scene.any_file.unlink()


def file_empty(scene: Scene) -> None:
    scene.any_file.write_bytes(b"")


def folder_missing(scene: Scene) -> None:
    shutil.rmtree(scene.newest)


def folder_empty(scene: Scene) -> None:
    name = scene.newest
    shutil.rmtree(name)
    name.mkdir()


def all_missing(scene: Scene) -> None:
    for path in checkpoint_paths(scene.run / "checkpoints"):
        (path / scene.random.choice(EVERY_FILE)).unlink()


def garbage(scene: Scene) -> None:
    scene.any_file.write_bytes(scene.random.randbytes(scene.random.randrange(1, 5000)))


def foreign_things(scene: Scene) -> None:
    folder = scene.run / "checkpoints"
    (folder / "step-999999999").write_text("a file")
    (folder / "step-x").mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / ".tmp-note").write_text("a file where a folder is expected")
    (folder / ".del-link").symlink_to(scene.other_run)
    (scene.newest / "thumbs.db").write_bytes(b"x")


def of_another_run(scene: Scene) -> None:
    theirs = checkpoint_paths(scene.other_run / "checkpoints")[0]
    target = scene.newest.with_name("step-000000030")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(theirs, target)


def of_another_model(scene: Scene) -> None:
    """It was copied by hand into a run that says nothing of itself."""
    (scene.run / "run.json").unlink()
    theirs = checkpoint_paths(scene.other_model / "checkpoints")[0]
    shutil.copytree(theirs, scene.run / "checkpoints" / f"{theirs.name}-r9")


def files_swapped(scene: Scene) -> None:
    older = checkpoint_paths(scene.run / "checkpoints")[1]
    name = scene.random.choice(EVERY_FILE)
    first, second = scene.newest / name, older / name
    ours, theirs = first.read_bytes(), second.read_bytes()
    first.write_bytes(theirs)
    second.write_bytes(ours)


def folder_renamed(scene: Scene) -> None:
    older = checkpoint_paths(scene.run / "checkpoints")[1]
    older.rename(older.with_name("step-000000099"))


def symlink_loop(scene: Scene) -> None:
    path = scene.newest if scene.random.random() < 0.3 else scene.any_file
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(path)


def directory_for_file(scene: Scene) -> None:
    path = scene.any_file
    path.unlink()
    path.mkdir()


def pipe_for_file(scene: Scene) -> None:
    path = scene.any_file
    path.unlink()
    os.mkfifo(path)


def huge_number(scene: Scene) -> None:
    number = scene.random.choice(["1" + "0" * 400, "1" * 5000, "1e999", "-7", "9007199254740994"])
    name = scene.random.choice([MANIFEST, "state.json"])
    field = "step" if name == MANIFEST else "last_seq"
    scene.rewrite(
        name, lambda content: json.dumps({**content, field: 0})[:-1] + f', "{field}": {number}}}'
    )


def escaping_path(scene: Scene) -> None:
    def change(manifest: dict[str, Any]) -> None:
        name = scene.random.choice(["../../run.json", "/etc/hostname", "a/../../x.json", "..", ""])
        manifest["files"][name] = {"sha256": "0" * 64, "size_bytes": 1}

    scene.rewrite(MANIFEST, change)


def file_not_listed(scene: Scene) -> None:
    name = scene.random.choice(FILES)
    scene.rewrite(MANIFEST, lambda manifest: manifest["files"].pop(name) and None)


def nan_in_state(scene: Scene) -> None:
    def change(state: dict[str, Any]) -> None:
        place = scene.random.choice([state["clock"], state["sums"], state["best"]])
        place[scene.random.choice(list(place))] = float(scene.random.choice(["nan", "inf"]))

    scene.rewrite("state.json", change)


def other_format(scene: Scene) -> None:
    number = scene.random.choice([0, 2, "1", None, [1], 1e300])
    scene.rewrite(MANIFEST, lambda manifest: manifest.update(format=number))


WRONG = (None, "7", [], {}, -1, 1.5, True, [[1]], {"a": 1})


def wrong_type_in_manifest(scene: Scene) -> None:
    def change(manifest: dict[str, Any]) -> None:
        name = scene.random.choice(["epoch", "step", "saved_at", "files", "metrics", "best_step"])
        wrong = scene.random.choice(WRONG)
        if scene.random.random() < 0.3:
            name, wrong = "files", {**manifest["files"], "model.safetensors": wrong}
        manifest[name] = wrong

    scene.rewrite(MANIFEST, change)


def wrong_type_in_state(scene: Scene) -> None:
    def change(state: dict[str, Any]) -> None:
        place = state
        name = scene.random.choice(list(state))
        if isinstance(state[name], dict) and state[name] and scene.random.random() < 0.7:
            place, name = state[name], scene.random.choice(list(state[name]))
        if name in place and scene.random.random() < 0.3:
            del place[name]
        else:
            place[name] = scene.random.choice(WRONG)

    scene.rewrite("state.json", change)


def bottomless(scene: Scene) -> None:
    name = scene.random.choice([MANIFEST, "state.json"])
    scene.rewrite(name, lambda _content: "[" * 100_000)


DAMAGES: tuple[Callable[[Scene], None], ...] = (
    truncated, bit_flipped, manifest_bit_flipped, file_missing, file_empty, folder_missing,
    folder_empty, all_missing, garbage, foreign_things, of_another_run, of_another_model,
    files_swapped, folder_renamed, symlink_loop, directory_for_file, pipe_for_file, huge_number,
    escaping_path, file_not_listed, nan_in_state, other_format, wrong_type_in_manifest,
    wrong_type_in_state, bottomless,
)  # fmt: skip
