"""Every word and number of the panel, for each state of the world."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pictured import (
    BLANK,
    BUDGETED,
    CALM,
    FAILING,
    FEEDS,
    LINKED,
    NO_AGENTS,
    NO_LIMIT,
    NOW,
    OFFLINE,
    OVER,
    QUIET,
    SCANNING,
    SPIKE,
    SPIKING,
    STATES,
    UNPRICED,
    UNSET,
    WATCH,
    ZONE,
    allocation,
    now_of,
)
from tankful.core.choices import Period
from tankful.core.exactness import Exactness
from tankful.core.health import Condition, FeedHealth
from tankful.core.meter import Meter
from tankful.core.pace import Tone
from tankful.core.settings import Settings
from tankful.core.snapshot import AgentSpend, Scan, Snapshot
from tankful.present.format import UNKNOWN
from tankful.present.glance import GlanceView, Pill, glance_view
from tankful.present.menu import Command


def seen(snapshot: Snapshot | None, settings: Settings = BUDGETED) -> GlanceView:
    return glance_view(snapshot, settings, now_of(snapshot), ZONE)


def test_the_headline_is_what_is_left() -> None:
    view = seen(WATCH)

    assert (view.title, view.period) == ("My budget", "November")
    assert (view.headline, view.headline_note) == ("$197.85", "left of $600.00")
    assert (view.percent, view.percent_note) == ("67%", "used")
    assert view.footer == "Checked 4 s ago"
    assert view.cards == ()
    assert view.remarks == ()
    assert not view.dimmed


def test_what_was_checked_this_second_was_checked_just_now() -> None:
    assert seen(replace(WATCH, as_of=NOW)).footer == "Checked just now"


def test_an_overspent_budget_says_by_how_much() -> None:
    view = seen(OVER)

    assert (view.headline, view.headline_note, view.percent) == ("$52.30", "over $600.00", "108%")


def test_today_lists_the_agents_with_bars_as_long_as_their_share() -> None:
    view = seen(WATCH)

    assert view.today == "$21.46 · 3 agents active"
    assert [(bar.label, bar.figure) for bar in view.bars] == [("Claude Code", "$16.72"), ("Codex CLI", "$4.11"), ("MetaCode", "$0.63")]
    assert [bar.share for bar in view.bars] == pytest.approx([16.72 / 21.46, 4.11 / 21.46, 0.63 / 21.46])
    assert seen(CALM).today == "$27.80 · 2 agents"


@pytest.mark.parametrize(
    ("snapshot", "headline"),
    [
        (UNPRICED, ("$197.85", "left of $600.00, less 12 unpriced")),
        (replace(OVER, unpriced_requests=1), ("$52.30", "over $600.00, + 1 unpriced")),
        (replace(NO_LIMIT, unpriced_requests=1), ("$402.15", "spent so far, + 1 unpriced")),
        (Snapshot(as_of=NOW, unpriced_requests=3), ("unpriced", "3 requests so far")),
    ],
)
def test_the_headline_says_what_it_does_not_know(snapshot: Snapshot, headline: tuple[str, str]) -> None:
    view = glance_view(snapshot, BUDGETED, NOW, ZONE)
    assert (view.headline, view.headline_note) == headline


def test_an_unpriced_agent_has_no_bar_and_is_never_free() -> None:
    view = seen(UNPRICED)

    assert (view.bars[-1].figure, view.bars[-1].share, view.bars[-1].note) == ("unpriced", 0.0, "12 requests without a price")
    assert view.remarks == (
        "12 requests have no price (brand-new-9, local-llama…): not in the figure.",
        "31 requests recorded without an output count: estimated low.",
    )


def test_a_day_of_only_unpriced_requests_has_no_sum() -> None:
    view = seen(replace(WATCH, today=(AgentSpend("hermes", "Hermes", None, 2, 2),), working=()))

    assert view.today == "unpriced · 1 agent"


def test_one_request_has_a_verb_of_its_own() -> None:
    assert seen(replace(WATCH, unpriced_requests=1)).remarks == ("1 request has no price: not in the figure.",)


def test_what_happened_to_the_ledger_is_said_once_all_is_well_again() -> None:
    mended = FeedHealth("ledger", Condition.OK, NOW, "The ledger was begun anew", "The old one was kept.")

    assert seen(replace(WATCH, feeds=(*FEEDS, mended))).remarks == ("The ledger was begun anew. The old one was kept.",)


def test_how_the_gateway_marks_the_budget_on_the_gauge_is_said() -> None:
    [first, *others] = WATCH.meters
    marked = replace(first, allocation=replace(first.allocation, severity="critical"))
    assert seen(replace(WATCH, meters=(marked, *others))).remarks == ("The gateway calls it critical.",)


def test_spend_outside_the_gateway_is_said() -> None:
    assert seen(replace(WATCH, outside_gateway=Decimal("3.2"))).remarks == ("$3.20 was spent outside the gateway: not in the figure.",)


def test_a_failing_feed_keeps_the_last_numbers_and_says_why_and_since_when() -> None:
    view = seen(FAILING)

    assert (view.headline, view.dimmed) == ("$197.85", True)
    assert view.pill == Pill("old · 12 min", Tone.WATCH)
    assert view.footer == "Checked 12 min ago"
    assert [(card.title, card.action, card.command) for card in view.cards] == [
        ("Claude Code's logs cannot be read", "Try again", Command.REFRESH)
    ]
    assert "read access" in view.cards[0].text


def test_while_nothing_can_be_booked_the_figures_are_as_old_as_that() -> None:
    full = FeedHealth("ledger", Condition.FAILING, NOW - timedelta(minutes=3), "The disk is full", "Make room.")
    view = seen(replace(WATCH, feeds=(*FEEDS, full)))
    assert (view.headline, view.footer, view.pill) == ("$197.85", "Checked 3 min ago", Pill("old · 3 min", Tone.WATCH))
    assert ("The disk is full", "Make room.") in {(card.title, card.text) for card in view.cards}


def test_a_feed_that_never_worked_has_no_age_and_still_a_name() -> None:
    view = seen(replace(FAILING, feeds=(FEEDS[0]._replace(condition=Condition.FAILING, as_of=None),)))

    assert view.pill.text == "incomplete"
    assert view.cards[0].title == "claude-code cannot be read"


@pytest.mark.parametrize(
    ("passed", "pill"),
    [
        (timedelta(seconds=4), Pill("live · 4 s", Tone.CALM)),
        (timedelta(minutes=9), Pill("live · 9 min", Tone.CALM)),
        (timedelta(hours=3), Pill("quiet · 3 h", Tone.UNKNOWN)),
    ],
)
def test_the_pill_says_how_long_ago_something_was_spent(passed: timedelta, pill: Pill) -> None:
    assert seen(replace(WATCH, last_event=NOW - passed)).pill == pill


def test_a_quiet_day_says_that_nothing_was_spent() -> None:
    view = seen(QUIET)

    assert (view.today, view.bars, view.nothing_today) == ("", (), "Nothing spent yet today.")


def test_without_a_limit_the_panel_shows_what_was_spent_and_offers_a_budget() -> None:
    view = seen(NO_LIMIT, Settings())

    assert (view.title, view.headline, view.headline_note) == ("My spend", "$402.15", "spent so far")
    assert (view.percent_note, view.chart) == ("no budget", None)
    assert view.pace is not None
    assert view.pace.plain == "No budget set. The last 30 days came to $611.40."
    assert [card.command for card in view.cards] == [Command.BUDGET]


def test_what_is_safe_to_spend_today_is_said_where_all_that_is_gone_is_known() -> None:
    assert CALM.forecast is not None
    safe = replace(CALM, forecast=replace(CALM.forecast, safe_today=Decimal("17.80")))
    pace = seen(safe).pace
    assert pace is not None
    assert pace.plain.endswith(" by the reset on 1 Dec. $17 more is safe to spend today.")
    unpriced = seen(replace(safe, unpriced_requests=2)).pace
    assert unpriced is not None
    assert "safe" not in unpriced.plain


def test_without_any_spend_there_is_no_pace_to_speak_of() -> None:
    unknown = seen(replace(NO_LIMIT, last_30_days=Decimal(0), unpriced_30_days=3), Settings()).pace
    assert unknown is not None
    assert "".join(run.text for run in unknown.rest) == "The last 30 days came to 3 unpriced."
    assert seen(replace(NO_LIMIT, last_30_days=Decimal(0)), Settings()).pace is None


def test_where_no_agent_was_ever_used_the_panel_says_how_to_begin() -> None:
    view = seen(NO_AGENTS)

    assert view.pill.text == "waiting"
    assert [card.title for card in view.cards] == ["No agents found yet"]
    assert (view.nothing_today, view.chart) == ("", None)


def test_before_the_first_look_nobody_is_said_to_be_missing() -> None:
    view = seen(replace(NO_AGENTS, feeds=tuple(feed._replace(as_of=None) for feed in NO_AGENTS.feeds)))

    assert view.cards == ()


def test_where_no_ledger_can_be_read_nothing_is_made_up() -> None:
    view = seen(BLANK)
    assert (view.headline, view.headline_note) == ("Unknown", "what is left of $600.00")
    assert (view.title, view.percent, view.percent_note, view.pill.text) == ("My budget", "\N{EN DASH}", "", "incomplete")
    assert [card.title for card in view.cards] == ["The disk is full"]
    assert view.footer == ""
    free = seen(BLANK, Settings())
    assert (free.headline_note, free.percent_note) == ("what was spent", "no budget")


def test_while_the_settings_cannot_be_read_nobody_says_that_there_is_no_budget() -> None:
    view = seen(UNSET, Settings())
    assert (view.headline, view.percent_note, view.pill.text) == ("$402.15", "unknown", "incomplete")
    assert view.pace is not None
    assert view.pace.lead == "Budget unknown"
    assert [card.title for card in view.cards] == ["settings.toml is not valid TOML"]


def test_where_agents_could_not_be_looked_for_none_is_said_to_be_missing() -> None:
    unread = NO_AGENTS.feeds[0]._replace(condition=Condition.FAILING, title="2 folders or files of Claude Code cannot be read")
    view = seen(replace(NO_AGENTS, feeds=(unread, NO_AGENTS.feeds[1])))
    assert [card.title for card in view.cards] == ["2 folders or files of Claude Code cannot be read"]


def test_the_first_scan_shows_how_far_it_is() -> None:
    view = seen(SCANNING)

    assert view.pill.text == "reading · 33%"
    assert view.cards[0].progress == pytest.approx(212 / 640)
    assert view.cards[0].text == "Figures grow until this is done."
    assert view.dimmed


def test_a_scan_of_unknown_size_has_no_bar() -> None:
    view = seen(replace(NO_AGENTS, scan=Scan(0, 0)))

    assert (view.pill.text, view.cards[0].progress) == ("reading", None)


def test_before_the_first_snapshot_nothing_is_claimed() -> None:
    view = seen(None)

    assert (view.title, view.headline, view.percent, view.percent_note) == ("My budget", "\N{EN DASH}", "\N{EN DASH}", "")
    assert view.footer == ""
    assert view.description == "Tankful is starting."


def test_without_a_meter_the_days_are_summed() -> None:
    assert seen(replace(NO_LIMIT, meters=()), Settings()).headline == "$402.15"


def test_a_gateways_budget_is_my_allocation_and_says_what_is_not_booked_yet() -> None:
    view = seen(LINKED)
    assert (view.title, view.headline, view.headline_note) == ("My allocation", "$197.86", "left of $600.00 · +$3.20 not booked yet")
    assert view.footer == "Gateway: settled to 14:02"
    assert (view.door, seen(WATCH).door) == (("Settings…", Command.SETTINGS), ("Budget…", Command.BUDGET))
    assert [bar.label for bar in view.budgets] == ["Team platform", "Key alice, a day", "claude-plan, 5 hours", "claude-plan, week"]


def test_a_spike_is_a_card_that_says_what_how_much_and_why() -> None:
    (card,) = seen(SPIKING).cards
    assert (card.title, card.tone) == ("Claude Code in orchard: the cache went cold", Tone.ACT)
    assert card.text == (
        "Each request costs 4.1 times the usual: input read from the cache fell from 92% to 11%. $14.20 in 52 min, usually $3.40."
    )
    assert (card.action, card.command) == ("That is expected", Command.SPIKE_EXPECTED)
    assert card.why.startswith("What the last twelve requests cost is held against your own last four weeks.")
    (learning,) = seen(replace(SPIKING, spikes=(replace(SPIKE, learning=True),))).cards
    assert learning.tone is Tone.WATCH


def test_what_an_administrator_says_is_a_card_and_a_lost_gateway_another() -> None:
    view = seen(OFFLINE)
    assert [(card.title, card.tone, card.command) for card in view.cards] == [
        ("From your administrator", Tone.WATCH, Command.BANNER_SEEN),
        ("The gateway cannot be reached", Tone.WATCH, Command.REFRESH),
    ]
    assert view.dimmed
    assert view.footer == "Gateway: last heard 23 min ago"
    assert view.pill.text == "old · 23 min"


def test_what_an_administrator_says_to_two_accounts_alike_is_said_once() -> None:
    [state] = [each for each in OFFLINE.accounts if each.banner is not None]
    titles = [card.title for card in seen(replace(OFFLINE, accounts=(*OFFLINE.accounts, state))).cards]
    assert titles.count("From your administrator") == 1


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ((2026, 10, 31), (2026, 11, 30), "November"),
        ((2026, 11, 15), (2026, 11, 22), "this week"),
        ((2026, 11, 14), (2026, 12, 14), "15 Nov to 14 Dec"),
    ],
)
def test_the_period_has_a_name(start: tuple[int, int, int], end: tuple[int, int, int], name: str) -> None:
    meter = Meter(
        replace(allocation(Decimal(3)), period_start=datetime(*start, 23, tzinfo=UTC), resets_at=datetime(*end, 23, tzinfo=UTC)),
        binding=True,
    )

    assert seen(replace(WATCH, meters=(meter,))).period == name


def test_without_a_meter_the_period_is_what_the_settings_say() -> None:
    assert seen(None, Settings(budget_period=Period.WEEK)).period == "this week"
    assert seen(None).period == "November"


@pytest.mark.parametrize("name", STATES)
def test_no_state_is_without_words(name: str) -> None:
    snapshot, settings = STATES[name]
    view = seen(snapshot, settings)

    assert all((view.title, view.period, view.pill.text, view.headline, view.headline_note, view.percent, view.description))


def test_figures_that_are_not_exact_say_what_they_are() -> None:
    spent = (
        AgentSpend("goose", "Goose", Decimal("2.20"), 4, 0, Exactness.RECORDED),
        AgentSpend("kiro", "Kiro", Decimal("1.10"), 2, 1, Exactness.ESTIMATE),
        AgentSpend("cursor", "Cursor", None, 0, 0, Exactness.ACTIVITY, 14),
        AgentSpend("codex", "Codex CLI", Decimal(0), 1, 0),
    )
    bars = seen(replace(WATCH, today=spent)).bars
    assert [(bar.figure, bar.note, bar.detail) for bar in bars] == [
        ("$2.20", "", "recorded by the agent"),
        ("$1.10", "1 request without a price", "estimate"),
        (UNKNOWN, "", "14 prompts seen, cost unknown here"),
        ("$0.00", "", ""),
    ]


def test_many_agents_share_the_last_row() -> None:
    spent = tuple(AgentSpend(f"a{n}", f"Agent {n}", Decimal(8 - n), 1, 0) for n in range(7))
    assert len(seen(replace(WATCH, today=spent)).bars) == 7
    unknown = (AgentSpend("x", "X", None, 2, 2), AgentSpend("cursor", "Cursor", None, 0, 0, Exactness.ACTIVITY, 1))
    *_, last = seen(replace(WATCH, today=(*spent, *unknown))).bars
    assert (last.label, last.figure, last.note) == ("3 more agents", "$2.00", "2 requests without a price")
    *_, last = seen(replace(WATCH, today=(*spent[:6], *unknown))).bars
    assert (last.label, last.figure, last.share) == ("2 more agents", "unpriced", 0.0)
