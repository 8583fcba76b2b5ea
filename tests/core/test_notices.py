from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notice_rig import BUDGET, NOON, budget, restarted, shown, spike
from tankful.core.inbox import EVERYTHING, Hold, NoticeClass, Rule
from tankful.core.notices import Decided, Manners, Notice, NoticeBook, OtherFact
from tankful.core.spike import SpikeState


def test_a_likely_run_out_is_said_once_and_again_only_after_it_looked_better() -> None:
    book = NoticeBook(UTC)
    assert shown(book, budget(share=0.69)) == []
    (first,) = shown(book, budget(share=0.7))
    assert (first.kind, first.rule, first.key) == (NoticeClass.STATE, Rule.RUN_OUT, "personal:2026-11-01T00:00:run-out:0")
    book = restarted(book)
    tomorrow = NOON + timedelta(days=1)
    assert shown(book, budget(share=0.9), at=tomorrow) == []
    assert shown(book, budget(share=0.5), at=tomorrow) == shown(book, budget(share=0.8), at=tomorrow) == []
    assert shown(book, budget(share=0.39), at=tomorrow) == []
    (second,) = shown(book, budget(share=0.8), at=tomorrow)
    assert second.key.endswith(":run-out:1")


def test_early_in_a_period_a_rate_says_little_unless_much_is_gone() -> None:
    early = datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert shown(NoticeBook(UTC), budget(share=0.9), at=early) == []
    assert len(shown(NoticeBook(UTC), budget(250, share=0.9), at=early)) == 1
    assert shown(NoticeBook(UTC), replace(budget(share=0.9), end=None)) == []
    assert shown(NoticeBook(UTC), BUDGET) == []


def test_whoever_has_spent_nothing_in_a_period_is_not_warned_of_it() -> None:
    assert shown(NoticeBook(UTC), budget(0, share=0.9)) == []


def test_ninety_and_a_hundred_percent_are_said_once_each() -> None:
    book = NoticeBook(UTC)
    (ninety,) = shown(book, budget(360, 0.99))
    assert (ninety.rule, ninety.level) == (Rule.LEVEL, 90)
    assert shown(book, budget(370, 0.99)) == []
    book = restarted(book)
    gone = book.decide(NOON, (budget(401, 1),))
    assert [notice.level for notice in gone.notices if notice.is_shown] == [100]
    assert gone.withdrawn == (ninety.key,)


def test_a_budget_that_is_gone_at_once_is_said_once() -> None:
    book = NoticeBook(UTC)
    assert [notice.level for notice in shown(book, budget(500, 1))] == [100]
    assert shown(book, budget(370, 0.99), at=NOON + timedelta(days=1)) == []


def test_a_figure_that_falls_and_rises_again_says_nothing_twice() -> None:
    book = NoticeBook(UTC)
    assert len(shown(book, budget(365))) == 1
    assert shown(book, budget(200)) == shown(book, budget(366), at=NOON + timedelta(days=1)) == []


def test_another_limit_arms_again_what_it_moves_out_of_reach() -> None:
    book = NoticeBook(UTC)
    shown(book, budget(365))
    assert shown(book, budget(370, limit=1000), at=NOON + timedelta(days=1)) == []
    (again,) = shown(book, budget(905, limit=1000), at=NOON + timedelta(days=1, hours=1))
    assert again.level == 90
    (lowered,) = shown(book, budget(905, limit=500), at=NOON + timedelta(days=2))
    assert lowered.level == 100


def test_a_new_period_begins_anew() -> None:
    book = NoticeBook(UTC)
    shown(book, budget(365))
    december = replace(budget(365), start=datetime(2026, 12, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC))
    assert len(shown(book, december, at=datetime(2026, 12, 16, 12, tzinfo=UTC))) == 1


@pytest.mark.parametrize("limit", [None, 0])
def test_without_a_limit_and_with_one_of_nothing_there_is_nothing_to_say(limit: int | None) -> None:
    assert shown(NoticeBook(UTC), budget(500, 1, limit)) == []


