"""Which sessions are at work, and what they spent since somebody typed."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger_rig import NOW, batch, event, opened, price
from tankful.core.presence import WITHIN
from tankful.core.usage import Basis, Prompt, UsageEvent
from tankful.store.ledger import Ledger
from tankful.store.presence import Working


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path)
    yield made
    made.close()


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def working(ledger: Ledger) -> list[Working]:
    with ledger.history() as history:
        return history.working(NOW)


def test_spend_counts_since_the_last_prompt(ledger: Ledger) -> None:
    spent = [event(key, at=ago(minutes), recorded_cost=Decimal(1)) for key, minutes in enumerate((40, 12, 8, 2))]
    ledger.record([batch(spent, prompts=[Prompt("agent", 1, ago(50), "session"), Prompt("agent", 2, ago(15), "session", "/typed")])], price)
    assert working(ledger) == [Working("agent", "session", "/work", ago(2), ago(15), Decimal(3), 0)]


def test_a_session_that_nobody_typed_to_counts_its_day(ledger: Ledger) -> None:
    ledger.record([batch([event(key, at=ago(minutes), recorded_cost=Decimal(1)) for key, minutes in enumerate((60 * 30, 60, 2))])], price)
    assert working(ledger) == [Working("agent", "session", "/work", ago(2), None, Decimal(2), 0)]


def test_an_agent_whose_cost_is_unknown_is_at_work_when_somebody_types(ledger: Ledger) -> None:
    prompts = [Prompt("cursor", 1, ago(3), "s", "/there"), Prompt("cursor", 2, ago(30), "old")]
    ledger.record([batch((), prompts=prompts)], price)
    assert working(ledger) == [Working("cursor", "s", "/there", None, ago(3), Decimal(0), 0)]


def test_the_latest_comes_first_and_the_future_does_not_count(ledger: Ledger) -> None:
    events = [
        event(1, at=ago(9), session="a"),
        event(2, at=ago(1), session="b"),
        event(3, at=ago(-5), session="c"),
        event(4, at=ago(11), session="d"),
    ]
    ledger.record([batch(events, prompts=[Prompt("agent", 1, ago(0), "a")])], price)
    assert [session.session for session in working(ledger)] == ["a", "b"]


def test_requests_without_a_price_are_counted(ledger: Ledger) -> None:
    ledger.record([batch([event(1, at=ago(2), model="unknown"), event(2, at=ago(1), recorded_cost=Decimal(1))])], price)
    assert [(session.since_prompt, session.unpriced) for session in working(ledger)] == [(Decimal(1), 1)]


SECONDS = st.one_of(st.integers(-1500, 900), st.integers(-93_600, 900)).map(lambda seconds: timedelta(seconds=seconds))
SPENDS = st.tuples(SECONDS, st.sampled_from("abc"), st.sampled_from(("model", "unknown")), st.sampled_from(("", "/work", "/there")))
TYPINGS = st.tuples(SECONDS, st.sampled_from("abc"), st.sampled_from(("", "/typed")))
ONE = (timedelta(0), "a", "model", "")
"""The same again a quarter of an hour later has the same sums."""
ROUNDS = st.tuples(st.timedeltas(timedelta(0), timedelta(minutes=20)), st.lists(SPENDS, max_size=8), st.lists(TYPINGS, max_size=2))


@settings(deadline=None)
@given(rounds=st.lists(ROUNDS, min_size=1, max_size=5))
@example(rounds=[(timedelta(seconds=808), [ONE], []), (timedelta(seconds=346), [], []), (timedelta(seconds=346), [ONE], [])])
def test_it_is_what_looking_at_every_response_would_say_however_they_come(
    rounds: list[tuple[timedelta, list[tuple[timedelta, str, str, str]], list[tuple[timedelta, str, str]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger, now, events, prompts = opened(Path(folder)), NOW, list[UsageEvent](), list[Prompt]()
        for gone, spends, typings in rounds:
            now += gone
            fresh = [
                event(len(events) + place, at=now + away, session=session, model=model, project=project)
                for place, (away, session, model, project) in enumerate(spends)
            ]
            typed = [
                Prompt("agent", len(prompts) + place, now + away, session, project)
                for place, (away, session, project) in enumerate(typings)
            ]
            events += fresh
            prompts += typed
            ledger.record([batch(fresh, prompts=typed)], price)
            with ledger.history() as history:
                found = {(each.session, each.spent_at, each.prompted_at, each.since_prompt, each.unpriced) for each in history.working(now)}
                burnt = history.burn_per_hour(now)
            assert found == plainly(events, prompts, now)
            assert burnt == Decimal(
                sum(each.tokens.total for each in events if is_priced_after(each, now - timedelta(hours=1), now))
            ).scaleb(-9)
        ledger.close()


def is_priced_after(spent: UsageEvent, after: datetime, until: datetime) -> bool:
    return after < spent.at <= until and price(spent)[1] is not Basis.UNPRICED


def plainly(
    events: Sequence[UsageEvent], prompts: Sequence[Prompt], now: datetime
) -> set[tuple[str, datetime | None, datetime | None, Decimal, int]]:
    """Say the same as `History.working` by looking at everything."""
    found: set[tuple[str, datetime | None, datetime | None, Decimal, int]] = set()
    for session in "abc":
        spends = [each for each in events if each.session == session and each.at <= now]
        spent_at = max((each.at for each in spends if each.at > now - WITHIN), default=None)
        typed = [each.at for each in prompts if each.session == session and now - timedelta(days=1) < each.at <= now]
        typed_at = max(typed, default=None)
        if spent_at is not None or (typed_at is not None and typed_at > now - WITHIN):
            since = now - timedelta(days=1) if typed_at is None else typed_at
            cost = sum(each.tokens.total for each in spends if is_priced_after(each, since, now))
            unpriced = sum(each.at > since and price(each)[1] is Basis.UNPRICED for each in spends)
            found.add((session, spent_at, typed_at, Decimal(cost).scaleb(-9), unpriced))
    return found
