"""Answers to requests for windows, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from console.core.datasets import CLASS_NAMES
from console.core.errors import ConsoleError, DataError, did_you_mean
from console.core.inspection import ALL, PARTS, InspectedWindow, encode
from console.engine.data.horizons import Int
from console.engine.data.inspection import Inspection

KEPT_SELECTIONS = 16
Selection = tuple[str, str, str]


class Requests:
    """Finds the windows that requests ask for.

    A request is ``{"id": ..., "do": "window"}`` with what to choose from: ``part`` (all),
    ``class`` and ``symbol`` (any); and which one: ``place`` among the chosen ones, ``at`` its
    number in the part, ``number`` its number over all parts, or the ``time`` (seconds) that its
    last row must reach, ``of`` a symbol (that of ``symbol`` where left out). Where the window
    meant is not among the chosen ones, the next one is taken. ``step`` goes that many chosen
    windows on from there, stopping at the ends. Numbers count from 0.
    ``{"id": ..., "do": "counts"}`` asks how many windows there are.
    """

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._selections: dict[Selection, Int] = {}

    def serve(self, lines: Iterable[bytes], write: Callable[[Mapping[str, Any]], None]) -> None:
        """Answer every line until there are no more; a line that is no request gets an error."""
        for line in lines:
            identity = None
            try:
                request = _parsed(line)
                identity = request.get("id")
                write({"id": identity, **self.answer(request)})
            except ConsoleError as error:
                write({"id": identity, "error": error.to_dict()})

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one request.

        Raises:
            DataError: it asks for something that there is not.
        """
        match request.get("do"):
            case "window":
                window = self.find(request)
                return {"window": None if window is None else encode(window)}
            case "counts":
                return {"counts": self._inspection.describe().counts}
            case other:
                raise DataError(
                    "A request cannot ask to do '{what}'; known: window, counts.", what=other
                )

    def find(self, request: Mapping[str, Any]) -> InspectedWindow | None:
        """The window that ``request`` means; None when no window is chosen.

        Raises:
            DataError: an unknown part, class or symbol, or a number that no window has.
        """
        part = _word(request, "part", PARTS) or ALL
        chosen = self._chosen(
            part,
            _word(request, "class", CLASS_NAMES),
            _word(request, "symbol", self._inspection.rows.symbols),
        )
        if not len(chosen):
            return None
        place = self._place(request, part, chosen)
        place = min(max(place + _whole(request, "step", 0), 0), len(chosen) - 1)
        return self._inspection.window(int(chosen[place]), place, len(chosen))

    def _chosen(self, part: str, class_name: str, symbol: str) -> Int:
        key = (part, class_name, symbol)
        if key not in self._selections:
            held = self._inspection
            numbers = held.members(part)
            if class_name:
                numbers = numbers[held.classes[numbers] == CLASS_NAMES.index(class_name)]
            if symbol:
                numbers = numbers[held.symbol_code[numbers] == held.rows.symbols.index(symbol)]
            while len(self._selections) >= KEPT_SELECTIONS:
                self._selections.pop(next(iter(self._selections)))
            self._selections[key] = numbers
        return self._selections[key]

    def _place(self, request: Mapping[str, Any], part: str, chosen: Int) -> int:
        if "time" in request:
            return self._place_of_time(request, chosen)
        if "at" in request or "number" in request:
            name, members = ("at", self._chosen(part, "", "")) if "at" in request else (
                "number", self._chosen(ALL, "", ""))  # fmt: skip
            number = _whole(request, name, 0)
            _require_inside(number, len(members), part if name == "at" else ALL)
            return int(np.searchsorted(chosen, members[number]))
        place = _whole(request, "place", 0)
        _require_inside(place, len(chosen), part)
        return place

    def _place_of_time(self, request: Mapping[str, Any], chosen: Int) -> int:
        held, time = self._inspection, request["time"]
        symbol = _word(request, "of", held.rows.symbols) or request.get("symbol")
        if not isinstance(time, int | float) or not symbol:
            raise DataError("A time is a number of seconds, and needs a symbol.")
        code = held.rows.symbols.index(str(symbol))
        first, stop = np.searchsorted(held.symbol_code[chosen], (code, code + 1)).tolist()
        times = held.rows.time[held.ends[chosen[first:stop]]]
        return int(first + np.searchsorted(times, time))


def _parsed(line: bytes) -> Mapping[str, Any]:
    try:
        request = json.loads(line)
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise DataError("A request must be one JSON object a line.")
    return request


def _word(request: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str:
    value = request.get(name) or ""
    if value and value not in known:
        close = did_you_mean(str(value), known)
        raise DataError(
            "There is no {what} '{value}' among the windows; known: {known}.{hint}",
            what=name, value=value, known=", ".join(known),
            hint=f" Did you mean '{close}'?" if close else "",
        )  # fmt: skip
    return str(value)


def _whole(request: Mapping[str, Any], name: str, default: int) -> int:
    value = request.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise DataError("{name} must be a whole number, not {value}.", name=name, value=value)
    return value


def _require_inside(number: int, count: int, part: str) -> None:
    if 0 <= number < count:
        return
    raise DataError(
        "There is no window {number}: those of '{part}' have the numbers 0 to {last}.",
        remedy="Choose one of these numbers.", number=number, part=part, last=count - 1,
    )  # fmt: skip
