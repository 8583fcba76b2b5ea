"""Folders that come and go call for a look everywhere only where an agent may keep records in them."""

import json
import os
from pathlib import Path

import pytest

from engine_rig import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    work = tmp_path / "work"
    (work / ".crush").mkdir(parents=True)
    machine.spend(cwd=str(work))
    return machine


def test_only_folders_in_which_records_are_looked_for_matter(machine: Machine) -> None:
    reading = machine.reading()
    reading.scan()
    reading.scan()  # now it is known where agents worked
    home = machine.home
    looked_into = (machine.claude / "projects" / "new", machine.claude / "projects" / "a" / "b" / "c", machine.codex / "sessions" / "2026")
    elsewhere = (home / "work" / "build", home / "work" / ".crush" / "logs", home / "other", machine.claude / "projects-old")
    assert all(reading.is_new(f"{folder}{os.sep}") for folder in looked_into)
    assert not any(reading.is_new(f"{folder}{os.sep}") for folder in elsewhere)
    assert reading.is_new(str(home / "work" / ".aider.chat.history.md"))
    assert not reading.is_new(str(home / "work" / "deeper" / ".aider.chat.history.md"))
    reading.close()


def test_folders_that_a_source_looks_into_to_a_depth_matter_that_far(machine: Machine) -> None:
    storage = machine.home / ".config" / "Windsurf" / "User" / "workspaceStorage"
    (storage / "1").mkdir(parents=True)
    (storage / "1" / "workspace.json").write_text(json.dumps({}))
    reading = machine.reading()
    reading.scan()
    surveys = {seen.source.id: seen for seen in reading.surveys()}
    assert surveys["windsurf"].enters(str(storage / "2"))
    assert not surveys["windsurf"].enters(str(storage / "2" / "deeper"))
    assert not surveys["windsurf"].enters(str(storage))
    reading.close()
