"""The tray's menu as data."""

from dataclasses import replace

import pytest

from pictured import BLANK, BUDGETED, LINKED, NO_LIMIT, NUDGE, OFFLINE, OVER, TOLD, UNSET, WATCH
from tankful.core.choices import IconStyle, Theme
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present.menu import Command, MenuItem, menu_view


def by_text(items: tuple[MenuItem, ...], text: str) -> MenuItem:
    return next(item for item in items if item.text == text)


@pytest.mark.parametrize(
    ("snapshot", "text"),
    [
        (None, "Starting…"),
        (WATCH, "$197.85 left of $600"),
        (OVER, "$52.30 over $600"),
        (NO_LIMIT, "No budget set"),
        (UNSET, "Budget unknown"),
        (BLANK, "Spend unknown"),
    ],
)
def test_the_first_row_tells_the_figure_where_tooltips_are_not_shown(snapshot: Snapshot | None, text: str) -> None:
    first = menu_view(snapshot, BUDGETED)[0]

    assert (first.text, first.command) == (text, None)


def test_every_command_is_in_the_menu() -> None:
    rows = menu_view(WATCH, BUDGETED)
    snoozed = menu_view(TOLD, BUDGETED)
    commands = {row.command for row in (*rows, *snoozed, *(child for row in rows for child in row.children))}

    assert commands - {None} == set(Command) - {
        Command.BANNER_SEEN,
        Command.SPIKE_EXPECTED,
        Command.SHOW_SESSION,
        Command.NUDGE_COMPARE,
        Command.NUDGE_LATER,
    }  # buttons of cards


def test_the_menu_says_what_is_new_and_ends_what_is_snoozed() -> None:
    texts = [row.text for row in menu_view(TOLD, BUDGETED)]
    assert "Inbox (2 new)…" in texts
    assert "End snooze" in texts
    assert "Inbox…" in [row.text for row in menu_view(None, BUDGETED)]


def test_what_is_suggested_stands_above_the_inbox_and_leads_to_the_panel() -> None:
    rows = menu_view(replace(WATCH, nudge=NUDGE), BUDGETED)
    place = next(place for place, row in enumerate(rows) if row.text == "MetaCode may do this work for less…")
    assert (rows[place].command, rows[place + 1].command) == (Command.OPEN, Command.INBOX)
    assert not any("may do this work" in row.text for row in menu_view(None, BUDGETED))


def test_the_choices_in_force_are_ticked() -> None:
    rows = menu_view(WATCH, Settings(icon_style=IconStyle.TANK, theme=Theme.DARK))

    assert [item.value for item in by_text(rows, "Icon style").children if item.ticked] == [IconStyle.TANK]
    assert [item.value for item in by_text(rows, "Colours").children if item.ticked] == [Theme.DARK]
    assert {item.value for item in by_text(rows, "Icon style").children} == set(IconStyle)
    assert {item.value for item in by_text(rows, "Colours").children} == set(Theme)


def test_the_menu_tells_every_budget_and_window_the_binding_one_first() -> None:
    rows = [row.text for row in menu_view(LINKED, BUDGETED)]
    assert rows[: rows.index("")] == [
        "$197.86 left of $600",
        "Team platform: $1,878.40 left",
        "Key alice, a day: $8.54 left",
        "claude-plan, 5 hours: 41% used",
        "claude-plan, week: 63% used",
    ]
    assert [row.text for row in menu_view(OFFLINE, BUDGETED)][1] == "Team platform: $1,871.73 left"


def test_an_account_that_never_answered_adds_nothing_to_the_menu() -> None:
    silent = replace(LINKED, meters=LINKED.meters[:1], accounts=(replace(LINKED.accounts[0], statement=None),))
    assert menu_view(silent, BUDGETED)[1].text == ""
