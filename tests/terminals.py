"""A terminal made of strings, a clock that stands, and agents' logs to read."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from rings import MemoryRing
from tankful import cli
from tankful.commands.terminal import Terminal

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class Screen(StringIO):
    """Text that says it is on a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed and returned."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class Machine:
    """A home with agents' logs, and the program's own folder."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict[str, str])
    now: datetime = NOW
    lines: int = 0
    ring: MemoryRing = field(default_factory=MemoryRing)
    opened: list[str] = field(default_factory=list[str])
    """Pages that the browser was sent to."""

    def __post_init__(self) -> None:
        self.environ = {"CLAUDE_CONFIG_DIR": str(self.home / "claude"), "CODEX_HOME": str(self.home / "codex")}

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "claude" / "projects" / "-work" / "one.jsonl"

    def responses(self, *at: datetime, model: str = "claude-sonnet-4-5", output: int = 100_000) -> None:
        """Let Claude Code have answered at these times; each answer of Sonnet 4.5 costs $1.50 for its 100,000 tokens."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            for moment in at:
                self.lines += 1
                log.write(json.dumps(self._line(moment, model, output)) + "\n")

    def _line(self, at: datetime, model: str, output: int) -> Mapping[str, Any]:
        usage = {"input_tokens": 0, "output_tokens": output}
        return {
            "type": "assistant",
            "uuid": f"u{self.lines}",
            "sessionId": "s1",
            "requestId": f"r{self.lines}",
            "timestamp": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
            "cwd": "/work",
            "message": {"id": f"m{self.lines}", "model": model, "role": "assistant", "stop_reason": "end_turn", "usage": usage},
        }

    def month(self) -> None:
        """Spend $9 in November, $1.50 of it today, in two models and one without a price."""
        self.responses(*(NOW - timedelta(days=days) for days in (4, 3, 2, 1, 1)), NOW - timedelta(minutes=30))
        self.responses(NOW - timedelta(days=1), model="brand-new-9")

    def run(
        self,
        *words: str,
        screen: bool = False,
        tray: Callable[[Path | None], int] = lambda _: 77,
        out: StringIO | None = None,
        piped: str = "",
        typed: str = "",
    ) -> Answer:
        """Give a command; `screen` says whether somebody looks at a terminal, `typed` is what they answer to a hidden prompt."""
        streams: Sequence[StringIO] = [Screen() if screen else StringIO() for _ in range(3)]
        inp, own, err = streams
        inp.write(piped)
        inp.seek(0)

        def ask(prompt: str) -> str:
            err.write(prompt)
            return typed

        terminal = Terminal(inp, out or own, err, self.environ, lambda: self.now, self.ring, self.opened.append, ask)
        data = () if "--data" in words else ("--data", str(self.data))
        code = cli.main((*words, *data), tray=tray, now=lambda: self.now, terminal=terminal)
        return Answer(code, own.getvalue(), err.getvalue())
