"""Writes a month of work with two agents, as logs that the program reads: for the pictures that show what it looks like in use."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CODEX_MODEL = "gpt-5.2-codex"


@dataclass(frozen=True, slots=True)
class DemoMonth:
    """The current month up to `now`, the same for the same `now`."""

    now: datetime

    def write(self, claude: Path, codex: Path) -> None:
        """Write the logs of both agents into their homes."""
        chance = random.Random(7)  # noqa: S311 - made-up work, not a secret
        for day in self._days():
            busy = day.weekday() < 5 or chance.random() < 0.3
            times = sorted(self._times(day, chance.randint(26, 42) if busy else 3, chance))
            if not times:
                continue
            stem = f"{day:%Y-%m-%d}"
            _write(claude / "projects/-home-user-app" / f"{stem}-session.jsonl", (_claude_call(time, chance) for time in times))
            _write(codex / f"sessions/{day:%Y/%m/%d}/rollout-{stem}T08-00-00-{stem}.jsonl", _codex_session(stem, times[::3], chance))

    def _days(self) -> Iterator[datetime]:
        day = self.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        while day <= self.now:
            yield day
            day += timedelta(days=1)

    def _times(self, day: datetime, count: int, chance: random.Random) -> list[datetime]:
        """Return moments of a working day, none of them in the future."""
        end = min(day + timedelta(hours=18), self.now)
        start = min(day + timedelta(hours=8), end - timedelta(minutes=90))
        return [start + (end - start) * chance.random() for _ in range(count)]


def _write(place: Path, lines: Iterator[dict[str, Any]]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _claude_call(time: datetime, chance: random.Random) -> dict[str, Any]:
    number = f"{chance.getrandbits(64):016x}"
    usage = {
        "input_tokens": chance.randint(4, 900),
        "cache_read_input_tokens": chance.randint(60_000, 160_000),
        "cache_creation_input_tokens": chance.randint(4_000, 40_000),
        "output_tokens": chance.randint(1_500, 9_000),
    }
    model = "claude-opus-4-5-20251101" if chance.random() < 0.3 else "claude-sonnet-4-5-20250929"
    message = {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": model, "stop_reason": "end_turn", "usage": usage}
    return {
        "type": "assistant",
        "uuid": f"uuid-{number}",
        "sessionId": f"session-{time:%Y-%m-%d}",
        "requestId": f"req_{number}",
        "timestamp": _stamp(time),
        "cwd": "/home/user/app",
        "message": message,
    }


def _codex_session(stem: str, times: list[datetime], chance: random.Random) -> Iterator[dict[str, Any]]:
    first = _stamp(times[0])
    place = "/home/user/service"
    meta = {"id": f"codex-{stem}", "timestamp": first, "cwd": place, "originator": "codex_cli_rs", "model_provider": "openai"}
    yield {"timestamp": first, "type": "session_meta", "payload": meta}
    yield {"timestamp": first, "type": "turn_context", "payload": {"cwd": place, "model": CODEX_MODEL}}
    total: dict[str, int] = {}
    for time in times:
        cached, fresh, gave = chance.randint(60_000, 240_000), chance.randint(3_000, 30_000), chance.randint(1_000, 8_000)
        last = {
            "input_tokens": cached + fresh,
            "cached_input_tokens": cached,
            "output_tokens": gave,
            "reasoning_output_tokens": gave // 2,
            "total_tokens": cached + fresh + gave,
        }
        total = {key: total.get(key, 0) + count for key, count in last.items()}
        info = {"total_token_usage": total, "last_token_usage": last, "model_context_window": 272_000}
        yield {"timestamp": _stamp(time), "type": "event_msg", "payload": {"type": "token_count", "info": info}}
