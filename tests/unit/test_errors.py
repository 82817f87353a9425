"""Errors carry what is wrong, where, and what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.errors import ConfigError, ConsoleError, DataError, Problem, did_you_mean


def test_that_message_and_remedy_are_filled_in() -> None:
    error = DataError("{path} has no rows.", remedy="Bring {what}.", path="a.csv", what="rows")
    assert str(error) == "a.csv has no rows. Bring rows."
    assert error.template == "{path} has no rows."
    assert error.to_dict() == {
        "type": "DataError", "message": "a.csv has no rows.", "remedy": "Bring rows.",
    }  # fmt: skip


@given(st.text())
def test_that_text_without_parameters_is_taken_literally(text: str) -> None:
    assert ConsoleError(text).message == text


@given(st.text())
def test_that_parameters_are_never_read_as_templates(text: str) -> None:
    assert ConsoleError("{x}!", x=text).message == f"{text}!"


def test_that_a_config_error_is_a_value_error_with_its_problems() -> None:
    problems = [Problem("epochs", 0, "0 is too few."), Problem("sed", 1, "unknown.", "seed")]
    with pytest.raises(ValueError, match="Did you mean 'seed'") as caught:
        raise ConfigError("Trainer", problems)
    assert isinstance(caught.value, ConfigError)
    assert caught.value.problems == tuple(problems)
    assert caught.value.message.startswith("Trainer: epochs: 0 is too few.")


def test_that_suggestions_are_close_or_absent() -> None:
    assert did_you_mean("Dropuot", ["dropout", "epochs"]) == "dropout"
    assert did_you_mean("zzz", ["dropout", "epochs"]) == ""
    assert did_you_mean("btcusdt", ["BTCUSDT"]) == "BTCUSDT"
