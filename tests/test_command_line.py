import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from tankful import __version__, cli
from tankful.commands.live import Inbox
from tankful.commands.scanning import ScanBar
from tankful.commands.terminal import Terminal
from tankful.core.errors import LedgerUnusable, TankfulError
from tankful.core.snapshot import Snapshot
from terminals import NOW, Machine, Screen

PATIENCE_S = 60


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def command(machine: Machine, *words: str) -> list[str]:
    return [sys.executable, "-m", "tankful", *words, "--data", str(machine.data)]


def environ(machine: Machine) -> dict[str, str]:
    return os.environ | machine.environ | {"TERM": "xterm-256color"}


def test_no_words_and_run_start_the_tray_with_its_folder(machine: Machine) -> None:
    asked: list[Path | None] = []

    def tray(data: Path | None) -> int:
        asked.append(data)
        return 5

    assert machine.run(tray=tray).code == 5
    assert machine.run("run", tray=tray).code == 5
    assert cli.main(["--data", "x"], tray=tray, now=lambda: NOW) == 5
    assert cli.main([], tray=tray, now=lambda: NOW) == 5
    assert asked == [machine.data, machine.data, Path("x"), None]


def test_the_data_folder_may_stand_before_or_behind_the_command(machine: Machine) -> None:
    machine.run("--data", str(machine.data), "budget", "400")
    assert machine.run("budget", "--data", str(machine.data)).out == "$400 a month, from the 1st.\n"


