"""Calls that were reported live settle with what their logs say: each is one response, whichever comes first."""

# pyright: reportPrivateUsage=false

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hearing_rig import call, counted, hear, line, log, seconds
from ledger_rig import NOW, batch, opened, price, rows, total
from tankful.core.report import By
from tankful.core.usage import Prompt, TokenUsage
from tankful.store.ledger import Ledger

REQUEST = 9001


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path)
    yield made
    made.close()


def prompts(ledger: Ledger) -> int:
    return int(ledger._connection.execute("SELECT count(*) FROM prompt").fetchone()[0])


def test_a_report_alone_is_booked_at_once(ledger: Ledger) -> None:
    assert hear(ledger, call(1)) == 1
    assert total(ledger) == (1, TokenUsage(1000, 10))


def test_a_report_that_is_sent_again_is_booked_once(ledger: Ledger) -> None:
    hear(ledger, call(1), call(1))
    assert hear(ledger, call(1)) == 0
    assert counted(ledger) == 1


def test_by_request_a_report_before_its_log_is_one_response(ledger: Ledger) -> None:
    hear(ledger, call(1, request=REQUEST))
    log(ledger, line(2, request=REQUEST))
    assert counted(ledger) == 1
    assert rows(ledger, By.PROJECT)[0].project == "/work"


def test_by_request_a_report_after_its_log_is_one_response(ledger: Ledger) -> None:
    log(ledger, line(2, request=REQUEST))
    hear(ledger, call(1, request=REQUEST))
    assert counted(ledger) == 1


def test_without_a_request_a_report_before_its_log_is_one_response(ledger: Ledger) -> None:
    hear(ledger, call(1))
    log(ledger, line(2, NOW + seconds(3)))
    assert counted(ledger) == 1
    assert rows(ledger, By.PROJECT)[0].project == "/work"
    log(ledger, line(2, NOW + seconds(3)))
    hear(ledger, call(1))
    assert counted(ledger) == 1


def test_without_a_request_a_report_after_its_log_is_one_response(ledger: Ledger) -> None:
    log(ledger, line(2, NOW + seconds(3)))
    hear(ledger, call(1))
    hear(ledger, call(1))
    assert counted(ledger) == 1


def test_two_calls_alike_stay_two_in_any_order(tmp_path: Path) -> None:
    told = [("hear", 1), ("hear", 2), ("log", 11), ("log", 12)]
    for number, order in enumerate(((0, 1, 2, 3), (2, 3, 0, 1), (0, 2, 1, 3), (2, 0, 3, 1), (0, 2, 3, 1), (2, 0, 1, 3))):
        (tmp_path / str(number)).mkdir()
        ledger = opened(tmp_path / str(number))
        for place in order:
            kind, key = told[place]
            if kind == "hear":
                hear(ledger, call(key))
            else:
                log(ledger, line(key))
        assert counted(ledger) == 2
        ledger.close()


def test_two_calls_alike_with_requests_of_their_own_stay_two(ledger: Ledger) -> None:
    log(ledger, line(11, request=101))
    hear(ledger, call(2, request=102))
    hear(ledger, call(1, request=101))
    log(ledger, line(12, request=102))
    assert counted(ledger) == 2


def test_calls_of_other_sessions_sizes_or_times_are_others(ledger: Ledger) -> None:
    log(ledger, line(11), line(12, session="s2"), line(13, NOW - timedelta(hours=1)))
    hear(ledger, call(1, tokens=TokenUsage(1001, 10)), call(2, session="s3"), call(3, tokens=TokenUsage(1000, 11)))
    assert counted(ledger) == 6


