"""The tabs of a dataset: real profiles of the sample, made by a real job or read at once."""

from __future__ import annotations

import dataclasses
import re

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.core.configs import BalancingConfig, DataConfig
from console.core.datasets import DatasetInfo
from console.core.gate import latest_result
from console.core.paths import Workspace
from console.core.presets import get_preset
from console.core.profile import DataProfile, read_profile
from console.engine.data.profile import profile_and_store
from console.engine.data.simulated import ensure_sample
from console.runtime.jobs import JobRunner
from console.runtime.settings import Settings
from console.ui.i18n import set_language
from console.ui.main_window import MainWindow
from console.ui.pages.columns_view import ColumnsView
from console.ui.pages.data_gate import DataChoice
from console.ui.pages.data_page import DataPage
from console.ui.pages.dataset_details import DatasetDetails
from console.ui.pages.dataset_shelf import DatasetShelf
from console.ui.pages.profile_tab import ProfileTab
from console.ui.pages.split_view import SplitView
from console.ui.theme import apply_theme
from tests.ui.conftest import describe_dataset

JOB_MS = 60_000


def quiet(_share: float, _text: str) -> None:
    return None


@pytest.fixture
def sample(workspace: Workspace) -> DatasetInfo:
    """The sample, profiled as the window looks at it where nothing is configured."""
    info = ensure_sample(workspace)
    rule = get_preset("balancing", "production").config()
    profile_and_store(workspace, "sample", DataConfig(), rule, 60, quiet)
    return info


@pytest.fixture
def page(
    app: QApplication, workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot
) -> DataPage:
    return make_page(workspace, jobs, settings, qtbot)


def make_page(workspace: Workspace, jobs: JobRunner, settings: Settings, qtbot: QtBot) -> DataPage:
    made = DataPage(DatasetShelf(workspace, jobs), settings)
    qtbot.addWidget(made)
    made.resize(1180, 700)
    made.show()
    return made


def tab_of(page: DataPage, key: str) -> ProfileTab:
    page.details.show_tab(key)
    found = page.details.widget(key)
    assert isinstance(found, ProfileTab)
    return found


def columns_of(page: DataPage) -> ColumnsView:
    contents = tab_of(page, "columns").contents
    assert isinstance(contents, ColumnsView)
    return contents


def split_of(page: DataPage) -> SplitView:
    contents = tab_of(page, "split").contents
    assert isinstance(contents, SplitView)
    return contents


def names(view: ColumnsView) -> list[str]:
    model = view.table.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_that_a_job_profiles_what_nobody_has_looked_at_yet(
    workspace: Workspace, page: DataPage, jobs: JobRunner, qtbot: QtBot
) -> None:
    ensure_sample(workspace)
    page._shelf.refresh()
    assert jobs.jobs == []
    tab = tab_of(page, "columns")
    assert tab.currentWidget() is tab.waiting
    words = {label.text() for label in tab.waiting.findChildren(QLabel)}
    assert "Looking through the data…" in words and len(jobs.jobs) == 1
    qtbot.waitUntil(lambda: tab.contents is not None, timeout=JOB_MS)
    assert tab.currentWidget() is tab.contents
    assert len(names(columns_of(page))) == 31
    assert isinstance(split_of(page), SplitView) and len(jobs.jobs) == 1


def test_that_a_stored_profile_is_shown_at_once(
    sample: DatasetInfo, page: DataPage, jobs: JobRunner
) -> None:
    view = columns_of(page)
    assert jobs.jobs == []
    assert view.chosen is not None and view.chosen.name == "bid_distance_1"
    cells = [view.table.model().index(0, place).data() for place in range(7)]
    assert cells[0] == "bid_distance_1" and cells[2] == "0\u00a0%"
    assert re.fullmatch(r"0\.\d\d steady", cells[3])
    assert len(view.detail.plot._curves) == 3


def test_that_columns_are_sorted_by_drift_and_found_by_name(
    sample: DatasetInfo, page: DataPage, qtbot: QtBot
) -> None:
    view = columns_of(page)
    view.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    shown = names(view)
    profile = page._loader.profile
    assert isinstance(profile, DataProfile)
    drift = {column.name: column.worst.psi or 0 for column in profile.columns if column.worst}
    assert [drift[name] for name in shown] == sorted(drift.values(), reverse=True)
    qtbot.keyClicks(view.search, "ASK_size")
    assert set(names(view)) == {f"ask_size_{level}" for level in range(1, 6)}
    assert view.chosen is not None and view.chosen.name.startswith("ask_size")
    assert view.detail.plot._name.text() == view.chosen.name
    view.search.setText("nothing like it")
    assert names(view) == [] and not view.detail.isVisible()
    view.search.clear()
    assert len(names(view)) == 31 and view.detail.isVisible()


