from dataclasses import replace
from datetime import timedelta

import pytest

from pictured import INBOX, NOW, TOLD, WATCH, ZONE
from schemas import check
from tankful.core.inbox import EVERYTHING, Hold, Inbox, InboxEntry, NoticeAction, NoticeClass, Outcome, Rule, Snooze
from tankful.core.tone import Tone
from tankful.present.inbox import fate_words, inbox_link, inbox_view, snooze_words
from tankful.present.inbox_lines import inbox_json, inbox_lines, snooze_lines
from tankful.present.status import Line


def plain(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


def entry(outcome: Outcome, detail: str = "", rule: Rule = Rule.LEVEL, *, is_open: bool = True) -> InboxEntry:
    return InboxEntry("k", NOW, NoticeClass.STATE, rule, "Title", "", "", outcome, detail, is_open=is_open)


def test_the_inbox_says_by_day_what_was_said_and_what_can_be_done() -> None:
    view = inbox_view(TOLD, NOW, ZONE)
    assert view.summary == "2 new"
    assert [(day, len(rows)) for day, rows in view.days] == [("Today", 2), ("Yesterday", 2), ("Tue 17 Nov", 1)]
    spike, budget = view.days[0][1]
    assert spike.title == "Claude Code in orchard: the cache went cold"
    assert (spike.when, spike.fate, spike.tone, spike.is_new) == ("13:41", "Shown", Tone.ACT, True)
    assert [action for action, _ in spike.buttons] == [NoticeAction.EXPECTED]
    assert [words for _, words in spike.snoozes] == ["This project for 1 hour", "This project today", "This project until the reset"]
    assert (budget.fate, budget.tone) == ("Held back: do not disturb", Tone.WATCH)
    assert [action for action, _ in budget.buttons] == [NoticeAction.OPEN]
    assert [words for _, words in budget.snoozes] == ["This budget for 1 hour", "This budget today", "This budget until the reset"]
    system, answered = view.days[1][1]
    assert [action for action, _ in system.buttons] == [NoticeAction.SETTINGS]
    assert system.snoozes == answered.snoozes == ()
    assert (answered.fate, answered.buttons, answered.tone) == ("You said it is expected · over", (), Tone.UNKNOWN)
    assert view.days[2][1][0].fate == "Shown, and over"
    assert [snooze.text for snooze in view.snoozes] == ["Project orchard is snoozed until Tue 1 Dec"]
    assert all(row.why for _, rows in view.days for row in rows)


def test_a_change_of_the_model_leads_to_the_panel_and_cannot_be_snoozed_for_a_budget() -> None:
    told = replace(TOLD, inbox=Inbox((entry(Outcome.HELD, Hold.INBOX, Rule.MODEL),)))
    ((_, (row,)),) = inbox_view(told, NOW, ZONE).days
    assert ([action for action, _ in row.buttons], row.fate, row.tone) == ([NoticeAction.OPEN], "For this inbox only", Tone.WATCH)


def test_what_became_of_a_switch_leads_to_it_in_the_tone_of_the_news() -> None:
    told = [
        replace(TOLD, inbox=Inbox((InboxEntry("k", NOW, kind, Rule.SWITCHED, "T", "", "", Outcome.HELD, Hold.INBOX, is_open=True),)))
        for kind in (NoticeClass.DECISION, NoticeClass.SYSTEM)
    ]
    rows = [inbox_view(each, NOW, ZONE).days[0][1][0] for each in told]
    assert [row.tone for row in rows] == [Tone.CALM, Tone.WATCH]
    assert [action for row in rows for action, _ in row.buttons] == [NoticeAction.SWITCHES] * 2


def test_an_inbox_with_nothing_in_it_has_no_days() -> None:
    assert inbox_view(WATCH, NOW, ZONE) == inbox_view(None, NOW, ZONE)
    assert inbox_view(None, NOW, ZONE).days == ()
    assert (inbox_link(None), inbox_link(WATCH), inbox_link(TOLD)) == ("Inbox", "Inbox", "Inbox · 2")


@pytest.mark.parametrize("hold", list(Hold))
def test_whatever_held_a_notice_back_is_said(hold: Hold) -> None:
    assert fate_words(entry(Outcome.HELD, hold)).startswith(("Held back: ", "For this inbox"))
    assert fate_words(entry(Outcome.HELD, hold, is_open=False)).endswith(" · over")


@pytest.mark.parametrize("action", list(NoticeAction))
def test_whatever_the_user_did_is_said(action: NoticeAction) -> None:
    assert fate_words(entry(Outcome.ANSWERED, action)).startswith("You ")
    assert " · over" not in fate_words(entry(Outcome.ANSWERED, action, Rule.DIGEST, is_open=False))


@pytest.mark.parametrize(
    ("about", "hours", "text"),
    [
        (EVERYTHING, 1, "Snoozed until 15:02"),
        ("budget:personal", 48, "Your budget is snoozed until Sun 22 Nov"),
        ("budget:ai.example.com/team", 48, "The budget ai.example.com/team is snoozed until Sun 22 Nov"),
        ("project:/src/shop", 20, "Project shop is snoozed until Sat 21 Nov"),
    ],
)
def test_a_snooze_says_of_what_and_until_when(about: str, hours: int, text: str) -> None:
    assert snooze_words(Snooze(about, NOW + timedelta(hours=hours)), NOW, ZONE) == text


def test_a_snooze_of_today_ends_at_midnight() -> None:
    midnight = (NOW.astimezone(ZONE) + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    assert snooze_words(Snooze(EVERYTHING, midnight), NOW, ZONE) == "Snoozed until midnight"


def test_the_terminal_says_the_same() -> None:
    said = plain(inbox_lines(INBOX, NOW, ZONE))
    assert said[0] == "Project orchard is snoozed until Tue 1 Dec. `tankful snooze off` ends it."
    assert said[1] == "Fri 20 Nov, 13:41  Claude Code in orchard: the cache went cold  new"
    assert said[2].endswith("usually $3.40. Shown.")
    assert "  For this inbox only." in said
    assert plain(inbox_lines(Inbox(), NOW, ZONE)) == ["Nothing to say so far."]
    assert plain(snooze_lines(Inbox(), NOW, ZONE)) == ["Nothing is snoozed."]
    assert plain(snooze_lines(INBOX, NOW, ZONE)) == ["Project orchard is snoozed until Tue 1 Dec."]
    check("notices", inbox_json(INBOX))
