"""When a nudge may be offered: seldom, never in the middle of work, and not where it is not wanted."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.nudges.nudge import Answer
from tankful.core.nudges.policy import MOST, Memory, Moment, Score, answered, awake, is_held_out, moment_at, offered, sleeps

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = ("a", "b")


def open_days(count: int) -> list[date]:
    """Return days on which something may be offered."""
    days = [NOON.date() + timedelta(days=n) for n in range(count * 3)]
    return [day for day in days if not is_held_out(day)][:count]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def may(memory: Memory, day: date, moment: Moment | None = Moment.PAUSE) -> frozenset[str]:
    return awake(memory, RULES, at(day), day, moment)


def after(*answers: Answer) -> tuple[Memory, date]:
    """Return what is kept after rule `a` was answered so, day by day, and the day after that."""
    *days, last = open_days(len(answers) + 1)
    memory = Memory()
    for number, (day, answer) in enumerate(zip(days, answers, strict=True)):
        memory = answered(offered(memory, str(number), "a", at(day), day), str(number), answer, at(day))
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
    memory = offered(Memory(), "k", "a", at(day), day)

    assert may(memory, day) == frozenset()
    assert may(memory, next_day) == frozenset(RULES)
    assert memory.of_day(day) is memory.known("k")


def test_a_rule_that_was_dismissed_twice_sleeps_for_30_days() -> None:
    memory, day = after(Answer.DISMISSED, Answer.DISMISSED)

    assert may(memory, day) == {"b"}
    assert not sleeps(memory, "a", at(day) + timedelta(days=31))
    assert not sleeps(after(Answer.DISMISSED)[0], "a", at(day))
    assert not sleeps(after(Answer.DISMISSED, Answer.ACCEPTED, Answer.DISMISSED)[0], "a", at(day))


def test_on_some_days_nothing_is_offered_and_which_is_decided_by_the_day_alone() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(1000)]
    held = [day for day in days if is_held_out(day)]

    assert 150 <= len(held) <= 250
    assert all(may(Memory(), day) == frozenset() for day in held)


def test_the_score_counts_each_answer_once_and_no_other() -> None:
    (day,) = open_days(1)
    memory = offered(Memory(), "k", "a", at(day), day)

    assert answered(memory, "other", Answer.ACCEPTED, NOON) is memory
    assert answered(memory, "k", Answer.OFFERED, NOON) is memory
    memory = answered(memory, "k", Answer.ACCEPTED, NOON)
    assert answered(memory, "k", Answer.DISMISSED, NOON) is memory
    assert dict(memory.scores) == {"a": Score(1, 1, 0)}


@given(st.lists(st.tuples(st.sampled_from(RULES), st.sampled_from(Answer)), max_size=300))
def test_what_is_kept_is_bounded_and_the_score_is_not_lost(answers: list[tuple[str, Answer]]) -> None:
    memory = Memory()
    for number, (rule, answer) in enumerate(answers):
        memory = answered(offered(memory, str(number), rule, NOON, NOON.date()), str(number), answer, NOON)

    assert len(memory.offers) == min(MOST, len(answers))
    scores = dict(memory.scores)
    for rule in {rule for rule, _ in answers}:
        mine = [answer for each, answer in answers if each == rule]
        assert scores[rule] == Score(len(mine), mine.count(Answer.ACCEPTED), mine.count(Answer.DISMISSED))
