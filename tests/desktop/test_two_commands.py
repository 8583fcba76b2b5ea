"""`packaging/run` from another folder, through a link, with a display and without."""

import os
import pty
import select
import signal
import subprocess
from pathlib import Path

import pytest

from desktop.gauge_program import GaugeProgram
from desktop.session import DesktopSession
from desktop.waiting import PATIENCE_S, wait_until

RUN = Path(__file__).parent.parent.parent / "packaging/run"


@pytest.fixture
def run(program: GaugeProgram) -> Path:
    """A link to the command, as people keep one in a folder of their PATH; the program has a budget."""
    program.append_calls(8)
    program.set_budget(400)
    link = program.desktop.home / "home/tankful"
    link.symlink_to(RUN)
    return link


def test_it_starts_the_tray_where_there_is_a_display(program: GaugeProgram, desktop: DesktopSession, run: Path) -> None:
    desktop.start_xembed_tray()
    program.running.append(desktop.programs.start(run, "--data", program.data))
    program.wait_for_icon()
    program.process.terminate()
    assert program.exit_code() == 0


def test_it_passes_a_command_on_and_adds_nothing_to_what_it_prints(program: GaugeProgram, desktop: DesktopSession, run: Path) -> None:
    done = desktop.programs.run(run, "status", "--json", "--data", program.data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("{")


@pytest.mark.parametrize("folder", ["--data {}", "--data={}"])
def test_the_folder_may_stand_before_the_command_without_a_display_too(
    program: GaugeProgram, desktop: DesktopSession, run: Path, folder: str
) -> None:
    own = {key: value for key, value in desktop.programs.environment.items() if key not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    words = [run, *folder.format(program.data).split(), "status", "--json"]
    done = subprocess.run(words, env=own, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("{")


@pytest.mark.parametrize("named", [{}, {"DISPLAY": "nobody.invalid:0"}, {"DISPLAY": ":7999"}, {"WAYLAND_DISPLAY": "/nowhere/wayland-0"}])
def test_it_shows_the_gauge_in_the_terminal_where_no_display_answers(
    program: GaugeProgram, desktop: DesktopSession, run: Path, named: dict[str, str]
) -> None:
    own = {key: value for key, value in desktop.programs.environment.items() if key not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    environment = own | {"TERM": "xterm"} | named
    ours, theirs = pty.openpty()
    process = subprocess.Popen([run, "--data", program.data], env=environment, stdin=theirs, stdout=theirs, stderr=theirs, cwd="/")
    os.close(theirs)
    try:
        heard = bytearray()

        def hears(words: bytes) -> bool:
            if select.select([ours], [], [], 0)[0]:
                heard.extend(os.read(ours, 65536))
            return words in heard

        wait_until("it says that there is no display", lambda: hears(b"No display"))
        wait_until("it shows the share", lambda: hears(b"30%"))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
