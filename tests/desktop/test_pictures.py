"""Takes the pictures that README shows, from the real program on a real panel; `packaging/test --pictures` keeps them."""

from datetime import UTC, datetime

from desktop.demo_month import DemoMonth
from desktop.gauge_program import GaugeProgram
from desktop.pictures import keep_for_readme
from desktop.screen import changed_box
from desktop.session import DesktopSession, desktop_session
from desktop.waiting import wait_until

BUDGET_USD = 260
"""A little more than the made-up month comes to."""
SHARP_SCREEN = (1280, 1600)
"""High enough for the whole panel at twice the size."""
EDGE = 14
"""Pixels of the desktop around the panel."""


def test_the_tray_shows_the_gauge_and_says_it_in_a_sentence(program: GaugeProgram, desktop: DesktopSession) -> None:
    DemoMonth(datetime.now(UTC)).write(desktop.home / "claude", desktop.home / "codex")
    program.set_budget(BUDGET_USD)
    program.status()  # reads the logs, so that the first picture is of the whole month
    desktop.start_backdrop()
    strip = desktop.start_xfce_panel(scale=2)
    empty = desktop.screen.still_picture(strip.box)
    program.start({"QT_SCALE_FACTOR": "2"})
    wait_until("an icon appears in the panel", lambda: changed_box(empty, desktop.screen.picture(strip.box)))
    place = changed_box(empty, desktop.screen.still_picture(strip.box))
    assert place is not None
    above = (strip.left, strip.top - 120, strip.left + strip.width, strip.top)
    bare = desktop.screen.picture(above)
    desktop.screen.point((strip.left + (place[0] + place[2]) // 2, strip.top + (place[1] + place[3]) // 2))
    wait_until("the tooltip shows", lambda: changed_box(bare, desktop.screen.picture(above)))
    desktop.screen.still_picture(above)
    desktop.screen.keep("tray", (strip.width - 720, strip.top - 120, strip.width, strip.top + strip.height))
    keep_for_readme("tray")


def test_the_panel_shows_a_month_of_work() -> None:
    with desktop_session(SHARP_SCREEN) as desktop:
        program = GaugeProgram(desktop)
        DemoMonth(datetime.now(UTC)).write(desktop.home / "claude", desktop.home / "codex")
        program.set_budget(BUDGET_USD)
        program.status()
        desktop.start_backdrop()
        desktop.start_compositing_manager()
        desktop.start_xembed_tray()
        program.start({"QT_SCALE_FACTOR": "2"})
        desktop.screen.click(program.wait_for_icon().centre)
        panel = program.wait_for_still_panel()
        left, top, right, bottom = panel.box
        desktop.screen.keep("panel", (left - EDGE, top - EDGE, right + EDGE, bottom + EDGE))
        keep_for_readme("panel")
