"""Files that would do something if they were unpickled, and files that would fill the memory."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch


class Hostile:
    """Unpickling it writes a file."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.witness}'",)


class HostileTensor(torch.Tensor):
    """A tensor whose rebuilding writes a file."""

    witness: Path

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.witness}'",)


def saved(content: Any, *, legacy: bool = False) -> bytes:
    """``content`` as ``torch.save`` writes it."""
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=not legacy)
    return buffer.getvalue()


def weights() -> dict[str, torch.Tensor]:
    """Something that looks like weights."""
    return {"lstm.weight_hh_l0": torch.ones(24, 6), "blocks.0.conv.weight": torch.ones(8, 5, 3)}


def at_the_top(witness: Path) -> bytes:
    """The whole content is hostile."""
    return saved(Hostile(witness))


def beside_the_weights(witness: Path) -> bytes:
    """One entry among good ones is hostile."""
    return saved({"state_dict": weights(), "optimizer": {"deep": [{"er": Hostile(witness)}]}})


def in_a_tensor(witness: Path) -> bytes:
    """The rebuilding of a tensor is hostile."""
    hostile = torch.ones(3).as_subclass(HostileTensor)
    hostile.witness = witness
    return saved({**weights(), "hidden": hostile})


def as_a_key(witness: Path) -> bytes:
    """The state of an ordered dict is hostile."""
    ordered = OrderedDict(weights())
    ordered.note = Hostile(witness)  # type: ignore[attr-defined]
    return saved(ordered)


def in_the_old_format(witness: Path) -> bytes:
    """The format before 2020 is a row of pickles."""
    return saved({**weights(), "note": Hostile(witness)}, legacy=True)


def as_a_bare_pickle(witness: Path) -> bytes:
    """No torch file at all."""
    return pickle.dumps(Hostile(witness))


def with_a_second_pickle(witness: Path) -> bytes:
    """A good file with another pickle beside the one that is looked at."""
    return repacked(saved(weights()), {"archive/extra.pkl": pickle.dumps(Hostile(witness))})


def with_the_pickle_replaced(witness: Path) -> bytes:
    """A good file whose pickle was exchanged."""
    return repacked(saved(weights()), {}, pickle.dumps(Hostile(witness)))


def repacked(
    content: bytes,
    extra: dict[str, bytes],
    pickled: bytes | None = None,
    compression: int = zipfile.ZIP_STORED,
) -> bytes:
    """The zip file ``content`` written again with other entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for entry in old.infolist():
            raw = old.read(entry)
            if pickled is not None and entry.filename.endswith("data.pkl"):
                raw = pickled
            new.writestr(entry.filename, raw)
        for name, raw in extra.items():
            new.writestr(name, raw)
    return out.getvalue()


def announcing_more_than_it_has() -> bytes:
    """A tensor of a trillion numbers that all lie in one place."""
    return saved({**weights(), "huge": torch.zeros(1).expand(10**6, 10**6)})


def compressed_zeros() -> bytes:
    """A small file that unpacks to a large one."""
    return repacked(saved({"zeros": torch.zeros(1 << 24)}), {}, compression=zipfile.ZIP_DEFLATED)


EXECUTING = (
    at_the_top, beside_the_weights, in_a_tensor, as_a_key, in_the_old_format, as_a_bare_pickle,
    with_a_second_pickle, with_the_pickle_replaced,
)  # fmt: skip
