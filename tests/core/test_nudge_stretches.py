"""What rules find in stretches of work: agents that nobody looks after, and sessions side by side; and what they leave to others."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tankful.core.counterfactual import PriceSheet, Rates
from tankful.core.nudges import parallel, unattended
from tankful.core.nudges.nudge import Typed, Work
from tankful.core.nudges.rules import found
from tankful.core.usage import TokenUsage, UsageEvent

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHEET = PriceSheet("a table", date(2026, 11, 20))
TEN = Rates(*[Decimal("0.00001")] * 5)
"""Ten dollars a million tokens, whatever they are."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def request(at: datetime, dollars: str = "0.5", *, session: str = "s", model: str | None = "m", project: str = "/src") -> UsageEvent:
    return UsageEvent("own", (), at, TokenUsage(int(Decimal(dollars) * 100_000), 0), model, session=session, project=project)


def work(events: Iterable[UsageEvent], typed: Iterable[Typed], told: Iterable[datetime] = (), now: datetime = NOON) -> Work:
    requests, words, notices = tuple(events), tuple(typed), tuple(told)

    def paid(event: UsageEvent) -> Rates | None:
        return TEN if event.model == "m" else None

    return Work(now, lambda: requests, paid, SHEET, (), lambda: words, lambda: notices)


def typed(at: datetime, session: str = "s") -> Typed:
    return Typed(at, "own", session)


def alone(start: datetime, minutes: int = 90) -> list[UsageEvent]:
    """Return a request every ten minutes after somebody typed, half a dollar each."""
    return [request(start + n * MINUTE) for n in range(10, minutes + 1, 10)]


TWICE = (NOON - 3 * DAY, NOON - 2 * DAY)
LONELY = [event for start in TWICE for event in alone(start)]


def test_an_agent_that_again_and_again_goes_on_for_long_is_found_with_what_it_spent_after_the_first_hour() -> None:
    (nudge,) = found(work(LONELY, map(typed, TWICE)), frozenset({"unattended"}))

    assert (nudge.rule, nudge.agent, nudge.project, nudge.model) == ("unattended", "own", "/src", "m")
    assert (nudge.stretches, nudge.times, nudge.amount) == (2, 6, 3)
    assert nudge.key == "unattended:2026-11:own:/src:m"
    assert nudge.prices == SHEET


def test_once_is_no_habit_and_a_word_from_the_user_begins_the_hour_anew() -> None:
    again = [typed(start + n * 50 * MINUTE) for start in TWICE for n in range(2)]

    assert unattended.RULE.find(work(LONELY, map(typed, TWICE[:1]))) is None
    assert unattended.RULE.find(work(LONELY, again)) is None
    assert unattended.RULE.find(work(LONELY, map(typed, TWICE))) is not None


def test_what_a_notice_told_of_is_not_said_twice() -> None:
    during, after, later = (TWICE[0] + n * MINUTE for n in (80, 95, 120))

    assert unattended.RULE.find(work(LONELY, map(typed, TWICE), [during])) is None
    assert unattended.RULE.find(work(LONELY, map(typed, TWICE), [after])) is None
    assert unattended.RULE.find(work(LONELY, map(typed, TWICE), [later])) is not None


def test_what_goes_on_is_left_to_the_watch_for_spikes() -> None:
    end = LONELY[-1].at

    assert unattended.RULE.find(work(LONELY, map(typed, TWICE), now=end + 4 * MINUTE)) is None
    assert unattended.RULE.find(work(LONELY, map(typed, TWICE), now=end + 6 * MINUTE)) is not None


def test_what_nobody_can_say_counts_for_nothing() -> None:
    prompts = [*map(typed, TWICE)]
    for events in (
        [event._replace(model="unpriced") for event in LONELY],
        [event._replace(summed=True) for event in LONELY],
        [event._replace(undated=True) for event in LONELY],
        [event._replace(session="another") for event in LONELY],
        [request(start + 3 * timedelta(hours=1)) for start in TWICE for _ in range(9)],
        [event._replace(tokens=TokenUsage(5_000, 0)) for event in LONELY],
        [],
    ):
        assert unattended.RULE.find(work(events, prompts)) is None
    nameless = [event._replace(session="") for event in LONELY]
    assert unattended.RULE.find(work(nameless, [each._replace(session="") for each in prompts])) is None


