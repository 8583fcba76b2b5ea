"""The program in a tray that takes icons in as windows."""

from desktop.gauge_program import GaugeProgram
from desktop.screen import differs
from desktop.session import DesktopSession
from desktop.waiting import wait_until


def started(program: GaugeProgram) -> GaugeProgram:
    program.desktop.start_xembed_tray()
    program.set_budget(400)
    program.start()
    return program


def test_every_line_that_an_agent_writes_moves_the_icon(program: GaugeProgram, desktop: DesktopSession) -> None:
    icon = started(program).wait_for_icon()
    last = desktop.screen.still_picture(icon.box)
    # A program that only reads what is there when it starts could change its icon twice, never three times.
    for calls in (6, 8, 10):
        program.append_calls(calls)
        wait_until(f"{calls} more calls move the icon", lambda last=last: differs(last, desktop.screen.picture(icon.box)))
        last = desktop.screen.still_picture(icon.box)
    desktop.screen.keep("xembed-icon", icon.box)


def test_a_click_opens_the_panel_and_escape_closes_it(program: GaugeProgram, desktop: DesktopSession) -> None:
    program.append_calls(10)
    icon = started(program).wait_for_icon()
    desktop.screen.click(icon.centre)
    program.wait_for_still_panel()
    desktop.screen.keep("xembed-panel")
    desktop.screen.press("Escape")
    program.wait_until_closed()


def test_the_panel_opens_inside_the_screen_and_clear_of_its_icon(program: GaugeProgram, desktop: DesktopSession) -> None:
    icon = started(program).wait_for_icon()
    desktop.screen.click(icon.centre)
    left, top, right, bottom = program.wait_for_panel().box
    assert 0 <= left < right <= 1280
    assert 0 <= top < bottom <= icon.top + 4


def test_a_click_on_another_window_closes_the_panel(program: GaugeProgram, desktop: DesktopSession) -> None:
    other = desktop.start_other_window()
    icon = started(program).wait_for_icon()
    desktop.screen.click(icon.centre)
    program.wait_for_panel()
    desktop.screen.click(other.centre)
    program.wait_until_closed()


def test_a_click_on_the_desktop_closes_the_panel(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_backdrop()
    icon = started(program).wait_for_icon()
    desktop.screen.click(icon.centre)
    program.wait_for_panel()
    desktop.screen.click((100, 100))
    program.wait_until_closed()


def test_a_second_click_on_the_icon_closes_the_panel(program: GaugeProgram, desktop: DesktopSession) -> None:
    icon = started(program).wait_for_icon()
    desktop.screen.click(icon.centre)
    program.wait_for_panel()
    # Some pixels away, so that it is no double click however soon it comes.
    left, top = icon.centre
    desktop.screen.click((left - 7, top - 7))
    program.wait_until_closed()


def test_the_menu_opens_by_a_right_click_and_quit_ends_the_program(program: GaugeProgram, desktop: DesktopSession) -> None:
    icon = started(program).wait_for_icon()
    desktop.screen.click(icon.centre, button=3)
    menu = program.wait_for_menu()
    desktop.screen.still_picture(menu.box)
    desktop.screen.keep("xembed-menu")
    desktop.screen.press("Up", "Return")
    assert program.exit_code() == 0
