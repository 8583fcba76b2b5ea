"""A ledger that is fed by real runs of the program while its logs grow, and that may be killed at any moment."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from random import Random

import msgspec

from bench.claude_session import Answer, Session, Sum, Texts, seeded

PROGRAM = [sys.executable, "-m", "tankful"]


class Since(Enum):
    """What a while begins with."""

    START = "the start of the program"
    WRITE = "the first change to the ledger's files"
    BOOKED = "the first transaction that books responses into a ledger without any"


class _Tokens(msgspec.Struct):
    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int


class _Row(msgspec.Struct):
    requests: int
    tokens: _Tokens


class _Report(msgspec.Struct):
    totals: _Row


def total_of(output: bytes) -> Sum:
    """Return the totals that `tankful usage --json` printed."""
    row = msgspec.json.decode(output, type=_Report).totals
    tokens = row.tokens
    return Sum(row.requests, tokens.input, tokens.output, tokens.cache_read, tokens.cache_write, tokens.cache_write_1h)


@dataclass(slots=True)
class GrowingLogs:
    """Some sessions of one user; `answer` always says what their complete lines add up to."""

    claude: Path
    random: Random
    answer: Answer = field(default_factory=Answer)
    _open: list[tuple[Path, Session]] = field(default_factory=list[tuple[Path, Session]])
    _half: dict[Path, str] = field(default_factory=dict[Path, str])
    _texts: list[Texts] = field(default_factory=list[Texts])

    def grow(self, size: int) -> None:
        """Append about so many bytes to several logs; one of them is left with half a line."""
        self._texts = self._texts or [Texts(self.random)]
        while size > 0:
            if len(self._open) < 6 or self.random.random() < 0.05:
                self._open.append(self._begin())
            log, session = self.random.choice(self._open[-6:])
            text = self._half.pop(log, "") + "".join(f"{line}\n" for line in session.response())
            size -= self._append(log, text)
        log, session = self._open[-1]
        self._append(log, self._half.pop(log, ""))
        (*whole, last) = session.response()
        middle = self.random.randrange(1, len(last))
        self._append(log, "".join(f"{line}\n" for line in whole) + last[:middle])
        self._half[log] = last[middle:] + "\n"

    def finish(self) -> None:
        """Complete every half line."""
        for log, text in self._half.items():
            self._append(log, text)
        self._half.clear()

    def _begin(self) -> tuple[Path, Session]:
        session = Session(
            texts=self._texts[0],
            random=self.random,
            answer=self.answer,
            cwd="/home/dev/work/fragile",
            start=datetime.now(tz=UTC) - timedelta(days=self.random.uniform(2, 20)),
            with_request_id=self.random.random() < 0.7,
            pause_s=0.5,
        )
        return self.claude / "projects/-home-dev-work-fragile" / f"{session.session_id}.jsonl", session

    def _append(self, log: Path, text: str) -> int:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            return out.write(text.encode())


@dataclass(slots=True)
class Victim:
    """One user with a home, logs and a data folder."""

    home: Path
    data: Path
    logs: GrowingLogs

    @classmethod
    def at(cls, folder: Path, seed: int) -> "Victim":
        """Return a user who has logs to come and no ledger yet."""
        return cls(folder, folder / "data", GrowingLogs(folder / "claude", seeded(seed)))

    @property
    def environ(self) -> dict[str, str]:
        """Return an environment in which the program finds only this user's logs."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
        return kept | {
            "HOME": str(self.home),
            "CLAUDE_CONFIG_DIR": str(self.logs.claude),
            "CODEX_HOME": str(self.home / "none"),
            "TZ": "UTC",
        }

    @property
    def command(self) -> list[str]:
        """Return the command line that scans what is new and prints the totals."""
        return [*PROGRAM, "usage", "--json", "--timezone", "UTC", "--data", str(self.data)]

    def complete(self) -> tuple[Sum, float]:
        """Let the program run to its end; return its totals and how many seconds it took."""
        begun = time.monotonic()
        done = subprocess.run(self.command, env=self.environ, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return total_of(done.stdout), time.monotonic() - begun

    def kill_after(self, delay_s: float, since: Since, *, with_children: bool = True) -> bool:
        """Start the program and kill it after a while; return whether it was still running.

        Without its children killed as well, those go on as long as they like.
        """
        before = self._ledger_state()
        has_begun = {Since.START: lambda: True, Since.WRITE: lambda: self._ledger_state() != before, Since.BOOKED: self._has_booked}[since]
        with subprocess.Popen(
            self.command, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            self.logs.grow(20_000)  # the logs do not wait
            while not has_begun() and not _ends(process, 0.002):
                pass
            _ends(process, delay_s)
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if with_children else os.kill)(process.pid, signal.SIGKILL)
            return process.wait() == -signal.SIGKILL

    def _has_booked(self) -> bool:
        # Only for reading, so that nothing is put right behind the back of the program's next start.
        with (
            contextlib.suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"file:{self.data / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger,
        ):
            return ledger.execute("SELECT 1 FROM usage LIMIT 1").fetchone() is not None
        return False

    def _ledger_state(self) -> tuple[tuple[str, int, int], ...]:
        state: list[tuple[str, int, int]] = []
        for file in sorted(self.data.glob("ledger*")):
            with contextlib.suppress(FileNotFoundError):
                about = file.stat()
                state.append((file.name, about.st_size, about.st_mtime_ns))
        return tuple(state)


def _ends(process: subprocess.Popen[bytes], within_s: float) -> bool:
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True
