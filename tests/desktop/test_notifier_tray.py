"""The program in a tray that speaks StatusNotifierItem."""

import re

from desktop.gauge_program import GaugeProgram
from desktop.notifier_host import NotifierHost
from desktop.session import DesktopSession
from desktop.waiting import wait_until


def started(program: GaugeProgram, notifiers: NotifierHost) -> None:
    program.set_budget(400)
    program.append_calls(8)
    program.start()
    notifiers.wait_for_item()


def wait_for_percent(notifiers: NotifierHost, percent: int) -> str:
    tells = re.compile(rf"\b{percent}\s?%")
    return wait_until(f"the tooltip says {percent} %", lambda: text if tells.search(text := notifiers.tooltip()) else None)


def test_the_icon_comes_in_every_size_and_none_is_blank(program: GaugeProgram, notifiers: NotifierHost) -> None:
    started(program, notifiers)
    wait_for_percent(notifiers, 30)
    pictures = notifiers.pixmaps()
    assert pictures.keys() >= {16, 22, 24, 32, 48, 64}
    for size, picture in pictures.items():
        assert picture.size == (size, size)
        assert len(picture.getcolors(size * size) or ()) > 3


def test_the_tooltip_and_the_pixels_follow_the_log(program: GaugeProgram, notifiers: NotifierHost) -> None:
    started(program, notifiers)
    before = wait_for_percent(notifiers, 30), notifiers.pixmaps()[22]
    program.append_calls(12)
    after = wait_for_percent(notifiers, 75), notifiers.pixmaps()[22]
    assert before[0] != after[0]
    assert before[1].tobytes() != after[1].tobytes()


def test_activating_the_icon_opens_the_panel(program: GaugeProgram, notifiers: NotifierHost, desktop: DesktopSession) -> None:
    started(program, notifiers)
    notifiers.activate()
    panel = program.wait_for_panel()
    assert panel.left >= 0
    assert panel.top >= 0
    assert panel.left + panel.width <= 1280
    assert panel.top + panel.height <= 800
    desktop.screen.press("Escape")
    program.wait_until_closed()


def test_quit_in_the_menu_that_the_tray_draws_ends_the_program(program: GaugeProgram, notifiers: NotifierHost) -> None:
    started(program, notifiers)
    notifiers.choose("Quit")
    assert program.exit_code() == 0
