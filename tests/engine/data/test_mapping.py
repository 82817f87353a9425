"""The import mapping: what is accepted, and how a wrong key is answered."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from console.core.errors import ConfigError, DataError
from console.engine.data import mapping as mapping_module
from console.engine.data.mapping import mapping_from, read_mapping


def test_that_the_documented_example_is_valid_and_survives_a_round_trip() -> None:
    example = textwrap.dedent((mapping_module.__doc__ or "").split("\n\n", 1)[1])
    made = mapping_from(yaml.safe_load(example))
    assert made.labels[0].codes() == {0: 0, 1: 1, 2: 2}
    assert made.session == ("date", "session")
    again = yaml.safe_load(yaml.safe_dump(made.to_plain()))
    assert mapping_from(again) == made


def test_that_every_key_of_the_mapping_is_documented() -> None:
    documented = mapping_module.__doc__ or ""
    for name in mapping_module.ImportMapping.model_fields:
        assert re.search(rf"^ *{name}:", documented, re.M), name


def label(horizon_rows: int, encoding: dict[int, str]) -> dict[str, object]:
    """A label as it stands in a mapping file."""
    return {"column": "y", "horizon_rows": horizon_rows, "encoding": encoding}


@pytest.mark.parametrize(
    ("change", "field", "suggestion"),
    [
        ({"symbl": "a"}, "symbl", "symbol"),
        ({"timestamp": {"colum": "t"}}, "timestamp.colum", "column"),
        ({"missing": "skip"}, "missing", ""),
        ({"max_gap_s": 0}, "max_gap_s", ""),
        ({"max_gap_s": float("nan")}, "max_gap_s", ""),
        ({"labels": [label(0, {0: "SELL", 1: "HOLD", 2: "BUY"})]},
         "labels.0.horizon_rows", ""),
        ({"labels": [label(1, {0: "SELL", 1: "SELL", 2: "BUY"})]},
         "labels.0.encoding", ""),
        ({"labels": [label(1, {0: "DOWN", 1: "HOLD", 2: "BUY"})]},
         "labels.0.encoding.0", ""),
    ],
)  # fmt: skip
def test_that_a_wrong_key_or_value_is_named(
    change: dict[str, object], field: str, suggestion: str
) -> None:
    plain = {"symbol": "s", "timestamp": {"column": "t"}, **change}
    with pytest.raises(ConfigError) as caught:
        mapping_from(plain)
    problems = {problem.field: problem for problem in caught.value.problems}
    assert field in problems
    assert problems[field].suggestion == suggestion


def test_that_corrupt_yaml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("symbol: sym\ntimestamp: {column: t\nfeatures: [a, b]\n", "utf-8")
    with pytest.raises(DataError, match=r"mapping\.yaml is not valid YAML in line \d"):
        read_mapping(path)


def test_that_a_missing_mapping_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.yaml cannot be read"):
        read_mapping(tmp_path / "nowhere.yaml")


def test_that_a_mapping_that_is_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("- symbol\n", "utf-8")
    with pytest.raises(ConfigError, match="keys such as symbol"):
        read_mapping(path)
