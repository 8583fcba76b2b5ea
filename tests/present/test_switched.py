"""What is said of agents with other models, in words and for programs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pictured import ZONE
from schemas import check
from switching_rig import CONFIGS, OFFER, Config, machine_at, put
from tankful.core.post_check import PostCheck, Verdict
from tankful.present.changing import DiffLine, Mark, change_view
from tankful.present.post_check import check_text, check_title
from tankful.present.switched import switched_json, switched_lines, switched_rows
from tankful.switch.changes import ModelChanges, Proposal
from tankful.switch.in_force import Switched
from tankful.switch.journal import Journal
from tankful.switch.registry import switcher_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE = Switched("goose", "Goose", "house-coder-2 of work", ("/home/me/config.yaml",), NOW, "")
STUCK = replace(ONE, agent="zed", title="Zed", in_the_way="model in /x is not what Tankful put there")


def proposed(home: Path, agent: str) -> tuple[ModelChanges, Proposal]:
    changes = ModelChanges(Journal.below(home), machine_at(home), lambda: NOW)
    switcher = switcher_of(agent)
    assert switcher is not None
    return changes, changes.propose(switcher, OFFER)


def config(agent: str) -> Config:
    return next(each for each in CONFIGS if each.agent == agent)


def texts(*switched: Switched) -> list[str]:
    return ["".join(piece.text for piece in line) for line in switched_lines(switched, NOW)]


def test_each_agent_is_said_with_its_files_and_what_is_in_the_way() -> None:
    assert texts() == ["No agent was given another model. `tankful switch AGENT --model MODEL` does that."]
    assert texts(ONE, STUCK)[1:] == [
        "  /home/me/config.yaml",
        "Zed (zed)  ▲ house-coder-2 of work, since 0 s",
        "  /home/me/config.yaml",
        "  Cannot be taken back: model in /x is not what Tankful put there.",
    ]
    check("switch", switched_json((ONE, STUCK)))
    rows = switched_rows((ONE, STUCK), ZONE)
    assert [row.title for row in rows] == ["Goose uses house-coder-2 of work", "Zed uses house-coder-2 of work"]
    assert rows[0].text.endswith("20 Nov, in /home/me/config.yaml.")
    assert rows[1].text.endswith("is not what Tankful put there.")


def test_what_the_sessions_since_say_stands_at_the_switch() -> None:
    waiting = PostCheck("goose", "Goose", "house-coder-2", NOW)
    shows = waiting._replace(verdict=Verdict.SHOWS, used="openai/house-coder-2", began=NOW + timedelta(hours=1))
    other = shows._replace(verdict=Verdict.OTHER, used="opus", beaten_by=("GOOSE_MODEL", "GOOSE_PROVIDER"))
    rows = [switched_rows((ONE,), ZONE, (each,))[0] for each in (waiting, shows, other)]
    assert [row.title for row in rows] == [
        "Goose was given house-coder-2 of work",
        "Goose uses house-coder-2 of work",
        "Goose was given house-coder-2 of work",
    ]
    assert rows[0].text.endswith("/home/me/config.yaml. No session began since then, so it cannot show yet.")
    assert rows[1].text.endswith("It shows: the session of Fri 20 Nov, 14:00 used openai/house-coder-2.")
    assert "It does not show: the session of Fri 20 Nov, 14:00 used opus. A model chosen in the session" in rows[2].text
    assert rows[2].text.endswith("and so do GOOSE_MODEL and GOOSE_PROVIDER where they are set. Undo takes it back.")
    assert check_text(other._replace(beaten_by=()), ZONE, "Undo").endswith("own settings comes before this file. Undo takes it back.")
    lines = ["".join(piece.text for piece in line) for line in switched_lines((ONE, STUCK), NOW, ZONE, (other,))]
    assert lines[0] == "Goose (goose)  ▲ house-coder-2 of work, since 0 s"
    assert lines[2].startswith("  It does not show: ")
    assert lines[2].endswith(" `tankful switch --undo goose` takes it back.")
    said = switched_json((ONE, STUCK), (shows,))
    check("switch", said)
    assert check_title(waiting) == ""


def test_a_change_says_what_becomes_of_which_file(tmp_path: Path) -> None:
    put(tmp_path, config("goose"))
    changes, proposal = proposed(tmp_path, "goose")
    view = change_view(proposal)
    assert view.title == "Use house-coder-2 in Goose"
    assert view.text == "Through the account work. It takes effect in new sessions; those that run go on as they are."
    assert view.confirm == "Change the file"
    assert view.once == "tankful with house-coder-2 -- goose"
    (file,) = view.files
    assert file.what == "comments and everything else stay"
    assert DiffLine(Mark.REMOVED, "GOOSE_PROVIDER: anthropic   # at work") in file.lines
    assert DiffLine(Mark.ADDED, "GOOSE_MODEL: house-coder-2") in file.lines
    assert DiffLine(Mark.GAP, "") in file.lines[1:]
    assert file.lines[0] == DiffLine(Mark.SAME, "# goose")
    changes.carry_out(proposal)
    again = change_view(changes.propose(proposal.switcher, OFFER))
    assert (again.title, again.confirm, again.files) == ("Goose uses house-coder-2 already", "", ())
    back = change_view(changes.propose_undo(proposal.switcher))
    assert (back.title, back.confirm) == ("Take back Goose's other model", "Change the file")
    put(tmp_path, config("goose"))
    gone = change_view(changes.propose_undo(proposal.switcher))
    assert (gone.text, gone.confirm) == ("Its files are as they were already.", "Forget it")


def test_new_files_and_those_that_go_again_are_called_so(tmp_path: Path) -> None:
    put(tmp_path, config("gemini-cli"))
    changes, proposal = proposed(tmp_path, "gemini-cli")
    view = change_view(proposal)
    assert [file.what for file in view.files] == ["comments and everything else stay", "a new file"]
    assert view.confirm == "Change 2 files"
    changes.carry_out(proposal)
    assert [file.what for file in change_view(changes.propose_undo(proposal.switcher)).files][-1] == "goes away again"


def test_an_agent_that_cannot_be_started_so_has_no_command_for_once(tmp_path: Path) -> None:
    put(tmp_path, config("zed"))
    assert change_view(proposed(tmp_path, "zed")[1]).once == ""