def test_a_report_waits_through_a_restart(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    hear(ledger, call(1), call(2, request=REQUEST, tokens=TokenUsage(5, 5)))
    ledger.close()
    again = opened(tmp_path)
    log(again, line(11), line(12, request=REQUEST, tokens=TokenUsage(5, 5)))
    assert counted(again) == 2
    again.close()


def test_what_was_logged_while_nobody_settled_is_settled_with_the_next_report(ledger: Ledger) -> None:
    hear(ledger, call(1))
    ledger._recorder.record([batch([line(2)])], price, NOW)  # a kill between the two transactions of `record`
    assert ledger.responses() == 2
    hear(ledger, call(3, tokens=TokenUsage(7, 7)))
    assert counted(ledger) == 2


def test_what_was_logged_while_nobody_settled_is_settled_with_the_sums(ledger: Ledger) -> None:
    hear(ledger, call(1))
    ledger._recorder.record([batch([line(2)])], price, NOW)  # as above
    ledger.settle(lambda: price)
    assert counted(ledger) == 1
    ledger.settle()


def test_a_log_that_grows_settles_when_it_is_whole(ledger: Ledger) -> None:
    hear(ledger, call(1, tokens=TokenUsage(1000, 300)))
    log(ledger, line(2, tokens=TokenUsage(1000, 40)))
    assert counted(ledger) == 2
    log(ledger, line(2, tokens=TokenUsage(1000, 300)))
    assert total(ledger) == (1, TokenUsage(1000, 300))


def test_a_report_fills_in_what_a_placeholder_stands_for(ledger: Ledger) -> None:
    log(ledger, line(2, tokens=TokenUsage(1000, 1), placeholder=True))
    hear(ledger, call(1, tokens=TokenUsage(1000, 300)))
    assert total(ledger) == (1, TokenUsage(1000, 300))
    hear(ledger, call(3, tokens=TokenUsage(800, 30)))
    log(ledger, line(4, tokens=TokenUsage(800, 2), placeholder=True))
    assert total(ledger) == (2, TokenUsage(1800, 330))


def test_the_log_says_how_long_cache_writes_are_kept(ledger: Ledger) -> None:
    hear(ledger, call(1, tokens=TokenUsage(10, 10, 0, 500)))
    log(ledger, line(2, tokens=TokenUsage(10, 10, 0, 500, 500)))
    assert total(ledger) == (1, TokenUsage(10, 10, 0, 500, 500))


def test_a_split_that_only_the_report_knows_is_kept(ledger: Ledger) -> None:
    log(ledger, line(2, tokens=TokenUsage(1000, 10)))
    hear(ledger, call(1, tokens=TokenUsage(200, 10, 800)))
    assert total(ledger) == (1, TokenUsage(200, 10, 800))


def test_a_late_log_without_the_request_is_known_by_its_counts(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    hear(ledger, call(1, request=REQUEST))
    log(ledger, line(2))
    assert counted(ledger) == 2  # a fresh log would have the request's key
    ledger.close()
    later = opened(tmp_path, NOW + timedelta(days=3))
    log(later, line(3, NOW + seconds(1), tokens=TokenUsage(4, 4)), line(4, NOW + seconds(1)))
    assert counted(later) == 3
    later.close()


def test_after_a_week_reports_are_forgotten_and_their_calls_are_not(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    hear(ledger, call(1), prompts=[Prompt("claude-code", 7, NOW, "s1")])
    assert [(each.agent, each.calls, each.last) for each in ledger.heard()] == [("claude-code", 1, NOW)]
    ledger.close()
    later = opened(tmp_path, NOW + timedelta(days=8))
    hear(later)
    assert later.heard() == []
    assert (counted(later), prompts(later)) == (1, 1)
    later.close()


def test_calls_take_the_place_of_a_turn_that_the_log_sums_up(ledger: Ledger) -> None:
    log(ledger, line(11, NOW, tokens=TokenUsage(5000, 50)), line(12, NOW - timedelta(hours=1), tokens=TokenUsage(70, 7)))
    hear(ledger, call(1, NOW + seconds(4), turn=True), call(2, NOW + seconds(9), turn=True))
    assert total(ledger) == (3, TokenUsage(2070, 27))
    log(ledger, line(11, NOW, tokens=TokenUsage(6000, 60)))
    assert total(ledger) == (3, TokenUsage(2070, 27))


def test_a_turn_that_the_log_tells_later_gives_way_too(ledger: Ledger) -> None:
    hear(ledger, call(1, NOW + seconds(4), turn=True), call(2, NOW + seconds(9), turn=True))
    log(ledger, line(11, NOW, tokens=TokenUsage(5000, 50)), line(12, NOW + timedelta(hours=1), tokens=TokenUsage(70, 7)))
    assert total(ledger) == (3, TokenUsage(2070, 27))


def test_a_prompt_is_noted_once_whoever_tells_it_first(ledger: Ledger) -> None:
    heard, told = Prompt("claude-code", 1, NOW, "s1"), Prompt("claude-code", 2, NOW + seconds(1), "s1", "/work")
    hear(ledger, prompts=[heard])
    assert prompts(ledger) == 1
    log(ledger, prompts=[told])
    hear(ledger, prompts=[heard])
    assert prompts(ledger) == 1
    hear(ledger, prompts=[heard._replace(key=3, session="s2")])
    assert prompts(ledger) == 2


def test_stated_costs_are_added_up_beside_our_own(ledger: Ledger) -> None:
    hear(ledger, call(1, tokens=TokenUsage(10, 10, 0, 500)), call(2), call(3, model="unknown"))
    hear(ledger, call(1, tokens=TokenUsage(10, 10, 0, 500)))
    found = ledger.compared()
    assert [(each.agent, each.model, each.calls) for each in found] == [("claude-code", "model", 2)]
    assert found[0].stated * 100 == 2
    assert found[0].low == found[0].high == (1010 + 520) * found[0].low / 1530


def test_a_session_in_both_ways_is_settled_whole(ledger: Ledger) -> None:
    for number in range(40):
        at, tokens = NOW + seconds(number), TokenUsage(100 + number % 3, 5 + number % 2)
        if number % 4:
            hear(ledger, call(number, at, tokens=tokens))
        if number % 5:
            log(ledger, line(1000 + number, at + seconds(1), tokens=tokens))
        if number % 4 == 0:
            hear(ledger, call(number, at, tokens=tokens))
    log(ledger, *(line(1000 + n, NOW + seconds(n + 1), tokens=TokenUsage(100 + n % 3, 5 + n % 2)) for n in range(0, 40, 5)))
    assert counted(ledger) == 40
