"""When a nudge may be offered: seldom, never in the middle of work, and not where it is not wanted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.nudges.kept import kept, remembered
from tankful.core.nudges.nudge import Answer, Nudge
from tankful.core.nudges.policy import (
    MOST,
    Memory,
    Moment,
    Score,
    answered,
    awake,
    held_back,
    is_held_out,
    moment_at,
    offered,
    sleeps,
    undone,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = ("a", "b")


def open_days(count: int) -> list[date]:
    return [NOON.date() + timedelta(days=n) for n in range(count)]


def about(key: str, rule: str) -> Nudge:
    return Nudge(rule, key, "codex", "/src", "gpt-5", Decimal(1), 1)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def may(memory: Memory, day: date, moment: Moment | None = Moment.PAUSE) -> frozenset[str]:
    return awake(memory, RULES, at(day), day, moment)


def after(*answers: Answer) -> tuple[Memory, date]:
    """Return what is kept after rule `a` was answered so, day by day, and the day after that."""
    *days, last = open_days(len(answers) + 1)
    memory = Memory()
    for number, (day, answer) in enumerate(zip(days, answers, strict=True)):
        memory = answered(offered(memory, about(str(number), "a"), at(day), day), str(number), answer, at(day))
    return memory, last


def test_nothing_is_offered_in_the_middle_of_work() -> None:
    (day,) = open_days(1)
    minute = timedelta(minutes=1)

    assert moment_at(NOON, NOON - minute, NOON - 2 * minute, 7) is None
    assert moment_at(NOON, NOON - minute, NOON, 1) is None
    assert may(Memory(), day, None) == frozenset()


def test_it_is_offered_when_a_session_starts_after_a_pause_and_to_who_asks() -> None:
    (day,) = open_days(1)
    minute = timedelta(minutes=1)

    assert moment_at(NOON, NOON - minute, NOON - 2 * minute, 1) is Moment.SESSION_START
    assert moment_at(NOON, NOON - minute, None, 0) is Moment.SESSION_START
    assert moment_at(NOON, NOON - 6 * minute, NOON - minute, 9) is Moment.PAUSE
    assert moment_at(NOON, None, None, 0) is Moment.PAUSE
    assert all(may(Memory(), day, moment) == frozenset(RULES) for moment in Moment)


def test_at_most_one_a_day() -> None:
    day, next_day = open_days(2)
    memory = offered(Memory(), about("k", "a"), at(day), day)

    assert may(memory, day) == frozenset()
    assert may(memory, next_day) == frozenset(RULES)
    assert memory.of_day(day) is memory.known("k")


def test_a_rule_that_was_dismissed_twice_sleeps_for_30_days() -> None:
    memory, day = after(Answer.DISMISSED, Answer.DISMISSED)

    assert may(memory, day) == {"b"}
    assert not sleeps(memory, "a", at(day) + timedelta(days=31))
    assert not sleeps(after(Answer.DISMISSED)[0], "a", at(day))
    assert not sleeps(after(Answer.DISMISSED, Answer.ACCEPTED, Answer.DISMISSED)[0], "a", at(day))


def test_one_day_in_five_is_held_out_and_which_is_decided_by_day_and_seed_alone() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(1000)]
    held = [[day for day in days if is_held_out(day, seed)] for seed in "ab"]

    assert all(150 <= len(each) <= 250 for each in held)
    assert held[0] != held[1]
    assert 20 <= len({*held[0]} & {*held[1]}) <= 80


def test_on_a_day_on_which_something_was_held_back_nothing_else_comes() -> None:
    day, next_day = open_days(2)
    memory = held_back(Memory(), "a", at(day), day)

    assert memory.was_held_out(day)
    assert may(memory, day) == frozenset()
    assert may(memory, next_day) == frozenset(RULES)
    assert dict(memory.scores) == {}, "nothing was offered"


def test_a_switch_that_came_of_one_is_undone_once_when_the_agent_has_it_no_more() -> None:
    (day,) = open_days(1)
    memory = offered(Memory(), about("k", "a"), NOON, day)
    assert undone(memory, {}, NOON) is memory, "nothing was switched"
    memory = answered(memory, "k", Answer.ACCEPTED, NOON, NOON)

    assert undone(memory, {"codex": NOON}, NOON) is memory
    assert undone(memory, {"codex": NOON + timedelta(days=1)}, NOON) is memory, "another switch took its place"
    for left in ({}, {"codex": NOON - timedelta(days=1)}, {"goose": NOON}):
        gone = undone(memory, left, at(day))
        assert dict(gone.scores) == {"a": Score(1, 1, 0, 1)}
        assert undone(gone, {}, at(day)) is gone
        assert gone.offers[0].undone == at(day)


def test_what_is_kept_is_read_again_whole_and_an_older_version_kept_less() -> None:
    (day,) = open_days(1)
    memory = answered(offered(Memory(seed="s"), about("k", "a"), NOON, day), "k", Answer.ACCEPTED, NOON, NOON)
    memory = held_back(undone(offered(memory, about("m", "b"), NOON, day), {}, NOON), "b", NOON, day)
    assert remembered(kept(memory)) == memory

    old = {"offers": [["k", "a", NOON.isoformat(), day.isoformat(), "dismissed", NOON.isoformat()]], "scores": {"a": [2, 1, 1]}}
    known = remembered(old)
    assert (known.offers[0].answered, known.offers[0].agent, known.offers[0].switched) == (NOON, "", None)
    assert (dict(known.scores), known.seed, known.held_out) == ({"a": Score(2, 1, 1, 0)}, "", ())


def test_the_score_counts_each_answer_once_and_no_other() -> None:
    (day,) = open_days(1)
    memory = offered(Memory(), about("k", "a"), at(day), day)

    assert answered(memory, "other", Answer.ACCEPTED, NOON) is memory
    assert answered(memory, "k", Answer.OFFERED, NOON) is memory
    memory = answered(memory, "k", Answer.ACCEPTED, NOON)
    assert answered(memory, "k", Answer.DISMISSED, NOON) is memory
    assert dict(memory.scores) == {"a": Score(1, 1, 0)}


@given(st.lists(st.tuples(st.sampled_from(RULES), st.sampled_from(Answer)), max_size=300))
def test_what_is_kept_is_bounded_and_the_score_is_not_lost(answers: list[tuple[str, Answer]]) -> None:
    memory = Memory()
    for number, (rule, answer) in enumerate(answers):
        memory = answered(offered(memory, about(str(number), rule), NOON, NOON.date()), str(number), answer, NOON)

    assert len(memory.offers) == min(MOST, len(answers))
    scores = dict(memory.scores)
    for rule in {rule for rule, _ in answers}:
        mine = [answer for each, answer in answers if each == rule]
        assert scores[rule] == Score(len(mine), mine.count(Answer.ACCEPTED), mine.count(Answer.DISMISSED))