def test_where_no_agent_tells_when_somebody_types_requests_are_not_even_looked_up() -> None:
    def refused() -> tuple[UsageEvent, ...]:
        raise AssertionError

    silent = Work(NOON, refused, lambda _: TEN, SHEET)
    assert found(silent, frozenset({"unattended", "parallel"})) == ()


BOTH = ("s", "t")


def beside(start: datetime, minutes: int = 12, sessions: Iterable[str] = BOTH) -> list[UsageEvent]:
    """Return a request a minute of each session, the first one at twice the price."""
    dollars = ("0.2", "0.1", "0.1")
    each = list(zip(sessions, dollars, strict=False))
    return [request(start + n * MINUTE, dollar, session=session) for n in range(minutes) for session, dollar in each]


THRICE = [NOON - n * DAY for n in (4, 3, 2)]
SHARED = [event for start in THRICE for event in beside(start)]
TYPED = [typed(THRICE[0], session) for session in BOTH]


def test_sessions_side_by_side_in_one_folder_are_found_with_what_all_but_the_dearest_cost() -> None:
    (nudge,) = found(work(SHARED, TYPED), frozenset({"parallel"}))

    assert (nudge.rule, nudge.agent, nudge.project, nudge.model) == ("parallel", "own", "/src", "m")
    assert (nudge.stretches, nudge.times, nudge.amount) == (3, 36, Decimal("3.6"))


def test_twice_side_by_side_is_no_habit_nor_are_a_few_minutes() -> None:
    assert parallel.RULE.find(work(SHARED[:48], TYPED)) is None
    assert parallel.RULE.find(work([event for start in THRICE for event in beside(start, 4)], TYPED)) is None


def test_sessions_nobody_typed_to_other_folders_and_one_after_the_other_do_not_count() -> None:
    apart = [event for start in THRICE for n, session in enumerate(BOTH) for event in beside(start + n * 30 * MINUTE, 12, [session])]
    for events in (
        apart,
        [event._replace(project=f"/src/{event.session}") for event in SHARED],
        [event._replace(project="") for event in SHARED],
        [event._replace(summed=True) for event in SHARED],
        [event._replace(undated=True) for event in SHARED],
        [event._replace(model=None) for event in SHARED],
        [event._replace(model="unpriced") for event in SHARED],
        [],
    ):
        assert parallel.RULE.find(work(events, TYPED)) is None
    assert parallel.RULE.find(work(SHARED, TYPED[:1])) is None
    assert parallel.RULE.find(work(SHARED, [TYPED[0], TYPED[1]._replace(session="elsewhere")])) is None


def test_a_spike_that_was_told_of_meanwhile_is_not_told_again() -> None:
    assert parallel.RULE.find(work(SHARED, TYPED, [THRICE[1] + 5 * MINUTE])) is None


@given(st.lists(st.tuples(st.integers(0, 9000), st.sampled_from("stu"), st.integers(1, 500)), max_size=60), st.sets(st.sampled_from("stu")))
def test_neither_rule_ever_tells_of_more_than_was_spent(rows: list[tuple[int, str, int]], prompted: set[str]) -> None:
    events = sorted((request(NOON - minute * MINUTE, str(cents / 100), session=session) for minute, session, cents in rows), key=_time)
    spent = sum((Decimal(cents) / 100 for _, _, cents in rows), Decimal(0))
    seen = work(events, [typed(NOON - 6 * DAY, session) for session in sorted(prompted)])

    for nudge in found(seen, frozenset({"unattended", "parallel"})):
        assert Decimal("0.25") <= nudge.amount <= spent
        assert nudge.stretches <= nudge.times <= len(events)


def _time(event: UsageEvent) -> datetime:
    return event.at
