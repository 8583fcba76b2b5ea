"""What is held back, and when it is said after all: by a summary, by the roll-up, once more, or never."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from notice_rig import BUDGET, NOON, budget, chance, restarted, shown, spike
from tankful.core.inbox import Hold, NoticeClass, Rule
from tankful.core.notices import BudgetFact, Decided, Manners, Notice, NoticeBook, OtherFact

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def held(said: Decided) -> list[tuple[Rule, Hold | None]]:
    return [(notice.rule, notice.held_by) for notice in said.notices if not notice.is_shown]


def miss(book: NoticeBook, notice: Notice, at: datetime = NOON) -> None:
    book.missed(notice.key, notice.kind, notice.rule, notice.subject, at)


def team(spent: int = 1000, share: float = 0.8, dry_in: timedelta = 5 * DAY) -> BudgetFact:
    ahead = replace(chance(share), dry_at=NOON + dry_in)
    return replace(BUDGET, budget="work/team", limit=Decimal(4000), spent=Decimal(spent), forecast=ahead)


def test_further_urgent_notices_of_a_day_are_one_that_grows_in_place_and_goes_with_the_last_of_them() -> None:
    book = NoticeBook(UTC)
    for number in range(3):
        book.decide(NOON, (), [spike(number)])
    fourth = book.decide(NOON, (), [spike(3)])
    assert [(notice.rule, notice.is_shown) for notice in fourth.notices] == [(Rule.SPIKE, False), (Rule.MORE_SPIKES, True)]
    assert fourth.grown == ()
    book = restarted(book)
    both = [spike(3), spike(4)]
    fifth = book.decide(NOON, (), both)
    assert held(fifth) == [(Rule.SPIKE, Hold.ENOUGH)]
    assert [(notice.rule, notice.level) for notice in fifth.grown] == [(Rule.MORE_SPIKES, 2)]
    assert book.decide(NOON, (), both) == Decided()
    over = book.decide(NOON, (), ())
    assert over.withdrawn == ("more:2026-11-18",)
    assert [notice.is_shown for notice in book.decide(NOON, (), [spike(5)]).notices] == [False]
    assert len(shown(book, at=NOON + DAY, spikes=[spike(9)])) == 1


def test_what_was_held_at_night_is_in_the_roll_up_once_in_the_inbox() -> None:
    book = NoticeBook(UTC)
    spikes = [spike(number) for number in range(4)]
    night = NOON.replace(hour=7)
    assert len(held(book.decide(night, (), spikes))) == 4
    morning = book.decide(NOON, (), spikes)
    assert [notice.rule for notice in morning.notices] == [Rule.SPIKE] * 3 + [Rule.MORE_SPIKES]


def test_the_first_roll_up_of_another_day_takes_the_place_of_the_last_days() -> None:
    book = NoticeBook(UTC, Manners(urgent_a_day=0))
    book.decide(NOON, (), [spike()])
    said = book.decide(NOON + DAY, (), [spike(), spike(1)])
    assert [notice.key for notice in said.notices if notice.is_shown] == ["more:2026-11-19"]
    assert said.withdrawn == ("more:2026-11-18",)


def test_what_met_a_desktop_that_was_not_to_be_disturbed_is_said_when_that_is_over() -> None:
    book = NoticeBook(UTC)
    (first,) = shown(book, budget(365))
    miss(book, first)
    book = restarted(book)
    assert book.decide(NOON + timedelta(minutes=9), (budget(366),)) == Decided()
    (again,) = book.decide(NOON + timedelta(minutes=10), (budget(367),)).again
    assert (again.key, again.rule, again.level, again.about) == (first.key, Rule.LEVEL, 90, budget(367))
    assert book.is_open(first.key)
    assert book.decide(NOON + HOUR, (budget(367),)) == Decided()
    assert book.decide(NOON + HOUR, (budget(10, limit=9000),)).withdrawn == (first.key,)


def test_a_roll_up_that_reached_nobody_is_tried_again_with_all_that_is_in_it() -> None:
    book = NoticeBook(UTC, Manners(urgent_a_day=0))
    miss(book, shown(book, spikes=[spike()])[0])
    said = book.decide(NOON + HOUR, (), [spike(), spike(1)])
    assert [notice.covers for notice in said.again] == [(spike().key, spike(1).key)]


def test_what_reached_nobody_costs_no_attention_and_keeps_to_quiet_hours() -> None:
    book = NoticeBook(UTC, Manners(a_day=1, a_week=1))
    (first,) = shown(book, budget(365))
    miss(book, first)
    assert book.decide(NOON.replace(hour=23), (budget(365),)).again == ()
    assert [notice.key for notice in book.decide(NOON + DAY, (budget(365),)).again] == [first.key]


def test_what_is_over_before_anybody_could_be_reached_is_summed_up() -> None:
    book = NoticeBook(UTC, Manners(digest_h=17))
    (said,) = shown(book, spikes=[spike()])
    miss(book, said)
    miss(book, said)
    assert book.decide(NOON + HOUR).again == ()
    (digest,) = shown(book, at=NOON + 6 * HOUR)
    assert (digest.rule, digest.level, digest.covers) == (Rule.DIGEST, 1, (said.key,))
    assert restarted(book).decide(NOON + 7 * HOUR) == Decided()


def test_a_summary_that_reached_nobody_is_tried_again_that_day() -> None:
    book = NoticeBook(UTC, Manners(digest_h=11))
    (digest,) = shown(book, at=NOON, spikes=()) or book.decide(NOON, (), (), [OtherFact(NoticeClass.SYSTEM, "f", "Stale")]).notices[1:]
    miss(book, digest)
    assert [notice.key for notice in book.decide(NOON + HOUR).again] == [digest.key]
    miss(book, digest, NOON + HOUR)
    assert book.decide(NOON + DAY) == Decided()


def test_what_reached_nobody_for_two_weeks_is_forgotten_and_what_was_never_said_is_not_missed() -> None:
    book = NoticeBook(UTC)
    (said,) = shown(book, spikes=[spike()])
    miss(book, said)
    book.missed("nothing", NoticeClass.ACT, Rule.SPIKE, "*", NOON)
    assert list(book.kept()["missed"]) == [said.key]
    book.decide(NOON + timedelta(days=15))
    assert book.kept()["missed"] == {}


def test_a_summary_made_while_the_clock_was_ahead_is_not_the_last_one() -> None:
    book = NoticeBook(UTC, Manners(digest_h=11))

    def summed_up(at: datetime, number: int) -> list[Notice]:
        facts = [OtherFact(NoticeClass.SYSTEM, f"feed:{number}", "Stale")]
        return [notice for notice in book.decide(at, (), (), facts).notices if notice.kind is NoticeClass.DIGEST]

    years = timedelta(days=2000)
    assert summed_up(NOON + years, 1)
    assert summed_up(NOON, 2)
    assert summed_up(NOON + 7 * DAY, 3)


def test_a_summary_says_what_was_held_back_of_budgets_for_good() -> None:
    book = NoticeBook(UTC, Manners(digest_h=17))
    (mine,) = shown(book, budget(365))
    both = budget(365), team(4000)
    assert held(book.decide(NOON, both)) == [(Rule.LEVEL, Hold.ENOUGH)]
    (digest,) = shown(book, *both, at=NOON + 5 * HOUR)
    assert [key.rpartition(":level:")[2] for key in digest.covers] == ["100:4E+3"]
    assert book.decide(NOON + DAY, both) == Decided()
    assert book.true == {mine.key, *digest.covers}


def test_a_weekly_summary_comes_once_a_week_on_its_first_day_or_the_next_one_there_is() -> None:
    manners = Manners(digest_h=9, digest_weekly=True)
    berlin = ZoneInfo("Europe/Berlin")
    sunday, monday = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert manners.digest_key(sunday, berlin) == "digest:2026-W47"
    assert manners.digest_key(monday.replace(hour=7), berlin) is None
    book = NoticeBook(berlin, manners)
    stale = [OtherFact(NoticeClass.SYSTEM, f"feed:{number}", "Stale") for number in range(2)]
    assert [notice.rule for notice in book.decide(NOON, (), (), stale[:1]).notices] == [Rule.OTHER, Rule.DIGEST]
    said = [book.decide(NOON + day * DAY, (), (), stale).notices for day in range(1, 8)]
    assert [notice.key for day in said for notice in day if notice.is_shown] == ["digest:2026-W48"]
    assert manners._replace(working_days=frozenset({2, 3})).digest_key(monday, berlin) is None
    assert manners._replace(working_days=frozenset()).digest_key(monday, berlin) is None


def test_of_two_budgets_that_run_out_the_one_that_does_so_sooner_is_said() -> None:
    mine = replace(budget(share=0.8), forecast=replace(chance(0.8), dry_at=NOON + 9 * DAY))
    book = NoticeBook(UTC, Manners(a_day=9))
    said = book.decide(NOON, (mine, team()))
    assert [notice.about for notice in said.notices if notice.is_shown] == [team()]
    assert held(said) == [(Rule.RUN_OUT, Hold.SOONER)]
    assert restarted(book).decide(NOON + DAY, (mine, team())) == Decided()
    better = team(share=0.1)
    assert shown(book, mine, better, at=NOON + 2 * DAY) == []
    assert [notice.about for notice in shown(book, mine, better, at=NOON + 7 * DAY)] == [mine]


def test_how_much_is_gone_is_said_of_the_budget_that_binds_and_once_a_week_of_any_unless_it_is_gone() -> None:
    book = NoticeBook(UTC, Manners(a_day=9))
    second = replace(team(3700), binds=False)
    assert [notice.about for notice in shown(book, budget(365), second)] == [budget(365)]
    turned = replace(second, binds=True)
    assert shown(book, replace(budget(365), binds=False), turned, at=NOON + DAY) == []
    gone = replace(turned, spent=Decimal(4000))
    assert [notice.level for notice in shown(book, replace(budget(365), binds=False), gone, at=NOON + DAY)] == [100]
    assert [notice.about for notice in shown(NoticeBook(UTC), second)] == [second]


def test_nothing_is_said_of_a_budget_while_another_one_refuses_requests() -> None:
    book = NoticeBook(UTC, Manners(a_day=9))
    said = book.decide(NOON, (budget(share=0.8), replace(team(4000), is_blocked=True)))
    assert [(notice.rule, notice.held_by) for notice in said.notices] == [(Rule.BLOCKED, None), (Rule.RUN_OUT, Hold.SOONER)]


def test_a_budget_is_said_to_run_out_when_it_does_so_before_the_one_that_was_spoken_of() -> None:
    mine = replace(budget(share=0.8), forecast=replace(chance(0.8), dry_at=NOON + 9 * DAY))
    book = NoticeBook(UTC)
    assert len(shown(book, mine)) == 1
    assert [notice.about for notice in shown(book, mine, team(), at=NOON + DAY)] == [team()]


def test_a_budget_without_a_forecast_or_a_limit_is_spoken_of_after_the_others() -> None:
    book = NoticeBook(UTC, Manners(a_day=9))
    forever = replace(team(3700), forecast=None, end=None, start=NOON - DAY)
    unlimited = replace(team(), limit=None)
    assert [notice.about for notice in shown(book, unlimited, forever, budget(500, 1))] == [budget(500, 1)]


@pytest.mark.parametrize(("days", "times"), [(1, 2), (5, 2), (7, 2), (10, 1)])
def test_of_a_budget_that_is_filled_up_again_within_days_the_same_is_said_once_a_week(days: int, times: int) -> None:
    book = NoticeBook(UTC, Manners(working_days=frozenset(range(1, 8)), a_week=99))
    said = 0
    for day in range(10):
        start = NOON + timedelta(days=day - day % days)
        said += len(shown(book, replace(budget(365), start=start, end=start + timedelta(days=days)), at=NOON + day * DAY + HOUR))
    assert said == times
