"""Logs that a link leads to: what changes behind it moves the gauge like any other line."""

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from engine_rig import Machine
from tankful.core.snapshot import Snapshot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")


def spent(snapshot: Snapshot) -> Decimal:
    return Decimal(-1) if snapshot.binding is None else snapshot.binding.spent


def polled(machine: Machine) -> list[tuple[str, str]]:
    """What the engine, which has ended, looked at on a timer, and why."""
    reading = machine.reading()
    found = [(each.folder, each.reason) for each in reading.polled()]
    reading.close()
    return found


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    disk = tmp_path / "disk"
    disk.mkdir()
    return disk


def test_a_new_folder_behind_a_link_to_all_logs_is_found_at_once(machine: Machine, disk: Path) -> None:
    machine.claude.mkdir(parents=True)
    (machine.claude / "projects").symlink_to(disk)
    cost = machine.spend()
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        cost += machine.spend(log=disk / "-new" / "session.jsonl")
        audience.until(lambda snapshot: spent(snapshot) == cost)
    assert polled(machine) == []


def test_a_line_appended_behind_a_link_to_a_folder_moves_the_gauge(machine: Machine, disk: Path) -> None:
    cost = machine.spend() + machine.spend(log=disk / "session.jsonl")
    (machine.claude / "projects" / "-linked").symlink_to(disk)
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        cost += machine.spend(log=disk / "session.jsonl")
        audience.until(lambda snapshot: spent(snapshot) == cost)
    assert polled(machine) == []


def test_a_folder_in_which_a_link_leads_to_a_log_is_looked_at_on_a_timer(machine: Machine, disk: Path) -> None:
    cost = machine.spend() + machine.spend(log=disk / "elsewhere.jsonl")
    folder = machine.claude / "projects" / "-project"
    folder.mkdir()
    (folder / "linked.jsonl").symlink_to(disk / "elsewhere.jsonl")
    with machine.engine() as (_, audience):
        audience.until(lambda snapshot: spent(snapshot) == cost)
        cost += machine.spend(log=disk / "elsewhere.jsonl")
        audience.until(lambda snapshot: spent(snapshot) == cost)
    assert polled(machine) == [(str(folder), "a log in it is a link to a file elsewhere")]
