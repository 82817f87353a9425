"""Small freedoms of the command line that the option parser itself does not offer."""

from __future__ import annotations

from collections.abc import Sequence

GLOBAL_FLAGS = ("--json",)
GLOBAL_OPTIONS = ("--workspace",)
LIST_OPTIONS = ("--symbols",)


def arrange(arguments: Sequence[str]) -> list[str]:
    """Move global options to the front and join the words of list options by commas.

    ``train --symbols BTCUSDT ETHUSDT --json`` becomes ``--json train --symbols BTCUSDT,ETHUSDT``:
    old scripts give symbols as separate words, and ``--json`` is natural at the end.
    """
    front: list[str] = []
    rest: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "--":
            rest += [word, *words]
            break
        if word in GLOBAL_FLAGS or (word.partition("=")[0] in GLOBAL_OPTIONS and "=" in word):
            front.append(word)
        elif word in GLOBAL_OPTIONS and words:
            front += [word, words.pop(0)]
        elif word in LIST_OPTIONS:
            values = []
            while words and not words[0].startswith("-"):
                values.append(words.pop(0).strip(","))
            rest += [word, ",".join(values)] if values else [word]
        else:
            rest.append(word)
    return front + rest
