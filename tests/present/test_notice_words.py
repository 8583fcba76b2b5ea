from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tankful.core.inbox import NoticeAction, NoticeClass, Rule
from tankful.core.notices import BudgetFact, Notice, OtherFact, Summary
from tankful.core.pace import Forecast
from tankful.core.spike import Cause, Channel, Evidence, Spike, SpikeState
from tankful.present.notices import notice_words
from tankful.present.spikes import spike_text, spike_title, spike_why

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AHEAD = Forecast(Decimal(410), Decimal(500), Decimal(620), 0.72, datetime(2026, 11, 24, 12, tzinfo=UTC))
BUDGET = BudgetFact(
    "personal", Decimal(400), Decimal("361.80"), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), AHEAD, 12.4
)
SPIKE = Spike(
    NOW - timedelta(minutes=30),
    NOW - timedelta(minutes=130),
    Channel.UNATTENDED,
    Cause.NOBODY_TYPED,
    Evidence(4.14, "sonnet", 0.11, 0.92, 5),
    "claude-code",
    "s1",
    "/src/shop",
    "opus",
    Decimal("14.2"),
    Decimal("3.1"),
)


TIMES = "Each request costs 4.1 times the usual"


def said(rule: Rule, about: BudgetFact | Spike | OtherFact | Summary | None, level: int = 0) -> str:
    words = notice_words(Notice(NOW, NoticeClass.STATE, rule, "key", about, level), UTC)
    assert words.why or rule is Rule.OTHER
    return words.plain


@pytest.mark.parametrize(
    ("rule", "level", "text"),
    [
        (Rule.LEVEL, 90, "Your budget of $400 is 90% used. $38.20 is left until the reset on 1 Dec."),
        (Rule.LEVEL, 100, "Your budget of $400 is used up. $361.80 is spent; it adds up until the reset on 1 Dec."),
        (Rule.CAP, 0, "Your budget of $400 stops your agents in about 12 min. $38.20 is left until the reset on 1 Dec."),
        (Rule.BLOCKED, 0, "Your budget of $400 is gone, and requests are refused. $361.80 is spent until the reset on 1 Dec."),
        (
            Rule.RUN_OUT,
            0,
            (
                "Your budget of $400 is likely to run out around Tue 24 Nov. $361.80 is spent, likely $410 to $620 in all"
                " until the reset on 1 Dec; 7 in 10 that it runs out."
            ),
        ),
    ],
)
def test_a_notice_about_a_budget_says_what_how_much_and_until_when(rule: Rule, level: int, text: str) -> None:
    assert said(rule, BUDGET, level) == text


def test_a_budget_without_reset_or_forecast_leaves_that_out() -> None:
    bare = replace(BUDGET, end=None, forecast=None)
    assert said(Rule.RUN_OUT, bare) == "Your budget of $400 is likely to run out."
    assert said(Rule.LEVEL, bare, 90) == "Your budget of $400 is 90% used. $38.20 is left."
    assert said(Rule.RUN_OUT, replace(BUDGET, forecast=replace(AHEAD, run_out_at=None))).startswith(
        "Your budget of $400 is likely to run out. $361.80"
    )


@pytest.mark.parametrize(
    ("cause", "title", "text"),
    [
        (Cause.NOBODY_TYPED, "spending by itself", "$14.20 in 2 h since anybody typed; at most $3.10 is usual."),
        (
            Cause.DEARER_MODEL,
            "a dearer model",
            "Each request costs 4.1 times the usual: opus instead of sonnet. $14.20 in 2 h, usually $3.10.",
        ),
        (
            Cause.COLD_CACHE,
            "the cache went cold",
            "Each request costs 4.1 times the usual: input read from the cache fell from 92% to 11%. $14.20 in 2 h, usually $3.10.",
        ),
        (Cause.DEARER_REQUESTS, "dearer requests", "Each request costs 4.1 times the usual. $14.20 in 2 h, usually $3.10."),
        (Cause.MANY_SESSIONS, "much more than usual", "5 sessions at once. $14.20 in 2 h, usually $3.10."),
        (Cause.MANY_REQUESTS, "much more than usual", "$14.20 in 2 h, usually $3.10."),
    ],
)
def test_a_spike_says_where_how_much_and_why(cause: Cause, title: str, text: str) -> None:
    spike = replace(SPIKE, cause=cause)
    assert spike_title(spike) == f"Claude Code in shop: {title}"
    assert spike_text(spike, NOW) == text
    assert said(Rule.SPIKE, spike) == f"Claude Code in shop: {title}. {text}"


def test_a_spike_that_ended_is_no_longer_than_it_was_and_learning_is_said() -> None:
    ended = replace(SPIKE, state=SpikeState.ENDED, ended=NOW - timedelta(minutes=100), learning=True)
    assert spike_text(ended, NOW) == (
        "$14.20 in 30 min since anybody typed; at most $3.10 is usual. Tankful is still learning what is usual."
    )


def test_unknown_agents_have_the_name_they_give_themselves() -> None:
    assert spike_title(replace(SPIKE, agent="homemade", project="")) == "homemade: spending by itself"
    assert spike_title(replace(SPIKE, agent="", project="")) == "An agent: spending by itself"


def test_the_others_are_short() -> None:
    assert said(Rule.OTHER, OtherFact(NoticeClass.SYSTEM, "k", "Codex cannot be read.")) == "Codex cannot be read."
    assert said(Rule.MODEL, OtherFact(NoticeClass.SYSTEM, "k", "Codex asked for a, and b answered", Rule.MODEL)) == (
        "Codex asked for a, and b answered."
    )
    assert said(Rule.DIGEST, None, 2) == "2 notices held back. The inbox has them."
    assert said(Rule.MORE_SPIKES, Summary(("One is gone.",)), 1) == "1 more urgent notice today. One is gone."


def test_a_summary_names_the_first_three() -> None:
    assert said(Rule.DIGEST, Summary(("One", "Two.", "Three")), 3) == "3 notices held back. One. Two. Three."
    assert said(Rule.MORE_SPIKES, Summary(("One", "Two", "Three", "Four", "Five")), 5) == (
        "5 more urgent notices today. One. Two. Three. And 2 more."
    )


@pytest.mark.parametrize(
    ("channel", "held"),
    [
        (Channel.VOLUME, "What is spent in ten minutes of work is held against your own last four weeks."),
        (Channel.PRICE, "What the last twelve requests cost is held against your own last four weeks."),
        (Channel.UNATTENDED, "What is spent since you last typed is held against your own last four weeks."),
    ],
)
def test_whoever_asks_is_told_by_which_rule_a_spike_is_shown(channel: Channel, held: str) -> None:
    assert spike_why(replace(SPIKE, channel=channel)).startswith(held)


def test_a_budget_of_a_gateway_is_called_by_its_name() -> None:
    assert said(Rule.LEVEL, replace(BUDGET, name="team platform at ai.example.com"), 90).startswith(
        "The budget of team platform at ai.example.com ($400) is 90% used. "
    )


@pytest.mark.parametrize("rule", list(Rule))
def test_no_notice_has_more_than_two_buttons(rule: Rule) -> None:
    buttons = notice_words(Notice(NOW, NoticeClass.STATE, rule, "key", SPIKE), UTC).buttons
    assert 1 <= len(buttons) <= 2
    assert (NoticeAction.EXPECTED in dict(buttons)) == (rule is Rule.SPIKE)
