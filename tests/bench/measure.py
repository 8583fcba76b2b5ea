"""Runs programs and says what they cost: wall time, processor time, memory."""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took; memory in MB, times in seconds."""

    wall_s: float
    cpu_s: float
    output: bytes


@dataclass(frozen=True, slots=True)
class Peak:
    """Memory of a whole process tree at its peak, in MB."""

    resident: float
    """Sum of resident memory; pages that processes share count for each of them."""
    proportional: float
    """Sum of proportional memory: a shared page counts once."""
    largest: float
    """Resident memory of the largest process alone."""

    def or_higher(self, other: "Peak") -> "Peak":
        """Return the higher of each."""
        return Peak(max(self.resident, other.resident), max(self.proportional, other.proportional), max(self.largest, other.largest))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result; `most` is the target it must not exceed, `None` when it is only worth knowing."""

    bench: str
    what: str
    value: float
    unit: str
    most: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether there is a target and it is exceeded."""
        return self.most is not None and self.value > self.most


def claim(bench: str, what: str, *, holds: bool, note: str = "") -> Figure:
    """Return a line for something that is either so or a failure."""
    return Figure(bench, what, 0 if holds else 1, "exact" if holds else "WRONG", 0, note)


class BenchError(RuntimeError):
    """A program that should have worked did not; says which and what it wrote."""


def tankful(*words: str) -> list[str]:
    """Return the command line of the product that is installed next to the running Python."""
    installed = Path(sys.executable).with_name("tankful")
    return [str(installed) if installed.exists() else "tankful", *words]


def surroundings(home: Path, claude: Path, **more: str) -> dict[str, str]:
    """Return an environment in which programs find these Claude Code logs and nothing else of this machine."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"HOME": str(home), "CLAUDE_CONFIG_DIR": str(claude), "CODEX_HOME": str(home / "no-codex"), "TZ": "UTC"} | more


def run(command: Sequence[str], environ: Mapping[str, str], stdin: bytes = b"", watch: Callable[[int], None] | None = None) -> Cost:
    """Run to the end and return what it took; `watch` gets the process id as soon as there is one.

    Raises:
        BenchError: it ended with another exit code than 0.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        given.write(stdin)
        given.seek(0)
        begun = time.monotonic()
        process = subprocess.Popen(command, env=dict(environ), stdin=given, stdout=output, stderr=errors)
        if watch:
            watch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise BenchError(f"{command[0]} ended with {process.returncode}: {errors.read().decode(errors='replace')[-500:]}")
        return Cost(wall_s, used.ru_utime + used.ru_stime, output.read())


class MemoryWatch:
    """Looks at the memory of a process tree every few milliseconds; kept out of timed runs, looking costs time."""

    def __init__(self, every_s: float = 0.01) -> None:
        """Get ready; `start` begins."""
        self.peak = Peak(0.0, 0.0, 0.0)
        self._every_s = every_s
        self._thread: threading.Thread | None = None

    def start(self, pid: int) -> None:
        """Watch this process and all below it until it ends."""
        self._thread = threading.Thread(target=self._look, args=(pid,))
        self._thread.start()

    def join(self) -> Peak:
        """Wait for the end and return the peak."""
        if self._thread:
            self._thread.join()
        return self.peak

    def _look(self, pid: int) -> None:
        try:
            root = psutil.Process(pid)
            while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
                self.peak = self.peak.or_higher(memory_of(root))
                time.sleep(self._every_s)
        except psutil.Error:
            return


def memory_of(root: psutil.Process) -> Peak:
    """Return the memory of a process and all below it as it is now."""
    residents = [0.0]
    proportional = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            residents.append(process.memory_info().rss / MB)
            proportional += process.memory_full_info().pss / MB
        except psutil.Error:
            continue  # it has just ended
    return Peak(sum(residents), proportional, max(residents))


def run_for_memory(command: Sequence[str], environ: Mapping[str, str]) -> tuple[Cost, Peak]:
    """Run to the end and return its cost and the peak memory of its process tree."""
    watch = MemoryWatch()
    cost = run(command, environ, watch=watch.start)
    return cost, watch.join()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share (0 to 1) of the values does not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, math.ceil(share * len(ranked)) - 1))]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)
