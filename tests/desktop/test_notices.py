"""Notices on a real desktop: shown by a real notification daemon, answered with its buttons; and without one."""

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop.gauge_program import PROGRAM, GaugeProgram
from desktop.programs import found
from desktop.screen import Window, differs
from desktop.session import DesktopSession
from desktop.waiting import wait_until
from pictured import NOW, SPIKE, ZONE
from tankful.core.announcement import Announcement
from tankful.core.inbox import NoticeClass, Rule
from tankful.core.notices import Notice
from tankful.present.notices import notice_words
from tankful.system.notifier import Notifier

NEVER_QUIET = '[budget]\nusd = "400"\n\n[notices]\nquiet_from_h = 0\nquiet_to_h = 0\ndays = "1234567"\ndigest = "off"\n'
NEARLY_GONE = 25
"""Calls that cost $375 of $400."""


@pytest.fixture
def gauge(program: GaugeProgram, desktop: DesktopSession) -> GaugeProgram:
    """The program in a tray, with a budget that is half gone and no quiet hours."""
    program.data.mkdir()
    (program.data / "settings.toml").write_text(NEVER_QUIET)
    program.append_calls(12)
    desktop.start_backdrop()
    desktop.start_xembed_tray()
    return program


def inbox(program: GaugeProgram) -> dict[str, Any]:
    done = program.desktop.programs.run(PROGRAM, "notices", "--json", "--data", program.data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def daemon_is_there(desktop: DesktopSession) -> None:
    asked = ("gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method")
    wait_until(
        "notifications can be shown",
        lambda: "true" in desktop.programs.run(*asked, "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.Notifications").stdout,
    )


def start_xfce_notifyd(desktop: DesktopSession) -> None:
    places = sorted(Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd"))  # Debian keeps it off the path
    desktop.programs.start(places[0] if places else found("xfce4-notifyd"))
    daemon_is_there(desktop)


def start_dunst(desktop: DesktopSession) -> None:
    desktop.programs.start("dunst", "-timeout_low", "0")
    daemon_is_there(desktop)


def test_a_notice_appears_and_its_button_comes_back_as_a_snooze(gauge: GaugeProgram, desktop: DesktopSession) -> None:
    start_xfce_notifyd(desktop)
    gauge.start()
    gauge.wait_for_icon()
    gauge.append_calls(NEARLY_GONE - 12)

    def popped_up() -> Window | None:
        window = desktop.screen.widest_of_class("xfce4-notifyd")
        return window if window is not None and window.width > 150 and window.height > 60 and inbox(gauge)["notices"] else None

    window = wait_until("the notice pops up", popped_up)
    desktop.screen.still_picture(window.box)
    desktop.screen.keep("notice", window.box)
    (entry,) = inbox(gauge)["notices"]
    assert (entry["rule"], entry["outcome"], entry["title"]) == ("level", "shown", "Your budget of $400 is 90% used")
    # The second of two buttons that share the lower edge.
    desktop.screen.click((window.left + round(window.width * 0.78), window.top + window.height - 28))
    wait_until("the button has come back", lambda: inbox(gauge)["snoozed"])
    (entry,) = inbox(gauge)["notices"]
    assert (entry["outcome"], entry["detail"], entry["new"]) == ("answered", "snooze-today", False)
    gauge.append_calls(5)
    wait_until("what comes next is held back", lambda: len(inbox(gauge)["notices"]) == 2)
    assert inbox(gauge)["notices"][0]["detail"] == "snoozed"


def test_a_press_on_the_notice_opens_the_panel_and_what_is_over_is_withdrawn(gauge: GaugeProgram, desktop: DesktopSession) -> None:
    start_dunst(desktop)
    gauge.start()
    gauge.wait_for_icon()
    gauge.append_calls(NEARLY_GONE - 12)
    wait_until("the notice is there", lambda: "1" in desktop.programs.run("dunstctl", "count", "displayed").stdout)
    desktop.screen.still_picture()
    desktop.screen.keep("notice-dunst")
    desktop.programs.run("dunstctl", "action", "0")
    gauge.wait_for_still_panel()
    desktop.screen.keep("notice-panel")
    wait_until("it counts as answered", lambda: inbox(gauge)["notices"][0]["outcome"] == "answered")
    desktop.screen.press("Escape")
    gauge.wait_until_closed()
    gauge.append_calls(5)
    wait_until("what is used up is said", lambda: "1" in desktop.programs.run("dunstctl", "count", "displayed").stdout)
    gauge.set_budget(4000)
    wait_until("it is taken back", lambda: "0" in desktop.programs.run("dunstctl", "count", "displayed").stdout)
    wait_until("the inbox says so", lambda: inbox(gauge)["notices"][0]["outcome"] == "withdrawn")


def test_a_spike_that_grows_changes_in_place_and_is_taken_back(desktop: DesktopSession, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop.start_backdrop()
    start_dunst(desktop)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus_address)

    def said(usd: str, *, again: bool) -> Announcement:
        spike = replace(SPIKE, actual=Decimal(usd))
        words = notice_words(Notice(NOW, NoticeClass.ACT, Rule.SPIKE, spike.key, spike), ZONE)
        return Announcement(spike.key, words.title, words.text, words.buttons, "normal", is_update=again)

    def displayed() -> str:
        return desktop.programs.run("dunstctl", "count", "displayed").stdout.strip()

    async def lived() -> None:
        notifier = Notifier()
        for usd, again in (("14.20", False), ("31.75", True)):
            assert await notifier.show(said(usd, again=again), lambda _: None) is None
            await asyncio.to_thread(desktop.screen.still_picture)
            desktop.screen.keep(f"notice-spike-{usd}", (900, 40, 1280, 240))
            assert displayed() == "1"
        await notifier.withdraw(SPIKE.key)
        assert displayed() == "0"
        await notifier.end()

    asyncio.run(lived())


def test_nothing_is_said_again_after_the_program_was_killed(gauge: GaugeProgram, desktop: DesktopSession) -> None:
    start_dunst(desktop)
    gauge.start()
    gauge.wait_for_icon()
    gauge.append_calls(NEARLY_GONE - 12)
    wait_until("the notice is there", lambda: "1" in desktop.programs.run("dunstctl", "count", "displayed").stdout)
    gauge.process.kill()
    gauge.process.wait()
    desktop.programs.run("dunstctl", "close-all")
    gauge.start()
    icon = gauge.wait_for_icon()
    before = desktop.screen.still_picture(icon.box)
    gauge.append_calls(1)
    wait_until("the icon has moved", lambda: differs(before, desktop.screen.picture(icon.box)))
    assert len(inbox(gauge)["notices"]) == 1
    assert "0" in desktop.programs.run("dunstctl", "count", "displayed").stdout
    gauge.append_calls(2)
    wait_until("what is new is said", lambda: "1" in desktop.programs.run("dunstctl", "count", "displayed").stdout)
    newest, _ = inbox(gauge)["notices"]
    assert newest["title"] == "Your budget of $400 is used up"


def test_a_desktop_that_is_not_to_be_disturbed_is_not(gauge: GaugeProgram, desktop: DesktopSession) -> None:
    start_dunst(desktop)
    desktop.programs.run("dunstctl", "set-paused", "true")
    gauge.start()
    gauge.wait_for_icon()
    gauge.append_calls(NEARLY_GONE - 12)
    wait_until("it is held back", lambda: any(each["detail"] == "do-not-disturb" for each in inbox(gauge)["notices"]))
    assert "0" in desktop.programs.run("dunstctl", "count", "waiting").stdout


def test_without_a_daemon_the_icon_has_a_dot_and_the_inbox_holds_it(gauge: GaugeProgram, desktop: DesktopSession) -> None:
    gauge.append_calls(NEARLY_GONE - 12)
    gauge.start()
    icon = gauge.wait_for_icon()
    wait_until("it is held back", lambda: any(each["detail"] == "no-notifications" for each in inbox(gauge)["notices"]))
    dotted = desktop.screen.still_picture(icon.box)
    desktop.screen.keep("notice-badge", icon.box)
    desktop.screen.click(icon.centre, button=3)
    menu = gauge.wait_for_menu()
    desktop.screen.still_picture(menu.box)
    desktop.screen.keep("notice-menu", menu.box)
    desktop.screen.press("Down", "Down", "Down", "Down", "Return")
    window = wait_until("the inbox opens", lambda: next((each for each in gauge.windows() if each.name.startswith("Inbox")), None))
    assert window.name.startswith("Inbox")
    desktop.screen.still_picture(window.box)
    desktop.screen.keep("notice-inbox", window.box)
    wait_until("the dot is gone", lambda: differs(dotted, desktop.screen.picture(icon.box)))
    assert inbox(gauge)["unread"] == 0
