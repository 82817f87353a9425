"""Config fields: limits, suggestions, round trips."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from console.core import configs
from console.core.configs import (
    BalancingConfig,
    DataConfig,
    ModelConfigV2,
    OrchestratorConfig,
    TrainerConfigV2,
)
from console.core.errors import ConfigError, Problem
from console.core.fields import (
    FieldRecord,
    changed_fields,
    config,
    field_of,
    fields_of,
    from_plain,
    problems_in,
    setting,
    to_plain,
)

ALL = [getattr(configs, name) for name in configs.__all__]


@config
class Example:
    """A config with one field of each kind of rule."""

    size: int = setting("Size", "Rows.", default=4, unit="rows", minimum=1, maximum=10)
    rate: float = setting("Rate", "Share.", default=0.5, minimum=0.0)
    mode: Literal["fast", "slow"] = setting(
        "Mode", "How.", default="fast", choice_labels=("Fast", "Slow")
    )
    widths: tuple[int, ...] = setting("Widths", "Each.", default=(1, 2), minimum=1, maximum=9)

    def cross_checks(self) -> Iterator[Problem]:
        """Size and widths agree."""
        if sum(self.widths) > self.size:
            yield Problem("widths", self.widths, "add up to more than size.")


def numeric_fields(config_class: type) -> list[FieldRecord]:
    return [record for record in fields_of(config_class) if record.kind in ("int", "float")]


def test_that_a_record_tells_all_a_form_needs() -> None:
    size, mode, widths = (field_of(Example, name) for name in ("size", "mode", "widths"))
    assert (size.kind, size.default, size.unit, size.maximum) == ("int", 4, "rows", 10)
    assert (mode.kind, mode.choices, mode.choice_labels) == (
        "choice", ("fast", "slow"), ("Fast", "Slow"),
    )  # fmt: skip
    assert widths.kind == "int_list"


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"size": 11}, "size", "between 1 and 10 rows"),
        ({"rate": -0.1}, "rate", "at least 0"),
        ({"mode": "fats"}, "mode", "Did you mean 'fast'?"),
        ({"widths": (1, 99)}, "widths", "99 is not between 1 and 9"),
        ({"widths": (4, 4)}, "widths", "add up to more"),
        ({"sise": 3}, "sise", "Did you mean 'size'?"),
        ({"size": "many"}, "size", "valid integer"),
        ({"rate": math.nan}, "rate", "finite"),
    ],
)
def test_that_a_wrong_value_names_field_value_and_limit(
    values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Example(**values)
    assert words in str(caught.value)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert problems_in(Example, values) == caught.value.problems


def test_that_a_refused_assignment_leaves_the_config_as_it_was() -> None:
    example = Example()
    for name, value in (("size", 0), ("size", 2), ("mode", "fats"), ("siez", 1)):
        with pytest.raises(ConfigError):
            setattr(example, name, value)
    assert example == Example()
    example.size = 9
    assert example.size == 9


def test_that_all_problems_are_reported_together() -> None:
    found = problems_in(Example, {"size": "x", "mode": "y", "other": 1})
    assert {problem.field for problem in found} == {"size", "mode", "other"}


@pytest.mark.parametrize("config_class", ALL, ids=lambda made: made.__name__)
def test_that_a_default_config_survives_yaml(config_class: type) -> None:
    text = yaml.safe_dump(to_plain(config_class()))
    assert from_plain(config_class, yaml.safe_load(text)) == config_class()


def test_that_nested_configs_survive_yaml() -> None:
    made = OrchestratorConfig(
        model=ModelConfigV2(dropout=0.2), trainer=TrainerConfigV2(epochs=3),
        data=DataConfig(dataset="d", symbols=("A",)), balancing=BalancingConfig(focal_gamma=1.0),
    )  # fmt: skip
    assert from_plain(OrchestratorConfig, yaml.safe_load(yaml.safe_dump(to_plain(made)))) == made


@pytest.mark.parametrize("config_class", ALL, ids=lambda made: made.__name__)
def test_that_values_at_the_limits_are_accepted_and_beyond_are_not(config_class: type) -> None:
    for record in numeric_fields(config_class):
        for limit, beyond in ((record.minimum, -1), (record.maximum, 1)):
            if limit is None:
                continue
            number = int(limit) if record.kind == "int" else limit
            at_limit = problems_in(config_class, {record.name: number})
            past = problems_in(config_class, {record.name: number + beyond})
            assert not any("is not " in p.message for p in at_limit if p.field == record.name)
            assert record.name in {problem.field for problem in past}


@given(st.integers(1, 500), st.floats(1e-6, 0.1), st.integers(8, 4096))
def test_that_changed_fields_are_exactly_those_that_differ(
    epochs: int, rate: float, batch: int
) -> None:
    base = TrainerConfigV2()
    made = TrainerConfigV2(epochs=epochs, learning_rate=rate, batch_size=batch)
    expected = {
        name: (before, now)
        for name, before, now in (
            ("epochs", 150, epochs), ("learning_rate", 5e-5, rate), ("batch_size", 256, batch),
        )
        if before != now
    }  # fmt: skip
    assert changed_fields(made, base) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CosineAnnealingWarmRestarts", "cosine_warm_restarts"),
        ("ReduceLROnPlateau", "reduce_on_plateau"),
        ("OneCycleLR", "one_cycle"),
        ("CosineAnnealing", "cosine"),
        ("ExponentialLR", "exponential"),
    ],
)
def test_that_old_schedule_names_are_understood(old: str, new: str) -> None:
    assert TrainerConfigV2(scheduler_type=old).scheduler_type == new


def test_that_rules_across_fields_are_checked() -> None:
    with pytest.raises(ConfigError, match=r"add up to 1\.1"):
        DataConfig(train_fraction=0.8)
    with pytest.raises(ConfigError, match="2 kernel sizes for 3 blocks"):
        ModelConfigV2(cnn_kernel_sizes=(3, 3))
    with pytest.raises(ConfigError, match="do not divide"):
        ModelConfigV2(attention_heads=7)
    with pytest.raises(ConfigError, match="above the learning rate"):
        TrainerConfigV2(learning_rate=1e-6, min_learning_rate=1e-5)
