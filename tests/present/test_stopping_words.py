"""What is said of a process, of a search that found none or several, and of how stopping ended."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pictured import NOW, ZONE
from schemas import check
from tankful.core.agent_process import AgentProcess, Sign
from tankful.core.at_work import SessionAtWork
from tankful.core.tone import Tone
from tankful.present.stopping import end_words, found_words, process_views, session_text, session_title, stop_command, stop_json

SESSION = SessionAtWork("claude-code", "one", "/home/grace/orchard", NOW - timedelta(seconds=4), Decimal("14.2"))


def test_a_session_is_called_by_its_agent_and_folder() -> None:
    assert session_title(SESSION) == "Claude Code in orchard"
    assert session_title(SESSION._replace(project="")) == "Claude Code"
    assert session_title(SESSION._replace(agent="metacode")) == "metacode in orchard"
    assert session_title(SESSION._replace(agent="", project="")) == "An agent"
    assert session_text(SESSION, NOW) == "$14.20 without a prompt in a day; last seen 4 s ago."
    typed = SESSION._replace(typed=NOW - timedelta(hours=2))
    assert session_text(typed, NOW) == "$14.20 since you typed 2 h ago; last seen 4 s ago."
    assert session_text(typed._replace(unpriced=2), NOW) == "$14.20 + 2 unpriced since you typed 2 h ago; last seen 4 s ago."
    nothing = typed._replace(spent=Decimal(0))
    assert session_text(nothing, NOW) == "Nothing is known to be spent since you typed 2 h ago; last seen 4 s ago."
    assert session_text(SESSION._replace(last=None), NOW) == "$14.20 in this spike; nothing in the last minutes."


def test_no_number_is_made_up_for_an_agent_whose_cost_is_not_known() -> None:
    sessions = [(SESSION._replace(agent=agent, spent=Decimal(0)), ()) for agent in ("cursor", "claude-code", "metacode")]
    said = stop_json(sessions, NOW, "linux")
    check("stop", said)
    assert [name in str(said) for name in ("'spent_usd': None", "'spent_usd': '0.00'")] == [True, True]
    assert str(said).count("None, 'spike'") == 1


def test_a_process_says_since_when_and_where() -> None:
    today = AgentProcess(42, (NOW - timedelta(hours=3)).timestamp(), "claude", "/home/grace/orchard", Sign.LOG)
    older = AgentProcess(43, datetime(2026, 11, 18, 7, tzinfo=UTC).timestamp(), "claude", "", Sign.PROGRAM)
    first, second = process_views((today, older), NOW, ZONE, "linux")
    assert (first.title, first.folder, first.stop_command) == ("Process 42, since 11:02", "/home/grace/orchard", "kill -INT 42")
    assert (second.title, second.folder) == ("Process 43, since 18 Nov 08:00", "folder not known")
    assert stop_command(42, "win32") == "taskkill /PID 42"


def test_none_and_several_are_said() -> None:
    assert found_words(SESSION, 1) == ("", "")
    assert found_words(SESSION, 2)[0] == "2 processes may be it"
    assert found_words(SESSION, 0)[0] == "No process of Claude Code was found in /home/grace/orchard"
    assert found_words(SESSION._replace(project=""), 0)[0] == "No process of Claude Code was found"
    assert found_words(SESSION._replace(agent="cursor"), 0)[0] == "Cursor has no program of its own to stop"
    assert found_words(SESSION._replace(agent="metacode"), 0)[0] == "metacode has no program of its own to stop"


def test_every_end_is_told() -> None:
    assert end_words("interrupted", 42) == ("Process 42 has ended", "It was interrupted, as by Ctrl+C.", Tone.CALM)
    assert end_words("terminated", 42)[1] == "It did not heed an interrupt, and was told to end."
    assert end_words("gone", 42) == ("Process 42 had ended already", "Nothing was stopped.", Tone.UNKNOWN)
    assert end_words("stuck", 42)[2] is Tone.ACT
