"""Whether agents use the model that they were given, as the ledger tells, through the reading that pictures come from."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine_rig import Machine
from switching_rig import CONFIGS, OFFER, machine_at, put
from tankful.core.batch import Batch, Checkpoint
from tankful.core.post_check import Verdict
from tankful.core.settings import Settings
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.engine.carrying import pricer
from tankful.engine.post_checks import post_checks
from tankful.engine.reading import Reading
from tankful.switch.changes import ModelChanges
from tankful.switch.journal import Journal
from tankful.switch.registry import switcher_of

SWITCHED = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Switched:
    """Somebody who gave Goose another model at nine, with a clock to be moved."""

    def __init__(self, place: Path) -> None:
        self.now, self.number = SWITCHED, 0
        self.machine = Machine(place / "machine")
        self.reading: Reading = self.machine.reading(now=lambda: self.now)
        self.journal = Journal.below(self.machine.folders.data)
        home = place / "home"
        put(home, next(config for config in CONFIGS if config.agent == "goose"))
        self.changes = ModelChanges(self.journal, machine_at(home), lambda: self.now)
        goose = switcher_of("goose")
        assert goose is not None
        self.goose = goose
        self.reading.scan()

    def switch(self) -> None:
        self.changes.carry_out(self.changes.propose(self.goose, OFFER))

    def call(self, session: str, model: str | None, at: datetime, agent: str = "goose") -> None:
        self.number += 1
        event = UsageEvent(agent, (self.number,), at, TokenUsage(10, 10), model, session)
        checkpoint = Checkpoint(f"/{self.number}", "goose", 1, self.number, 1, 1, 1, 1, False, b"", b"", None)
        self.reading.ledger.record([Batch(checkpoint, (event,))], pricer(Settings()))

    def seen(self, at: datetime) -> list[tuple[Verdict, str]]:
        self.now = at
        return [(check.verdict, check.used) for check in self.reading.snapshot().post_checks]


@pytest.fixture
def somebody(tmp_path: Path) -> Iterator[Switched]:
    made = Switched(tmp_path)
    yield made
    made.reading.close()


def test_nobody_who_switched_nothing_is_told_anything(somebody: Switched) -> None:
    assert somebody.seen(SWITCHED) == []


def test_the_next_session_decides_and_one_that_ran_on_does_not(somebody: Switched) -> None:
    somebody.call("running", "opus", SWITCHED - HOUR)
    somebody.switch()
    somebody.call("running", "opus", SWITCHED + MINUTE)
    somebody.call("next", "opus", SWITCHED + HOUR, agent="codex")
    assert somebody.seen(SWITCHED + 2 * HOUR) == [(Verdict.WAITING, "")]
    somebody.call("next", None, SWITCHED + 3 * HOUR)
    somebody.call("next", "opus", SWITCHED + 3 * HOUR)
    somebody.call("next", "house-coder-2", SWITCHED + 3 * HOUR + MINUTE)
    assert somebody.seen(SWITCHED + 4 * HOUR) == [(Verdict.SHOWS, "house-coder-2")]
    somebody.call("after", "opus", SWITCHED + 5 * HOUR)
    assert somebody.seen(SWITCHED + 6 * HOUR) == [(Verdict.SHOWS, "house-coder-2")]


def test_a_session_with_something_else_says_so_until_a_later_one_shows_it(somebody: Switched) -> None:
    somebody.switch()
    somebody.call("one", "opus", SWITCHED + HOUR)
    assert somebody.seen(SWITCHED + 2 * HOUR) == [(Verdict.OTHER, "opus")]
    somebody.call("two", "house-coder-2", SWITCHED + 2 * HOUR + MINUTE)
    assert somebody.seen(SWITCHED + 2 * HOUR + timedelta(seconds=10)) == [(Verdict.OTHER, "opus")]
    assert somebody.seen(SWITCHED + 3 * HOUR) == [(Verdict.SHOWS, "house-coder-2")]
    with somebody.reading.ledger.history() as history:
        (check,) = post_checks(history, somebody.journal, somebody.now)
    assert (check.verdict, check.model, check.title, check.since) == (Verdict.SHOWS, "house-coder-2", "Goose", SWITCHED)
    somebody.changes.undo(somebody.goose)
    assert somebody.seen(SWITCHED + 3 * HOUR) == []


def test_an_agent_that_never_spent_anything_waits_and_a_broken_journal_says_nothing(somebody: Switched) -> None:
    somebody.switch()
    assert somebody.seen(SWITCHED + HOUR) == [(Verdict.WAITING, "")]
    (somebody.machine.folders.data / "switch" / "journal.json").write_text("[{}]")
    assert somebody.seen(SWITCHED + 2 * HOUR) == []
