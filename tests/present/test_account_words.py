"""Linked accounts in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from linked import DIFFERING, GATEWAY, LINKED, NOT_ASKED, RAN_OUT, STATEMENT, TITLES, WINDOWS, budget
from pictured import NOW, ZONE
from tankful.core.accounts import AccountState
from tankful.core.allocation import Statement
from tankful.core.difference import Difference
from tankful.core.errors import WrongWords
from tankful.core.links import Method
from tankful.core.pace import Tone
from tankful.present.accounts import (
    METHODS,
    AccountView,
    account_views,
    available_words,
    linked_words,
    options_of,
    statement_details,
    statement_words,
    way_words,
)


def view(state: AccountState) -> AccountView:
    (made,) = account_views((state,), TITLES, NOW, ZONE)
    return made


def test_a_linked_account_says_whose_it_is_and_what_is_left() -> None:
    seen = view(LINKED)
    assert (seen.name, seen.kind, seen.letter, seen.tone, seen.is_failing) == ("ai.example.com", "LiteLLM", "L", Tone.CALM, False)
    assert f"{seen.lead} · {seen.rest}" == "Linked as alice@example.com · asked 4 s ago · $197.83 of $600 left, resets 1 Dec"
    assert seen.details == (
        "You: $197.83 of $600 left, resets 1 Dec",
        "Team platform: $1,881.60 of $5,000 left, resets 1 Dec",
        "The gateway books spend within about 10 s.",
    )


def test_an_account_with_a_name_of_its_own_says_where_it_is() -> None:
    assert view(replace(LINKED, link=replace(GATEWAY, name="Company"))).kind == "LiteLLM · ai.example.com"
    assert view(replace(LINKED, link=replace(GATEWAY, kind="newer"))).kind == "newer"


def test_one_that_does_not_answer_says_why_what_to_do_and_how_old_its_figures_are() -> None:
    seen = view(RAN_OUT)
    assert (seen.tone, seen.is_failing, seen.lead) == (Tone.WATCH, True, "Claude Code's sign-in ran out on Tuesday.")
    assert seen.rest == "Use Claude Code once. The last figures (5 hours 41% used, week 63% used) are 2 days old."
    assert view(replace(RAN_OUT, statement=None)).rest == "Use Claude Code once."
    assert view(replace(RAN_OUT, statement=None)).details == ()


def test_one_that_was_not_asked_yet_says_so() -> None:
    assert (view(NOT_ASKED).lead, view(NOT_ASKED).rest, view(NOT_ASKED).tone) == ("Not asked yet", "", Tone.UNKNOWN)
    for_now = replace(NOT_ASKED, link=replace(NOT_ASKED.link, session_only=True))
    assert view(for_now).rest == "linked until Tankful quits"


def test_without_a_name_for_the_user_it_is_just_linked() -> None:
    nameless = replace(STATEMENT, who="")
    assert view(replace(LINKED, statement=nameless)).lead == "Linked as alice@example.com"
    assert view(replace(LINKED, statement=None)).lead == "Linked as alice@example.com"
    assert linked_words(replace(GATEWAY, who=""), nameless, ZONE) == "Linked, $197.83 of $600 left, resets 1 Dec"
    assert view(replace(LINKED, health=LINKED.health._replace(as_of=None))).rest == "$197.83 of $600 left, resets 1 Dec"


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (
            DIFFERING.difference,
            "The gateway booked $3.20 more than our own logs say: another machine of yours, or a key that others use too.",
        ),
        (Difference(Decimal(-1), ()), "The gateway booked $1.00 less than our own logs say."),
    ],
)
def test_what_cannot_be_explained_is_said_with_likely_reasons(difference: Difference, said: str) -> None:
    assert view(replace(LINKED, difference=difference)).details[-1] == said


def test_the_budget_that_stops_the_user_first_is_the_one_that_is_told() -> None:
    team = budget("team platform", "5000", "4990")
    assert statement_words(replace(STATEMENT, allocations=(*STATEMENT.allocations, team)), ZONE) == "$10.00 of $5,000 left, resets 1 Dec"
    ignored = (*STATEMENT.allocations, replace(team, enforced=False))
    assert statement_words(replace(STATEMENT, allocations=ignored), ZONE) == "$197.83 of $600 left, resets 1 Dec"
    assert statement_details(replace(STATEMENT, allocations=ignored), ZONE)[2].endswith("(not enforced)")


def test_the_budget_that_is_told_is_the_one_on_the_gauge() -> None:
    mine = replace(STATEMENT.allocations[0], settled=Decimal(570))
    small = replace(mine, scope="key alice", limit=Decimal(10), settled=Decimal(1))
    assert statement_words(replace(STATEMENT, allocations=(small, mine)), ZONE) == "$30.00 of $600 left, resets 1 Dec"


def test_how_the_gateway_marks_a_limit_is_told_with_it() -> None:
    mine = replace(STATEMENT.allocations[0], severity="critical")
    window = replace(WINDOWS.windows[0], severity="warning")
    details = statement_details(replace(STATEMENT, allocations=(mine,), windows=(window,)), ZONE)
    assert details[0].endswith("resets 1 Dec, the gateway calls it critical")
    assert details[1].endswith(", the gateway warns of it")


def test_over_without_limit_without_reset_and_with_one_that_is_due() -> None:
    over = replace(budget("you", "600", "610.5"), resets_at=None)
    assert statement_words(replace(STATEMENT, allocations=(over,)), ZONE) == "$10.50 over $600"
    assert statement_words(replace(STATEMENT, allocations=(replace(over, limit=None),)), ZONE) == "$610.50 spent, no limit"
    due = replace(STATEMENT.allocations[0], resetting=True)
    assert statement_words(replace(STATEMENT, allocations=(due,)), ZONE) == "$197.83 of $600 left, its reset of 1 Dec is due"


def test_windows_are_told_in_percent_and_nothing_as_nothing() -> None:
    assert statement_details(WINDOWS, ZONE) == ("5 hours: 41% used, resets 20 Nov 16:02", "week: 63% used")
    nothing = Statement("spare", NOW)
    assert statement_words(nothing, ZONE) == ""
    assert statement_details(nothing, ZONE) == ("The gateway has set no budget for you.",)
    assert linked_words(GATEWAY, nothing, ZONE) == "Linked as alice@example.com"


def test_every_way_to_sign_in_has_its_words() -> None:
    assert set(METHODS) == set(Method)
    assert all(available_words((method,)) for method in Method)
    assert {method for method in Method if "/a/file" in way_words(method, "/a/file")} == {Method.FILE, Method.LOCAL}
    assert available_words(()) == "there is no way to sign in"


def test_options_are_lines_of_name_and_value() -> None:
    assert options_of("spent=/data/spend\n\n limit = 50 \npath=/a?b=c") == {"spent": "/data/spend", "limit": "50", "path": "/a?b=c"}
    with pytest.raises(WrongWords, match="says nothing"):
        options_of("spent=/a\nlimit")
