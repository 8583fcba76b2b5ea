"""Starts programs in an environment of their own and ends exactly those."""

import os
import select
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

END_S = 10.0
"""How long a program may take to go after it was asked to."""
SAYS_WITHIN_S = 60.0
"""How long it may take to say where it is."""


def found(command: str) -> str:
    """Return where a command is; without it the test fails in a pipeline and is skipped on a machine without the tools."""
    place = shutil.which(command)
    if place is not None:
        return place
    words = f"{command} is missing; packaging/test installs it"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@dataclass
class Programs:
    """The programs of one session, in the order they were started; each writes what it says to a file in `logs`."""

    logs: Path
    environment: dict[str, str]
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def start(self, *command: str | Path, env: Mapping[str, str] | None = None, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        """Start a program that goes when the tests go, whatever ends them."""
        words = [str(word) for word in command]
        words[0] = found(words[0])
        log = self.logs / f"{Path(words[0]).name}-{len(self._running)}.log"
        with log.open("wb") as out:
            program = subprocess.Popen(
                [found("setpriv"), "--pdeathsig", "TERM", *words],
                env={**self.environment, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
            )
        self._running.append(program)
        return program

    def start_and_hear(self, *command: str, told_how: str) -> str:
        """Start a program that writes one line to the file descriptor put after `told_how`; return that line."""
        hear, say = os.pipe()
        try:
            self.start(*command, f"{told_how}{say}", pass_fds=[say])
        finally:
            os.close(say)
        with os.fdopen(hear, "rb") as line:
            ready, _, _ = select.select([line], [], [], SAYS_WITHIN_S)
            assert ready, f"{command[0]} did not say where it is:\n{self.said()}"
            return line.readline().decode().strip()

    def run(self, *command: str | Path, within_s: float = 30.0) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and return what it said."""
        words = [str(word) for word in command]
        words[0] = found(words[0])
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False, timeout=within_s)

    def end(self, program: subprocess.Popen[bytes]) -> None:
        """Ask one program, and before it what it started itself, to go; make it go if it does not."""
        if program.poll() is None:
            for child in reversed(psutil.Process(program.pid).children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    child.terminate()
                    psutil.wait_procs([child], timeout=END_S)
            program.terminate()
            try:
                program.wait(END_S)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        if program in self._running:
            self._running.remove(program)

    def end_all(self) -> None:
        """End everything that was started, the last first."""
        for program in reversed(self._running.copy()):
            self.end(program)

    def said(self) -> str:
        """Return what all programs wrote, for a failing test's report."""
        return "\n".join(
            f"--- {log.name}\n{text}" for log in sorted(self.logs.glob("*.log")) if (text := log.read_text(errors="replace").strip())
        )
