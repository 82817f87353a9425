"""The trainings inside one run: several seeds, or the folds of a split.

runs/<run>/members/<NN>-seed-43/ and .../<NN>-fold-2/ are run directories of their own, so that a
member is exported, looked at and resumed like any run. The run itself tells the whole story: its
events repeat those of its members, with ``member`` (from 1) of ``members``, ``member_name`` and
``member_seq``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from console.core.errors import RunError
from console.core.rundir import MEMBERS_FOLDER, RunDir

_MEMBER_ID = re.compile(r"(.+-[0-9a-f]{6})-(\d{2,}-(?:seed|fold)-\d+)")


def members_of(run: RunDir) -> list[RunDir]:
    """The trainings of a run of several, in their order; none for a run of one training."""
    folder = run.path / MEMBERS_FOLDER
    if not folder.is_dir():
        return []
    return [RunDir(path) for path in sorted(folder.iterdir()) if (path / "run.json").is_file()]


def find_member(run: RunDir, reference: str) -> RunDir:
    """The member of ``run`` with this number (from 1) or name.

    Raises:
        RunError: it has none of that number or name.
    """
    for member in members_of(run):
        number, _dash, name = member.path.name.partition("-")
        named = reference in (member.path.name, name)
        if named or (reference.isdecimal() and int(number) == int(reference)):
            return member
    names = [member.path.name for member in members_of(run)]
    raise RunError(
        "{run} has no training '{reference}'{known}.",
        remedy="See `training-console runs show {run}`.",
        run=run.id, reference=reference, known=f"; it has: {', '.join(names)}" if names else "",
    )  # fmt: skip


def split_reference(reference: str) -> tuple[str, str]:
    """The run and the member that ``RUN:2``, ``RUN/members/02-fold-2`` or an id speak of."""
    own = _MEMBER_ID.fullmatch(reference)
    if own is not None:
        return own[1], own[2]
    for separator in (f"/{MEMBERS_FOLDER}/", ":"):
        run, found, member = reference.partition(separator)
        if found and run and member:
            return run, member
    return reference, ""


def is_member(run: RunDir) -> bool:
    """Whether ``run`` is one training of a run of several."""
    return run.path.parent.name == MEMBERS_FOLDER


def siblings_of(run: RunDir) -> list[RunDir]:
    """The trainings beside ``run`` in a run of several, itself among them; else none."""
    return members_of(RunDir(run.path.parents[1])) if is_member(run) else []


def member_name(index: int, total: int, kind: str, number: int) -> str:
    """The folder of member ``index`` of ``total``: 02-fold-2 for kind "fold" and number 2."""
    return f"{index:0{max(2, len(str(total)))}d}-{kind}-{number}"


def split_name(name: str) -> tuple[str, int]:
    """("fold", 2) for a member called "fold-2"; ("", 0) for anything else."""
    kind, _dash, number = name.rpartition("-")
    return (kind, int(number)) if kind in ("seed", "fold") and number.isdecimal() else ("", 0)


def member_words(data: Mapping[str, Any]) -> str:
    """ "fold 2 of 5" or "seed 43, 2 of 5" for the event of a member; empty for any other event."""
    kind, number = split_name(str(data.get("member_name") or data.get("name") or ""))
    index = data.get("member") or data.get("index")
    total = data.get("members") or data.get("total")
    if not kind:
        return ""
    return f"{kind} {number} of {total}" if kind == "fold" else f"seed {number}, {index} of {total}"


def model_run(run: RunDir) -> RunDir:
    """The run whose model stands for ``run``: itself, or the member that its result has chosen.

    Until the result is there, it is the newest member that has finished, else the newest.
    """
    members = members_of(run)
    if not members:
        return run
    chosen = read_result(run).get("chosen_member")
    finished = [member for member in members if member.status().state == "finished"]
    named = [member for member in members if member.path.name == chosen]
    return (named or finished or members)[-1]


def read_result(run: RunDir) -> dict[str, Any]:
    """``result.json``; empty while there is none."""
    try:
        content = json.loads((run.path / "result.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
