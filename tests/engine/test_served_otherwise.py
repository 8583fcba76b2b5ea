"""From the records of agents and a gateway's list to what a picture says of the model that really ran."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tankful.core.allocation import BookedCall, BookedCalls, OfferedModel, Via
from tankful.core.served import ModelChange
from tankful.core.settings import Settings
from tankful.engine.reading import Reading, open_reading
from tankful.system.paths import folders
from terminals import NOW, Machine

OPUS, SONNET = "claude-opus-4-1", "claude-sonnet-4-5"
HOUSE = OfferedModel("orchard-coder", Decimal("1e-7"), Decimal("4e-7"), in_house=True)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def chat(machine: Machine, *models: tuple[str, str], minutes: int = 40) -> None:
    """Write a session of Copilot Chat as VS Code does: what was picked and what it became, one pair a turn."""
    turns = [
        {
            "requestId": f"request_{number}",
            "timestamp": int((NOW - timedelta(minutes=minutes - number)).timestamp() * 1000),
            "modelId": f"copilot/{picked}",
            "agent": {"id": "github.copilot.editsAgent"},
            "result": {"metadata": {"promptTokens": 100_000, "outputTokens": 1000, "resolvedModel": resolved}},
        }
        for number, (picked, resolved) in enumerate(models)
    ]
    path = machine.home / ".config" / "Code" / "User" / "workspaceStorage" / "4a1f00aa" / "chatSessions" / "5e55.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"version": 3, "sessionId": "5e55", "requests": turns}))


def read(machine: Machine) -> Reading:
    made = open_reading(folders(machine.data), Settings(timezone="UTC"), lambda: NOW, machine.environ)
    made.scan()
    return made


def listed(reading: Reading, model: str, deployment: str = "", offered: tuple[OfferedModel, ...] = ()) -> tuple[ModelChange, ...]:
    """Let a gateway list the first call of Claude Code under a model, and return what the picture says then."""
    with reading.ledger.account_recorder() as recorder:
        if offered:
            recorder.keep_offered("work", offered, NOW, reading.price)
        call = BookedCall("m1", Decimal("0.3"), model, NOW, Via.KEY, deployment)
        recorder.keep_booked("work", BookedCalls((call,)), NOW, reading.price)
    return reading.snapshot().changes


def test_a_picture_says_what_a_gateway_fell_back_to(machine: Machine) -> None:
    machine.responses(NOW - timedelta(minutes=3), model=OPUS)
    reading = read(machine)
    assert reading.snapshot().changes == ()
    (change,) = listed(reading, SONNET)
    at = NOW - timedelta(minutes=3)
    assert change == ModelChange("claude-code", "s1", "/work", OPUS, SONNET, at, at, 1, Decimal("-6.0"), "work")
    reading.close()


def test_a_name_that_a_gateway_gave_its_model_is_no_change(machine: Machine) -> None:
    machine.responses(NOW - timedelta(minutes=3), model="claude-team")
    reading = read(machine)
    assert listed(reading, "claude-team", f"anthropic/{SONNET}") == ()
    assert listed(reading, OPUS, f"anthropic/{OPUS}") == ()
    reading.close()


def test_a_model_of_the_house_has_its_gateways_price_and_is_told(machine: Machine) -> None:
    machine.responses(NOW - timedelta(minutes=3), model=OPUS)
    reading = read(machine)
    dear = OfferedModel(OPUS, None, None)
    assert listed(reading, "orchard-coder") == (), "nobody knows that name"
    (change,) = listed(reading, "orchard-coder", offered=(HOUSE, dear))
    assert (change.served, change.difference) == ("orchard-coder", Decimal("0.04") - Decimal("7.5"))
    assert listed(reading, "orchard-coder", offered=(HOUSE,)) == (), "what the agent recorded is no name that the gateway offers"
    (change,) = listed(reading, "orchard-coder", offered=(OfferedModel("orchard-coder", None, None, in_house=True), dear))
    assert change.difference is None
    reading.close()


def test_what_was_picked_and_what_it_became_go_through_the_whole_program(machine: Machine) -> None:
    machine.environ["HOME"] = str(machine.home)
    chat(
        machine,
        ("claude-opus-4.1", "claude-haiku-4-5-20251001"),
        ("claude-opus-4.1", "claude-haiku-4-5-20251001"),
        ("auto", "claude-haiku-4-5"),
        ("gpt-5-mini", "capi-noe-ptuc-h200-oswe-vscode-prime"),
        ("gpt-4o", "gpt-4o-2024-11-20"),
    )
    (change,) = machine.run("status", "--json").json["model_changes"]
    assert (change["agent"], change["asked"], change["served"], change["calls"]) == (
        "copilot-vscode",
        "claude-opus-4.1",
        "claude-haiku-4-5-20251001",
        2,
    )
    assert change["list_price_difference_usd"] == "-2.94"
    said = "asked for claude-opus-4.1, got claude-haiku-4-5-20251001 from 14:20 to 14:21: 2 calls, about $2.94 less by list price."
    assert said in machine.run("doctor").out
    assert said in machine.run("status").out


def test_a_session_at_work_says_it_where_it_can_be_stopped(machine: Machine) -> None:
    machine.environ["HOME"] = str(machine.home)
    chat(machine, ("claude-opus-4.1", "claude-haiku-4-5"), ("claude-opus-4.1", "claude-haiku-4-5"), minutes=4)
    listed = machine.run("stop", "--list").out.splitlines()
    assert listed[2] == "  Asked for claude-opus-4.1, got claude-haiku-4-5 since 14:56: 2 calls, about $2.94 less by list price."
    machine.responses(NOW - timedelta(minutes=1))
    assert sum("Asked for" in line for line in machine.run("stop", "--list").out.splitlines()) == 1
