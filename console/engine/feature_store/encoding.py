"""What the numbers of stored labels mean: declared once per store, never guessed from values."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import yaml

from console.core.errors import DataError

LabelEncoding = Literal["classes", "signed"]
VALUES: dict[str, tuple[int, int, int]] = {"classes": (0, 1, 2), "signed": (-1, 0, 1)}
DECLARATION = "labels.yaml"


def declared_encoding(
    root: str | Path, given: LabelEncoding | None, default: LabelEncoding
) -> LabelEncoding:
    """``given``, else what ``labels.yaml`` in the store (on a disk) declares, else ``default``.

    The file holds one line, ``encoding: classes`` (0 SELL, 1 HOLD, 2 BUY) or ``encoding: signed``
    (-1, 0, 1).

    Raises:
        DataError: the file says something else.
    """
    path = Path(root) / DECLARATION
    if given is not None or not path.is_file():
        return given or default
    try:
        declared = yaml.safe_load(path.read_text("utf-8"))["encoding"]
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
        declared = None
    if declared == "classes":
        return "classes"
    if declared == "signed":
        return "signed"
    raise DataError(
        "{path} does not declare a label encoding.",
        remedy="Write `encoding: classes` (0, 1, 2) or `encoding: signed` (-1, 0, 1) into it.",
        path=path,
    )


def to_classes(
    values: npt.NDArray[np.float64], encoding: LabelEncoding, path: str | Path, label: str
) -> npt.NDArray[np.int8]:
    """Stored values (n,), NaN where null, as classes 0, 1, 2, and -1 where unlabelled.

    Raises:
        DataError: a value outside the encoding; names file and row.
    """
    lowest = VALUES[encoding][0]
    known = np.isfinite(values)
    classes = np.where(known, values - lowest, -1.0)
    wrong = known & ~np.isin(classes, (0.0, 1.0, 2.0))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(
            "{path}, row {row}: {value:g} in label '{label}' is outside its encoding "
            "'{encoding}' ({codes} for SELL, HOLD, BUY).",
            remedy="Declare the encoding of the store in {declaration} beside its folders: "
            "`encoding: classes` (0, 1, 2) or `encoding: signed` (-1, 0, 1).",
            path=path, row=row + 1, value=float(values[row]), label=label, encoding=encoding,
            codes=", ".join(map(str, VALUES[encoding])), declaration=DECLARATION,
        )  # fmt: skip
    return classes.astype(np.int8)
