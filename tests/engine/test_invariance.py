"""Whatever happens to the files, the totals stay: cut, copied, renamed, written again, read in pieces, read twice."""

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine_rig import Machine, response
from tankful.core.report import By, UsageRow
from tankful.engine.foreseen import Question
from tankful.engine.reading import Reading

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = START + timedelta(days=10)
SESSION = "019e2d1c-8a53-7a10-9d3e-5f4c0b1a2d3e"


def claude_lines(count: int) -> list[str]:
    """Return a session as it is written behind different gateways: with request ids, without, and with one constant id."""
    lines: list[str] = []
    for number in range(count):
        at = START + timedelta(minutes=7 * number)
        usage = {"input_tokens": 10, "cache_read_input_tokens": 1000 * number, "cache_creation_input_tokens": 50}
        for block, output in enumerate((3, 40 + number)):
            message = {"id": f"msg_{number}", "role": "assistant", "model": "claude-sonnet-4-20250514", "stop_reason": "end_turn"}
            identity: dict[str, object] = {"requestId": f"req_{number}"}
            if number % 3 == 1:
                identity = {"requestId": None}
            elif number % 3 == 2:
                identity, message["id"] = {"requestId": None}, "msg_relay"
            lines.append(
                response(
                    number,
                    at,
                    **identity,
                    uuid=f"line-{number}-{block}",
                    costUSD=None,
                    message=message | {"usage": usage | {"output_tokens": output}},
                )
            )
    return lines


def codex_lines(count: int, session: str = SESSION, parent: str | None = None) -> list[str]:
    """Return a rollout with a cumulative count after each request, now and then written again."""
    meta = {"id": session, "cwd": "/work", "timestamp": START.isoformat()} | ({"forked_from_id": parent} if parent else {})
    lines = [line("session_meta", START, meta), line("turn_context", START, {"model": "gpt-5.2-codex"})]
    total = dict.fromkeys(("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens", "total_tokens"), 0)
    for number in range(count):
        last = {"input_tokens": 500 + number, "cached_input_tokens": 100, "output_tokens": 30, "reasoning_output_tokens": 9}
        last["total_tokens"] = last["input_tokens"] + last["output_tokens"]
        total = {name: total[name] + last[name] for name in total}
        info = {"last_token_usage": last, "total_token_usage": total}
        minutes = (11 * number, 11 * number + 5)[: 1 + (number % 3 != 1)]
        lines += [line("event_msg", START + timedelta(minutes=minute), {"type": "token_count", "info": info}) for minute in minutes]
    return lines


def line(kind: str, at: datetime, payload: Mapping[str, object]) -> str:
    return json.dumps({"timestamp": at.isoformat().replace("+00:00", "Z"), "type": kind, "payload": payload}, separators=(",", ":"))


def put(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(each + "\n" for each in lines), encoding="utf-8")


def totals(reading: Reading, *by: By) -> list[UsageRow]:
    return list(reading.rows(Question(tuple(by) or (By.DAY, By.AGENT, By.MODEL), None, None, UTC, ())))


def expected() -> list[UsageRow]:
    with TemporaryDirectory() as folder:
        machine = Machine(Path(folder))
        lay_out(machine)
        reading = machine.reading(now=lambda: NOW)
        reading.scan()
        rows = totals(reading)
        reading.close()
        return rows


def lay_out(machine: Machine) -> tuple[Path, Path]:
    rollout = machine.codex / "sessions" / "2026" / "11" / "02" / f"rollout-2026-11-02T09-00-00-{SESSION}.jsonl"
    put(machine.log, claude_lines(9))
    put(rollout, codex_lines(8))
    return machine.log, rollout


EXPECTED = expected()


def test_the_pristine_logs_give_what_they_hold() -> None:
    assert sum(row.requests for row in EXPECTED) == 9 + 8
    assert sum(row.tokens.cache_read for row in EXPECTED) == sum(1000 * number for number in range(9)) + 8 * 100
    assert all(row.cost is not None and row.cost > Decimal(0) for row in EXPECTED)


ACTIONS = st.lists(st.sampled_from(["cut", "copy", "rename", "rewrite", "touch", "again", "scan", "fork", "forget", "shrink"]), max_size=8)


Choose = Callable[[Sequence[Any]], Any]


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions=ACTIONS, chance=st.randoms(use_true_random=False))
def test_no_handling_of_the_files_changes_a_total(actions: list[str], chance: Random) -> None:
    choose: Choose = chance.choice
    with TemporaryDirectory() as folder:
        machine = Machine(Path(folder))
        files = list(lay_out(machine))
        if choose([True, False]):
            for file in files:
                lines = file.read_text().splitlines(keepends=True)
                cut = choose(range(len(lines) + 1))
                file.write_text("".join(lines[:cut]) + ("" if cut == len(lines) else lines[cut][: choose(range(len(lines[cut])))]))
                reading = machine.reading(now=lambda: NOW)
                reading.scan()
                reading.close()
                file.write_text("".join(lines))
        for number, action in enumerate(actions):
            handle(action, choose(files), files, number, choose, machine)
        reading = machine.reading(now=lambda: NOW)
        reading.scan()
        assert totals(reading) == EXPECTED
        sums = [totals(reading, by) for by in (By.DAY, By.AGENT, By.MODEL, By.PROJECT, By.SESSION)]
        assert {sum(row.requests for row in rows) for rows in sums} == {17}
        assert len({sum((row.cost or Decimal(0) for row in rows), Decimal(0)) for rows in sums}) == 1
        reading.close()


def forgetful(text: str) -> str:
    """Return a line of a copy that says nothing of its request."""
    return re.sub(r'"requestId":"\w+",?', "", text).replace('"sessionId":"session"', '"sessionId":"forgetful"')


def handle(  # noqa: C901 - one case for each thing that happens to files
    action: str, file: Path, files: list[Path], number: int, choose: Choose, machine: Machine
) -> None:
    is_codex = machine.codex in file.parents
    lines = file.read_text().splitlines()
    match action:
        case "cut":
            where = choose(range(len(lines) + 1))
            second = file.with_name(f"{file.stem}-cut-{number}.jsonl" if is_codex else f"cut-{number}.jsonl")
            put(file, lines[:where])
            put(second, lines[where:])
            files.append(second)
        case "copy":
            shutil.copy(file, file.with_name(f"copy-{number}-{file.name}"))
        case "rename":
            files.remove(file)
            files.append(file.rename(file.with_name(f"renamed-{number}-{file.name}")))
        case "rewrite":
            content = file.read_bytes()
            file.unlink()
            file.write_bytes(content)
        case "shrink":
            content = file.read_bytes()
            file.write_bytes(b"")
            rescan(machine)
            file.write_bytes(content)
        case "touch":
            file.touch()
        case "again":
            put(file, lines + lines)
        case "fork" if not is_codex:
            put(
                file.with_name(f"fork-{number}.jsonl"),
                [text.replace('"sessionId":"session"', f'"sessionId":"fork-{number}"') for text in lines],
            )
        case "forget" if not is_codex:
            put(file.with_name(f"forgetful-{number}.jsonl"), [forgetful(text) for text in lines])
        case "fork":
            child = [*codex_lines(0, f"22222222-{number}", SESSION), *lines]
            put(file.with_name(f"fork-{number}.jsonl"), child)
        case _:
            rescan(machine)


def rescan(machine: Machine) -> None:
    reading = machine.reading(now=lambda: NOW)
    reading.scan()
    reading.close()
