"""A response is booked once, whatever copies it is met under and in whatever order."""

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_rig import NOW, batch, event, opened, price, rows, total
from tankful.core.report import By
from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.store.ledger import Ledger

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
COUNTS = st.tuples(*[st.integers(0, 5000)] * 4).map(lambda counts: TokenUsage(*counts))
Kind = Callable[[int, TokenUsage], list[UsageEvent]]


def streamed(first: int, tokens: TokenUsage) -> list[UsageEvent]:
    """A response as three blocks, each with an identity of its own and one in common."""
    blocks = [tokens._replace(output=min(tokens.output, block)) for block in (1, 2)]
    return [event(first, first + 1 + place, tokens=each) for place, each in enumerate((*blocks, tokens))]


def forked(first: int, tokens: TokenUsage) -> list[UsageEvent]:
    """A response and copies that are dated later, in sessions of their own."""
    original = event(first, tokens=tokens, first_wins=True)
    return [original, *(original._replace(at=NOW + timedelta(days=day), session=f"fork-{day}") for day in (1, 2))]


def echoed(first: int, tokens: TokenUsage) -> list[UsageEvent]:
    """A response and its replay, which is dated later and has no identity of it but the echo key."""
    echo = event(first + 1, tokens=tokens._replace(output=0), echo=True, at=NOW + timedelta(days=3), session="elsewhere")
    return [event(first, tokens=tokens, echo_key=first + 7), *[echo._replace(echo_key=first + 7)] * 2]


def forgotten(first: int, tokens: TokenUsage) -> list[UsageEvent]:
    """A response and copies of it in other sessions that have nothing of it but the echo key, and are not sure of that."""
    copy = event(first + 1, tokens=tokens._replace(output=0), echo_key=-first - 7, session="fork")
    return [event(first, tokens=tokens, echo_key=first + 7), copy, copy._replace(at=NOW + timedelta(minutes=9), session="other")]


def bridged(first: int, tokens: TokenUsage) -> list[UsageEvent]:
    """Two sightings that share nothing, and one that shares something with both."""
    return [event(first, tokens=tokens), event(first + 1, tokens=tokens._replace(output=0)), event(first, first + 1, tokens=tokens)]


def alone(first: int, tokens: TokenUsage) -> list[UsageEvent]:
    return [event(first, tokens=tokens)]


RESPONSES = st.lists(st.tuples(st.sampled_from([streamed, forked, echoed, forgotten, bridged, alone]), COUNTS), min_size=1, max_size=8)


def book(ledger: Ledger, events: Sequence[UsageEvent], cuts: Sequence[int]) -> int:
    borders = [0, *sorted(cuts), len(events)]
    return sum(ledger.record([batch(events[start:end])], price) for start, end in itertools.pairwise(borders))


def sums(ledger: Ledger) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(ledger.path)) as outside:
        return outside.execute("SELECT * FROM sums ORDER BY 1, 2, 3").fetchall()


@SLOW
@given(responses=RESPONSES, data=st.data())
def test_order_and_batches_change_no_total(responses: list[tuple[Kind, TokenUsage]], data: st.DataObject) -> None:
    sightings = [each for number, (kind, tokens) in enumerate(responses) for each in kind(100 * (number + 1), tokens)]
    events = data.draw(st.permutations([*sightings, *data.draw(st.lists(st.sampled_from(sightings), max_size=4))]))
    cuts = data.draw(st.lists(st.integers(0, len(events)), max_size=5))
    with TemporaryDirectory() as folder:
        ledger = opened(Path(folder))
        book(ledger, events, cuts)
        assert total(ledger) == (len(responses), sum((tokens for _, tokens in responses), TokenUsage()))
        assert ledger.responses() == len(responses)
        by_day = {row.day: row.requests for row in rows(ledger, By.DAY)}
        assert by_day == {NOW.date(): len(responses)}
        ledger.close()


@SLOW
@given(responses=RESPONSES, data=st.data())
def test_sums_that_were_added_to_are_those_that_are_computed_anew(responses: list[tuple[Kind, TokenUsage]], data: st.DataObject) -> None:
    sightings = [each for number, (kind, tokens) in enumerate(responses) for each in kind(100 * (number + 1), tokens)]
    events = data.draw(st.permutations(sightings))
    with TemporaryDirectory() as folder:
        ledger = opened(Path(folder))
        book(ledger, events, data.draw(st.lists(st.integers(0, len(events)), max_size=5)))
        ledger.settle()
        added = sums(ledger)
        with closing(sqlite3.connect(ledger.path)) as outside, outside:
            outside.execute("INSERT OR IGNORE INTO behind SELECT DISTINCT at / 900000000 FROM usage")
        ledger.settle()
        assert sums(ledger) == added
        ledger.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def test_only_new_responses_are_counted_as_new(ledger: Ledger) -> None:
    assert ledger.record([batch([event(1), event(2), event(1)])], price) == 2
    assert ledger.record([batch([event(2), event(3)])], price) == 1
    assert ledger.record([batch([])], price) == 0


