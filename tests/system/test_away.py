"""Whether anybody is there, heard on real message buses from services of our own."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from dbus_fast import Variant

from buses import Answers, private_bus, service
from gateway_rig import PATIENCE_S
from tankful.system.away import watch_away

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells it on a message bus")

KDE, GNOME, LOGIN = "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.freedesktop.login1"
KDE_PATH, GNOME_PATH, LOGIN_PATH = "/org/freedesktop/ScreenSaver", "/org/gnome/ScreenSaver", "/org/freedesktop/login1"
MANAGER, SESSION, PROPERTIES = "org.freedesktop.login1.Manager", "org.freedesktop.login1.Session", "org.freedesktop.DBus.Properties"
HERE: Answers = {(KDE_PATH, "GetActive"): ("b", [False])}
SESSION_PATH, USER_PATH = "/org/freedesktop/login1/session/_32", "/org/freedesktop/login1/user/_1000"
LAST, LAST_PATH = "org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"
"""The one that is asked last: then nothing is under way any more."""
NOWHERE = "unix:path=/nowhere/bus"


class Heard:
    """What was told, and waiting for more of it."""

    def __init__(self) -> None:
        self.told: list[bool | str] = []
        self._more = asyncio.Event()

    def tell(self, away: bool) -> None:
        self.told.append(away)
        self._more.set()

    def woke(self) -> None:
        self.told.append("woke")
        self._more.set()

    async def until(self, *told: bool | str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.told != list(told):
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def watching(session: str = NOWHERE, system: str = NOWHERE, **environ: str) -> AsyncGenerator[Heard]:
    heard = Heard()
    places = {"DBUS_SESSION_BUS_ADDRESS": session, "DBUS_SYSTEM_BUS_ADDRESS": system} | environ
    task = asyncio.create_task(watch_away(heard.tell, heard.woke, places))
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(name="bus")
def a_bus() -> Iterator[str]:
    with private_bus() as private:
        yield private.address


def login(locked: bool) -> dict[tuple[str, str], tuple[str, list[object]]]:
    """What logind answers a program that is in its session."""
    return {(LOGIN_PATH, "GetSession"): ("o", [SESSION_PATH]), (SESSION_PATH, "Get"): ("v", [Variant("b", locked)])}


def test_a_screen_that_is_locked_and_unlocked_is_told_once_each(bus: str) -> None:
    async def story() -> None:
        async with service(bus, KDE, HERE) as saver, watching(bus) as heard:
            await saver.until_asked(KDE_PATH, "GetActive")
            for active in (False, True, True):
                await saver.say(KDE_PATH, KDE, "ActiveChanged", "b", active)
            await heard.until(True)
            await saver.say(KDE_PATH, KDE, "ActiveChanged", "b", False)
            await heard.until(True, False)

    asyncio.run(story())


def test_a_screen_that_is_locked_already_is_told_at_once(bus: str) -> None:
    async def story() -> None:
        async with service(bus, GNOME, {(GNOME_PATH, "GetActive"): ("b", [True])}), watching(bus) as heard:
            await heard.until(True)

    asyncio.run(story())


def test_whoever_is_away_for_one_service_is_away(bus: str) -> None:
    async def story() -> None:
        async with service(bus, KDE, HERE) as first, service(bus, GNOME) as second, watching(bus) as heard:
            await second.until_asked(GNOME_PATH, "GetActive")
            await first.say(KDE_PATH, KDE, "ActiveChanged", "b", True)
            await heard.until(True)
            await second.say(GNOME_PATH, GNOME, "ActiveChanged", "b", True)
            await first.say(KDE_PATH, KDE, "ActiveChanged", "b", False)
            await second.say(GNOME_PATH, GNOME, "ActiveChanged", "b", False)
            await heard.until(True, False)

    asyncio.run(story())


def test_a_lock_screen_that_dies_locks_nobody_out_for_ever(bus: str) -> None:
    async def story() -> None:
        async with watching(bus) as heard:
            async with service(bus, GNOME, {(GNOME_PATH, "GetActive"): ("b", [True])}):
                await heard.until(True)
            await heard.until(True, False)

    asyncio.run(story())


def test_what_makes_no_sense_is_passed_over(bus: str) -> None:
    async def story() -> None:
        async with service(bus, KDE, {(KDE_PATH, "GetActive"): ("s", ["who knows"])}) as saver, watching(bus) as heard:
            await saver.until_asked(KDE_PATH, "GetActive")
            await saver.say(KDE_PATH, KDE, "ActiveChanged", "s", "nonsense")
            await saver.say(KDE_PATH, KDE, "ActiveChanged", "b", True)
            await heard.until(True)

    asyncio.run(story())


def test_sleep_is_an_absence_and_its_end_is_told(bus: str) -> None:
    async def story() -> None:
        async with service(bus, LOGIN) as logind, watching(system=bus) as heard:
            await logind.until_asked(LOGIN_PATH, "GetUser")
            await logind.say(LOGIN_PATH, MANAGER, "PrepareForSleep", "b", True)
            await heard.until(True)
            await logind.say(LOGIN_PATH, MANAGER, "PrepareForSleep", "b", False)
            await heard.until(True, False, "woke")

    asyncio.run(story())


def test_logind_tells_that_the_own_session_is_locked(bus: str) -> None:
    async def story() -> None:
        async with service(bus, LOGIN, login(locked=True)) as logind, watching(system=bus, XDG_SESSION_ID="2") as heard:
            await heard.until(True)
            other = SESSION_PATH + "33"
            await logind.say(other, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, {"LockedHint": Variant("b", False)}, [])
            await logind.say(SESSION_PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, {"IdleHint": Variant("b", False)}, [])
            await logind.say(SESSION_PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, {"LockedHint": Variant("b", False)}, [])
            await heard.until(True, False)

    asyncio.run(story())


def test_a_program_that_is_in_no_session_hears_of_its_users_display(bus: str) -> None:
    answers: Answers = {
        (LOGIN_PATH, "GetUser"): ("o", [USER_PATH]),
        (USER_PATH, "Get"): ("v", [Variant("(so)", ["2", SESSION_PATH])]),
        (SESSION_PATH, "Get"): ("v", [Variant("b", True)]),
    }

    async def story() -> None:
        async with service(bus, LOGIN, answers), watching(system=bus, XDG_SESSION_ID="gone") as heard:
            await heard.until(True)

    asyncio.run(story())


def test_a_user_without_a_display_has_no_screen_to_lock(bus: str) -> None:
    answers: Answers = {
        (LOGIN_PATH, "GetUser"): ("o", [USER_PATH]),
        (USER_PATH, "Get"): ("v", [Variant("(so)", ["", "/"])]),
    }

    async def story() -> None:
        async with service(bus, LOGIN, answers) as logind, watching(system=bus) as heard:
            await logind.until_asked(USER_PATH, "Get")
            await logind.say(LOGIN_PATH, MANAGER, "PrepareForSleep", "b", True)
            await heard.until(True)
            assert (SESSION_PATH, "Get") not in logind.asked

    asyncio.run(story())


def test_a_bus_that_ends_leaves_nobody_away() -> None:
    async def story(address: str, end: Callable[[], None]) -> None:
        heard = Heard()
        async with service(address, LAST, {(LAST_PATH, "GetActive"): ("b", [True])}):
            places = {"DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": NOWHERE}
            watch = asyncio.create_task(watch_away(heard.tell, heard.woke, places))
            await heard.until(True)
            end()
            async with asyncio.timeout(PATIENCE_S):
                await watch
        assert heard.told == [True, False]

    with private_bus() as bus:
        asyncio.run(story(bus.address, bus.end))


@pytest.mark.parametrize(
    "places", [{}, {"XDG_RUNTIME_DIR": "/nowhere"}, {"DBUS_SESSION_BUS_ADDRESS": "nonsense"}, {"DBUS_SESSION_BUS_ADDRESS": "unix:"}]
)
def test_without_a_bus_nobody_is_ever_away(places: dict[str, str]) -> None:
    heard = Heard
    asyncio.run(watch_away(heard().tell, heard().woke, {"DBUS_SYSTEM_BUS_ADDRESS": NOWHERE} | places))


def test_on_other_systems_it_is_not_known() -> None:
    heard = Heard
    asyncio.run(watch_away(heard().tell, heard().woke, platform="win32"))
