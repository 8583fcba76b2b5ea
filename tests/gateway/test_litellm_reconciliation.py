"""What the gateway has booked and what Claude Code has logged, put together while both grow: no dollar twice, none lost."""

import itertools
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.administrator import Administrator
from gateway.claude_caller import CALL, ClaudeCaller, price
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import RunningLiteLLM
from tankful.core.allocation import Allocation, ScopeKind
from tankful.core.parsing import FileTimes, Findings
from tankful.core.reconciliation import Books, RoutedCall, Standing, reconcile
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import Log

SAMPLE_S = 0.1
CALLS = 24


@dataclass
class Spending:
    """A person who lets Claude Code work, and what that has cost from the first moment it may be counted."""

    begun: Decimal = Decimal(0)

    def go_on(self, caller: ClaudeCaller, pauses: Iterable[float]) -> None:
        """Call again and again, streamed and not, now and then after a pause."""
        still = threading.Event()
        for number, pause in enumerate(pauses):
            still.wait(pause)  # a person reads
            self.begun += CALL
            answer = caller.call(streamed=number % 2 == 1)
            assert not answer.refused_for, answer.body


@dataclass
class Meter:
    """What the program would show: the newest word of the gateway and the log, reconciled whenever somebody looks."""

    account: LinkedAccount
    log: Path
    by_id: bool
    polls: int = 0
    _budget: Allocation | None = None
    _as_of: datetime | None = None
    _books_within: timedelta = timedelta(0)
    _books: Books | None = None
    _booked: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    _listed_at: datetime | None = None

    def poll(self) -> None:
        """Ask the gateway as the program does."""
        before = self.look().books if self._budget is not None else None
        statement = self.account.poll()
        self._books = before
        self._as_of, self._books_within = statement.as_of, statement.books_within
        (self._budget,) = [each for each in statement.allocations if each.kind is ScopeKind.YOU]
        if self.by_id:
            asked_at = datetime.now(UTC)
            self._booked, self._listed_at = self.account.booked(), asked_at
        self.polls += 1

    def look(self) -> Standing:
        """Say how it stands now."""
        assert self._budget is not None
        assert self._as_of is not None
        return reconcile(
            self._budget,
            [self._routed(number, call) for number, call in enumerate(self.logged())],
            as_of=self._as_of,
            books_within=self._books_within,
            books=self._books,
            listed_at=self._listed_at,
        )

    @property
    def shown(self) -> Decimal:
        """What is shown as spent."""
        assert self._budget is not None
        return self._budget.settled + self.look().pending

    @property
    def settled(self) -> Decimal:
        """The gateway's own word."""
        assert self._budget is not None
        return self._budget.settled

    def logged(self) -> list[tuple[str, datetime, Decimal]]:
        """Read the whole log with the program's own parser."""
        if not self.log.exists():
            return []
        lines = self.log.read_bytes().split(b"\n")[:-1]
        found = Findings()
        now = datetime.now(UTC)
        SOURCE.parser(Log(SOURCE.id, str(self.log), self.account.url), None).read(lines, 1, FileTimes(now, now), found)
        assert not found.problems
        return [(event.call, event.at, price(event.tokens.input, event.tokens.output)) for event in found.events]

    def _routed(self, number: int, call: tuple[str, datetime, Decimal]) -> RoutedCall:
        name, at, cost = call
        return RoutedCall(number, name, at, cost, "", self._booked.get(name))


@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by time"])
def test_at_no_moment_is_a_dollar_shown_twice_or_lost(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path, by_id: bool
) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person(max_budget=100)))
    log = tmp_path / "projects/-home-grace-orchard/session.jsonl"
    meter, spending, samples = Meter(account, log, by_id), Spending(), 0
    meter.poll()
    with account.caller() as http, ThreadPoolExecutor(1) as elsewhere:
        pauses = itertools.islice(itertools.cycle((0, 0.2, 0, 0.7)), CALLS)
        work = elsewhere.submit(spending.go_on, ClaudeCaller(http, log), pauses)
        still = threading.Event()
        deadline = time.monotonic() + 90
        while not (work.done() and meter.settled == spending.begun and meter.look().pending == 0):
            assert time.monotonic() < deadline, (meter.settled, spending.begun, meter.look())
            surely = sum(cost for _, _, cost in meter.logged())
            shown = meter.shown
            assert surely <= shown <= spending.begun, meter
            samples += 1
            if samples % 5 == 0:
                meter.poll()
            still.wait(SAMPLE_S)
        work.result()
    assert meter.shown == CALLS * CALL
    assert len(meter.logged()) == CALLS
    assert samples > 20
    assert meter.polls > 4