def test_that_the_crosshair_reads_time_price_and_part(
    sample: DatasetInfo, page: DataPage, qtbot: QtBot
) -> None:
    view = split_of(page)
    assert view.symbol.count() == 2
    profile, plot = page._loader.profile, view.plot
    assert profile is not None
    assert plot.bands.bands == profile.paths[0].bands
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert view.reading.text() == "2024-01-01  10:00:00   60,000   training"
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert view.reading.text().startswith("2024-01-10") and "in no window" in view.reading.text()
    for _ in range(3):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert view.reading.text().endswith("test")
    before = plot._box.viewRange()[0]
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    closer = plot._box.viewRange()[0]
    assert closer[1] - closer[0] < 0.6 * (before[1] - before[0])
    qtbot.keyClick(plot, Qt.Key.Key_F)
    assert plot._box.viewRange()[0] == pytest.approx(before)
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert view.reading.text() == ""
    place = plot._box.mapViewToScene(QPointF(float(plot._places[-1]) / 2, 60_000.0))
    plot.view.scene().sigMouseMoved.emit(place)
    assert "training" in view.reading.text()
    view.symbol.setCurrentIndex(1)
    assert view.reading.text() == "" and plot.bands.bands == profile.paths[1].bands


def test_that_ticks_stand_at_days_and_closer_at_times(sample: DatasetInfo, page: DataPage) -> None:
    plot = split_of(page).plot
    axis = plot._axes["bottom"]
    low, high = plot._box.viewRange()[0]
    [(step, ticks)] = axis.tickValues(low, high, 900)
    texts = axis.tickStrings(ticks, 1.0, step)
    assert len(texts) >= 4 and all(re.fullmatch(r"2024-01-\d\d", text) for text in texts)
    [(step, ticks)] = axis.tickValues(0.0, 590.0, 900)
    texts = axis.tickStrings(ticks, 1.0, step)
    assert texts[0] == "2024-01-01 10:00" and texts[1] == "10:01"


def test_that_shares_and_windows_of_each_part_are_told(sample: DatasetInfo, page: DataPage) -> None:
    view, profile = split_of(page), page._loader.profile
    assert profile is not None
    for part in profile.parts:
        figures = view.parts[part.part]
        total = sum(part.class_counts)
        assert f"SELL {100 * part.class_counts[0] / total:.0f}" in figures.bar.words()
        assert figures._windows.text() == f"{part.num_windows:,} windows"


def test_that_a_failed_job_says_why_and_can_be_tried_again(
    workspace: Workspace, page: DataPage, jobs: JobRunner, qtbot: QtBot
) -> None:
    describe_dataset(workspace)  # only described: there are no rows
    page._shelf.refresh()
    tab = tab_of(page, "split")
    qtbot.waitUntil(lambda: page._loader.failure is not None, timeout=JOB_MS)
    words = " ".join(label.text() for label in tab.waiting.findChildren(QLabel))
    assert "cannot be read" in words and "import the dataset again" in words
    assert tab.waiting.again.isVisible() and not page._loader.is_busy
    qtbot.mouseClick(tab.waiting.again, Qt.MouseButton.LeftButton)
    assert page._loader.is_busy and not tab.waiting.again.isVisible()


def test_that_the_configured_choice_is_looked_at_and_a_stale_job_given_up(
    sample: DatasetInfo, workspace: Workspace, page: DataPage, qtbot: QtBot
) -> None:
    assert page.details.note.text() == "split by default"
    chosen = DataConfig(dataset="sample", symbols=("ETHUSDT",), embargo_fraction=0.0)
    choice = DataChoice(sample, chosen, BalancingConfig(), 30)
    page.set_configured(dataclasses.replace(choice, sequence_length=31))
    tab = tab_of(page, "split")
    assert page._loader.is_busy
    page.set_configured(choice)
    assert page.details.note.text() == "split as in Configure"
    qtbot.waitUntil(lambda: tab.contents is not None, timeout=JOB_MS)
    profile = page._loader.profile
    assert profile is not None and profile.sequence_length == 30
    assert [path.symbol for path in profile.paths] == ["ETHUSDT"]
    assert read_profile(workspace, "sample", choice.key) == profile
    page.set_configured(None)
    page.select("sample")
    assert page.details.note.text() == "split by default"


def test_that_a_choice_without_windows_is_explained_above_what_can_be_shown(
    sample: DatasetInfo, page: DataPage, qtbot: QtBot
) -> None:
    page.set_configured(DataChoice(sample, DataConfig(dataset="sample"), BalancingConfig(), 700))
    tab = tab_of(page, "split")
    qtbot.waitUntil(lambda: tab.contents is not None, timeout=JOB_MS)
    view = split_of(page)
    assert view._problem.isVisible() and "too few rows for one window" in view._problem.text()
    assert not view.parts["train"].isVisible()
    assert columns_of(page).detail.isVisible()


