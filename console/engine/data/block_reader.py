"""Blocks of rows in memory, and the thread that reads each before it is needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType

import numpy as np
import torch
from torch import Tensor

from console.engine.data.rows import Array
from console.engine.data.windows import all_windows

ABSENT = -1


class BlockReader:
    """Slots for blocks of rows; one thread fills them in the order of ``first_use``.

    ``load(block, out)`` writes the rows of a block into ``out`` (rows, F). ``shape`` is (slots,
    rows, F); the windows of a block are the stretches of ``sequence_length`` rows in its slot. Only
    the reading thread fills slots, only the training thread gives them back. Close it when done.
    """

    def __init__(
        self,
        load: Callable[[int, Array], None],
        first_use: Sequence[int],
        shape: tuple[int, int, int],
        sequence_length: int,
    ) -> None:
        num_slots, self._slot_rows, num_features = shape
        self._load, self._first_use = load, first_use
        self._slots: Array = np.empty(shape, dtype=np.float32)
        rows = self._slots.reshape(num_slots * self._slot_rows, num_features)
        self._windows = all_windows(torch.from_numpy(rows), sequence_length)
        self._free = list(range(num_slots))
        self._slot_of: dict[int, int] = {}
        self._changed = threading.Condition()
        self._is_closed, self._is_starved = False, False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._read, name="block-reader", daemon=True)
        self._thread.start()

    def __enter__(self) -> BlockReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def copy(self, block: Array, row: Array, out: Tensor) -> int:
        """Copy windows of ``block`` (B,) that begin in ``row`` (B,) to ``out`` (B, T, F).

        Waits for the first, and copies the leading ones whose blocks are there: how many it tells.

        Raises:
            ValueError: no block can be forgotten, so the first one will never come.
            Exception: what went wrong while reading it.
        """
        slots = self._wait_for(block)
        starts = torch.from_numpy(slots * self._slot_rows + row[: len(slots)])
        torch.index_select(self._windows, 0, starts, out=out[: len(slots)].flatten(1))
        return len(slots)

    def forget(self, blocks: Sequence[int]) -> None:
        """These blocks are not needed any more: others are read in their place."""
        if blocks:
            with self._changed:
                self._free += [self._slot_of.pop(block) for block in blocks]
                self._changed.notify_all()

    def close(self) -> None:
        """Stop reading and give the memory back. Closing twice is harmless."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join()
        self._slots, self._windows = np.empty(0, dtype=np.float32), torch.empty(0)

    def _wait_for(self, block: Array) -> Array:
        """Slots of the leading windows of ``block`` (B,) that are in memory; at least of one."""
        first = int(block[0])
        with self._changed:
            self._changed.wait_for(lambda: first in self._slot_of or self._error or self._is_stuck)
            if first not in self._slot_of:
                stuck = ValueError("this order of windows needs more blocks at once than fit")
                raise self._error or stuck
            found, inverse = np.unique(block, return_inverse=True)
            slots = np.array([self._slot_of.get(number, ABSENT) for number in found.tolist()])
        slots = slots[inverse]
        absent = np.flatnonzero(slots == ABSENT)
        return slots[: absent[0]] if len(absent) else slots

    @property
    def _is_stuck(self) -> bool:
        return self._is_starved and not self._free

    def _read(self) -> None:
        try:
            for block in self._first_use:
                slot = self._next_slot()
                if slot is None:
                    return
                self._load(block, self._slots[slot])
                with self._changed:
                    self._slot_of[block] = slot
                    self._changed.notify_all()
        except BaseException as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _next_slot(self) -> int | None:
        """A free slot, as soon as there is one; None when nobody needs another block."""
        with self._changed:
            self._is_starved = not self._free
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._free or self._is_closed)
            self._is_starved = False
            return None if self._is_closed else self._free.pop()
