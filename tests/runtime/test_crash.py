"""Errors nobody caught are logged and told once."""

from __future__ import annotations

import sys
import threading

import pytest

from console.runtime.crash import CrashReporter


@pytest.fixture
def reporter(qapp, tmp_path):
    made = CrashReporter(tmp_path / "logs" / "errors.log")
    made.install()
    yield made
    made.uninstall()


def test_that_an_error_is_logged_every_time_and_told_once(reporter):
    told = []
    reporter.crashed.connect(told.append)
    for _ in range(2):
        try:
            raise ZeroDivisionError("in a slot")
        except ZeroDivisionError:
            sys.excepthook(*sys.exc_info())
    assert len(told) == 1
    assert "in a slot" in told[0]["message"]
    assert "Traceback" not in told[0]["message"]
    assert reporter.log.read_text().count("ZeroDivisionError: in a slot") == 2


def test_that_an_error_of_a_thread_reaches_the_window(qtbot, reporter):
    def fail() -> None:
        raise ValueError("elsewhere")

    with qtbot.waitSignal(reporter.crashed) as told:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    assert "elsewhere" in told.args[0]["message"]


def test_that_the_hooks_are_given_back(qapp, tmp_path):
    before = sys.excepthook
    made = CrashReporter(tmp_path / "errors.log")
    made.install()
    made.uninstall()
    assert sys.excepthook is before
