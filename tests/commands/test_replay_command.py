"""`tankful replay`, on files of events and on one's own past."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schemas import check
from tankful.store.settings_file import SettingsFile
from terminals import NOW, Machine

FIRST = datetime(2026, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def events(path: Path) -> Path:
    """Three weeks of usual work, and a session that goes on by itself on the last morning."""
    lines: list[dict[str, Any]] = []
    for day in range(21):
        for number in range(60 if day < 20 else 300):
            at = FIRST + timedelta(days=day, minutes=number)
            told = {"agent": "claude-code", "session": f"s{day}", "project": "/src/shop", "model": "sonnet"}
            is_typed = number % 4 == 0 if day < 20 else not number
            lines.append({"t": f"{at:%Y-%m-%dT%H:%M:%SZ}", "cost_usd": "0.2500", **told, "prompt": is_typed})
    path.write_text("\n".join(json.dumps(line) for line in reversed(lines)) + "\n\n")
    return path


def test_a_file_of_events_is_lived_through_in_order(machine: Machine, tmp_path: Path) -> None:
    answer = machine.run("replay", "--events", str(events(tmp_path / "events")), "--limit", "350", "--timezone", "UTC", "--json")
    assert answer.code == 0
    said = answer.json
    check("replay", said)
    (spike,) = said["spikes"]
    assert (spike["channel"], spike["cause"], spike["session"]) == ("unattended", "nobody-typed", "s20")
    assert spike["start"] == "2026-06-22T09:00:00Z"
    assert Decimal(spike["excess_usd"]) == Decimal(spike["actual_usd"]) - Decimal(spike["expected_usd"])
    assert len(said["forecasts"]) == 21
    assert said["forecasts"][-1]["spent_usd"] == "375.00"
    assert said["forecasts"][-1]["p_runout"] == 1
    assert [notice["class"] for notice in said["notices"]] == ["A", "C", "C"]
    assert "spending by itself" in said["notices"][0]["text"]
    assert "used up" in said["notices"][-1]["text"]


def test_it_reads_as_sentences(machine: Machine, tmp_path: Path) -> None:
    path = str(events(tmp_path / "events"))
    lines = machine.run("replay", "--events", path, "--limit", "$350", "--timezone", "UTC").out.splitlines()
    assert lines[0] == "1 spike, 3 notices."
    assert lines[1].startswith("  Mon 22 Jun 09:")
    assert "Claude Code in shop: spending by itself. $" in lines[1]
    assert lines[2] == "Notices:"
    assert lines[-1].startswith("Mon 22 Jun: $375.00 spent, likely $")
    unlimited = machine.run("replay", "--events", path, "--limit", "none", "--period", "week").out
    assert "runs out" not in unlimited


def test_a_mark_at_the_head_of_a_file_is_no_part_of_its_first_event(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "events").write_bytes(b'\xef\xbb\xbf{"t": "2026-06-01T09:12:33Z", "cost_usd": "0.5"}\n')
    said = machine.run("replay", "--events", str(tmp_path / "events"), "--timezone", "UTC", "--json").json
    assert [each["spent_usd"] for each in said["forecasts"]] == ["0.50"]


def test_nothing_gives_nothing(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "events").write_text("")
    assert machine.run("replay", "--events", str(tmp_path / "events")).out == "0 spikes, 0 notices.\n"


def test_the_least_that_a_line_must_say_is_time_and_cost(machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_text(
        '{"t":"2026-06-01T09:12:33.5+02:00","cost_usd":0.5,"other":1}\n{"t":"2026-06-01T09:00:00","cost_usd":"1","prompt":null}\n'
    )
    (forecast,) = machine.run("replay", "--events", str(path), "--timezone", "UTC", "--json").json["forecasts"]
    assert forecast["spent_usd"] == "1.50"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"t":"yesterday","cost_usd":"1"}',
        '{"cost_usd":"1"}',
        '{"t":"2026-06-01T09:00:00Z","cost_usd":"NaN"}',
        '{"t":"2026-06-01T09:00:00Z","cost_usd":"1e30"}',
        '{"t":"2026-06-01T09:00:00Z","cost_usd":"-1e400"}',
        '{"t":"0001-01-01T00:00:00Z","cost_usd":"1"}',
        '{"t":"9999-12-31T23:59:59Z","cost_usd":"1"}',
    ],
)
def test_a_line_that_is_no_event_is_named(machine: Machine, tmp_path: Path, line: str) -> None:
    path = tmp_path / "events"
    path.write_text('{"t":"2026-06-01T09:00:00Z","cost_usd":"1"}\n' + line + "\n")
    answer = machine.run("replay", "--events", str(path))
    assert answer.code == 2
    assert "Line 2 of" in answer.err


@pytest.mark.parametrize("words", [("--events", "nowhere"), ("--limit", "much"), ("--limit", "-1"), ("--limit", "inf"), ("--days", "0")])
def test_what_cannot_be_done_is_said(machine: Machine, words: tuple[str, str]) -> None:
    answer = machine.run("replay", *words)
    assert answer.code == 2
    assert answer.err.count("\n") == 1


def test_ones_own_past_is_replayed_with_ones_own_budget(machine: Machine) -> None:
    machine.run("budget", "8")
    machine.responses(*(NOW - timedelta(days=days, hours=1) for days in range(40)))
    said = machine.run("replay", "--json").json
    check("replay", said)
    assert said["forecasts"][-1]["spent_usd"] == "30.00"
    assert len(said["forecasts"]) == 28
    assert any("used up" in notice["text"] for notice in said["notices"])
    assert len(machine.run("replay", "--days", "7", "--limit", "none", "--json").json["forecasts"]) == 7


def test_ones_own_past_is_replayed_with_ones_own_quiet_hours(machine: Machine) -> None:
    machine.run("budget", "8")
    machine.responses(*(NOW - timedelta(days=days, hours=1) for days in range(40)))
    SettingsFile(machine.data / "settings.toml").change(quiet_from_h=0, quiet_to_h=23)
    said = machine.run("replay", "--json").json["notices"]
    assert said
    assert {notice["at"][11:13] for notice in said} == {"23"}


def test_a_spike_that_runs_is_told_with_the_time_that_it_took_until_now(machine: Machine, tmp_path: Path) -> None:
    begun = datetime(2026, 6, 1, 9, tzinfo=UTC)
    quiet = [(begun + timedelta(days=day, minutes=5 * n), "0.05", n % 3 == 0) for day in range(20) for n in range(12)]
    runaway = [(begun + timedelta(days=21, minutes=n), "0.50", n == 0) for n in range(60)]
    path = tmp_path / "events"
    path.write_text(
        "".join(
            f'{{"t":"{at.isoformat()}","cost_usd":"{usd}","prompt":{str(typed).lower()},"session":"s"}}\n'
            for at, usd, typed in [*quiet, *runaway]
        )
    )
    assert "$30.00 in 59 min since anybody typed" in machine.run("replay", "--events", str(path), "--timezone", "UTC").out
