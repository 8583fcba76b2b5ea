"""`tankful stop`: the process of a session is shown and, after a yes, ended; nothing is guessed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas import check
from stand_ins import agent
from terminals import Machine

ID, OTHER = "9f3c1a77-0d1e-4b7a", "77b2c9f4-5d10-4e0c"
LONG = timedelta(minutes=2)


@pytest.fixture
def shop(machine: Machine) -> Path:
    """A folder in which Claude Code works."""
    return machine.home / "shop"


def work(machine: Machine, folder: Path, session: str = ID) -> None:
    """Let a session that began before its process was started have spent $1.50; the time is now."""
    machine.now = datetime.now(UTC) + LONG
    log = machine.home / "claude" / "projects" / folder.name / f"{session}.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    line = {
        "type": "assistant",
        "uuid": f"u-{session}",
        "sessionId": session,
        "requestId": f"r-{session}",
        "timestamp": f"{machine.now - timedelta(seconds=30):%Y-%m-%dT%H:%M:%S.000Z}",
        "cwd": str(folder),
        "message": {
            "id": f"m-{session}",
            "model": "claude-sonnet-4-5",
            "role": "assistant",
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 0, "output_tokens": 100_000},
        },
    }
    log.write_text(json.dumps(line) + "\n")


def test_a_session_is_stopped_after_a_yes(machine: Machine, shop: Path) -> None:
    with agent(shop) as running:
        work(machine, shop)
        done = machine.run("stop", ID[:6], screen=True, piped="y\n")
        assert (done.code, running.wait()) == (0, 0)
    assert done.out.splitlines()[0] == f"Claude Code in shop · {ID}"
    assert f"Process {running.pid}, since " in done.out
    assert f"in {shop}. It works in this session's folder. In a terminal: kill -INT {running.pid}" in done.out
    assert done.out.endswith(f"Process {running.pid} has ended. It was interrupted, as by Ctrl+C.\n")
    assert "Stop it? [y/N]" in done.err


def test_without_a_yes_nothing_is_stopped(machine: Machine, shop: Path) -> None:
    with agent(shop) as running:
        work(machine, shop)
        declined = machine.run("stop", screen=True, piped="\n")
        unasked = machine.run("stop")
        assert running.poll() is None
    assert (declined.code, declined.err.splitlines()[-1]) == (2, "tankful: Nothing was stopped.")
    assert unasked.err == "tankful: Nothing was stopped: nobody can be asked. Add --yes if that is what you want.\n"


def test_one_that_ignores_interrupts_is_told_to_end_and_one_that_ignores_both_is_said_to_go_on(machine: Machine, shop: Path) -> None:
    with agent(shop, heeds="end"):
        work(machine, shop)
        done = machine.run("stop", "--yes", "--wait", "1")
    assert "It did not heed an interrupt, and was told to end." in done.out
    with agent(shop, heeds="nothing") as running:
        work(machine, shop)
        stuck = machine.run("stop", "--yes", "--wait", "0.1")
        assert running.poll() is None
    assert (stuck.code, f"Process {running.pid} goes on." in stuck.err) == (2, True)


def test_of_several_that_fit_one_has_to_be_chosen(machine: Machine, shop: Path) -> None:
    with agent(shop) as first, agent(shop) as second:
        work(machine, shop)
        refused = machine.run("stop", "--yes")
        assert refused.err == "tankful: Nothing was stopped: 2 processes may be it. Name one with --pid.\n"
        assert "2 processes may be it. Tankful does not guess: choose the one that you mean." in refused.out
        assert machine.run("stop", screen=True, piped="3\n").code == 2
        assert machine.run("stop", screen=True, piped="2\ny\n").code == 0
        second.wait()
        assert first.poll() is None
        wrong = machine.run("stop", "--pid", "1", "--yes")
        assert wrong.err == "tankful: Nothing was stopped: process 1 is none of these. Name one of them with --pid.\n"
        assert machine.run("stop", "--pid", str(first.pid), "--yes").code == 0


def test_one_with_the_sessions_log_open_is_it_whatever_else_runs_there(machine: Machine, shop: Path) -> None:
    log = machine.home / f"{ID}.jsonl"
    with agent(shop), agent(shop, log=log) as right:
        work(machine, shop)
        listed = machine.run("stop", "--list", "--json")
        check("stop", listed.json)
        (session,) = listed.json["sessions"]
        assert [(each["pid"], each["sign"]) for each in session["processes"]] == [(right.pid, "log")]
        assert session["note"] == ""


def test_a_process_that_belongs_to_no_session_is_not_touched(machine: Machine, shop: Path) -> None:
    with agent(machine.home / "elsewhere") as other:
        work(machine, shop)
        done = machine.run("stop", "--yes")
        assert other.poll() is None
    assert done.code == 2
    assert done.err.startswith(f"tankful: No process of Claude Code was found in {shop}. It may have ended,")


def test_the_list_names_every_session(machine: Machine, shop: Path) -> None:
    assert machine.run("stop", "--list").out == "No session is at work.\n"
    work(machine, shop)
    work(machine, machine.home / "ledger", OTHER)
    listed = machine.run("stop", "--list")
    assert listed.code == 0
    assert f"Claude Code in ledger · {OTHER}" in listed.out
    assert f"Claude Code in shop · {ID}" in listed.out
    value = machine.run("stop", "--list", "--json").json
    check("stop", value)
    assert all(each["note"].startswith("No process of Claude Code was found") for each in value["sessions"])


def test_what_is_not_clear_is_refused(machine: Machine, shop: Path) -> None:
    assert machine.run("stop").err == "tankful: No session is at work. There is nothing to stop.\n"
    work(machine, shop)
    assert machine.run("stop", "xyz").err.startswith("tankful: No session at work is called 'xyz'.")
    work(machine, machine.home / "ledger", OTHER)
    assert machine.run("stop").err.startswith("tankful: 2 sessions are at work. Name one of: ")
    work(machine, machine.home / "till", f"{ID}-2")
    assert machine.run("stop", ID[:4]).err.startswith(f"tankful: '{ID[:4]}' may be 2 sessions.")
    assert machine.run("stop", ID).err.startswith(f"tankful: No process of Claude Code was found in {shop}")
    assert machine.run("stop", "--json").code == 2
    assert machine.run("stop", "--wait", "nan").err.startswith("tankful: --wait nan is too long or none.")
    assert machine.run("stop", ID, "--list").code == 2
