"""`tankful telemetry`: agents are told after a yes, and untold without a trace."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from schemas import check
from tankful.core.heard import HeardCall
from tankful.core.settings import Settings
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.engine.carrying import pricer
from tankful.store.hearing import Keyed
from tankful.store.ledger import Ledger
from tankful.store.settings_file import SettingsFile
from tankful.telemetry.doorway import doorway
from terminals import NOW, Machine

TEXT = '{\n  // mine\n  "model": "opus"\n}\n'


@pytest.fixture
def told(machine: Machine) -> Path:
    """Claude Code's settings on a machine where nobody was told anything."""
    machine.environ["HOME"] = str(machine.home)
    path = machine.home / "claude" / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    return path


def receives(machine: Machine) -> bool:
    return SettingsFile(machine.data / "settings.toml").read().receive_telemetry


def heard(machine: Machine, stated: str, model: str = "claude-sonnet-4-5") -> None:
    """Let Claude Code have reported a call that costs $1.50 at our prices."""
    ledger = Ledger(machine.data / "ledger.sqlite", lambda: NOW)
    event = UsageEvent("claude-code", (1,), NOW - timedelta(minutes=5), TokenUsage(0, 100_000), model, "s1")
    ledger.hear([Keyed(HeardCall(event, ("1",), stated_cost=Decimal(stated)), event)], (), pricer(Settings()))
    ledger.close()


def test_at_first_nobody_is_told_and_nothing_is_chosen(machine: Machine, told: Path) -> None:
    done = machine.run("telemetry")
    assert done.code == 0
    assert done.out.startswith("Agents are not listened to. `tankful telemetry on AGENT` changes that.\n")
    assert "Claude Code (claude-code)  ○ is not told to report" in done.out
    assert "Copilot CLI (copilot-cli)  ○ is told when it is started: `tankful telemetry on copilot-cli` says how" in done.out
    assert not (machine.data / "telemetry.json").exists()
    check("telemetry", machine.run("telemetry", "--json").json)
    assert told.read_text() == TEXT


def test_on_shows_the_difference_and_off_takes_it_back(machine: Machine, told: Path) -> None:
    done = machine.run("telemetry", "on", "claude-code", "--yes")
    assert done.code == 0
    assert '+    "CLAUDE_CODE_ENABLE_TELEMETRY": "1",' in done.out
    assert "Claude Code reports to Tankful. It takes effect in sessions that begin from now on." in done.out
    assert "The gauge listens to agents from now on" in done.out
    assert receives(machine)
    assert json.loads(told.read_text().replace("// mine", ""))["env"]["OTEL_EXPORTER_OTLP_ENDPOINT"] == doorway(machine.data).address
    again = machine.run("telemetry", "on", "claude-code")
    assert again.out == "Claude Code is told to report already.\n"
    shown = machine.run("telemetry", "--json").json
    check("telemetry", shown)
    assert [each["told"] for each in shown["agents"] if each["agent"] == "claude-code"] == [True]
    assert "Agents are to be listened to, but nobody does so now." in machine.run("telemetry").out
    off = machine.run("telemetry", "off", "claude-code", "--yes")
    assert off.code == 0
    assert told.read_text() == TEXT
    assert receives(machine)
    assert "nothing that could be taken back" in machine.run("telemetry", "off", "claude-code").out


def test_off_without_an_agent_is_for_all_of_them(machine: Machine, told: Path) -> None:
    config = machine.home / "codex" / "config.toml"
    config.parent.mkdir()
    for agent in ("claude-code", "codex"):
        assert machine.run("telemetry", "on", agent, "--yes").code == 0
    done = machine.run("telemetry", "off", "--yes")
    assert done.out.endswith("Agents are not listened to any more.\n")
    assert told.read_text() == TEXT
    assert not config.exists()
    assert not receives(machine)
    assert machine.run("telemetry", "off").out == ""


def test_without_a_yes_nothing_is_changed(machine: Machine, told: Path) -> None:
    done = machine.run("telemetry", "on", "claude-code")
    assert (done.code, told.read_text(), receives(machine)) == (2, TEXT, False)
    assert done.err.startswith("tankful: Nothing was changed: nobody can be asked. ")
    for answer in ("n\n", "\n", ""):
        refused = machine.run("telemetry", "on", "claude-code", piped=answer, screen=True)
        assert (refused.code, told.read_text(), receives(machine)) == (2, TEXT, False)
    agreed = machine.run("telemetry", "on", "claude-code", piped="y\n", screen=True)
    assert agreed.code == 0
    assert told.read_text() != TEXT


def test_copilot_in_the_terminal_is_told_by_hand(machine: Machine, told: Path) -> None:
    done = machine.run("telemetry", "on", "copilot-cli")
    assert done.code == 0
    assert f"OTEL_EXPORTER_OTLP_ENDPOINT={doorway(machine.data).address_with_token} copilot" in done.out
    assert receives(machine)
    assert told.read_text() == TEXT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("on",), "No agent is named. Use one of: claude-code, codex, "),
        (("on", "cursor"), "'cursor' cannot be told to report. Use one of: "),
        (("on", "codex", "--yes"), "Codex is not used here: there is no "),
        (("on", "codex", "--json"), "--json is for the report alone."),
        (("sideways",), "Argument change: invalid choice"),
    ],
)
def test_what_cannot_be_is_said(machine: Machine, told: Path, words: tuple[str, ...], said: str) -> None:
    done = machine.run("telemetry", *words)
    assert done.code == 2
    assert said in done.err
    assert (told.read_text(), receives(machine)) == (TEXT, False)


def test_who_reports_is_told(machine: Machine, told: Path) -> None:
    heard(machine, "1.50")
    assert told.exists()
    assert "Claude Code (claude-code)  ● 1 call in the last week, the last one 5 min ago" in machine.run("telemetry").out
    assert "Nothing is broken." in machine.run("doctor").out


def test_doctor_says_where_an_agents_costs_are_not_ours(machine: Machine) -> None:
    heard(machine, "9.00")
    said = "Claude Code says that 1 call of claude-sonnet-4-5 cost $9.00; at our prices it is $1.50."
    assert said in machine.run("doctor").out
    assert said.removesuffix(".") in [trouble["title"] for trouble in machine.run("doctor", "--json").json["troubles"]]
    SettingsFile(machine.data / "settings.toml").change(aliases={"claude-sonnet-4-5": "claude-opus-4-1"})
    assert said not in machine.run("doctor").out
