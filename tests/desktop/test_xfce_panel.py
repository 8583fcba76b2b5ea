"""The program in the panel of a whole desktop environment."""

from desktop.gauge_program import GaugeProgram
from desktop.screen import changed_box
from desktop.session import DesktopSession
from desktop.waiting import wait_until


def test_the_icon_sits_in_the_panel_and_a_click_opens_the_glance(program: GaugeProgram, desktop: DesktopSession) -> None:
    strip = desktop.start_xfce_panel()
    program.set_budget(400)
    program.append_calls(14)
    empty = desktop.screen.still_picture(strip.box)
    program.start()
    wait_until("an icon appears in the panel", lambda: changed_box(empty, desktop.screen.picture(strip.box)))
    place = changed_box(empty, desktop.screen.still_picture(strip.box))
    assert place is not None
    left, top, right, bottom = place
    assert right - left <= 40
    desktop.screen.keep("xfce-icon", (strip.left + left - 40, strip.top, strip.left + right, strip.top + strip.height))
    desktop.screen.click((strip.left + (left + right) // 2, strip.top + (top + bottom) // 2))
    panel = program.wait_for_still_panel()
    desktop.screen.keep("xfce-panel")
    assert panel.top + panel.height <= strip.top
    desktop.screen.press("Escape")
    program.wait_until_closed()
