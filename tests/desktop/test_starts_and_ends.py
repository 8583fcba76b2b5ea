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


def test_a_damaged_settings_file_is_told_on_the_panel_and_left_alone(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.append_calls(2)
    program.data.mkdir()
    settings = program.data / "settings.toml"
    settings.write_text('[budget\nusd = "4', encoding="utf-8")
    program.start()
    desktop.screen.click(program.wait_for_icon().centre)
    desktop.screen.keep("damaged-settings", program.wait_for_still_panel().box)
    assert settings.read_text(encoding="utf-8") == '[budget\nusd = "4'
    settings.write_text('[budget]\nusd = "400"\n', encoding="utf-8")
    wait_until("the budget is taken up", lambda: program.status()["meters"][0]["limit_usd"] == "400.00")
    assert program.process.poll() is None


def test_where_nothing_can_be_written_it_starts_all_the_same_and_says_so(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.append_calls(2)
    program.data.touch()  # a file in place of the folder
    program.start()
    desktop.screen.click(program.wait_for_icon().centre)
    desktop.screen.keep("nothing-can-be-written", program.wait_for_still_panel().box)
    assert f"Nothing can be written in {program.data}" in desktop.programs.said()
    program.process.terminate()
    assert program.exit_code() == 0


def test_being_told_to_end_ends_it_cleanly(program: GaugeProgram, desktop: DesktopSession) -> None:
    desktop.start_xembed_tray()
    program.set_budget(400)
    process = program.start()
    program.wait_for_icon()
    process.terminate()
    assert program.exit_code() == 0
