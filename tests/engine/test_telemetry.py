"""Live telemetry moves the gauge within seconds, counts nothing twice, and leaves nothing of what was said anywhere."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine_rig import Machine, Watcher
from exporters import Wire, send_logs
from tankful.core.health import Condition
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.messages import RefreshAsked, SettingsChanged
from tankful.telemetry.doorway import HOST, Doorway, doorway
from telemetry_rig import CANARY, claude_call, until_heard

ON = Settings(budget_usd=Decimal(400), receive_telemetry=True)
COST = Decimal("0.001128")
"""Of a call as `claude_call` reports it and `engine_rig` logs it, at list prices."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def spent(snapshot: Snapshot) -> Decimal:
    return Decimal(-1) if snapshot.binding is None else snapshot.binding.spent


def told(audience: Watcher, claim: Decimal) -> Snapshot:
    return audience.until(lambda snapshot: spent(snapshot) == claim)


def opened(machine: Machine) -> Doorway:
    """Return the doorway of an engine once it listens there."""
    ours = doorway(machine.folders.state)
    until_heard(ours)
    return ours


def report(ours: Doorway, *numbers: int, wire: Wire = Wire.JSON, **more: object) -> None:
    send_logs(wire, ours.address, ours.token, "claude-code", [claude_call(number, **more) for number in numbers], CANARY)


@pytest.mark.parametrize("wire", [Wire.JSON, Wire.PROTOBUF])
def test_a_report_moves_the_gauge_and_its_log_moves_it_no_more(machine: Machine, wire: Wire) -> None:
    with machine.engine(ON) as (_, audience):
        told(audience, Decimal(0))
        ours = opened(machine)
        report(ours, 1, 2, wire=wire)
        shown = told(audience, 2 * COST)
        assert shown.active_agents == 1
        machine.spend(3, costUSD=None)
        told(audience, 3 * COST)
        report(ours, 3, wire=wire)
        report(ours, 4, wire=wire)
        told(audience, 4 * COST)


CODEX_COST = Decimal("0.003")
"""Of 500 tokens in and 100 out, of which none were cached, at Sonnet 4's prices: any model with a price does."""


def codex_log(machine: Machine, *times: datetime) -> None:
    """Let Codex have written down a session with one response at each of these times, all alike."""
    path = machine.codex / "sessions" / "2026" / "11" / "20" / "rollout-1.jsonl"
    path.parent.mkdir(parents=True)
    usage = {"input_tokens": 500, "cached_input_tokens": 0, "output_tokens": 100, "reasoning_output_tokens": 40, "total_tokens": 600}
    lines: list[dict[str, object]] = [
        {"type": "session_meta", "payload": {"id": "c1", "cwd": "/work", "model_provider": "openai"}},
        {"type": "turn_context", "payload": {"cwd": "/work", "model": "claude-sonnet-4-20250514"}},
    ]
    for number, at in enumerate(times, 1):
        total = {name: count * number for name, count in usage.items()}
        payload = {"type": "token_count", "info": {"total_token_usage": total, "last_token_usage": usage}}
        lines.append({"type": "event_msg", "payload": payload, "timestamp": at.isoformat()})
    stamp = times[0].isoformat()
    path.write_text("".join(json.dumps({"timestamp": stamp} | line) + "\n" for line in lines))


def codex_report(ours: Doorway, *times: datetime) -> None:
    given = {
        "event.name": "codex.sse_event",
        "event.kind": "response.completed",
        "conversation.id": "c1",
        "model": "claude-sonnet-4-20250514",
        "input_token_count": 500,
        "output_token_count": 100,
        "reasoning_token_count": 40,
    }
    for at in times:
        send_logs(Wire.PROTOBUF, ours.address, ours.token, "codex_cli_rs", [given], at=at)


@pytest.mark.parametrize("reported_first", [True, False])
def test_without_a_common_id_calls_alike_settle_by_their_counts(machine: Machine, reported_first: bool) -> None:
    first = datetime.now(UTC) - timedelta(seconds=30)
    times = (first, first + timedelta(seconds=4))
    with machine.engine(ON) as (engine, audience):
        told(audience, Decimal(0))
        ours = opened(machine)
        if reported_first:
            codex_report(ours, *times)
            told(audience, 2 * CODEX_COST)
            codex_log(machine, *times)
        else:
            codex_log(machine, *times)
            engine.post(RefreshAsked())
            told(audience, 2 * CODEX_COST)
            codex_report(ours, *times)
        codex_report(ours, first + timedelta(seconds=9))
        told(audience, 3 * CODEX_COST)
        engine.post(RefreshAsked())
        shown = audience.until(lambda snapshot: any(feed.feed == "codex" and feed.files == 1 for feed in snapshot.feeds))
        assert spent(shown) == 3 * CODEX_COST
        assert [feed.events for feed in shown.feeds if feed.feed == "codex"] == [3]