def test_a_period_that_is_over_is_not_spoken_of() -> None:
    assert shown(NoticeBook(UTC), budget(500, 1), at=datetime(2027, 11, 18, 12, tzinfo=UTC)) == []


def test_at_night_and_on_days_off_it_waits_for_the_morning() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    book = NoticeBook(berlin)
    friday_night = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
    (held,) = book.decide(friday_night, (budget(365),)).notices
    assert not held.is_shown
    assert book.decide(friday_night + timedelta(minutes=5), (budget(366),)).notices == ()
    assert shown(book, budget(366), at=datetime(2026, 11, 21, 12, tzinfo=UTC)) == []
    assert len(shown(book, budget(366), at=datetime(2026, 11, 23, 7, 30, tzinfo=UTC))) == 1


def test_quiet_hours_may_lie_within_a_day() -> None:
    book = NoticeBook(UTC, Manners(quiet_from_h=10, quiet_to_h=14))
    assert book.is_quiet(NOON)
    assert not book.is_quiet(NOON + timedelta(hours=2))


def test_a_spike_is_said_at_once_replaced_under_its_key_and_withdrawn() -> None:
    book = NoticeBook(UTC)
    (said,) = shown(book, spikes=[spike()])
    assert (said.kind, said.key) == (NoticeClass.ACT, spike().key)
    book = restarted(book)
    assert book.decide(NOON, (), [spike()]) == Decided()
    ended = book.decide(NOON, (), [spike(state=SpikeState.ENDED)])
    assert ended.notices == ()
    assert ended.withdrawn == (said.key,)
    assert book.decide(NOON, (), ()).withdrawn == ()


def test_spikes_at_night_are_for_those_who_want_them() -> None:
    night = datetime(2026, 11, 18, 2, tzinfo=UTC)
    assert shown(NoticeBook(UTC), at=night, spikes=[spike()]) == []
    assert len(shown(NoticeBook(UTC, Manners(spikes_at_night=True)), at=night, spikes=[spike()])) == 1


def test_after_three_spikes_a_day_there_are_only_more() -> None:
    book = NoticeBook(UTC)
    said = [notice for n in range(6) for notice in shown(book, spikes=[spike(n)])]
    assert [notice.rule for notice in said] == [Rule.SPIKE] * 3 + [Rule.MORE_SPIKES]
    assert said[-1].key == "more:2026-11-18"
    assert len(shown(book, at=NOON + timedelta(days=1), spikes=[spike(9)])) == 1


def test_what_takes_the_place_of_the_days_notice_about_a_budget_costs_no_attention() -> None:
    book = NoticeBook(UTC, Manners(a_day=1, a_week=2))
    assert len(shown(book, budget(365))) == len(shown(book, budget(401))) == 1
    tomorrow = NOON + timedelta(days=1)
    assert len(shown(book, replace(budget(365), budget="team"), at=tomorrow)) == 1


def test_budgets_are_spoken_of_once_a_day_even_another_one_that_is_gone() -> None:
    book = NoticeBook(UTC, Manners(a_day=9))
    other = replace(budget(365), budget="team")
    assert [notice.about for notice in shown(book, budget(365), other)] == [budget(365)]
    gone = replace(other, spent=Decimal(500))
    assert shown(book, gone) == []
    assert [notice.level for notice in shown(book, gone, at=NOON + timedelta(days=1))] == [100]


def test_nobody_is_disturbed_oftener_than_once_a_day_of_budgets_and_six_times_a_week() -> None:
    many = [replace(budget(500), budget=f"b{n}") for n in range(30)]
    book = NoticeBook(UTC, Manners(working_days=frozenset(range(1, 8))))
    days = [len(shown(book, *many, at=NOON + timedelta(days=day))) for day in range(8)]
    assert days == [1, 1, 1, 1, 1, 1, 0, 1]


@pytest.mark.parametrize("about", ["budget:personal", EVERYTHING])
def test_what_is_snoozed_waits(about: str) -> None:
    book = NoticeBook(UTC)
    book.snooze(about, NOON + timedelta(hours=1))
    assert shown(book, budget(365)) == []
    assert len(shown(book, budget(365), at=NOON + timedelta(hours=1))) == 1


