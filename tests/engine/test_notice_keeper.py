"""What the keeper of notices writes down, and lets out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pictured import ACT, CALM, CHANGED, FEEDS, LINKED, NOW, OVER, SPIKE, SPIKING, WATCH, ZONE
from tankful.core.announcement import Announcement, Withdrawal
from tankful.core.choices import Digest
from tankful.core.health import Condition, FeedHealth
from tankful.core.inbox import EVERYTHING, Hold, NoticeAction, NoticeClass, Outcome, Rule, Span
from tankful.core.meter import Meter
from tankful.core.post_check import PostCheck, Verdict
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.announcing import Herald, Messenger
from tankful.engine.messages import InboxSeen, NoticeAnswered, NoticeDelivered, SnoozeAsked, SnoozeEnded
from tankful.engine.notice_facts import budget_facts, manners_of, model_facts, switch_facts, system_facts
from tankful.engine.notice_keeper import NoticeKeeper, snoozed_until
from tankful.present.notices import notice_words
from tankful.store.ledger import Ledger

SETTINGS = Settings()
BROKEN = FeedHealth("claude-code", Condition.FAILING, title="Broken")


def no_messenger() -> Messenger:
    raise AssertionError("nothing is shown here")


class Kept:
    """A ledger with a keeper, which may be another one after a restart."""

    def __init__(self, path: Path) -> None:
        self.ledger = Ledger(path, lambda: NOW)
        self.restart()

    def restart(self) -> None:
        self.keeper = NoticeKeeper(Herald(notice_words, no_messenger))

    def look(self, seen: Snapshot, settings: Settings = SETTINGS) -> tuple[Announcement | Withdrawal, ...]:
        self.inbox = self.keeper.look(self.ledger, seen, settings, ZONE)
        return self.keeper.take_outgoing()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path / "ledger.sqlite")
    yield made
    made.ledger.close()


def grown(usd: str) -> Snapshot:
    return replace(SPIKING, as_of=NOW + timedelta(minutes=5), spikes=(replace(SPIKE, actual=Decimal(usd)),))


def test_a_spike_is_one_notice_that_grows_in_place_and_is_withdrawn(kept: Kept) -> None:
    spike, run_out = kept.look(SPIKING)
    assert isinstance(spike, Announcement)
    assert isinstance(run_out, Announcement)
    assert [action for action, _ in spike.buttons] == [NoticeAction.OPEN, NoticeAction.EXPECTED]
    assert kept.look(grown("15")) == ()
    (update,) = kept.look(grown("30"))
    assert isinstance(update, Announcement)
    assert (update.key, update.is_update) == (spike.key, True)
    assert "$30.00" in update.text
    assert "$30.00" in next(entry.text for entry in kept.inbox.entries if entry.rule is Rule.SPIKE)
    assert kept.look(grown("31")) == ()
    assert kept.look(replace(WATCH, as_of=NOW + timedelta(minutes=9))) == (Withdrawal(spike.key),)
    assert {entry.rule: entry.outcome for entry in kept.inbox.entries} == {Rule.SPIKE: Outcome.WITHDRAWN, Rule.RUN_OUT: Outcome.SHOWN}


def test_nothing_is_said_twice_over_a_restart_and_a_spike_goes_on(kept: Kept) -> None:
    assert len(kept.look(SPIKING)) == 2
    kept.restart()
    assert kept.look(SPIKING) == ()
    kept.restart()
    kept.look(grown("14.2"))
    (update,) = kept.look(grown("30"))
    assert isinstance(update, Announcement)
    assert update.is_update


def test_a_book_of_another_version_is_begun_anew(kept: Kept) -> None:
    for text in ("[]", "{", '{"budgets": {}}'):
        kept.ledger.keep_fact("notices", text)
        kept.restart()
        assert len(kept.look(ACT)) == 1


def test_a_spike_that_was_held_back_is_over_in_the_inbox_too(kept: Kept) -> None:
    quiet = replace(SETTINGS, notice_days="")
    assert kept.look(SPIKING, quiet) == ()
    held = next(entry for entry in kept.inbox.entries if entry.rule is Rule.SPIKE)
    assert (held.outcome, held.detail, held.is_open) == (Outcome.HELD, Hold.QUIET, True)
    kept.look(replace(WATCH, as_of=NOW + timedelta(minutes=9)), quiet)
    assert not next(entry for entry in kept.inbox.entries if entry.rule is Rule.SPIKE).is_open


def test_a_budget_that_was_held_back_and_is_raised_is_over_in_the_inbox_too(kept: Kept) -> None:
    quiet = replace(SETTINGS, notice_days="")
    kept.look(OVER, quiet)
    assert [entry.is_open for entry in kept.inbox.entries] == [True]
    raised = Meter(replace(OVER.meters[0].allocation, limit=Decimal(6000)), binding=True)
    kept.look(replace(OVER, meters=(raised,), forecast=CALM.forecast), quiet)
    assert [entry.is_open for entry in kept.inbox.entries] == [False]


def test_an_account_that_needs_the_user_is_in_the_inbox_until_it_is_well(kept: Kept) -> None:
    broken = FEEDS[1]._replace(feed="ai.example.com", condition=Condition.FAILING, title="The sign-in has run out", hint="Sign in again.")
    assert system_facts(replace(CALM, feeds=(broken,))) == ()
    old = broken._replace(as_of=CALM.as_of - timedelta(hours=25))
    assert len(system_facts(replace(CALM, feeds=(old,)))) == 1
    refused = broken._replace(rejected=True, as_of=None)
    assert kept.look(replace(CALM, feeds=(refused,))) == ()
    (entry,) = kept.inbox.entries
    assert (entry.kind, entry.detail, entry.is_open) == (NoticeClass.SYSTEM, Hold.INBOX, True)
    assert entry.title == "ai.example.com: The sign-in has run out. Sign in again"
    assert kept.look(replace(CALM, feeds=FEEDS)) == ()
    assert not kept.inbox.entries[0].is_open


def test_a_change_of_the_model_is_in_the_inbox_alone_and_once_a_month(kept: Kept) -> None:
    assert kept.look(replace(CHANGED, meters=CALM.meters, forecast=CALM.forecast)) == ()
    said = [entry for entry in kept.inbox.entries if entry.rule is Rule.MODEL]
    assert [(entry.title, entry.kind, entry.detail) for entry in said if "Claude" in entry.title] == [
        ("Claude Code asked for claude-opus-4-1, and claude-sonnet-4-5 answered", NoticeClass.SYSTEM, Hold.INBOX)
    ]
    assert len(said) == 2, "one call is no news"
    other = CHANGED.changes[0]._replace(session="another", calls=40)
    kept.look(replace(CHANGED, changes=(other,), meters=CALM.meters, forecast=CALM.forecast))
    assert len([entry for entry in kept.inbox.entries if entry.rule is Rule.MODEL]) == 2


def test_few_calls_of_each_of_many_sessions_are_news_together() -> None:
    one = CHANGED.changes[0]._replace(agent="metacode", calls=1)
    few = tuple(one._replace(session=str(number)) for number in range(3))
    assert model_facts(replace(CHANGED, changes=few[:2])) == ()
    (fact,) = model_facts(replace(CHANGED, changes=few))
    assert (fact.text, fact.key) == (
        "metacode asked for claude-opus-4-1, and claude-sonnet-4-5 answered",
        "model:metacode:claude-opus-4-1:claude-sonnet-4-5:2026-11",
    )


def test_what_became_of_a_switch_is_in_the_inbox_once_while_it_is_news(kept: Kept) -> None:
    check = PostCheck("goose", "Goose", "house-coder-2", CALM.as_of - timedelta(hours=3))
    assert kept.look(replace(CALM, post_checks=(check,))) == ()
    assert kept.inbox.entries == ()
    other = check._replace(verdict=Verdict.OTHER, used="opus", began=CALM.as_of - timedelta(hours=2), beaten_by=("GOOSE_MODEL",))
    assert kept.look(replace(CALM, post_checks=(other,))) == ()
    (entry,) = kept.inbox.entries
    assert (entry.rule, entry.kind, entry.title) == (Rule.SWITCHED, NoticeClass.SYSTEM, "Goose: the next session still used opus")
    assert "and so does" not in entry.text
    assert "GOOSE_MODEL" in entry.text
    shows = other._replace(verdict=Verdict.SHOWS, used="house-coder-2")
    for _ in range(2):
        kept.look(replace(CALM, post_checks=(shows,)))
    said = {entry.title: (entry.kind, entry.is_open) for entry in kept.inbox.entries}
    assert said == {
        "Goose: the next session still used opus": (NoticeClass.SYSTEM, False),
        "Goose: switched to house-coder-2, and it shows": (NoticeClass.DECISION, True),
    }
    assert switch_facts(replace(CALM, post_checks=(shows._replace(since=CALM.as_of - timedelta(days=14)),))) == ()


def test_what_the_user_says_is_kept(kept: Kept) -> None:
    spike, run_out = kept.look(SPIKING)
    hear = kept.keeper.hear
    hear(kept.ledger, NoticeDelivered(spike.key), ZONE, NOW)
    hear(kept.ledger, NoticeDelivered(run_out.key, Hold.NOBODY), ZONE, NOW)
    hear(kept.ledger, NoticeAnswered(spike.key, NoticeAction.SNOOZE_PROJECT), ZONE, NOW)
    hear(kept.ledger, NoticeAnswered(run_out.key, NoticeAction.SNOOZE_PERIOD), ZONE, NOW)
    hear(kept.ledger, NoticeAnswered("unknown", NoticeAction.OPEN), ZONE, NOW)
    assert [each.about for each in kept.ledger.inbox(NOW).snoozes] == ["budget:personal", f"project:{SPIKE.project}"]
    hear(kept.ledger, NoticeAnswered(run_out.key, NoticeAction.SNOOZE_HOUR), ZONE, NOW)
    assert kept.ledger.inbox(NOW).snoozes[0] == ("budget:personal", NOW + timedelta(hours=1))
    hear(kept.ledger, NoticeAnswered(run_out.key, NoticeAction.SNOOZE_TODAY), ZONE, NOW)
    hear(kept.ledger, NoticeAnswered("unknown", NoticeAction.SNOOZE_TODAY), ZONE, NOW)
    hear(kept.ledger, SnoozeAsked(Span.HOUR, "project:/src"), ZONE, NOW)
    hear(kept.ledger, SnoozeEnded(EVERYTHING), ZONE, NOW)
    assert [each.about for each in kept.ledger.inbox(NOW).snoozes] == ["project:/src", "budget:personal", f"project:{SPIKE.project}"]
    assert kept.ledger.inbox(NOW).unread == 0
    hear(kept.ledger, SnoozeEnded(), ZONE, NOW)
    hear(kept.ledger, InboxSeen(), ZONE, NOW)
    assert kept.ledger.inbox(NOW).snoozes == ()


def test_a_desktop_that_was_not_to_be_disturbed_is_tried_again_with_what_is_true_by_then(kept: Kept) -> None:
    (said,) = kept.look(WATCH)
    assert isinstance(said, Announcement)
    assert "Why am I seeing this? It is said once when" in said.text
    kept.keeper.hear(kept.ledger, NoticeDelivered(said.key, Hold.DISTURBED), ZONE, NOW)
    kept.restart()
    assert kept.look(replace(WATCH, as_of=NOW + timedelta(minutes=5))) == ()
    more = Meter(replace(WATCH.meters[0].allocation, settled=Decimal(480)), binding=True)
    later = replace(WATCH, as_of=NOW + timedelta(minutes=15), meters=(more,))
    (again,) = kept.look(later)
    assert isinstance(again, Announcement)
    assert (again.key, again.is_update) == (said.key, False)
    assert "$480.00 is spent" in again.text
    (entry,) = kept.inbox.entries
    assert (entry.outcome, entry.detail, entry.at) == (Outcome.HELD, Hold.DISTURBED, WATCH.as_of)
    assert "$480.00 is spent" in kept.ledger.inbox(NOW).entries[0].text
    kept.keeper.hear(kept.ledger, NoticeDelivered(said.key), ZONE, NOW)
    assert kept.ledger.inbox(NOW).entries[0].outcome is Outcome.SHOWN
    assert kept.look(replace(later, as_of=NOW + timedelta(hours=1))) == ()


def test_a_summary_is_tried_again_in_its_own_words_and_pop_ups_that_are_off_try_nothing(kept: Kept) -> None:
    failing = FEEDS[0]._replace(condition=Condition.FAILING, rejected=True, title="Refused", hint="")
    held = replace(CALM, feeds=(failing,))
    every_day = replace(SETTINGS, digest_h=0)
    (summary,) = kept.look(held, every_day)
    kept.keeper.hear(kept.ledger, NoticeDelivered(summary.key, Hold.DISTURBED), ZONE, CALM.as_of)
    later = replace(held, as_of=CALM.as_of + timedelta(hours=1))
    (again,) = kept.look(later, every_day)
    assert again == summary
    kept.keeper.hear(kept.ledger, NoticeDelivered(summary.key, Hold.DISTURBED), ZONE, later.as_of)
    assert kept.look(replace(held, as_of=later.as_of + timedelta(hours=1)), replace(every_day, pop_ups=False)) == ()


def test_what_the_inbox_has_no_more_is_not_tried_again(kept: Kept) -> None:
    (said,) = kept.look(WATCH)
    kept.keeper.hear(kept.ledger, NoticeDelivered(said.key, Hold.DISTURBED), ZONE, NOW)
    kept.keeper.hear(kept.ledger, NoticeDelivered("of long ago", Hold.DISTURBED), ZONE, NOW)
    with kept.ledger.notices() as notices:
        for day in range(1, 92):
            notices.keep((), NOW + timedelta(days=day))
    assert kept.look(replace(WATCH, as_of=NOW + timedelta(minutes=15))) == ()


@pytest.mark.parametrize("ahead", [100, 500, 30_000])
def test_a_clock_that_was_ahead_empties_no_inbox_and_has_nothing_said_twice(kept: Kept, ahead: int) -> None:
    kept.look(SPIKING)
    said = kept.inbox.entries
    assert len(said) == 2
    for days in (ahead, ahead + 3):
        kept.look(replace(CALM, as_of=NOW + timedelta(days=days), feeds=(BROKEN,)))
        kept.restart()
    kept.look(replace(CALM, as_of=NOW + timedelta(minutes=5)))
    assert {entry.key for entry in said} <= {entry.key for entry in kept.inbox.entries}
    assert kept.look(replace(SPIKING, as_of=NOW + timedelta(minutes=6))) == ()


def test_further_urgent_notices_are_one_that_names_them_and_grows_in_place(kept: Kept) -> None:
    spikes = [replace(SPIKE, at=SPIKE.at + timedelta(minutes=number)) for number in range(5)]
    kept.look(replace(CALM, spikes=tuple(spikes[:3])))
    (more,) = kept.look(replace(CALM, spikes=tuple(spikes[:4])))
    assert isinstance(more, Announcement)
    assert (more.title, more.is_update) == ("1 more urgent notice today", False)
    assert more.text.startswith("Claude Code in orchard: ")
    (grown,) = kept.look(replace(CALM, spikes=tuple(spikes)))
    assert isinstance(grown, Announcement)
    assert (grown.key, grown.title, grown.is_update) == (more.key, "2 more urgent notices today", True)
    assert [entry.title for entry in kept.inbox.entries if entry.rule is Rule.MORE_SPIKES] == [grown.title]
    over = kept.look(CALM)
    assert Withdrawal(more.key) in over
    assert not any(entry.is_open for entry in kept.inbox.entries)


def test_a_budget_is_snoozed_until_it_is_filled_up_again_itself(kept: Kept) -> None:
    kept.look(LINKED)
    _, team, _ = LINKED.meters
    about = f"budget:ai.example.com/{team.allocation.identity}"
    kept.keeper.hear(kept.ledger, SnoozeAsked(Span.PERIOD, about), ZONE, NOW)
    assert kept.ledger.inbox(NOW).snoozes[0].until == team.allocation.resets_at


def test_the_most_that_was_seen_spent_is_written_seldom(kept: Kept) -> None:
    kept.look(OVER)
    before = kept.ledger.fact("notices")
    more = replace(OVER, meters=(replace(OVER.meters[0], pending=Decimal(5)),))
    kept.look(replace(more, as_of=NOW + timedelta(minutes=1)))
    assert kept.ledger.fact("notices") == before
    kept.look(replace(more, as_of=NOW + timedelta(minutes=11)))
    assert kept.ledger.fact("notices") != before


def test_a_budget_that_stops_agents_is_told_apart_from_ones_own() -> None:
    mine, team, key = LINKED.meters
    gone = Meter(replace(team.allocation, settled=Decimal(5000)))
    loose = Meter(replace(key.allocation, enforced=False))
    over = Meter(replace(key.allocation, resetting=True))
    seen = replace(LINKED, meters=(mine, gone, loose, over))
    facts = budget_facts(seen)
    assert [(fact.budget, fact.name, fact.is_blocked) for fact in facts] == [
        ("ai.example.com/you", "you at ai.example.com", False),
        ("ai.example.com/team platform", "team platform at ai.example.com", True),
    ]
    assert facts[0].stops_in_min is not None
    assert facts[0].forecast is LINKED.forecast
    assert facts[1].stops_in_min is None
    assert facts[1].forecast is LINKED.prospects[0].forecast
    assert budget_facts(replace(seen, prospects=()))[1].forecast is None
    assert [fact.binds for fact in facts] == [True, False]
    assert budget_facts(replace(LINKED, burn_per_hour=Decimal(0)))[0].stops_in_min is None
    (own,) = budget_facts(WATCH)
    assert (own.budget, own.name, own.stops_in_min, own.is_blocked) == ("personal", "", None, False)


def test_a_further_budget_stops_agents_at_the_rate_at_which_it_is_spent_itself() -> None:
    _, team, _ = LINKED.meters
    near = Meter(replace(team.allocation, settled=Decimal(4999)))
    seen = replace(LINKED, meters=(LINKED.meters[0], near))
    assert budget_facts(seen)[1].stops_in_min == pytest.approx(1 / 5.4 * 60)
    assert budget_facts(replace(seen, prospects=()))[1].stops_in_min is None


def test_the_settings_are_the_manners() -> None:
    manners = manners_of(replace(SETTINGS, notices_a_day=1, notice_days="67", digest=Digest.WEEKLY, digest_h=9))
    assert (manners.a_day, manners.working_days, manners.digest_h, manners.digest_weekly) == (1, frozenset({6, 7}), 9, True)
    assert (manners_of(SETTINGS).digest_h, manners_of(SETTINGS).digest_weekly) == (17, False)
    assert manners_of(replace(SETTINGS, digest=Digest.OFF)).digest_h is None


def test_a_hard_stop_is_the_only_critical_one_and_a_summary_is_quiet(kept: Kept) -> None:
    _, team, _ = LINKED.meters
    gone = Meter(replace(team.allocation, settled=Decimal(5000)), binding=True)
    (blocked,) = kept.look(replace(LINKED, meters=(gone,)))
    assert isinstance(blocked, Announcement)
    assert (blocked.urgency, blocked.title) == (
        "critical",
        "The budget of team platform at ai.example.com ($5,000) is gone, and requests are refused",
    )
    held = replace(LINKED, meters=(gone,), feeds=(FEEDS[0]._replace(condition=Condition.FAILING, rejected=True),))
    (summary,) = kept.look(held, replace(SETTINGS, digest_h=0))
    assert isinstance(summary, Announcement)
    assert summary.urgency == "low"
    assert summary.title == "1 notice held back"
    assert summary.text.startswith("claude-code: ")


@pytest.mark.parametrize(
    ("span", "reset", "until"),
    [
        (Span.HOUR, None, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (Span.TODAY, None, datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (Span.PERIOD, None, datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (Span.PERIOD, datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (Span.PERIOD, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
        (Span.PERIOD, datetime(2036, 11, 1, tzinfo=UTC), datetime(2026, 12, 26, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_snooze_ends_when_it_says_on_days_of_25_hours_too(span: Span, reset: datetime | None, until: datetime) -> None:
    assert snoozed_until(span, ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), reset) == until
