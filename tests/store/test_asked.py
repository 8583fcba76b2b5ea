"""The ledger knows of which model was asked where another one answered, by agents and by gateways."""

from datetime import timedelta
from pathlib import Path

import pytest

from hearing_rig import AGENT, SESSION, call, hear, log
from ledger_rig import NOW, batch, event, opened, price
from tankful.core.allocation import BookedCall, BookedCalls, Via
from tankful.core.served import Answered
from tankful.core.usage import AskedOtherwise, TokenUsage
from tankful.store.hearing import Keyed
from tankful.store.ledger import Ledger
from tankful.store.rows import dollars

OPUS, SONNET, HAIKU = "claude-opus-4-1", "claude-sonnet-4-5", "claude-haiku-4-5"
DAY = NOW - timedelta(days=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return opened(tmp_path)


def answered(ledger: Ledger, since: object = DAY) -> list[Answered]:
    with ledger.history() as history:
        return list(history.answered(since))  # pyright: ignore[reportArgumentType] - a time


def told(number: int, minutes: int = 0, asked: str = OPUS, served: str = SONNET) -> AskedOtherwise:
    return AskedOtherwise(number, NOW - timedelta(minutes=minutes), asked, served)


def at(minutes: int) -> dict[str, object]:
    return {"at": NOW - timedelta(minutes=minutes), "model": SONNET}


def list_calls(ledger: Ledger, *calls: tuple[str, str, str], account: str = "work") -> None:
    listed = tuple(BookedCall(name, dollars(5), model, NOW, Via.KEY, deployment) for name, model, deployment in calls)
    with ledger.account_recorder() as recorder:
        recorder.keep_booked(account, BookedCalls(listed), NOW, price)


def test_calls_of_a_session_are_summed_up_by_what_was_asked_and_what_answered(ledger: Ledger) -> None:
    events = [event(1, **at(30)), event(2, **at(20)), event(3, **at(10)), event(4, **at(5), session="other")]
    asked = (told(1, 30), told(3, 10), told(4, 5))
    ledger.record([batch(events)._replace(asked=asked)], price)
    first, second = sorted(answered(ledger), key=lambda each: each.calls)
    assert (first.session, first.calls) == ("other", 1)
    assert second == Answered(
        "agent", "session", "/work", "", OPUS, (SONNET,), NOW - timedelta(minutes=30), NOW - timedelta(minutes=10), 2, TokenUsage(2000, 20)
    )
    assert answered(ledger, NOW) == []


def test_the_same_response_told_twice_or_under_two_numbers_is_one_call(ledger: Ledger) -> None:
    told_again = batch([event(1, 2, **at(30))])._replace(asked=(told(1, 30), told(2, 30)))
    for _ in range(2):
        ledger.record([told_again], price)
    assert [each.calls for each in answered(ledger)] == [1]


def test_what_is_no_response_any_more_is_not_told(ledger: Ledger) -> None:
    better = event(9, **at(30))
    ledger.record([batch([event(1, **at(30), second_hand=1)])._replace(asked=(told(1, 30),))], price)
    assert len(answered(ledger)) == 1
    ledger.record([batch([better])], price)
    assert answered(ledger) == []


def test_a_live_report_says_it_and_its_log_does_not_double_it(ledger: Ledger) -> None:
    def asking(heard: Keyed, asked: str) -> Keyed:
        return heard._replace(call=heard.call._replace(asked=asked))

    hear(
        ledger,
        asking(call(1, model=SONNET), OPUS),
        asking(call(2, model=SONNET, at=NOW - timedelta(hours=1)), "claude-sonnet-4-5-20250929"),
        asking(call(3, model=None, at=NOW - timedelta(hours=2)), OPUS),
    )
    log(ledger, event(7, agent=AGENT, session=SESSION, model=SONNET, provider="anthropic"))
    assert ledger.responses() == 3
    (only,) = answered(ledger)
    assert (only.asked, only.served, only.calls) == (OPUS, (SONNET,), 1)


def test_a_gateways_list_says_what_answered_the_call_of_a_log(ledger: Ledger) -> None:
    ledger.record([batch([event(number, model=OPUS, call=f"msg_{number}") for number in (1, 2, 3, 4)])], price)
    list_calls(ledger, ("msg_1", SONNET, ""), ("msg_2", SONNET, ""), ("msg_3", OPUS, ""), ("msg_4", "team", OPUS))
    (only,) = answered(ledger)
    assert (only.asked, only.served, only.calls, only.account) == (OPUS, (SONNET,), 2, "work")
    list_calls(ledger, ("msg_3", "team", "anthropic/claude-haiku-4-5"))
    assert {each.served for each in answered(ledger)} == {(SONNET,), ("team", "anthropic/claude-haiku-4-5")}


def test_it_is_forgotten_with_the_response(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record([batch([event(1, **at(30))])._replace(asked=(told(1, 30),))], price)
    ledger.close()
    later = opened(tmp_path, NOW + timedelta(days=200))
    later.record([batch([event(2, at=NOW + timedelta(days=199))])], price)
    later.fold(180, 400)
    assert answered(later) == []
