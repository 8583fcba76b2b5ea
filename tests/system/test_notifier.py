"""Notices through the real library to a made-up daemon on a real bus."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from dbus_fast import Variant

from buses import Answers, Service, private_bus, service
from tankful.core.announcement import Announcement
from tankful.core.inbox import Hold, NoticeAction
from tankful.system.notifier import Notifier

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux shows notices over a message bus")

PATH, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
SPEC = f"""<node><interface name="{NAME}">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/>
<arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""
DAEMON: Answers = {
    (PATH, "Introspect"): ("s", [SPEC]),
    (PATH, "GetServerInformation"): ("ssss", ["made-up", "nobody", "1", "1.2"]),
    (PATH, "GetCapabilities"): ("as", [["actions", "body"]]),
    (PATH, "Notify"): ("u", [7]),
    (PATH, "CloseNotification"): ("", []),
}
BUTTONS = ((NoticeAction.OPEN, "Open panel"), (NoticeAction.SNOOZE_TODAY, "Snooze today"))
SAID = Announcement("k", "Title", "Text", BUTTONS, "critical")


class Played:
    """A notifier and a daemon, and what the buttons said."""

    def __init__(self, notifier: Notifier, daemon: Service) -> None:
        self.notifier, self.daemon = notifier, daemon
        self.answers: list[NoticeAction] = []
        self.answered = asyncio.Event()

    async def show(self, announcement: Announcement) -> Hold | None:
        return await self.notifier.show(announcement, self._take)

    async def press(self, signal: str, signature: str, *values: Any) -> None:
        await self.daemon.say(PATH, NAME, signal, signature, *values)

    def given(self, member: str) -> list[list[Any]]:
        return [given for asked, given in zip(self.daemon.asked, self.daemon.given, strict=True) if asked == (PATH, member)]

    def _take(self, action: NoticeAction) -> None:
        self.answers.append(action)
        self.answered.set()


def play(monkeypatch: pytest.MonkeyPatch, acts: Callable[[Played], Awaitable[None]], answers: Answers = DAEMON) -> None:
    """Run a play on a bus of its own."""

    async def played(address: str) -> None:
        async with service(address, NAME, answers) as daemon:
            notifier = Notifier({"DBUS_SESSION_BUS_ADDRESS": address})
            try:
                await acts(Played(notifier, daemon))
            finally:
                await notifier.end()

    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        asyncio.run(played(bus.address))


def test_a_notice_has_our_icon_its_buttons_and_its_urgency(monkeypatch: pytest.MonkeyPatch) -> None:
    async def acts(stage: Played) -> None:
        assert await stage.show(SAID) is None
        ((name, replaces, icon, title, text, actions, hints, _),) = stage.given("Notify")
        assert (name, replaces, title, text) == ("Tankful", 0, "Title", "Text")
        assert icon.endswith("/tankful.png")
        assert actions == ["default", "", "open", "Open panel", "snooze-today", "Snooze today"]
        assert hints["urgency"] == Variant("y", 2)

    play(monkeypatch, acts)


@pytest.mark.parametrize(("pressed", "action"), [("snooze-today", NoticeAction.SNOOZE_TODAY), ("default", NoticeAction.OPEN)])
def test_a_button_comes_back_and_a_click_is_the_first_one(monkeypatch: pytest.MonkeyPatch, pressed: str, action: NoticeAction) -> None:
    async def acts(stage: Played) -> None:
        await stage.show(SAID)
        await stage.press("ActionInvoked", "us", 7, pressed)
        await stage.answered.wait()
        assert stage.answers == [action]

    play(monkeypatch, acts)


def test_a_notice_that_goes_on_takes_the_place_of_itself_and_is_withdrawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def acts(stage: Played) -> None:
        update = SAID._replace(text="More", is_update=True)
        assert await stage.show(update) is None
        assert stage.given("Notify") == []
        await stage.show(SAID)
        assert await stage.show(update) is None
        assert [given[1] for given in stage.given("Notify")] == [0, 7]
        await stage.notifier.withdraw("k")
        await stage.notifier.withdraw("k")
        assert stage.given("CloseNotification") == [[7]]

    play(monkeypatch, acts)


@pytest.mark.parametrize(("can", "text"), [("body-markup", "a &lt;b&gt; &amp; c"), ("body", "a <b> & c")])
def test_a_name_out_of_a_log_is_no_markup(monkeypatch: pytest.MonkeyPatch, can: str, text: str) -> None:
    async def acts(stage: Played) -> None:
        await stage.show(SAID._replace(text="a <b> & c"))
        assert stage.given("Notify")[0][4] == text

    play(monkeypatch, acts, {**DAEMON, (PATH, "GetCapabilities"): ("as", [["actions", can]])})


def test_a_server_without_buttons_is_given_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def acts(stage: Played) -> None:
        assert await stage.show(SAID) is None
        assert stage.given("Notify")[0][5] == []

    play(monkeypatch, acts, {**DAEMON, (PATH, "GetCapabilities"): ("as", [["body"]])})


def test_what_is_shown_at_the_end_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def acts(stage: Played) -> None:
        await stage.show(SAID)
        await stage.notifier.end()
        assert stage.given("CloseNotification") == [[7]]

    play(monkeypatch, acts)


def test_a_desktop_that_is_not_to_be_disturbed_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def acts(stage: Played) -> None:
        assert await stage.show(SAID) is Hold.DISTURBED
        assert stage.given("Notify") == []

    play(monkeypatch, acts, {**DAEMON, (PATH, "Get"): ("v", [Variant("b", True)])})


def test_a_daemon_that_refuses_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def acts(stage: Played) -> None:
        assert await stage.show(SAID) is Hold.NOBODY
        assert await stage.show(SAID) is Hold.NOBODY

    play(monkeypatch, acts, {key: value for key, value in DAEMON.items() if key[1] != "Notify"})


def test_without_a_bus_nobody_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")

    async def shown() -> Hold | None:
        notifier = Notifier()
        try:
            return await notifier.show(SAID, lambda _: None)
        finally:
            await notifier.end()

    assert asyncio.run(shown()) is Hold.NOBODY
