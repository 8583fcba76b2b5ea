"""A process is found among the user's own, and only the very one that was shown is ever ended."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from stand_ins import agent
from tankful.core.agent_process import Seen, is_of
from tankful.sources.programs import programs_of
from tankful.system.processes import End, NotStopped, own_processes, stop

QUICK_S, PATIENT_S = 0.2, 30.0


def found(folder: Path) -> tuple[Seen, ...]:
    def wanted(seen: Seen) -> bool:
        return is_of(seen, programs_of("claude-code")) and seen.folder == str(folder)

    return own_processes(wanted)


def test_a_running_agent_is_found_with_its_folder_and_what_it_has_open(tmp_path: Path) -> None:
    log = tmp_path / "one.jsonl"
    with agent(tmp_path / "shop", log=log) as running:
        (seen,) = found(tmp_path / "shop")
        assert (seen.pid, seen.parent) == (running.pid, os.getpid())
        assert str(log) in seen.files
        assert seen.words[1].endswith("/bin/claude")


def test_one_that_heeds_an_interrupt_ends_by_it(tmp_path: Path) -> None:
    with agent(tmp_path / "shop") as running:
        (seen,) = found(tmp_path / "shop")
        assert stop(running.pid, seen.started_s, patience_s=PATIENT_S) is End.INTERRUPTED
        assert found(tmp_path / "shop") == ()


def test_one_that_ignores_interrupts_is_told_to_end(tmp_path: Path) -> None:
    with agent(tmp_path / "shop", heeds="end") as running:
        (seen,) = found(tmp_path / "shop")
        assert stop(running.pid, seen.started_s, patience_s=1.0) is End.TERMINATED


def test_one_that_ignores_both_goes_on_and_is_not_killed(tmp_path: Path) -> None:
    with agent(tmp_path / "shop", heeds="nothing") as running:
        (seen,) = found(tmp_path / "shop")
        assert stop(running.pid, seen.started_s, patience_s=QUICK_S) is End.STUCK
        assert running.poll() is None


def test_a_number_that_has_changed_hands_is_left_alone(tmp_path: Path) -> None:
    with agent(tmp_path / "shop") as running:
        (seen,) = found(tmp_path / "shop")
        assert stop(running.pid, seen.started_s - 3600, patience_s=QUICK_S) is End.GONE
        assert running.poll() is None


def test_one_that_has_ended_is_gone(tmp_path: Path) -> None:
    with agent(tmp_path / "shop") as running:
        (seen,) = found(tmp_path / "shop")
        running.kill()
        os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its parent has not asked how yet
        assert stop(running.pid, seen.started_s, patience_s=QUICK_S) is End.GONE
        assert found(tmp_path / "shop") == ()
        running.wait()
        assert stop(running.pid, seen.started_s, patience_s=QUICK_S) is End.GONE


@contextmanager
def somebody_elses() -> Generator[int]:
    """Yield the number of a process that is not ours: for root one that it starts for nobody, for others the first of all."""
    if os.getuid() != 0:
        yield 1
        return
    command = [sys.executable, "-c", "import sys; print('ready', flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=65534, cwd="/") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        yield other.pid
        assert other.poll() is None
        other.communicate("")


def test_somebody_elses_process_is_neither_found_nor_stopped() -> None:
    with somebody_elses() as pid:
        assert own_processes(lambda seen: seen.pid == pid) == ()
        with pytest.raises(NotStopped, match="somebody else's"):
            stop(pid, psutil.Process(pid).create_time(), patience_s=QUICK_S)
