"""``presets``: everything the preset menu of the window does."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command


def test_that_a_preset_is_copied_renamed_exported_imported_and_deleted(
    cli: Command, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    for words in (
        ("duplicate", "trainer", "conservative", "mine"),
        ("rename", "trainer", "mine", "ours"),
        ("export", "trainer", "ours", file),
        ("delete", "trainer", "ours"),
        ("import", file, "--name", "again"),
    ):
        assert cli("presets", *words, "--json").result["status"] == "success"

    values = cli("presets", "show", "trainer", "again", "--json").result["values"]
    assert (values["epochs"], values["focal_gamma"]) == (200, 3.0)
    names = [preset["name"] for preset in cli("presets", "list", "--json").result["presets"]]
    assert "again" in names and "mine" not in names


def test_that_a_damaged_preset_is_named_in_the_list(cli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "presets" / "model"
    folder.mkdir(parents=True)
    (folder / "bad.yaml").write_text("kind: model\nvalues: [")
    answer = cli("presets", "list")
    assert answer.code == 0
    assert "bad.yaml" in answer.out and "not valid YAML" in answer.out


def test_that_the_fields_are_listed_with_default_and_range(cli: Command) -> None:
    fields = cli("presets", "fields", "trainer", "--json").result["fields"]
    by_name = {field["name"]: field for field in fields}
    assert by_name["trainer.epochs"]["default"] == 150
    assert by_name["trainer.epochs"]["range"] == "1 to 500"
    assert "cosine" in by_name["trainer.scheduler_type"]["range"]


def test_that_a_built_in_preset_cannot_be_deleted(cli: Command) -> None:
    answer = cli("presets", "delete", "model", "production_small", "--json")
    assert answer.code == 2
    assert "built in" in answer.result["error"]["message"]
