"""The lines on sessions at work."""

from dataclasses import replace
from datetime import timedelta

from pictured import NOW, WATCH
from tankful.present.working import working_lines


def test_each_session_says_what_it_spent_since_somebody_typed() -> None:
    assert working_lines(WATCH.working, NOW) == (
        "Claude Code in orchard: $1.42 since you typed 4 min ago.",
        "Codex CLI in ledger: $3.07 within a day, nobody typed.",
        "MetaCode: $0.11 since you typed 9 min ago.",
    )


def test_an_agent_whose_cost_is_unknown_tells_only_when_it_was_used() -> None:
    seen = replace(WATCH.working[0], spent_at=None, prompted_at=NOW - timedelta(seconds=30), project="C:\\Users\\grace\\orchard")
    assert working_lines((seen,), NOW) == ("Claude Code in orchard: you typed 30 s ago.",)
    assert working_lines((replace(seen, project="/"),), NOW) == ("Claude Code in /: you typed 30 s ago.",)


def test_many_sessions_share_a_line() -> None:
    assert working_lines(WATCH.working * 2, NOW)[3:] == ("3 more sessions at work.",)
    assert working_lines((*WATCH.working, WATCH.working[0]), NOW)[3:] == ("1 more session at work.",)
