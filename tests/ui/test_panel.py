"""The panel in every state, at several scales, and what its keys and buttons do."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

import os
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from pictured import BUDGETED, FAILING, LINKED, NO_LIMIT, SCANNING, SCORED, SPIKE, SPIKING, STATES, UNPRICED, WATCH, ZONE, now_of
from tankful.core.pace import Tone
from tankful.core.settings import Settings
from tankful.core.snapshot import Scan, Snapshot
from tankful.present.glance import GlanceView, glance_view
from tankful.present.menu import Command
from tankful.ui import theme
from tankful.ui.buttons import QuietButton
from tankful.ui.cards import CardBox
from tankful.ui.glance import GlancePanel
from tankful.ui.theme import DARK, LIGHT


def seen(snapshot: Snapshot | None, settings: Settings = BUDGETED) -> GlanceView:
    return glance_view(snapshot, settings, now_of(snapshot), ZONE)


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> GlancePanel:
    theme.apply(qapp, BUDGETED.theme, qapp.palette())
    made = GlancePanel()
    qtbot.addWidget(made)
    return made


def shown(panel: GlancePanel, view: GlanceView) -> None:
    panel.render_view(view, LIGHT)
    panel.show()
    panel.grab()


def visible_text(panel: GlancePanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_a_title_too_long_for_the_panel_says_its_ends_and_leaves_room_for_the_rest(panel: GlancePanel) -> None:
    view = replace(seen(WATCH), title=f"Key {'k' * 60} · company")
    shown(panel, view)
    title = panel._title
    assert title.shown.startswith("Key k")
    assert "…" in title.shown
    assert title.shown.endswith("company")
    assert title.toolTip() == view.title
    assert panel._period.width() >= panel._period.sizeHint().width()
    shown(panel, seen(WATCH))
    assert (title.shown, title.toolTip()) == (title.text(), "")


@pytest.mark.parametrize(("name", "dark"), list(product(STATES, [False, True])))
def test_no_word_is_cut_off_in_any_state(panel: GlancePanel, name: str, dark: bool) -> None:
    panel.render_view(seen(*STATES[name]), DARK if dark else LIGHT)
    panel.show()
    panel.grab()

    inside = panel.rect()
    for label in panel.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        place = label.rect().translated(label.mapTo(panel, label.rect().topLeft()))
        assert inside.contains(place), label.text()
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed, label.text()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
    for button in panel.findChildren(QuietButton):
        assert not button.isVisible() or button.width() >= QFontMetrics(button.font()).horizontalAdvance(button.text())


def test_it_says_what_matters(panel: GlancePanel) -> None:
    shown(panel, seen(WATCH))
    text = visible_text(panel)

    for words in (
        "My budget",
        "$197.85",
        "left of $600.00",
        "Ahead of pace.",
        "Thu 26&nbsp;Nov",
        "$21.46 · 3 agents active",
        "Checked 4 s ago",
    ):
        assert words in text


def test_the_forecast_tells_how_true_it_was_to_whoever_points_at_it(panel: GlancePanel) -> None:
    shown(panel, seen(SCORED))
    assert panel._pace.toolTip().startswith("When it said 82%, it happened 79% of the time;")
    shown(panel, seen(WATCH))
    assert panel._pace.toolTip() == ""


def test_painted_parts_speak_to_screen_readers(panel: GlancePanel) -> None:
    shown(panel, seen(UNPRICED))

    assert panel._gauge.accessibleName() == "67% of $600 used; $197.85 left; 12 requests have no price; ahead of pace."
    assert panel._chart.accessibleName().startswith("Burn-down: $197.85 left")
    assert "Claude Code $16.72; Codex CLI $4.11" in panel._bars.accessibleName()
    assert "Hermes Agent unpriced 12 requests without a price" in panel._bars.accessibleName()
    assert panel._pill.accessibleName() == "live · 4 s"
    assert panel._pace.accessibleName().startswith("Ahead of pace. At this rate")


def test_the_arc_is_painted_in_the_colour_of_the_tone(panel: GlancePanel) -> None:
    shown(panel, seen(WATCH))
    image = panel._gauge.grab().toImage()

    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width() // 5)}
    assert LIGHT.tones[Tone.WATCH] in colours


def test_the_panel_grows_and_shrinks_with_what_it_has_to_say(panel: GlancePanel) -> None:
    shown(panel, seen(WATCH))
    before = panel.height()

    shown(panel, seen(FAILING))
    taller = panel.height()
    shown(panel, seen(WATCH))

    assert taller > before == panel.height()
    assert not [box for box in panel.findChildren(CardBox) if box.isVisible()]


def test_lines_that_wrap_make_nothing_scroll_where_there_is_room(panel: GlancePanel) -> None:
    remark = "1,571 requests have no price (devstral-medium-2512, kimi-for-coding…): not in the figure."
    panel.limit_height(1600)
    shown(panel, replace(seen(WATCH), remarks=(remark,), cards=(), bars=()))
    assert panel._body.verticalScrollBar().maximum() == 0


def test_a_card_that_comes_while_the_panel_is_open_has_its_room_at_once(panel: GlancePanel) -> None:
    shown(panel, seen(WATCH))
    panel.render_view(seen(SPIKING), LIGHT)
    QApplication.processEvents()
    assert panel._body.verticalScrollBar().maximum() == 0


def test_on_a_low_screen_the_middle_scrolls_and_head_and_buttons_stay(panel: GlancePanel) -> None:
    shown(panel, seen(FAILING))
    whole = panel.height()
    panel.limit_height(whole - 150)
    panel.grab()
    bar = panel._body.verticalScrollBar()
    assert panel.height() == whole - 150
    assert bar.maximum() >= 150
    for part in (panel._title, panel._headline, panel._chart, panel._refresh):
        assert panel.rect().contains(part.rect().translated(part.mapTo(panel, part.rect().topLeft())))
    bar.setValue(bar.maximum())
    last = [box for box in panel.findChildren(CardBox) if box.isVisible()][-1]
    assert last.mapTo(panel._body, last.rect().bottomLeft()).y() < panel._body.height()
    panel.limit_height(4 * whole)
    assert panel.height() == whole


def test_escape_closes_it(panel: GlancePanel, qtbot: QtBot) -> None:
    shown(panel, seen(WATCH))

    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel, Qt.Key.Key_Escape)

    assert not panel.isVisible()


def test_other_keys_do_not(panel: GlancePanel) -> None:
    shown(panel, seen(WATCH))
    QTest.keyClick(panel, Qt.Key.Key_A)
    assert panel.isVisible()


def test_turning_to_another_window_closes_it(panel: GlancePanel, qtbot: QtBot) -> None:
    shown(panel, seen(WATCH))

    with qtbot.waitSignal(panel.closed):
        QApplication.sendEvent(panel, QEvent(QEvent.Type.WindowDeactivate))


def test_every_button_can_be_reached_and_pressed_by_keyboard(panel: GlancePanel, qtbot: QtBot) -> None:
    shown(panel, seen(NO_LIMIT, Settings()))
    panel.activateWindow()
    panel.setFocus()
    reached: set[str] = set()
    for _ in range(6):
        QTest.keyClick(panel.focusWidget() or panel, Qt.Key.Key_Tab)
        focused = panel.focusWidget()
        if isinstance(focused, QuietButton):
            reached.add(focused.text())
            focused.grab()
    assert reached == {"Set a budget…", "Inbox", "Budget…", "Refresh"}

    panel._refresh.setFocus()
    with qtbot.waitSignal(panel.asked) as heard:
        QTest.keyClick(panel._refresh, Qt.Key.Key_Space)
    assert heard.args == [Command.REFRESH]
    with qtbot.waitSignal(panel.asked) as heard:
        QTest.mouseClick(panel._door, Qt.MouseButton.LeftButton)
    assert heard.args == [Command.BUDGET]


def test_a_card_asks_for_what_its_button_says(panel: GlancePanel, qtbot: QtBot) -> None:
    shown(panel, seen(FAILING))
    button = next(button for button in panel.findChildren(QuietButton) if button.text() == "Try again")

    with qtbot.waitSignal(panel.asked) as heard:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert heard.args == [Command.REFRESH]


def button_of(panel: GlancePanel, text: str) -> QuietButton:
    (found,) = (button for button in panel.findChildren(QuietButton) if button.text() == text and button.isVisible())
    return found


def test_a_spike_can_be_called_expected_and_says_why_it_is_shown_to_whoever_asks(panel: GlancePanel, qtbot: QtBot) -> None:
    shown(panel, seen(SPIKING))
    before = panel.height()
    why = "What the last twelve requests cost is held against"
    assert why not in visible_text(panel)

    QTest.mouseClick(button_of(panel, "Why am I seeing this?"), Qt.MouseButton.LeftButton)
    assert why in visible_text(panel)
    assert panel.height() > before
    QTest.mouseClick(button_of(panel, "Why am I seeing this?"), Qt.MouseButton.LeftButton)
    assert why not in visible_text(panel)
    assert panel.height() == before

    with qtbot.waitSignal(panel.asked) as heard:
        QTest.mouseClick(button_of(panel, "That is expected"), Qt.MouseButton.LeftButton)
    assert heard.args == [Command.SPIKE_EXPECTED]


def test_a_card_that_goes_on_stays_where_it_is_with_what_was_unfolded(panel: GlancePanel) -> None:
    shown(panel, seen(SPIKING))
    button = button_of(panel, "That is expected")
    QTest.mouseClick(button_of(panel, "Why am I seeing this?"), Qt.MouseButton.LeftButton)

    shown(panel, seen(replace(SPIKING, spikes=(replace(SPIKE, actual=SPIKE.actual + 5),))))
    assert "$19.20 in 52 min" in visible_text(panel)
    assert "held against your own last four weeks" in visible_text(panel)
    assert button_of(panel, "That is expected") is button

    shown(panel, seen(WATCH))
    assert "$19.20" not in visible_text(panel)
    shown(panel, seen(SCANNING))
    (box,) = panel._boxes
    shown(panel, seen(replace(SCANNING, scan=Scan(600_000_000, 640_000_000))))
    assert panel._boxes == (box,)


def test_new_colours_are_taken_at_once(panel: GlancePanel, qapp: QApplication) -> None:
    shown(panel, seen(FAILING))
    theme.apply(qapp, Settings().theme, qapp.palette())
    panel.render_view(seen(FAILING), DARK)

    image = panel.grab().toImage()
    assert image.pixelColor(image.width() // 2, 6) == QColor(DARK.window)


def test_a_disabled_button_is_muted_and_a_pressed_one_is_not(qtbot: QtBot) -> None:
    button = QuietButton("Save")
    qtbot.addWidget(button)
    button.show()
    enabled = button.grab().toImage()
    button.setEnabled(False)

    assert button.grab().toImage() != enabled
    assert button.minimumSizeHint() == button.sizeHint()


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_nothing_is_cut_off_at_any_scale_or_font_size(scale: str) -> None:
    """The same check in a process of its own, as the scale is fixed when Qt starts."""
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from PySide6.QtWidgets import QApplication, QLabel
from tankful.ui import theme
from tankful.ui.glance import GlancePanel
from tankful.present.glance import glance_view
from pictured import STATES, ZONE, now_of
app = QApplication([])
for points in (7, 9, 15):
    font = app.font(); font.setPointSize(points); app.setFont(font)
    for snapshot, settings in STATES.values():
        panel = GlancePanel()
        panel.render_view(glance_view(snapshot, settings, now_of(snapshot), ZONE), theme.LIGHT)
        panel.show(); panel.grab()
        for label in panel.findChildren(QLabel):
            if label.isVisible() and label.text():
                needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
                assert label.height() >= needed, (points, label.text())
                assert label.wordWrap() or label.width() >= label.sizeHint().width(), (points, label.text())
        panel.hide()
print("dpr", app.devicePixelRatio())
"""
    environ = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    tests = str(Path(__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code, tests], env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"dpr {float(scale)}"


def _words_of(panel: GlancePanel, text: str) -> tuple[int, int]:
    """Where the words of a link begin and end, in pixels of the panel."""
    (link,) = (button for button in panel.findChildren(QuietButton) if button.text() == text and button.isVisible())
    width = QFontMetrics(link.font()).horizontalAdvance(text)
    begin = link.mapTo(panel, QPoint(0, 0)).x() + (link.width() - width) / 2
    return round(begin), round(begin + width)


@pytest.mark.parametrize("dark", [False, True])
def test_the_words_of_links_stand_in_line_with_those_above_them(panel: GlancePanel, dark: bool) -> None:
    panel.render_view(seen(SPIKING), DARK if dark else LIGHT)
    panel.show()
    panel.grab()
    note, chart = panel._note, panel._chart
    beside = note.mapTo(panel, QPoint(0, 0)).x() + note.contentsMargins().left()
    assert _words_of(panel, "Ask for more…")[0] == beside
    assert abs(_words_of(panel, "Refresh")[1] - (chart.mapTo(panel, QPoint(0, 0)).x() + chart.width())) <= 1
    (card,) = (box for box in panel.findChildren(CardBox) if box.isVisible())
    said = card._text
    assert _words_of(panel, "Why am I seeing this?")[0] == said.mapTo(panel, QPoint(0, 0)).x() + said.contentsMargins().left()


def test_notes_below_a_budget_take_as_many_lines_as_they_need(panel: GlancePanel) -> None:
    shown(panel, seen(LINKED))
    rows = panel._budgets
    before, panel_before = rows.height(), panel.height()
    team = replace(LINKED.meters[1], unpriced=12, perhaps=("platform engineering", "k" * 200))
    shown(panel, seen(replace(LINKED, meters=(LINKED.meters[0], team, *LINKED.meters[2:]))))
    note = rows._bars[0].note
    assert note.endswith(f"12 requests without a price not booked yet, here or in platform engineering or {'k' * 200}")
    small = QFontMetricsF(rows._small)
    assert rows.height() >= before + 4 * small.height()
    assert panel.height() - panel_before == rows.height() - before
    long = small.boundingRect(QRectF(0, 0, rows.width(), 10_000), rows._wrapping(note, rows.width()), note)
    assert long.width() <= rows.width()
    assert rows.heightForWidth(rows.width() * 2) < rows.height() == rows.heightForWidth(rows.width())
