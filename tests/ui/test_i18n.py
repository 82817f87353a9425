"""Russian is complete, and languages switch while the window is open."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import console
from console.core import errors
from console.core.configs import BalancingConfig, DataConfig, ModelConfigV2, TrainerConfigV2
from console.core.errors import DataError
from console.core.fields import fields_of
from console.core.presets import list_presets
from console.ui import actions, main_window
from console.ui.dialogs import settings_dialog
from console.ui.forms import preset_bar
from console.ui.i18n import (
    catalog_path,
    current_language,
    load_catalog,
    set_language,
    tr,
    tr_message,
    trn,
)
from console.ui.pages import (
    column_table,
    data_page,
    data_strip,
    forms_pane,
    queue_table,
    run_type_choice,
    runs_table,
    start_summary,
)
from console.ui.wizard import words as wizard_words

KEYS = (*actions.PLOT_KEYS, *actions.WINDOW_KEYS, *actions.QUEUE_KEYS)
RUSSIAN = load_catalog(catalog_path("ru"), "ru")
SOURCES = [*Path(console.__path__[0], "ui").rglob("*.py"), Path(console.__path__[0], "app.py")]


def calls(name: str) -> Iterator[ast.Call]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield node


def literals() -> set[str]:
    return {
        call.args[0].value
        for call in calls("tr")
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def record_words() -> set[str]:
    words: set[str] = set()
    for config_class in (ModelConfigV2, TrainerConfigV2, DataConfig, BalancingConfig):
        for record in fields_of(config_class):
            words |= {record.label, record.help, record.unit, record.group, *record.choice_labels}
    for record in (run_type_choice.RUN_TYPE, run_type_choice.SEEDS):
        words |= {record.label, record.help, *record.choice_labels}
    return words - {""}


def table_words() -> set[str]:
    words = {record.words for record in actions.ACTIONS} | set(actions.MENUS)
    words |= {text for pair in KEYS for text in pair}
    words |= {words for _name, words, _icon, _key in main_window.PAGES}
    words |= {entry[1] for entry in preset_bar.MENU if entry[1]}
    words |= {column.title for column in (*column_table.COLUMNS, *runs_table.COLUMNS)}
    words |= set(queue_table.TITLES)
    words |= {words for _key, words in data_page.TABS}
    words |= {text for _code, text in settings_dialog.THEME_WORDS}
    words |= set(data_strip._WORDS.values()) | set(start_summary._PARTS.values())
    words |= {text for tabs in (forms_pane._WIDE, forms_pane._NARROW) for text, _forms in tabs}
    words |= set(wizard_words.STEPS)
    for table in ("UNITS", "MID_KINDS", "MISSING", "DUPLICATES", "CHOICES"):
        words |= set(getattr(wizard_words, table).values())
    words |= {text for pair in wizard_words.OPTIONS.values() for text in pair}
    for kind in ("model", "trainer", "balancing"):
        words |= {preset.description for preset in list_presets(kind)}
    return words - {""}


def test_that_every_text_of_the_window_has_a_russian_one() -> None:
    missing = (literals() | record_words() | table_words()) - set(RUSSIAN.texts)
    assert not missing, "\n".join(sorted(missing))


def test_that_every_counted_text_has_three_russian_forms() -> None:
    wanted = {call.args[1].value for call in calls("trn") if isinstance(call.args[1], ast.Constant)}
    assert wanted <= set(RUSSIAN.plurals), "\n".join(sorted(wanted - set(RUSSIAN.plurals)))
    assert {len(forms) for forms in RUSSIAN.plurals.values()} == {3}


ENGINE = [
    path for part in ("core", "engine") for path in Path(console.__path__[0], part).rglob("*.py")
]


def sentence(node: ast.expr) -> str:
    """The template of a literal, an f-string, or a sum of both; every place to fill is ``{}``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{\w+(![rs])?(:[^}]*)?\}", "{}", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            sentence(part) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = sentence(node.left), sentence(node.right)
        return left + right if left and right else ""
    return ""