def test_much_at_once_does_not_wait_to_be_looked_into_and_counts_all_the_same(machine: Machine) -> None:
    with machine.engine(ON) as (_, audience):
        told(audience, Decimal(0))
        ours = opened(machine)
        for number in range(1, 8):
            report(ours, number, prompt=f"{number}" * 400_000)
        told(audience, 7 * COST)


def test_it_counts_once_through_a_restart(machine: Machine) -> None:
    with machine.engine(ON) as (_, audience):
        told(audience, Decimal(0))
        report(opened(machine), 1)
        told(audience, COST)
    machine.spend(1, costUSD=None)
    with machine.engine(ON) as (_, audience):
        audience.until(lambda snapshot: bool(snapshot.feeds) and snapshot.feeds[0].events == 1 and snapshot.feeds[0].files == 1)
        assert spent(audience.latest) == COST


def test_nothing_of_what_was_said_is_written_anywhere(machine: Machine) -> None:
    with machine.engine(ON) as (_, audience):
        told(audience, Decimal(0))
        ours = opened(machine)
        prompt = {"event.name": "user_prompt", "session.id": "session", "prompt": CANARY, "prompt_length": 24}
        send_logs(Wire.JSON, ours.address, ours.token, "claude-code", [prompt, claude_call(1, response=CANARY, body=CANARY)], CANARY)
        send_logs(Wire.PROTOBUF, ours.address, ours.token, "claude-code", [prompt, claude_call(2, tool_parameters=CANARY)], CANARY)
        told(audience, 2 * COST)
        written = [path for path in machine.home.rglob("*") if path.is_file()]
        assert any(path.suffix == ".sqlite" for path in written)
        assert [path for path in written if CANARY.encode() in path.read_bytes()] == []
    assert [path for path in machine.home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()] == []


def test_it_is_off_until_the_settings_say_so_and_again_after(machine: Machine) -> None:
    with machine.engine(replace(ON, receive_telemetry=False)) as (engine, audience):
        told(audience, Decimal(0))
        assert not (machine.folders.state / "telemetry.json").exists()
        engine.post(SettingsChanged(ON))
        ours = opened(machine)
        report(ours, 1)
        told(audience, COST)
        engine.post(SettingsChanged(replace(ON, receive_telemetry=False)))
        until_heard(ours, heard=False)


def test_a_port_that_another_program_has_is_said_and_tried_again(machine: Machine) -> None:
    ours = doorway(machine.folders.state)
    with socket.socket() as other:
        other.bind((HOST, ours.port))
        other.listen()
        with machine.engine(ON) as (engine, audience):
            troubled = audience.until(lambda snapshot: any(feed.feed == "telemetry" for feed in snapshot.feeds))
            feed = next(feed for feed in troubled.feeds if feed.feed == "telemetry")
            assert feed.condition is Condition.FAILING
            assert feed.title.startswith(f"Agents cannot be heard on port {ours.port}: ")
            other.close()
            engine.post(SettingsChanged(ON))
            audience.until(lambda snapshot: all(feed.feed != "telemetry" for feed in snapshot.feeds))
            report(ours, 1)
            told(audience, COST)


def test_two_on_the_same_data_do_not_quarrel(machine: Machine) -> None:
    with machine.engine(ON) as (_, first), machine.engine(ON) as (_, second):
        told(first, Decimal(0))
        told(second, Decimal(0))
        assert not any(feed.feed == "telemetry" for snapshot in (*first.seen, *second.seen) for feed in snapshot.feeds)
        report(opened(machine), 1)
        first.until(lambda _: COST in {spent(first.latest), spent(second.latest)})


def test_a_damaged_file_of_the_port_is_said(machine: Machine) -> None:
    machine.folders.state.mkdir(parents=True)
    (machine.folders.state / "telemetry.json").write_text("{")
    with machine.engine(ON) as (_, audience):
        audience.until(lambda snapshot: any("damaged" in feed.title for feed in snapshot.feeds))


def test_an_agent_that_is_not_to_be_read_is_not_heard(machine: Machine) -> None:
    with machine.engine(replace(ON, sources_off=("claude-code",))) as (_, audience):
        told(audience, Decimal(0))
        ours = opened(machine)
        report(ours, 1)
        codex = {
            "event.name": "codex.sse_event",
            "event.kind": "response.completed",
            "conversation.id": "c",
            "model": "claude-sonnet-4-20250514",
            "input_token_count": 100,
        }
        send_logs(Wire.JSON, ours.address, ours.token, "codex_cli_rs", [codex], at=datetime.now(UTC))
        told(audience, Decimal("0.0003"))
