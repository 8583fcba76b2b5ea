"""The settings window of the real program, under real keys."""

from desktop.gauge_program import PROGRAM, GaugeProgram
from desktop.screen import Window, differs
from desktop.session import DesktopSession
from desktop.waiting import wait_until


def opened(program: GaugeProgram, desktop: DesktopSession, **env: str) -> Window:
    """Open the settings by the command, and wait until they are painted."""
    desktop.start_xembed_tray()
    program.set_budget(400)
    program.append_calls(8)
    program.start(env)
    program.wait_for_icon()
    asked = desktop.programs.run(PROGRAM, "settings", "--data", program.data)
    assert asked.returncode == 0, asked.stderr

    def settings() -> Window | None:
        return next((window for window in program.windows() if window.name.startswith("Settings")), None)

    window = wait_until("the settings open", settings)
    wait_until("the settings have the keyboard", lambda: desktop.screen.has_keyboard(window))
    desktop.screen.still_picture(window.box)
    return window


def test_a_budget_is_changed_with_the_keyboard_and_the_window_closes(program: GaugeProgram, desktop: DesktopSession) -> None:
    window = opened(program, desktop)
    desktop.screen.keep("settings", window.box)
    desktop.screen.press("Down", "Tab", "ctrl+a")
    desktop.screen.type("250")
    desktop.screen.press("Return")
    limits = wait_until(
        "the budget is kept", lambda: [meter["limit_usd"] for meter in program.status()["meters"] if meter["limit_usd"] == "250.00"]
    )
    assert limits == ["250.00"]
    desktop.screen.keep("settings-budget", window.box)
    desktop.screen.press("Escape")
    program.wait_until_closed()


def test_a_search_finds_a_setting_and_the_dark_is_dark_at_once(program: GaugeProgram, desktop: DesktopSession) -> None:
    window = opened(program, desktop)
    page = (window.left + window.width // 4, window.top, window.box[2], window.box[3])
    before = desktop.screen.still_picture(page)

    def finds() -> bool:
        desktop.screen.press("ctrl+f")  # again where the window did not listen yet; what was typed before is replaced
        desktop.screen.type("colours")
        return differs(before, desktop.screen.still_picture(page))

    wait_until("the search finds something", finds)
    desktop.screen.keep("settings-search", window.box)
    desktop.screen.press("Tab", "Tab", "Tab", "End")
    settings = program.data / "settings.toml"
    wait_until("the theme is kept", lambda: 'theme = "dark"' in settings.read_text(encoding="utf-8"))
    desktop.screen.still_picture(window.box)
    desktop.screen.keep("settings-dark", window.box)
    corner = desktop.screen.picture(window.box).convert("L").getpixel((window.width - 30, window.height - 10))
    assert isinstance(corner, int)
    assert corner < 80
