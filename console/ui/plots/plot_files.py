"""A plot as a picture or a table: to the clipboard or to a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPixmap

from console.core.files import write_bytes_atomic, write_text_atomic
from console.core.series import Floats


def curves_as_csv(curves: Mapping[str, tuple[Floats, Floats]]) -> str:
    """Every point of every curve: columns curve, epoch, value; a gap has an empty value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("curve", "epoch", "value"))
    for name, (x, y) in curves.items():
        for position, value in zip(x.tolist(), y.tolist(), strict=True):
            writer.writerow((name, f"{position:.6g}", f"{value:.9g}" if np.isfinite(value) else ""))
    return text.getvalue()


def save_csv(path: Path, curves: Mapping[str, tuple[Floats, Floats]]) -> None:
    """Write ``curves_as_csv`` to a file.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    write_text_atomic(path, curves_as_csv(curves))


def save_png(path: Path, picture: QPixmap) -> None:
    """Write a picture to a file.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    write_bytes_atomic(path, bytes(content.data()))
