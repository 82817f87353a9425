"""Words of the window: English in the source, other languages in ``resources/i18n/<code>.ts``.

``tr("Start training")`` gives the text in the language in force. A widget that stays on screen
offers ``retranslate()`` and connects it to ``language_events().language_changed``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from console.core.paths import resources_dir

LANGUAGES: Mapping[str, str] = {"en": "English", "ru": "Русский"}
MESSAGES_CONTEXT = "messages"
_WORD_PLACES = {
    "part",
    "first",
    "second",
    "earlier",
    "later",
}  # filled with our own words: parts of the data
_PLACEHOLDER = re.compile(r"\{(\w*)(?:![rs])?(?::[^}]*)?\}")


@dataclass(frozen=True)
class Catalog:
    """One language: plain texts, plural forms, and templates of messages made elsewhere."""

    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)


class LanguageEvents(QObject):
    """Tells every long-lived widget that its words have to be written again."""

    language_changed = Signal(str)


class _State:
    """The language in force in this process."""

    catalog = Catalog()
    events: LanguageEvents | None = None
    qt_translator: QTranslator | None = None
    patterns: list[tuple[re.Pattern[str], str]] | None = None


def tr(text: str, **params: object) -> str:
    """``text`` in the language in force, with ``{name}`` places filled from ``params``."""
    translated = _State.catalog.texts.get(text, text)
    return translated.format(**params) if params else translated


def trn(singular: str, plural: str, n: int, **params: object) -> str:
    """The form of a counted text for ``n``; both texts may use ``{n}`` and ``params``.

    Translations are kept under the plural source text.
    """
    forms = _State.catalog.plurals.get(plural)
    if forms is None:
        chosen = singular if n == 1 else plural
    else:
        chosen = forms[_PLURAL_RULES[_State.catalog.language](n)]
    return chosen.format(**{"n": n, **params})


def tr_message(text: str) -> str:
    """Translate a finished English sentence of the core or of a child process.

    The sentence is recognised by the template it was made from; one that is not known stays
    as it is, since an English reason is better than none.
    """
    if not text or not _State.catalog.messages:
        return text
    known = _State.catalog.messages.get(text)
    if known is not None:
        return known
    for pattern, translated in _message_patterns():
        match = pattern.fullmatch(text)
        if match:
            return translated.format(**{k: _place(k, v) for k, v in match.groupdict().items()})
    return text


def _place(name: str, text: str) -> str:
    return _State.catalog.messages.get(text, text) if name in _WORD_PLACES else text


def current_language() -> str:
    """The code of the language in force, such as ``en``."""
    return _State.catalog.language


def language_events() -> LanguageEvents:
    """The object whose ``language_changed`` signal long-lived widgets listen to."""
    if _State.events is None:
        _State.events = LanguageEvents()
    return _State.events


def system_language() -> str:
    """The language of the user's desktop where we speak it, else English."""
    code = QLocale.system().name().partition("_")[0]
    return code if code in LANGUAGES else "en"


def set_language(code: str) -> None:
    """Switch the language of the whole window; ``system`` follows the desktop."""
    chosen = system_language() if code == "system" else code
    if chosen not in LANGUAGES:
        raise ValueError(f"no such language: {chosen!r}")
    if chosen == _State.catalog.language:
        return
    _State.catalog = Catalog() if chosen == "en" else load_catalog(catalog_path(chosen), chosen)
    _State.patterns = None
    _install_qt_words(chosen)
    language_events().language_changed.emit(chosen)


def catalog_path(language: str) -> Path:
    """The Qt Linguist file of a language."""
    return resources_dir() / "i18n" / f"{language}.ts"


def load_catalog(path: Path, language: str) -> Catalog:
    """Read a ``.ts`` file; unfinished and empty translations are left out."""
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    messages: dict[str, str] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        target = messages if context.findtext("name") == MESSAGES_CONTEXT else texts
        for message in context.iter("message"):
            source, translation = message.findtext("source"), message.find("translation")
            if source is None or translation is None or translation.get("type") == "unfinished":
                continue
            forms = tuple(form.text or "" for form in translation.iter("numerusform"))
            if forms:
                plurals[source] = forms
            elif translation.text:
                target[source] = translation.text
    return Catalog(language, texts, plurals, messages)


def _install_qt_words(language: str) -> None:
    """Qt's own words ("Cancel", file dialogs) in the same language."""
    if _State.qt_translator is not None:
        QCoreApplication.removeTranslator(_State.qt_translator)
        _State.qt_translator = None
    if language == "en" or QCoreApplication.instance() is None:
        return
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        QCoreApplication.installTranslator(translator)
        _State.qt_translator = translator


def _message_patterns() -> list[tuple[re.Pattern[str], str]]:
    if _State.patterns is None:
        templates = [item for item in _State.catalog.messages.items() if "{" in item[0]]
        templates.sort(key=_num_literal, reverse=True)  # the most telling template wins
        _State.patterns = [(_pattern_of(source), words) for source, words in templates]
    return _State.patterns


def _num_literal(entry: tuple[str, str]) -> int:
    return len(_PLACEHOLDER.sub("", entry[0]))


def _pattern_of(template: str) -> re.Pattern[str]:
    """A pattern of the sentences that ``str.format`` makes from ``template``."""
    plain = template.replace("{{", "\0").replace("}}", "\1")
    parts: list[str] = []
    last, seen = 0, set[str]()
    for match in _PLACEHOLDER.finditer(plain):
        parts.append(re.escape(plain[last : match.start()]))
        name = match.group(1)
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
        seen.add(name)
        last = match.end()
    parts.append(re.escape(plain[last:]))
    return re.compile("".join(parts).replace("\0", r"\{").replace("\1", r"\}"), re.DOTALL)


def _russian_form(n: int) -> int:
    if n % 10 == 1 and n % 100 != 11:
        return 0
    if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14:
        return 1
    return 2


_PLURAL_RULES: Mapping[str, Callable[[int], int]] = {"ru": _russian_form}
