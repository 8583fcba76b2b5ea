"""Runs the tray program in the background and follows its diary."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec
import psutil
from measure import BenchError, run, tankful

PATIENCE_S = 60.0
LOOK_EVERY_S = 0.25
QUIET_SHARE = 0.1
"""Less of a core than this is no work: a stopwatch in the loop takes some, too."""


class Event(msgspec.Struct):
    """One line of the diary that `watched_program` keeps."""

    event: str
    """`painted`: a new picture is on the gauge; `panel_asked`, `panel`: the panel was asked for, is painted; `stuck`: the loop was."""
    t: float
    """`time.monotonic()`, which all processes of a machine share."""
    spent: str = ""
    """Dollars of the binding meter; empty without one."""
    seconds: float = 0.0
    """How long the loop was stuck."""


class Program:
    """The running program; leave its `with` block to end it in the way a session's end would."""

    def __init__(self, data: Path, environ: Mapping[str, str], diary: Path, *, timed: bool = False) -> None:
        """Start it on this data folder; `begun` is the moment of exec, `timed` has its event loop watched."""
        diary.unlink(missing_ok=True)
        diary.touch()
        self._lines = diary.open("rb")
        self._rest = b""
        self._heard: deque[Event] = deque()
        self._errors = diary.with_suffix(".err").open("w+b")
        program = str(Path(__file__).with_name("watched_program.py"))
        command = [sys.executable, program, str(diary), "timed" if timed else "plain", "run", "--data", str(data)]
        self.begun = time.monotonic()
        self._process = subprocess.Popen(
            command, env=dict(environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors
        )
        self.watched = psutil.Process(self._process.pid)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ask it to end; after ten seconds insist."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._lines.close()
        self._errors.close()

    @property
    def cpu_s(self) -> float:
        """Processor seconds so far, user and system, of the process and its children."""
        times = self.watched.cpu_times()
        return sum((times.user, times.system, times.children_user, times.children_system))

    def events(self) -> Iterator[Event]:
        """Yield what was said since last time, without waiting."""
        *lines, self._rest = (self._rest + self._lines.read()).split(b"\n")
        self._heard.extend(msgspec.json.decode(line, type=Event) for line in lines)
        while self._heard:
            yield self._heard.popleft()

    def first_picture(self) -> Event:
        """Return the first painting of a gauge that says what is spent."""
        while not (event := self.wait_for("painted")).spent:
            pass
        return event

    def wait_for(self, kind: str, *, after: float = 0.0, within_s: float = PATIENCE_S) -> Event:
        """Return the first event of this kind later than `after`.

        Raises:
            BenchError: the program ended, or nothing came in time.
        """
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for event in self.events():
                if event.event == kind and event.t > after:
                    return event
            if self._process.poll() is not None:
                self._errors.seek(0)
                raise BenchError(
                    f"the program ended with {self._process.returncode}: {self._errors.read().decode(errors='replace')[-500:]}"
                )
            time.sleep(0.001)
        raise BenchError(f"the program was never {kind}")

    def wait_until_quiet(self, quiet_s: float, within_s: float = PATIENCE_S) -> list[Event]:
        """Return what was said until it has neither painted nor worked for a while."""
        said: list[Event] = []
        begun = busy = looked = time.monotonic()
        cpu_s = self.cpu_s
        while time.monotonic() < min(begun + within_s, busy + quiet_s):
            time.sleep(LOOK_EVERY_S)
            news, used_s, at = list(self.events()), self.cpu_s, time.monotonic()
            if news or (used_s - cpu_s) / (at - looked) > QUIET_SHARE:
                busy = at
            cpu_s, looked = used_s, at
            said += news
        return said


def with_budget(data: Path, dollars: int, environ: Mapping[str, str]) -> Path:
    """Give a data folder a budget, so that the first start asks nothing; return the folder."""
    run(tankful("budget", str(dollars), "--data", str(data)), environ)
    return data


@contextmanager
def screen() -> Generator[Mapping[str, str]]:
    """Yield the environment of a screen with a tray: Xvfb with trayer where both are installed, else none at all."""
    if not (sys.platform == "linux" and shutil.which("Xvfb") and shutil.which("trayer")):
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    x_words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(x_words, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as number:
        environ = {"DISPLAY": f":{number.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    tray_words = ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--height", "32", "--SetDockType", "true"]
    tray = subprocess.Popen(tray_words, env=dict(os.environ) | environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield environ
    finally:
        for process in (tray, server):
            process.terminate()
            process.wait()
