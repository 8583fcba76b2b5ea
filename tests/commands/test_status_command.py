from datetime import timedelta
from decimal import Decimal

import pytest

from schemas import check
from terminals import NOW, Machine


def test_status_says_what_is_left(machine: Machine) -> None:
    machine.month()
    machine.run("budget", "400")
    state = machine.run("status", "--json").json
    check("status", state)
    assert state["as_of"] == "2026-11-20T15:00:00Z"
    (meter,) = state["meters"]
    assert (meter["limit_usd"], meter["settled_usd"], meter["pending_usd"], meter["headroom_usd"]) == ("400.00", "9.00", "0.00", "391.00")
    assert (meter["used_percent"], meter["binding"]) == (2.25, True)
    assert state["burn_usd_per_hour"] == "1.50"
    assert 0 < state["pace"] < 0.1
    assert Decimal("9.00") <= Decimal(state["forecast"]["low_usd"]) <= Decimal(state["forecast"]["likely_usd"])


def test_status_tells_of_a_spike_while_it_runs_and_not_after(machine: Machine) -> None:
    machine.responses(*(NOW - timedelta(days=days, minutes=3 * number) for days in range(20, 0, -1) for number in range(20)))
    machine.run("budget", "4000")
    assert machine.run("status", "--json").json["spikes"] == []
    machine.responses(*(NOW - timedelta(seconds=30 * number) for number in range(16, 0, -1)), output=700_000)
    state = machine.run("status", "--json").json
    check("status", state)
    (spike,) = state["spikes"]
    assert (spike["agent"], spike["project"], spike["session"], spike["learning"]) == ("claude-code", "/work", "s1", False)
    assert Decimal(spike["actual_usd"]) > Decimal(spike["expected_usd"])
    assert f"{spike['text'].partition('.')[0]}." in machine.run("status").out
    machine.now += timedelta(minutes=31)
    assert machine.run("status", "--json").json["spikes"] == []


def test_without_a_budget_there_is_a_meter_without_a_limit(machine: Machine) -> None:
    machine.month()
    state = machine.run("status", "--json").json
    check("status", state)
    assert (state["meters"][0]["limit_usd"], state["meters"][0]["settled_usd"], state["pace"]) == (None, "9.00", None)


def test_status_in_words_is_what_the_panel_says(machine: Machine) -> None:
    machine.month()
    machine.run("budget", "400")
    answer = machine.run("status")
    assert "My budget · November" in answer.out
    assert "$391.00 left of $400.00" in answer.out
    assert "Claude Code" in answer.out
    assert "\x1b" not in answer.out


def test_on_a_terminal_status_is_the_same_words(machine: Machine) -> None:
    machine.month()
    assert "My spend · November" in machine.run("status", screen=True).out


@pytest.mark.parametrize(("limit", "code"), [("400", 0), ("8", 1), ("9", 1), ("none", 0)])
def test_check_fails_when_the_budget_is_gone(machine: Machine, limit: str, code: int) -> None:
    machine.month()
    machine.run("budget", limit)
    answer = machine.run("status", "--check")
    assert answer.code == code
    assert answer.out == machine.run("status", "--line").out
    assert machine.run("status", "--json", "--check").code == code
    assert machine.run("status").code == 0


def test_the_line_is_one_line(machine: Machine) -> None:
    machine.month()
    machine.run("budget", "400")
    assert machine.run("status", "--line").out == "● 2% · $391.00 of $400 left, less 1 unpriced · today $1.50\n"


def test_settings_that_cannot_be_read_are_said_with_file_and_key(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text("[budget]\nstart_day = 40\n")
    answer = machine.run("status")
    assert answer.code == 2
    assert answer.err == (
        f"tankful: {machine.data / 'settings.toml'}: start_day in [budget] has a value that is not allowed. Use a number from 1 to 31.\n"
    )