def test_originals_that_share_an_echo_key_stay_apart(ledger: Ledger) -> None:
    ledger.record([batch([event(1, echo_key=9), event(2, echo_key=9)])], price)
    assert total(ledger)[0] == 2


def test_echoes_that_share_nothing_but_the_echo_key_stay_apart(ledger: Ledger) -> None:
    ledger.record([batch([event(1, echo_key=9, echo=True), event(2, echo_key=9, echo=True)])], price)
    assert total(ledger)[0] == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("at_once", [True, False])
def test_an_echo_yields_to_its_original_in_either_order(ledger: Ledger, order: tuple[int, int], at_once: bool) -> None:
    pair = [event(1, echo_key=9), event(2, echo_key=9, echo=True, session="replay", tokens=TokenUsage(1000, 12))]
    events = [pair[place] for place in order]
    for each in [events] if at_once else [[one] for one in events]:
        ledger.record([batch(each)], price)
    assert [(row.session, row.requests, row.tokens.output) for row in rows(ledger, By.SESSION)] == [("session", 1, 12)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_by_products_give_way_to_a_sessions_own_records(ledger: Ledger, order: tuple[int, int, int]) -> None:
    events = [event(1), event(2, second_hand=True), event(3, second_hand=True, session="captured only")]
    for place in order:
        ledger.record([batch([events[place]])], price)
    assert {row.session: row.requests for row in rows(ledger, By.SESSION)} == {"session": 1, "captured only": 1}


def test_what_gave_way_leaves_its_identities_to_the_better_records_whenever_they_come(ledger: Ledger) -> None:
    ledger.record(
        [batch([event(1, 11, second_hand=2), event(2, second_hand=2), event(3, second_hand=2), event(11, 13, second_hand=2)])], price
    )
    ledger.record([batch([event(4)])], price)
    assert total(ledger)[0] == 1
    for number in (1, 2, 2):
        ledger.record([batch([event(number)])], price)
    ledger.record([batch([event(3, second_hand=2), event(13)])], price)
    assert total(ledger)[0] == 4


def test_by_products_give_way_within_a_batch(ledger: Ledger) -> None:
    ledger.record([batch([event(2, second_hand=True), event(1)])], price)
    assert total(ledger) == (1, TokenUsage(1000, 10))


def test_a_bridge_to_something_folded_adds_nothing(ledger: Ledger) -> None:
    old = NOW - timedelta(days=300)
    ledger.record([batch([event(1, at=old), event(2)])], price)
    ledger.fold(180, 400)
    ledger.record([batch([event(1, 2)])], price)
    assert total(ledger)[0] == 1
    assert ledger.responses() == 0


def test_nothing_is_taken_for_a_copy_of_something_folded_that_it_cannot_be_compared_with(ledger: Ledger) -> None:
    long_ago = NOW - timedelta(days=200)
    ledger.record([batch([event(1, at=long_ago, echo_key=9)])], price)
    ledger.fold(180, 400)
    ledger.record([batch([event(2, echo_key=-9)])], price)
    assert total(ledger)[0] == 2


def test_a_changed_response_moves_to_its_new_quarter(ledger: Ledger) -> None:
    ledger.record([batch([event(1, first_wins=True)])], price)
    ledger.record([batch([event(1, at=NOW - timedelta(days=2), session="first", first_wins=True)])], price)
    assert [(row.day, row.session, row.requests) for row in rows(ledger, By.DAY, By.SESSION)] == [
        ((NOW - timedelta(days=2)).date(), "first", 1)
    ]


def test_names_that_are_no_utf8_can_be_kept(ledger: Ledger) -> None:
    ledger.record([batch([event(1, session="\ud83d", model=None)])], price)
    assert [(row.session, row.model) for row in rows(ledger, By.SESSION, By.MODEL)] == [("?", "")]
    assert ledger.record([batch([event(1, session="\ud83d", model=None)])], price) == 0


def test_every_field_of_a_response_comes_back(ledger: Ledger) -> None:
    whole = event(
        1,
        at=datetime(2026, 11, 20, 11, 59, 59, 123456, tzinfo=UTC),
        tokens=TokenUsage(1, 7, 3, 5, 4, 6),
        provider="vendor",
        route="https://gateway.example",
        tier="fast",
        geo="us",
        web_searches=2,
        call="msg_1",
        placeholder=True,
        echo=True,
        echo_key=77,
        first_wins=True,
    )
    ledger.record([batch([whole])], price)
    seen: list[UsageEvent] = []

    def watching(each: UsageEvent) -> tuple[int | None, Basis]:
        seen.append(each)
        return price(each)

    ledger.reprice(watching, "r")
    assert seen == [whole._replace(keys=())]
