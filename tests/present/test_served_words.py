"""What is said where another model answered than the one that was asked."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from pictured import BUDGETED, CHANGED, NOW, WATCH, ZONE
from schemas import check
from tankful.core.served import ModelChange
from tankful.core.snapshot import Snapshot
from tankful.present.glance import glance_view
from tankful.present.served import change_remarks, change_words, of_session
from tankful.present.status import status_json

GOES_ON, OVER, ONCE = CHANGED.changes


def remarks(snapshot: Snapshot) -> tuple[str, ...]:
    return glance_view(snapshot, BUDGETED, NOW, ZONE).remarks


def said(change: ModelChange) -> str:
    return change_words(change, NOW, ZONE)


def test_it_is_said_who_asked_for_what_and_got_what_since_when_how_often_and_for_how_much() -> None:
    assert said(GOES_ON) == (
        "Claude Code in orchard asked for claude-opus-4-1, got claude-sonnet-4-5 since 13:05: 12 calls, about $4.81 less by list price."
    )
    assert said(OVER) == "Copilot Chat (VS Code) in ledger asked for gpt-5, got gpt-5-mini from 09:02 to 11:02: 7 calls."
    assert said(ONCE) == "Copilot CLI asked for gpt-5-mini, got gpt-5 at 16:02 on Thu 19 Nov: 1 call, about $0.30 more by list price."


def test_prefixes_and_less_than_a_cent_are_not_worth_a_word() -> None:
    small = GOES_ON._replace(agent="", project="", served="anthropic/claude-sonnet-4-5", difference=Decimal("0.004"))
    assert said(small) == "An agent asked for claude-opus-4-1, got claude-sonnet-4-5 since 13:05: 12 calls."
    assert said(small._replace(agent="metacode")).startswith("metacode asked")


def test_the_panel_tells_the_latest_and_counts_the_rest() -> None:
    assert remarks(CHANGED)[-3:] == (
        said(GOES_ON),
        said(OVER),
        "Another model answered in 1 more session too; tankful doctor lists all.",
    )
    assert change_remarks((GOES_ON,), NOW, ZONE) == (said(GOES_ON),)
    assert remarks(WATCH) == ()


def test_a_session_has_its_own() -> None:
    text = of_session(CHANGED.changes, "claude-code", "one", NOW, ZONE)
    assert text == "Asked for claude-opus-4-1, got claude-sonnet-4-5 since 13:05: 12 calls, about $4.81 less by list price."
    assert of_session(CHANGED.changes, "codex", "one", NOW, ZONE) == ""


@pytest.mark.parametrize("minutes", [9, 11])
def test_it_goes_on_for_ten_minutes(minutes: int) -> None:
    change = GOES_ON._replace(last=NOW - timedelta(minutes=minutes))
    assert (" since 13:05" in said(change)) == (minutes < 10)


def test_programs_are_told_too() -> None:
    state = status_json(replace(CHANGED, changes=(GOES_ON, OVER)))
    check("status", state)
    first, second = cast("list[dict[str, object]]", state["model_changes"])
    assert first == {
        "agent": "claude-code",
        "session": "one",
        "project": "/home/grace/orchard",
        "asked": "claude-opus-4-1",
        "served": "claude-sonnet-4-5",
        "first": "2026-11-20T12:05:30Z",
        "last": "2026-11-20T13:01:30Z",
        "calls": 12,
        "list_price_difference_usd": "-4.8062",
        "told_by": "ai.example.com",
    }
    assert (second["list_price_difference_usd"], second["told_by"]) == (None, "agent")