def test_a_project_is_snoozed_alone() -> None:
    book = NoticeBook(UTC)
    book.snooze("project:/src/shop", NOON + timedelta(hours=1))
    assert [notice.about for notice in shown(book, spikes=[spike(), spike(1, "/src/other")])] == [spike(1, "/src/other")]


def test_a_limit_that_stops_the_user_is_urgent_when_it_is_near() -> None:
    book = NoticeBook(UTC)
    assert shown(book, replace(budget(), stops_in_min=16)) == []
    (cap,) = shown(book, replace(budget(), stops_in_min=14))
    assert (cap.kind, cap.rule) == (NoticeClass.ACT, Rule.CAP)
    (blocked,) = shown(book, replace(budget(), stops_in_min=0, is_blocked=True))
    assert (blocked.kind, blocked.rule) == (NoticeClass.ACT, Rule.BLOCKED)


def test_decisions_and_the_system_go_to_the_inbox_alone_once() -> None:
    book = NoticeBook(UTC, Manners(digest_h=11))
    facts = [OtherFact(NoticeClass.DECISION, "nudge:1", "Try it"), OtherFact(NoticeClass.SYSTEM, "feed:1", "Codex is stale")]
    held = book.decide(NOON - timedelta(hours=2), (), (), facts).notices
    assert [(notice.kind, notice.is_shown) for notice in held] == [(NoticeClass.DECISION, False), (NoticeClass.SYSTEM, False)]
    (digest,) = book.decide(NOON, (), (), facts).notices
    assert (digest.kind, digest.level) == (NoticeClass.DIGEST, 2)
    assert book.decide(NOON, (), (), facts).notices == ()


def test_what_was_said_long_ago_is_forgotten() -> None:
    book = NoticeBook(UTC)
    shown(book, budget(365))
    book.decide(NOON + timedelta(days=500))
    assert book.kept()["said"] == {}


def test_what_was_said_stays_until_it_is_true_no_more() -> None:
    book = NoticeBook(UTC)
    (said,) = shown(book, budget(365))
    assert book.decide(NOON, (budget(366),)).withdrawn == ()
    assert book.is_open(said.key)
    assert book.true == {said.key}
    tomorrow = NOON + timedelta(days=1)
    over = book.decide(tomorrow, (budget(401),))
    assert over.withdrawn == (said.key,)
    assert [notice.level for notice in over.notices] == [100]
    assert book.decide(tomorrow, (budget(401, limit=4000),)).withdrawn == (over.notices[0].key,)


def test_a_likely_run_out_is_withdrawn_when_it_looks_better() -> None:
    book = NoticeBook(UTC)
    (said,) = shown(book, budget(share=0.8))
    assert book.decide(NOON, (budget(share=0.5),)).withdrawn == ()
    assert book.decide(NOON, (budget(share=0.3),)).withdrawn == (said.key,)


def test_a_correction_by_the_gateway_arms_nothing() -> None:
    book = NoticeBook(UTC)
    assert len(shown(book, budget(200, 0.8))) == 1
    book.decide(NOON, (budget(20, 0.1),))
    assert shown(book, budget(200, 0.8), at=NOON + timedelta(days=1)) == []


@pytest.mark.parametrize("moved", [timedelta(seconds=-40), timedelta(hours=1), timedelta(days=2), timedelta(days=-2)])
def test_a_period_that_is_moved_a_little_is_the_same_period(moved: timedelta) -> None:
    book = NoticeBook(UTC)
    assert len(shown(book, budget(365))) == 1
    later = replace(budget(366), start=BUDGET.start + moved, end=datetime(2026, 12, 1, tzinfo=UTC) + moved)
    assert shown(restarted(book), later, at=NOON + timedelta(days=1)) == []


