"""Whether the desktop may be disturbed, asked of made-up daemons on a real bus."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Variant

from buses import PrivateBus, private_bus, service
from tankful.system.do_not_disturb import is_disturbing

PATH = "/org/freedesktop/Notifications"
NAME = "org.freedesktop.Notifications"


async def told(bus: PrivateBus, server: str, answers: dict[tuple[str, str], tuple[str, list[Any]]], **environ: str) -> bool:
    whole = {(PATH, "GetServerInformation"): ("ssss", [server, "vendor", "1", "1.2"])} | answers
    async with service(bus.address, NAME, whole):
        return await is_disturbing({"DBUS_SESSION_BUS_ADDRESS": bus.address} | environ)


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("server", ["Plasma", "dunst"])
def test_a_daemon_that_tells_is_asked(server: str, *, answer: bool) -> None:
    with private_bus() as bus:
        assert asyncio.run(told(bus, server, {(PATH, "Get"): ("v", [Variant("b", answer)])})) is answer


def test_a_daemon_that_knows_no_such_thing_decides_itself() -> None:
    with private_bus() as bus:
        assert asyncio.run(told(bus, "mako", {})) is False


def test_xfce_keeps_the_switch_in_its_settings() -> None:
    async def asked(bus: PrivateBus) -> bool:
        switch = {("/org/xfce/Xfconf", "GetProperty"): ("v", [Variant("b", True)])}
        async with service(bus.address, "org.xfce.Xfconf", switch):
            return await told(bus, "Xfce Notify Daemon", {})

    with private_bus() as bus:
        assert asyncio.run(asked(bus)) is True
        assert asyncio.run(told(bus, "Xfce Notify Daemon", {})) is False


@pytest.mark.parametrize(("prints", "disturbing"), [("false", True), ("true", False)])
def test_gnome_is_asked_by_its_own_command(tmp_path: Path, prints: str, *, disturbing: bool) -> None:
    command = tmp_path / "gsettings"
    command.write_text(f"#!/bin/sh\necho {prints}\n")
    command.chmod(0o755)
    with private_bus() as bus:
        assert asyncio.run(told(bus, "gnome-shell", {}, PATH=str(tmp_path))) is disturbing
        assert asyncio.run(told(bus, "gnome-shell", {}, PATH="")) is False
        command.write_text("no program")
        assert asyncio.run(told(bus, "gnome-shell", {}, PATH=str(tmp_path))) is False


def test_without_a_bus_or_on_other_systems_nobody_is_asked() -> None:
    assert asyncio.run(is_disturbing({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})) is False
    assert asyncio.run(is_disturbing({}, "darwin")) is False


class Shell:
    """Windows' `shell32` with one answer."""

    def __init__(self, state: int, failed: int = 0) -> None:
        self.state, self.failed = state, failed

    def SHQueryUserNotificationState(self, place: Any) -> int:  # noqa: N802 - Windows' name
        if not self.failed:
            place._obj.value = self.state
        return self.failed


@pytest.mark.parametrize(("shell", "disturbing"), [(Shell(5), False), (Shell(4), True), (Shell(1), True), (Shell(4, -2147467259), False)])
def test_windows_tells_of_presentations_and_a_locked_session(shell: Shell, *, disturbing: bool) -> None:
    assert asyncio.run(is_disturbing({}, "win32", shell)) is disturbing
