"""Looking again and again, with what the last look remembered, finds all that is new and nothing twice."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine_rig import Machine
from tankful.core.settings import Settings
from tankful.engine.reading import Reading

LATER = timedelta(hours=1)
"""The reading's clock is ahead by this much, so that what a look found is remembered at once."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def opened(machine: Machine) -> Reading:
    """Return a reading that has looked thrice and remembers all it can."""
    reading = machine.reading(now=lambda: datetime.now(UTC) + LATER)
    machine.spend(2)
    assert [reading.scan() for _ in range(3)] == [2, 0, 0]
    return reading


def beside(machine: Machine) -> Path:
    return machine.log.with_name("other.jsonl")


def test_what_is_appended_and_what_is_new_is_found_at_every_look(machine: Machine) -> None:
    reading = opened(machine)
    for number in range(3):
        machine.spend(number + 1)
        assert reading.scan() == number + 1
        machine.spend(2, log=beside(machine))
        machine.spend(1, log=machine.claude / "projects" / f"-work-{number}" / "deep" / "session.jsonl")
        assert [reading.scan(), reading.scan()] == [3, 0]
    reading.close()


def test_what_another_program_has_booked_is_not_read_again(machine: Machine) -> None:
    reading, other = opened(machine), machine.reading()
    machine.spend(4)
    assert other.scan() == 4
    assert [reading.scan(), reading.scan()] == [0, 0]
    machine.spend(1)
    assert reading.scan() == 1
    reading.close()
    other.close()


def test_what_was_read_between_two_looks_is_not_read_again(machine: Machine) -> None:
    reading = opened(machine)
    machine.spend(3)
    assert reading.look_at([str(machine.log)]) == 3
    assert reading.scan() == 0
    machine.spend(1)
    assert reading.scan() == 1
    reading.close()


def test_a_log_that_is_as_the_last_look_found_it_but_was_read_since_is_read_again(machine: Machine) -> None:
    reading = opened(machine)
    content, status = machine.log.read_bytes(), machine.log.stat()
    machine.spend(3)
    assert reading.look_at([str(machine.log)]) == 3
    with machine.log.open("r+b") as log:
        log.truncate(len(content))
    os.utime(machine.log, ns=(status.st_atime_ns, status.st_mtime_ns))
    reading.scan()
    mark = reading.ledger.checkpoint(str(machine.log))
    assert mark is not None
    assert (mark.size, mark.modified_ns) == (len(content), status.st_mtime_ns)
    reading.close()


def test_a_log_that_a_look_did_not_know_and_that_was_booked_since_is_not_read_again(machine: Machine) -> None:
    reading = opened(machine)
    machine.spend(1, log=beside(machine))
    assert [reading.scan(), reading.scan()] == [1, 0]
    machine.spend(1, log=beside(machine))
    assert reading.look_at([str(beside(machine))]) == 1
    assert [reading.scan(), reading.scan()] == [0, 0]
    reading.close()


def test_a_log_that_goes_and_comes_back_is_found_with_what_is_new_in_it(machine: Machine) -> None:
    reading = opened(machine)
    away = machine.log.with_name("away")
    machine.log.rename(away)
    assert reading.scan() == 0
    assert reading.paths() == frozenset()
    away.rename(machine.log)
    assert reading.scan() == 0
    assert reading.paths() == {str(machine.log)}
    machine.log.rename(away)
    machine.spend(2, log=away)
    reading.scan()
    away.rename(machine.log)
    assert reading.scan() == 2
    reading.close()


def test_a_ledger_that_was_begun_anew_is_filled_again_though_no_log_changed(machine: Machine) -> None:
    reading = opened(machine)
    reading.close()
    for file in machine.folders.data.glob("ledger.sqlite*"):
        file.unlink()
    assert reading.scan() == 2
    assert reading.scan() == 0
    reading.close()


def test_a_ledger_that_is_found_damaged_is_filled_again_though_no_log_changed(machine: Machine) -> None:
    reading = opened(machine)
    reading.close()
    machine.folders.ledger.write_bytes(b"no ledger at all" * 1000)
    assert reading.scan() == 2
    assert reading.ledger.moved_aside is not None
    reading.close()


def test_what_could_not_be_booked_is_found_by_the_next_look(machine: Machine) -> None:
    reading = opened(machine)
    machine.spend(2)

    def refuse(_done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        reading.scan(refuse)
    assert reading.scan() == 2
    reading.close()


def test_a_source_that_was_switched_off_and_on_again_is_read_on(machine: Machine) -> None:
    reading = opened(machine)
    plain = reading.settings
    reading.adopt(Settings(sources_off=("claude-code",)))
    machine.spend(2)
    assert reading.scan() == 0
    reading.adopt(plain)
    assert reading.scan() == 2
    reading.close()
