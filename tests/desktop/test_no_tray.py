"""The program on a desktop that shows no tray icons, such as plain GNOME."""

from desktop.gauge_program import GaugeProgram
from desktop.session import DesktopSession
from desktop.waiting import wait_until


def test_a_small_window_stands_in_and_leaves_when_a_tray_comes(program: GaugeProgram, desktop: DesktopSession) -> None:
    program.set_budget(400)
    program.append_calls(8)
    program.start()
    window = program.wait_for_panel()
    desktop.screen.still_picture()
    desktop.screen.keep("no-tray")
    assert 150 < window.width < 480
    assert 60 < window.height < 240
    left, top, right, bottom = window.box
    assert 0 <= left < right <= 1280
    assert 0 <= top < bottom <= 800
    desktop.start_xembed_tray()
    program.wait_for_icon()
    program.wait_until_closed()


def test_an_icon_comes_to_a_notifier_tray_that_starts_later_than_the_program(program: GaugeProgram, desktop: DesktopSession) -> None:
    program.set_budget(400)
    program.append_calls(8)
    program.start()
    program.wait_for_panel()
    strip = desktop.start_xfce_panel()
    program.wait_until_closed()
    wait_until("a panel with an icon is there", lambda: len(desktop.screen.picture(strip.box).getcolors(1 << 16) or ()) > 20)
    desktop.screen.keep("late-tray", strip.box)
