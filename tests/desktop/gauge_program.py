"""The real program on a test's own desktop: its data, its agents' logs, its windows."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from desktop.screen import Window
from desktop.session import DesktopSession
from desktop.waiting import PATIENCE_S, wait_until

PROGRAM = Path(sys.executable).parent / "tankful"
ONE_CALL_USD = 15
"""What one line of the log costs: 200,000 tokens of output at 75 dollars a million."""


@dataclass
class GaugeProgram:
    """Tankful with a folder of its own, reading the log of a Claude Code of its own."""

    desktop: DesktopSession
    running: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def __post_init__(self) -> None:
        claude, codex = self.desktop.home / "claude", self.desktop.home / "codex"
        self.log.parent.mkdir(parents=True)
        (codex / "sessions").mkdir(parents=True)
        self.desktop.programs.environment.update(CLAUDE_CONFIG_DIR=str(claude), CODEX_HOME=str(codex))

    @property
    def data(self) -> Path:
        """The folder given with --data."""
        return self.desktop.home / "tankful"

    @property
    def log(self) -> Path:
        """The log that grows."""
        return self.desktop.home / "claude/projects/-home-user-app/0b7f6a1c-session.jsonl"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The program that was started last."""
        return self.running[-1]

    def append_calls(self, count: int) -> None:
        """Let the agent make so many calls, each for ONE_CALL_USD."""
        with self.log.open("a", encoding="utf-8") as log:
            for _ in range(count):
                log.write(json.dumps(_call()) + "\n")

    def set_budget(self, usd: int) -> None:
        """Set the monthly budget as a person would, from the command line."""
        done = self.desktop.programs.run(PROGRAM, "budget", str(usd), "--data", self.data)
        assert done.returncode == 0, done.stderr

    def set_theme(self, theme: str) -> None:
        """Choose the colours in the settings file, as a person with an editor would."""
        settings = self.data / "settings.toml"
        text = settings.read_text(encoding="utf-8") if settings.exists() else ""
        self.data.mkdir(exist_ok=True)
        settings.write_text(f'{text}\n[appearance]\ntheme = "{theme}"\n', encoding="utf-8")

    def status(self) -> dict[str, Any]:
        """Return what `tankful status --json` says."""
        done = self.desktop.programs.run(PROGRAM, "status", "--json", "--data", self.data)
        assert done.stdout, f"status said nothing ({done.returncode}): {done.stderr}"
        return json.loads(done.stdout)

    def start(self, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start the tray program and leave it running."""
        process = self.desktop.programs.start(PROGRAM, "--data", self.data, env=env)
        self.running.append(process)
        return process

    def start_again(self) -> subprocess.Popen[bytes]:
        """Start a second one on the same data, while the first goes on."""
        return self.desktop.programs.start(PROGRAM, "--data", self.data)

    def exit_code(self, process: subprocess.Popen[bytes] | None = None) -> int:
        """Wait until the program has ended by itself; return its exit code."""
        process = process or self.process
        code = process.wait(PATIENCE_S)
        self.desktop.programs.end(process)
        return code

    def windows(self) -> tuple[Window, ...]:
        """Return the windows that the program shows now."""
        assert self.process.poll() is None, f"the program ended with {self.process.poll()}"
        return self.desktop.screen.windows(self.process.pid)

    def wait_for_icon(self) -> Window:
        """Wait for the icon that an XEmbed tray shows as a window of the program."""
        return wait_until("the icon is in the tray", lambda: next((window for window in self.windows() if window.is_icon), None))

    def wait_for_panel(self) -> Window:
        """Wait for a window that is neither icon nor menu."""
        return wait_until("the panel opens", self.panel)

    def wait_for_still_panel(self) -> Window:
        """Wait until the panel is painted and keeps its place: what is read meanwhile makes it taller."""

        def rests() -> Window | None:
            before = self.wait_for_panel()
            self.desktop.screen.still_picture(before.box)
            return before if self.panel() == before else None

        return wait_until("the panel rests", rests)

    def panel(self) -> Window | None:
        """Return the window that is neither icon nor menu, if there is one."""
        return next((window for window in self.windows() if not window.is_icon and not window.is_menu), None)

    def wait_for_menu(self) -> Window:
        """Wait for the menu that the program draws itself."""
        return wait_until("the menu opens", lambda: next((window for window in self.windows() if window.is_menu), None))

    def wait_until_closed(self) -> None:
        """Wait until nothing but the icon is left on the screen."""
        wait_until("panel and menu are closed", lambda: all(window.is_icon for window in self.windows()))


def _call() -> dict[str, Any]:
    """Return one answered request as Claude Code writes it down, with no words in it."""
    return {
        "type": "assistant",
        "uuid": str(uuid4()),
        "sessionId": "0b7f6a1c-session",
        "requestId": f"req_{uuid4().hex}",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "cwd": "/home/user/app",
        "isSidechain": False,
        "message": {
            "id": f"msg_{uuid4().hex}",
            "type": "message",
            "role": "assistant",
            "model": "claude-opus-4-1-20250805",
            "stop_reason": "end_turn",
            "content": [],
            "usage": {"input_tokens": 0, "output_tokens": 200_000, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
        },
    }