def test_version_and_help_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"], tray=lambda _: 1, now=lambda: NOW) == 0
    assert capsys.readouterr().out == f"tankful {__version__}\n"
    assert cli.main(["usage", "--help"], tray=lambda _: 1, now=lambda: NOW) == 0
    assert "--by KEYS" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("fly",), ("usage", "--colour"), ("usage", "--json", "--csv"), ("status", "--line", "--watch"), ("usage", "--js")]
)
def test_words_that_do_not_exist_are_refused_in_one_line(machine: Machine, words: Sequence[str]) -> None:
    answer = machine.run(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("tankful: ")
    assert answer.err.count("\n") == 1
    assert "--help`" in answer.err


def test_a_failure_is_one_line_with_its_way_out(machine: Machine) -> None:
    def tray(_: Path | None) -> int:
        raise LedgerUnusable("The disk\nis full", "Make room.")

    answer = machine.run(tray=tray)
    assert (answer.code, answer.err) == (2, "tankful: The disk is full. Make room.\n")
    assert cli.said(TankfulError("It is so.")) == "It is so."


def test_a_bug_is_one_line_that_names_its_place_and_a_log_without_what_was_read(machine: Machine) -> None:
    def tray(_: Path | None) -> int:
        cli.said(None)  # pyright: ignore[reportArgumentType] - the bug
        return 0

    answer = machine.run(tray=tray)
    log = machine.data / "tankful.log"
    assert (answer.code, answer.out) == (2, "")
    assert re.fullmatch(
        rf"tankful: Something went wrong inside Tankful \(AttributeError in cli.py:\d+\). Where is in {log}; please report it.\n",
        answer.err,
    )
    assert "cli.py" in log.read_text()
    assert "has no attribute" not in log.read_text()


def test_a_bug_is_one_line_even_where_no_log_can_be_written(machine: Machine) -> None:
    def tray(_: Path | None) -> int:
        raise ValueError("words of a prompt")

    machine.data.write_text("in the way")
    answer = machine.run(tray=tray)
    assert answer.code == 2
    assert answer.err == "tankful: Something went wrong inside Tankful (ValueError in cli.py:82). It may help to try again.\n".replace(
        "82", re.findall(r"\d+", answer.err)[0]
    )


@pytest.mark.parametrize("words", [("usage",), ("usage", "--json"), ("status",), ("doctor", "--json")])
def test_a_full_disk_behind_the_output_is_one_line(machine: Machine, words: Sequence[str]) -> None:
    machine.month()
    with open("/dev/full", "w") as full:  # noqa: PTH123 - it is no file
        done = subprocess.run(command(machine, *words), env=environ(machine), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("tankful: The output could not be written: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_no_failure(machine: Machine, closed: str) -> None:
    machine.month()
    words = ["sh", "-c", f'exec "$@" {closed}', "sh", *command(machine, "usage")]
    done = subprocess.run(words, env=environ(machine), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_data_folder_without_a_name_is_refused(machine: Machine) -> None:
    assert machine.run("usage", "--data", "").err == "tankful: --data names no folder. Write --data DIR.\n"


def test_a_data_folder_in_the_home_of_nobody_is_refused_in_one_line(machine: Machine) -> None:
    stranger = machine.run("usage", "--data", "~nobody-of-that-name/x")
    assert (stranger.code, stranger.err.count("\n")) == (2, 1)
    assert "nobody of that name has a home here" in stranger.err


STRANGER = ("setpriv", "--reuid=54321", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
"""Somebody whom no list of users names, with the root user's ways into folders."""


def test_somebody_without_a_home_reads_what_can_be_read(machine: Machine) -> None:
    if shutil.which(STRANGER[0]) is None or subprocess.run([*STRANGER, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no program can be run here as somebody whom nobody knows")
    machine.month()
    variables = {name: value for name, value in environ(machine).items() if name != "HOME" and not name.startswith("XDG_")}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*STRANGER, *words], env=variables, capture_output=True, text=True, check=False)

    done = run(*command(machine, "usage", "--csv", "--by", "agent"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith("claude-code,7,")


def test_control_c_is_no_failure_to_explain(machine: Machine) -> None:
    def tray(_: Path | None) -> int:
        raise KeyboardInterrupt

    answer = machine.run(tray=tray)
    assert (answer.code, answer.out, answer.err) == (130, "", "")


def test_a_reader_that_goes_away_is_no_failure(machine: Machine) -> None:
    machine.responses(*(NOW - timedelta(days=day) for day in range(300)))
    with subprocess.Popen(command(machine, "usage"), env=environ(machine), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(PATIENCE_S) == 0


def test_a_scan_that_takes_a_while_shows_a_bar_to_somebody_who_looks() -> None:
    for err, shown in ((Screen(), True), (StringIO(), False)):
        terminal = Terminal(StringIO(), StringIO(), err, {}, lambda: NOW)
        with ScanBar(terminal, patience_s=0) as bar:
            bar.advance(5, 10)
            bar.advance(10, 10)
        assert ("Reading logs" in err.getvalue()) is shown


def test_a_short_scan_shows_no_bar() -> None:
    terminal = Terminal(StringIO(), StringIO(), Screen(), {}, lambda: NOW)
    with ScanBar(terminal, patience_s=600) as bar:
        bar.advance(5, 10)
    assert isinstance(terminal.err, Screen)
    assert terminal.err.getvalue() == ""


class Watched:
    """`status --watch` of the real program on a pseudo terminal, with everything it has printed so far."""

    def __init__(self, machine: Machine, kind: str = "xterm-256color") -> None:
        self.device, theirs = pty.openpty()
        words, variables = command(machine, "status", "--watch"), {**environ(machine), "TERM": kind}
        self.program = subprocess.Popen(words, env=variables, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.printed = ""
        self._more = threading.Condition()
        self._over = False
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                more = os.read(self.device, 65_536)
            except OSError:  # its other end is closed
                more = b""
            with self._more:
                self.printed += more.decode(errors="replace")
                self._over = not more
                self._more.notify_all()
            if not more:
                return

    def wait_for(self, words: str) -> None:
        with self._more:
            self._more.wait_for(lambda: words in self.printed or self._over, PATIENCE_S)
            assert words in self.printed

    def end(self) -> int:
        code = self.program.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        os.close(self.device)
        return code


def test_the_gauge_in_the_terminal_follows_a_log_and_ends_with_q(machine: Machine) -> None:
    machine.responses(datetime.now(UTC) - timedelta(minutes=2))
    machine.run("budget", "400")
    watched = Watched(machine)
    watched.wait_for("$398.50")
    machine.responses(datetime.now(UTC))
    watched.wait_for("$397.00")
    os.write(watched.device, b"xq")
    assert watched.end() == 0
    assert "\x1b[?1049h" in watched.printed
    assert watched.printed.endswith("\x1b[?25h\x1b[?1049l")


def test_on_a_terminal_that_can_only_print_each_change_is_a_line(machine: Machine) -> None:
    machine.responses(datetime.now(UTC) - timedelta(minutes=2))
    machine.run("budget", "400")
    watched = Watched(machine, "dumb")
    watched.wait_for("$398.50 of $400 left")
    os.write(watched.device, b"q")
    assert watched.end() == 0
    assert "\x1b" not in watched.printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_gauge_in_the_terminal_ends_in_good_order_when_told_to(machine: Machine, number: signal.Signals) -> None:
    machine.responses(datetime.now(UTC))
    watched = Watched(machine)
    watched.wait_for("$1.50")
    watched.program.send_signal(number)
    assert watched.end() == 0


def test_the_gauge_ends_when_its_terminal_goes_away(machine: Machine) -> None:
    device, theirs = pty.openpty()
    with (machine.home / "err").open("wb") as err:
        program = subprocess.Popen(
            command(machine, "status", "--watch"), env=environ(machine), stdin=theirs, stdout=theirs, stderr=err, start_new_session=True
        )
    os.close(theirs)
    os.read(device, 1)
    os.close(device)
    assert program.wait(PATIENCE_S) == 0
    assert (machine.home / "err").read_bytes() == b""


def test_only_the_newest_picture_is_drawn_and_none_when_nothing_happens() -> None:
    inbox = Inbox()
    assert inbox.newest(0) is None
    inbox.show(Snapshot(as_of=NOW - timedelta(seconds=1)))
    inbox.show(Snapshot(as_of=NOW))
    assert inbox.newest(0) == Snapshot(as_of=NOW)


def test_without_a_terminal_each_change_is_a_line(machine: Machine) -> None:
    machine.responses(datetime.now(UTC))
    machine.run("budget", "400")
    with subprocess.Popen(
        command(machine, "status", "--watch"), env=environ(machine), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        while b"$398.50 of $400 left" not in line:
            assert line
            line = program.stdout.readline()
        machine.responses(datetime.now(UTC))
        assert b"$397.00 of $400 left" in program.stdout.readline()
        program.terminate()
        assert program.wait(PATIENCE_S) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="nothing tells there that a reader has gone")
def test_without_a_reader_it_ends_though_nothing_changes(machine: Machine) -> None:
    machine.run("budget", "400")
    words = command(machine, "status", "--watch")
    with subprocess.Popen(words, env=environ(machine), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        try:
            assert program.stdout is not None
            assert program.stderr is not None
            assert b"$400 left" in program.stdout.readline()
            program.stdout.close()
            assert program.wait(PATIENCE_S) == 0
            assert program.stderr.read() == b""
        finally:
            program.kill()
