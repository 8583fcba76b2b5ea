"""An answer that was looked up before is given only while it is true, and is what would be said without it."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine_rig import Machine, response
from tankful.core.report import By
from tankful.engine.foreseen import Foreseen, Question, asked

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUESTION = Question((By.AGENT,), None, None, UTC, ())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_is_the_answer_to_that_question_alone(machine: Machine) -> None:
    reading = machine.reading()
    machine.spend(2)
    reading.scan()
    foreseen = Foreseen(QUESTION, reading.ledger)
    rows = foreseen.rows(QUESTION, reading.ledger)
    assert rows == asked(QUESTION, reading.ledger)
    assert rows is not None
    assert [row.requests for row in rows] == [2]
    assert foreseen.rows(QUESTION._replace(last=date(2020, 1, 1)), reading.ledger) is None
    counts = foreseen.counts(reading.ledger)
    assert counts is not None
    assert counts.events == {"claude-code": 2}
    reading.close()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_it_is_forgotten_when_something_is_booked_by_whomever(machine: Machine, elsewhere: bool) -> None:
    reading, writer = machine.reading(), machine.reading()
    machine.spend(2)
    reading.scan()
    foreseen = Foreseen(QUESTION, reading.ledger)
    machine.spend(1)
    (writer if elsewhere else reading).scan()
    assert foreseen.rows(QUESTION, reading.ledger) is None
    assert foreseen.counts(reading.ledger) is None
    reading.close()
    writer.close()


def test_it_is_forgotten_when_the_ledger_is_opened_anew(machine: Machine) -> None:
    reading = machine.reading()
    machine.spend(2)
    reading.scan()
    foreseen = Foreseen(QUESTION, reading.ledger)
    reading.close()
    assert foreseen.rows(QUESTION, reading.ledger) is None
    reading.close()


def test_thousands_of_logs_say_the_same_when_they_are_looked_at_again_and_what_is_new_at_once(machine: Machine) -> None:
    folder = machine.claude / "projects"
    for number in range(3_100):
        log = folder / f"-work-{number // 50}" / f"session-{number}.jsonl"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(response(number, NOW, sessionId=f"session-{number}") + "\n", encoding="utf-8")
    assert [requests(machine) for _ in range(3)] == [3_100, 3_100, 3_100]
    with (folder / "-work-7" / "session-350.jsonl").open("a", encoding="utf-8") as log:
        log.write(response(10_000, NOW) + "\n")
    (folder / "-work-8" / "session-400.jsonl").unlink()
    (folder / "-new").mkdir()
    (folder / "-new" / "session-new.jsonl").write_text(response(10_001, NOW) + "\n", encoding="utf-8")
    assert [requests(machine) for _ in range(3)] == [3_102, 3_102, 3_102]


def requests(machine: Machine) -> int:
    """Return what the command says of all logs."""
    command = [sys.executable, "-m", "tankful", "usage", "--json", "--by", "agent", "--data", str(machine.folders.data)]
    environ = {**os.environ, **machine.environ}
    said = json.loads(subprocess.run(command, env=environ, capture_output=True, check=True, timeout=120).stdout)
    (row,) = said["rows"]
    (source,) = (source for source in said["sources"] if source["agent"] == "claude-code")
    assert row["requests"] == said["totals"]["requests"] == source["events"]
    return int(row["requests"])