def either(nodes: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Both answers of a choice."""
    for node in nodes:
        yield from (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def told_by_the_engine() -> Iterator[str]:
    """What errors, warnings and problems say when they are made where they are raised."""
    for path in ENGINE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            told = [word.value for word in node.keywords if word.arg in ("remedy", "cause")]
            yield from map(sentence, either(told))
            if name.endswith("Error") and name in dir(errors) and name != "ConfigError":
                yield from map(sentence, node.args[:1])
            elif name in ("Notice", "warn", "_warn"):
                yield from map(sentence, node.args[1:])
            elif name == "Problem":
                yield from map(sentence, node.args[2:3])
            elif name == "Diagnosis":
                yield from map(sentence, either(node.args[2:3]))
            elif name == "Finding":
                yield from map(sentence, node.args[2:4])
            elif name in ("by_settings", "by_command", "_command"):
                yield from map(sentence, node.args[1 if name == "_command" else 0 :][:1])


def test_that_every_sentence_of_the_engine_has_a_russian_one() -> None:
    known = {re.sub(r"\{\w+(![rs])?(:[^}]*)?\}", "{}", text) for text in RUSSIAN.messages}
    missing = {text for text in told_by_the_engine() if text.strip(" {}")} - known
    assert not missing, "\n".join(sorted(missing))


def test_that_what_a_preview_says_has_a_russian_one() -> None:
    from console.engine.feature_store.importers.registry import FORMATS
    from console.engine.import_preview import guess, preview, sniff

    told = {*sniff.WHY.values(), *(kind.title for kind in FORMATS), preview.TABLE_TITLE}
    told |= {
        preview.CHOSEN,
        preview.FAR_TIME,
        guess.NO_SYMBOL,
        guess.NO_TIME,
        guess.ENCODING,
        guess.HORIZON,
    }
    told.add(guess.DIGITS_DAY)
    assert told <= set(RUSSIAN.messages), told - set(RUSSIAN.messages)


def test_that_translations_keep_the_places_to_fill() -> None:
    from string import Formatter

    def places(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}

    texts = {**RUSSIAN.texts, **RUSSIAN.messages}
    wrong = [source for source, target in texts.items() if places(source) != places(target)]
    for source, forms in RUSSIAN.plurals.items():
        wrong += [source for form in forms if not places(form) <= places(source)]
    assert wrong == []


def test_that_translations_are_not_shouted_and_keep_full_stops() -> None:
    for source, target in RUSSIAN.texts.items():
        assert "!" not in target, source
        if source.endswith(".") and not source.endswith("..."):
            assert target.endswith("."), source


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 окно"), (3, "3 окна"), (5, "5 окон"), (11, "11 окон"), (21, "21 окно")]
)
def test_that_russian_counts_have_their_forms(
    app: QApplication, n: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.ui import i18n

    plurals = {"{n} windows": ("{n} окно", "{n} окна", "{n} окон")}
    monkeypatch.setattr(i18n._State, "catalog", i18n.Catalog("ru", {}, plurals))
    assert trn("{n} window", "{n} windows", n) == words


def test_that_a_finished_sentence_is_recognised_by_its_template(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.ui import i18n

    messages = {"{path} has no column '{name}'.": "В {path} нет столбца «{name}»."}
    monkeypatch.setattr(i18n._State, "catalog", i18n.Catalog("ru", messages=messages))
    monkeypatch.setattr(i18n._State, "patterns", None)
    assert tr_message("a.csv has no column 'bid'.") == "В a.csv нет столбца «bid»."
    assert tr_message("something else") == "something else"
    monkeypatch.setattr(i18n._State, "patterns", None)


def test_that_errors_of_a_child_process_are_told_in_russian(app: QApplication) -> None:
    error = DataError(
        "{path}: feature '{column}' is {value:g} in all {count} rows, so nothing can be learnt "
        "from it.",
        remedy="Exclude it in the mapping: features: {{exclude: [{columns}]}}.",
        path="a.csv", column="bid", value=1.5, count=300, columns="bid",
    )  # fmt: skip
    set_language("ru")
    told = error.to_dict()
    assert tr_message(told["message"]) == (
        "a.csv: признак «bid» равен 1.5 во всех строках (300), учиться по нему нечему."
    )
    assert tr_message(told["remedy"]) == ("Исключите его в описании: features: {exclude: [bid]}.")


def test_that_an_unknown_language_is_refused(app: QApplication) -> None:
    with pytest.raises(ValueError, match="xx"):
        set_language("xx")
    assert current_language() == "en"


def test_that_unfinished_translations_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "ru.ts"
    path.write_text(
        "<TS><context><name>console</name><message><source>a</source>"
        '<translation type="unfinished">б</translation></message></context></TS>',
        "utf-8",
    )
    assert load_catalog(path, "ru").texts == {}


def test_that_english_needs_no_file(app: QApplication) -> None:
    assert tr("no such text {n}", n=3) == "no such text 3"
