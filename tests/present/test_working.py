"""The rows on sessions at work."""

from datetime import timedelta
from decimal import Decimal

from pictured import NOW, WATCH
from tankful.present.working import last_spent, working_rows


def test_each_session_says_what_it_spent_since_somebody_typed() -> None:
    assert working_rows(WATCH.working, NOW) == (
        ("Claude Code · orchard", "$1.42 · you typed 4 min ago", "last spent 4 s ago"),
        ("Codex CLI · ledger", "$3.07 · no prompt in a day", "last spent 2 min ago"),
        ("MetaCode", "$0.11 · you typed 9 min ago", "last spent 8 min ago"),
    )


def test_when_each_last_spent_is_said_in_a_line_where_it_is_known() -> None:
    rows = working_rows((*WATCH.working[:2], WATCH.working[2]._replace(spent_at=None)), NOW)
    assert last_spent(rows).splitlines() == ["Claude Code · orchard: last spent 4 s ago", "Codex CLI · ledger: last spent 2 min ago"]


def test_an_agent_whose_cost_is_unknown_tells_only_when_it_was_used() -> None:
    seen = WATCH.working[0]._replace(spent_at=None, prompted_at=NOW - timedelta(seconds=30), project="C:\\Users\\grace\\orchard")
    assert working_rows((seen,), NOW) == (("Claude Code · orchard", "you typed 30 s ago", ""),)
    assert working_rows((seen._replace(project="/"),), NOW) == (("Claude Code · /", "you typed 30 s ago", ""),)


def test_what_has_no_price_is_never_nothing() -> None:
    partly = WATCH.working[0]._replace(unpriced=2)
    assert working_rows((partly,), NOW)[0][1] == "$1.42 + 2 unpriced · you typed 4 min ago"
    assert working_rows((partly._replace(since_prompt=Decimal(0)),), NOW)[0][1] == "2 unpriced · you typed 4 min ago"


def test_many_sessions_share_a_row() -> None:
    assert working_rows(WATCH.working * 2, NOW)[3:] == (("3 more sessions at work", "", ""),)
    assert working_rows((*WATCH.working, WATCH.working[0]), NOW)[3:] == (("1 more session at work", "", ""),)
