"""What lies among the logs and is none is named, and the logs beside it are read."""

import os
from pathlib import Path

import pytest

from engine_rig import Machine
from tankful.core.health import Condition
from tankful.core.problems import Flaw, Problem
from tankful.core.settings import Settings


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_pipes_folders_and_loops_are_problems_of_a_source_that_does_well(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.spend(2)
    folder = machine.log.parent
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "folder.jsonl").mkdir()
    (folder / "itself.jsonl").symlink_to(folder / "itself.jsonl")
    (folder / "up").symlink_to(machine.claude / "projects")
    reading = machine.reading()
    reading.scan()
    assert set(reading.problems()) == {
        Problem(Flaw.NOT_A_FILE, str(folder / "pipe.jsonl")),
        Problem(Flaw.NOT_A_FILE, str(folder / "folder.jsonl")),
        Problem(Flaw.LOOP, str(folder / "itself.jsonl")),
        Problem(Flaw.LOOP, str(folder / "up")),
    }
    claude = next(feed for feed in reading.feeds() if feed.feed == "claude-code")
    assert (claude.condition, claude.files, claude.events) == (Condition.OK, 1, 2)
    reading.close()


def test_two_names_of_one_folder_among_the_roots_are_no_loop(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.spend(2)
    (tmp_path / "second").symlink_to(machine.claude)
    settings = Settings(folders={"claude-code": (str(tmp_path / "second"), str(machine.claude), str(machine.log.parent))})
    reading = machine.reading(settings)
    assert reading.scan() == 2
    assert reading.problems() == ()
    reading.close()
