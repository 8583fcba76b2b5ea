"""Only one process reads a big backlog; the others find it read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine_rig import Machine
from tankful.engine.backlog import alone_with_backlog
from tankful.engine.bulk import BIG_BYTES
from tankful.engine.together import usable_cores
from tankful.store.file_lock import FileLock

needs_cores = pytest.mark.skipif(usable_cores() < 2, reason="one processor reads a backlog as it reads all else")


def test_who_comes_second_waits_and_is_told(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "ledger.reading")
    assert first.try_take()
    looked: list[None] = []

    def look() -> None:
        looked.append(None)
        if len(looked) == 3:
            first.give_back()

    with alone_with_backlog(tmp_path / "ledger.sqlite", look) as was_read:
        assert was_read
        assert len(looked) == 3
        assert not first.try_take()
    with alone_with_backlog(tmp_path / "ledger.sqlite", look) as was_read:
        assert not was_read


def test_who_gives_up_does_not_go_on_waiting(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "ledger.reading")
    assert first.try_take()

    def give_up() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError), alone_with_backlog(tmp_path / "ledger.sqlite", give_up):
        raise AssertionError


def test_what_lies_in_the_place_of_the_lock_keeps_nobody_from_reading(tmp_path: Path) -> None:
    (tmp_path / "ledger.reading").mkdir()
    with alone_with_backlog(tmp_path / "ledger.sqlite", lambda: None) as was_read:
        assert not was_read


@needs_cores
def test_programs_that_are_started_at_once_read_a_backlog_once(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.spend(40)
    for number in range(3):
        log = machine.log.with_name(f"other-{number}.jsonl")
        machine.spend(40, log=log)
        with log.open("a") as file:
            file.write(json.dumps({"type": "system", "text": "x" * (BIG_BYTES // 8)}) + "\n")
            file.writelines([json.dumps({"type": "system", "text": "y" * 1_000_000}) + "\n"] * (BIG_BYTES // 2_000_000))
    environ = {**os.environ, "CLAUDE_CONFIG_DIR": str(machine.claude), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tankful", "usage", "--json", "--data", str(tmp_path / "data"), "--agent", "claude-code"]
    started = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = [program.communicate(timeout=120) for program in started]
    assert [(program.returncode, err) for program, (_, err) in zip(started, said, strict=True)] == [(0, b"")] * 4
    assert [json.loads(out)["totals"]["requests"] for out, _ in said] == [160] * 4
