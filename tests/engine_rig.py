"""A real engine on a private folder, real logs beside it, and an audience that waits for pictures."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.engine.engine import Engine
from tankful.engine.reading import Reading
from tankful.store.secrets import Ring
from tankful.system.paths import Folders, folders

PATIENCE_S = 60


class Watcher:
    """An audience: keeps the newest snapshot and waits for one that a claim holds of."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.seen: list[Snapshot] = []

    def show(self, snapshot: Snapshot) -> None:
        with self._changed:
            self.seen.append(snapshot)
            self._changed.notify_all()

    @property
    def latest(self) -> Snapshot:
        return self.seen[-1]

    def until(self, claim: Callable[[Snapshot], bool]) -> Snapshot:
        with self._changed:
            held = self._changed.wait_for(lambda: bool(self.seen) and claim(self.seen[-1]), PATIENCE_S)
        assert held, f"never shown; last: {self.seen[-1] if self.seen else None}"
        return self.latest


class Machine:
    """A home with one Claude Code session, and Tankful's own folders."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.claude = home / "claude"
        self.codex = home / "codex"
        self.log = self.claude / "projects" / "-work" / "session.jsonl"
        self.folders: Folders = folders(home / "tankful")
        self.environ = {"HOME": str(home), "CLAUDE_CONFIG_DIR": str(self.claude), "CODEX_HOME": str(self.codex)}
        self.written = 0

    def spend(self, count: int = 1, *, log: Path | None = None, at: datetime | None = None, **more: Any) -> Decimal:
        """Append responses of $0.03 each, as the agent recorded them, and return what they cost together."""
        log = log or self.log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as lines:
            for _ in range(count):
                self.written += 1
                lines.write(response(self.written, at or datetime.now(UTC), **more) + "\n")
        return Decimal("0.03") * count

    def reading(self, settings: Settings | None = None, now: Callable[[], datetime] | None = None) -> Reading:
        return Reading(self.folders, settings or Settings(), now or (lambda: datetime.now(UTC)), self.environ)

    @contextmanager
    def engine(self, settings: Settings | None = None, ring: Ring | None = None) -> Generator[tuple[Engine, Watcher]]:
        wanted = settings or Settings(budget_usd=Decimal(400))
        running = Engine(self.folders, wanted, lambda: datetime.now(UTC), self.environ, ring)
        audience = Watcher()
        running.start(audience)
        try:
            yield running, audience
        finally:
            running.stop()


def response(number: int, at: datetime, **more: Any) -> str:
    """Return a Claude Code line that recorded three cents."""
    line = {
        "type": "assistant",
        "uuid": f"line-{number}",
        "sessionId": "session",
        "requestId": f"req_{number}",
        "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "cwd": "/work",
        "costUSD": 0.03,
        "message": {
            "id": f"msg_{number}",
            "role": "assistant",
            "model": "claude-sonnet-4-20250514",
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 100, "output_tokens": 50, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 10},
        },
    }
    return json.dumps(line | more, separators=(",", ":"))