def test_that_a_check_on_the_page_reaches_the_list(
    sample: DatasetInfo, workspace: Workspace, page: DataPage, qtbot: QtBot
) -> None:
    told = Qt.ItemDataRole.AccessibleTextRole
    assert "not checked yet" in page.list.model().index(0, 0).data(told)
    overview = page.details.widget("overview")
    assert isinstance(overview, DatasetDetails)
    with qtbot.waitSignal(overview.checked, timeout=JOB_MS):
        qtbot.mouseClick(overview.health.check_button, Qt.MouseButton.LeftButton)
    result = latest_result(workspace, "sample")
    assert result is not None
    assert "not checked" not in page.list.model().index(0, 0).data(told)
    assert overview.last_check.isVisible()
    assert page.details.widget("overview") is overview


class _Told(QWidget):
    """A tab that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def show_dataset(self, info: DatasetInfo | None) -> None:
        self.told.append(info.name if info else "")

    def retranslate(self) -> None:
        self.told.append("words")


def test_that_a_further_tab_is_built_when_first_seen_and_told_the_dataset(
    sample: DatasetInfo, workspace: Workspace, page: DataPage
) -> None:
    describe_dataset(workspace)
    page._shelf.refresh()
    page.select("sample")
    page.details.add_tab("more", "Overview", _Told)
    assert page.details.widget("more") is None
    page.details.show_tab("more")
    made = page.details.widget("more")
    assert isinstance(made, _Told) and made.told == ["words", "sample"]
    page.select("ashare")
    page.details.show_tab("overview")
    page.select("sample")
    page.select("ashare")
    page.details.show_tab("more")
    assert made.told == ["words", "sample", "ashare"]


def test_that_everything_is_reached_by_keyboard(
    sample: DatasetInfo, workspace: Workspace, page: DataPage, qtbot: QtBot
) -> None:
    columns_of(page)
    page.activateWindow()
    page.list.setFocus()
    reached: list[QWidget] = []
    for _ in range(14):
        widget = QApplication.focusWidget()
        assert widget is not None
        reached.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    view = columns_of(page)
    assert {page.list, page.details.use, page.details.bar, view.search, view.table} <= set(reached)
    page.details.bar.setFocus()
    qtbot.keyClick(page.details.bar, Qt.Key.Key_Right)
    assert page.details.tab == "split"
    split = split_of(page)
    widget = QApplication.focusWidget()
    for _ in range(14):
        assert widget is not None
        reached.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
    assert {split.symbol, split.plot} <= set(reached)
    assert all(widget.accessibleName() or getattr(widget, "text", str)() for widget in reached)


def test_that_tabs_speak_russian(sample: DatasetInfo, page: DataPage) -> None:
    columns_of(page)
    split = split_of(page)
    set_language("ru")
    page.retranslate()
    split.plot.move_cursor(0)
    assert split.reading.text().endswith("обучение")
    assert split.parts["validation"]._title.text() == "Проверка"
    columns = columns_of(page)
    header = columns.table.model().headerData(3, Qt.Orientation.Horizontal)
    assert header == "Сдвиг" and page.details.bar.tabText(1) == "Столбцы"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    known = r"sample|SELL|HOLD|BUY|\w+_\w+|spread|PSI|\w+USDT"
    for widget in page.details.findChildren(QLabel):
        assert not re.search(r"[A-Za-z]{3}", re.sub(known, "", widget.text())), widget.text()


def test_that_the_theme_changes_in_every_tab(
    sample: DatasetInfo, page: DataPage, app: QApplication
) -> None:
    for make in (columns_of, split_of):
        view = make(page)
        page.list.setFocus()
        app.processEvents()
        light = view.grab().toImage()
        apply_theme(app, "dark")
        app.processEvents()
        dark = view.grab().toImage()
        assert dark.pixelColor(QPoint(dark.width() // 2, dark.height() // 2)).lightness() < 120
        apply_theme(app, "light")
        app.processEvents()
        assert view.grab().toImage() == light


def test_that_the_width_of_the_list_is_remembered(
    sample: DatasetInfo,
    workspace: Workspace,
    jobs: JobRunner,
    settings: Settings,
    page: DataPage,
    qtbot: QtBot,
) -> None:
    handle = page._listing.handle(1)
    start = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(handle, start + QPoint(120, 0))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start + QPoint(120, 0))
    moved = page._listing.sizes()
    assert moved[0] > 300
    again = make_page(workspace, jobs, settings, qtbot)
    assert abs(again._listing.sizes()[0] - moved[0]) <= 2


def test_that_the_window_looks_at_data_as_configure_shows_them(
    sample: DatasetInfo, app: QApplication, workspace: Workspace, settings: Settings, qtbot: QtBot
) -> None:
    window = MainWindow(workspace, settings, prepare_sample=False)
    qtbot.addWidget(window)
    window.show()
    bench = window.workbench
    window.show_page("data")
    assert bench.data_page.details.note.text() == "split as in Configure"
    bench.configure_page.forms.model.model.set_value("sequence_length", 44)
    choice = bench.data_page._loader.choice
    assert choice is not None and choice.sequence_length == 44
    bench.configure_page.forms.model.model.set_value("sequence_length", 0)
    assert bench.data_page.details.note.text() == "split by default"
    bench.close_down()
