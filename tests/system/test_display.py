import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tankful.system.display import Display, _x_listens, display, insist  # pyright: ignore[reportPrivateUsage] - most machines have the library that makes it needless

WELCOME = struct.pack("<BxHHH", 1, 11, 0, 8) + bytes(32)
REFUSED = struct.pack("<BBHHH", 0, 4, 11, 0, 1) + b"no!!"


@contextmanager
def answering(listening: socket.socket, said: bytes) -> Generator[None]:
    """Say the same to everybody who connects, as an X server does after it was greeted."""

    guests: list[socket.socket] = []

    def answer() -> None:
        while True:
            try:
                guest, _ = listening.accept()
            except OSError:
                return
            guests.append(guest)
            with guest, suppress(OSError):
                if guest.recv(4096):  # a server does not speak first
                    guest.sendall(said)
                while guest.recv(4096):
                    pass

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        for guest in guests:
            with suppress(OSError):  # it may have gone
                guest.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def x_display(said: bytes) -> Generator[str]:
    """An X display on this machine's own network, at whatever number is free."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listening:
        for number in range(20_000, 59_000):
            with suppress(OSError):
                listening.bind(("127.0.0.1", 6000 + number))
                listening.listen()
                with answering(listening, said):
                    yield f"127.0.0.1:{number}"
                return


@contextmanager
def wayland(path: Path) -> Generator[None]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listening:
        listening.bind(str(path))
        listening.listen()
        with answering(listening, b""):
            yield


def stale(path: Path) -> None:
    """Leave behind what a server leaves that was killed."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as left:
        left.bind(str(path))


def test_nothing_named_is_no_display() -> None:
    assert display({}) == Display((), ())


def test_an_x_display_that_lets_us_in_answers() -> None:
    with x_display(WELCOME) as name:
        assert display({"DISPLAY": name}) == Display((f"X11 {name}",), ())


def test_an_x_display_that_refuses_us_is_none() -> None:
    with x_display(REFUSED) as name:
        assert display({"DISPLAY": name}) == Display((), (f"X11 {name}",))


def test_a_display_that_never_says_a_word_is_given_up() -> None:
    with x_display(b"") as name:
        assert display({"DISPLAY": name}, patience_s=0.05).silent == (f"X11 {name}",)


def test_a_socket_that_nobody_listens_on_is_no_display(tmp_path: Path) -> None:
    stale(tmp_path / "wayland-0")
    environ = {"DISPLAY": ":7999", "WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert display(environ) == Display((), ("Wayland wayland-0", "X11 :7999"))


def test_a_display_on_a_machine_that_does_not_exist_is_none() -> None:
    assert display({"DISPLAY": "nobody.invalid:0"}) == Display((), ("X11 nobody.invalid:0",))


@pytest.mark.parametrize("place", ["relative", "absolute"])
def test_a_wayland_display_answers_below_the_runtime_folder_or_at_its_path(tmp_path: Path, place: str) -> None:
    path = tmp_path / "wayland-0"
    name = path.name if place == "relative" else str(path)
    with wayland(path):
        assert display({"WAYLAND_DISPLAY": name, "XDG_RUNTIME_DIR": str(tmp_path)}).answering == (f"Wayland {name}",)


def test_qt_is_led_past_a_display_that_is_only_named(tmp_path: Path) -> None:
    with x_display(WELCOME) as name:
        environ = {"DISPLAY": name, "WAYLAND_DISPLAY": "gone", "XDG_RUNTIME_DIR": str(tmp_path)}
        found = display(environ)
    assert found == Display((f"X11 {name}",), ("Wayland gone",), "xcb")
    insist(found, environ)
    assert environ["QT_QPA_PLATFORM"] == "xcb"


def test_where_all_is_well_the_choice_is_left_to_qt() -> None:
    with x_display(WELCOME) as name:
        environ = {"DISPLAY": name}
        insist(display(environ), environ)
    assert "QT_QPA_PLATFORM" not in environ


def test_a_platform_without_windows_that_the_user_chose_is_believed() -> None:
    assert display({"QT_QPA_PLATFORM": "offscreen"}).answering == ("Qt's offscreen",)
    assert display({"QT_QPA_PLATFORM": "xcb;minimal:enable_fonts", "DISPLAY": "nobody.invalid:0"}).answering == ("Qt's minimal",)


def test_a_platform_with_windows_that_the_user_chose_needs_its_display() -> None:
    with x_display(WELCOME) as name:
        environ = {"DISPLAY": name}
        assert display(environ | {"QT_QPA_PLATFORM": "wayland"}) == Display((), ())
        assert display(environ | {"QT_QPA_PLATFORM": "wayland;xcb"}).answering == (f"X11 {name}",)


def test_without_xs_own_library_somebody_who_listens_is_enough() -> None:
    with x_display(b"") as name:
        assert _x_listens(name)
        assert _x_listens(f"{name}.0")
    assert not _x_listens(":99999")
    assert not _x_listens("nonsense")
    assert not _x_listens("nobody.invalid:0")


def asked(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    return subprocess.run([sys.executable, *words], env=own | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("environ", "title"),
    [
        ({}, "There is no display to show the gauge on"),
        ({"DISPLAY": "nobody.invalid:0"}, "No display answers: X11 nobody.invalid:0"),
        ({"WAYLAND_DISPLAY": "/nowhere/wayland-0"}, "No display answers: Wayland /nowhere/wayland-0"),
    ],
)
def test_the_tray_without_a_display_ends_with_one_line(tmp_path: Path, environ: dict[str, str], title: str) -> None:
    done = asked(environ, "-m", "tankful", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"tankful: {title}. `tankful status --watch` shows it in the terminal.\n"


def test_a_script_can_ask_before_anything_is_set_up() -> None:
    with x_display(WELCOME) as name:
        assert asked({"DISPLAY": name}, "-m", "tankful.system.display").returncode == 0
    assert asked({}, "-m", "tankful.system.display").returncode == 1
