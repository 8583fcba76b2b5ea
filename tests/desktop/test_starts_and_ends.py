"""How the program starts, starts twice and ends."""

from desktop.gauge_program import GaugeProgram
from desktop.session import DesktopSession
from desktop.waiting import wait_until


def test_a_second_start_raises_the_panel_of_the_first_and_ends(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.set_budget(400)
    first = program.start()
    program.wait_for_icon()
    second = program.start_again()
    program.wait_for_panel()
    assert program.exit_code(second) == 0
    assert first.poll() is None


def test_the_first_start_asks_for_one_number_and_takes_it(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.append_calls(8)
    program.start()
    program.wait_for_icon()
    program.wait_for_still_panel()
    desktop.screen.keep("first-start")
    desktop.screen.type("250")
    desktop.screen.press("Return")
    program.wait_until_closed()
    limits = wait_until("the budget is kept", lambda: [meter["limit_usd"] for meter in program.status()["meters"]])
    assert limits == ["250.00"]


def test_the_first_start_suggests_a_little_more_than_the_last_month_cost(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.append_calls(8)
    program.start()
    program.wait_for_icon()
    program.wait_for_panel()
    desktop.screen.press("Return")
    program.wait_until_closed()
    limits = wait_until("the budget is kept", lambda: [meter["limit_usd"] for meter in program.status()["meters"]])
    assert limits == ["130.00"]


def test_being_told_to_end_ends_it_cleanly(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.set_budget(400)
    process = program.start()
    program.wait_for_icon()
    process.terminate()
    assert program.exit_code() == 0