def test_a_month_that_becomes_a_week_is_another_period() -> None:
    book = NoticeBook(UTC)
    shown(book, budget(365))
    week = replace(budget(366), start=datetime(2026, 11, 16, tzinfo=UTC), end=datetime(2026, 11, 23, tzinfo=UTC))
    assert len(shown(book, week, at=NOON + timedelta(days=1))) == 1


def test_a_budget_that_never_resets_has_one_period() -> None:
    book = NoticeBook(UTC)
    assert len(shown(book, replace(budget(365), end=None))) == 1
    again = replace(budget(366), end=None, start=BUDGET.start + timedelta(days=9))
    assert shown(book, again, at=NOON + timedelta(days=1)) == []
    assert len(shown(book, replace(budget(367), start=again.start), at=NOON + timedelta(days=1))) == 1


def test_what_is_blocked_is_not_said_to_be_used_up_as_well() -> None:
    book = NoticeBook(UTC)
    gone = replace(budget(401), is_blocked=True)
    assert [notice.rule for notice in shown(book, gone)] == [Rule.BLOCKED]
    assert shown(book, gone) == shown(book, replace(gone, is_blocked=False), at=NOON + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("at", "manners", "hold"),
    [
        (NOON, Manners(a_day=0), Hold.ENOUGH),
        (NOON, Manners(a_week=0), Hold.ENOUGH),
        (NOON.replace(hour=3), Manners(), Hold.QUIET),
        (NOON + timedelta(days=3), Manners(), Hold.QUIET),
    ],
)
def test_what_is_held_back_says_why(at: datetime, manners: Manners, hold: Hold) -> None:
    book = NoticeBook(UTC)
    book.behave(UTC, manners)
    (held,) = book.decide(at, (budget(365),)).notices
    assert held.held_by is hold
    assert held.subject == "budget:personal"


def test_manners_hold_at_once() -> None:
    book = NoticeBook(UTC, Manners(a_day=0))
    assert shown(book, budget(365)) == []
    book.behave(UTC, Manners())
    assert len(shown(book, budget(365))) == 1


def test_a_summary_tells_only_of_what_it_did_not_tell_before() -> None:
    book = NoticeBook(UTC, Manners(a_day=0, digest_h=11))
    assert [notice.rule for notice in book.decide(NOON, (budget(365),)).notices if notice.is_shown] == []
    book.behave(UTC, Manners(digest_h=11))
    other = OtherFact(NoticeClass.SYSTEM, "feed", "Stale")
    assert [n.level for n in book.decide(NOON, (), (), [other]).notices if n.rule is Rule.DIGEST] == [2]
    assert book.decide(NOON + timedelta(days=1), (), (), [other]).notices == ()


def test_summer_time_changes_nothing() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start, end = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)
    book = NoticeBook(berlin, Manners(working_days=frozenset(range(1, 8))))
    hours = [datetime(2026, 10, 24, 6, tzinfo=UTC) + timedelta(hours=hour) for hour in range(48)]
    assert sum(len(shown(book, replace(budget(365), start=start, end=end), at=at)) for at in hours) == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from([-30, 0, 1, 7, 60, 800, 1440, 20_000, 600_000]),
        st.integers(-50, 700),
        st.floats(0, 1),
        st.sampled_from([None, 0, 300, 400, 401]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, cut=st.integers(0, 40))
def test_no_key_is_shown_twice_whatever_comes_and_a_restart_changes_nothing(
    steps: list[tuple[int, int, float, int | None]], cut: int
) -> None:
    def lived(cut: int | None) -> list[Notice]:
        book, now, said = NoticeBook(UTC), NOON, list[Notice]()
        for number, (minutes, spent, share, limit) in enumerate(steps):
            now += timedelta(minutes=minutes)
            start = now.replace(day=1, hour=0, minute=0)
            fact = replace(budget(spent, share, limit), start=start, end=start + timedelta(days=28))
            if number == cut:
                book = restarted(book)
            said += book.decide(now, (fact,)).notices
        return said

    said = lived(None)
    assert lived(cut) == said
    keys = [notice.key for notice in said if notice.is_shown]
    assert len(keys) == len(set(keys))
