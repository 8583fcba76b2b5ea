"""A pipe, a device or a folder in the place of any file that is read stops no command and holds none up."""

import os
import signal
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from terminals import Machine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")

_PATIENCE_S = 30
OWN = (
    "settings.toml",
    "links.toml",
    "ledger.sqlite",
    "ledger.sqlite-journal",
    "ledger.sqlite-wal",
    "ledger.sqlite-shm",
    "ledger.filling",
    "telemetry.json",
    "switch/journal.json",
    "claude-limits.json",
    "doorbell",
    "tankful.log",
)
UNNOTICED = {"claude-limits.json", "doorbell", "ledger.filling"}
"""No figure of doctor's comes from these."""
AGENTS = (
    "claude/settings.json",
    ".claude/settings.json",
    "codex/config.toml",
    "codex/managed_config.toml",
    ".codex/config.toml",
    ".gemini/settings.json",
    ".gemini/.env",
    ".gemini/projects.json",
    ".gemini/system.json",
    ".qwen/settings.json",
    ".qwen/.env",
    ".env",
    ".kimi/config.toml",
    ".kimi/kimi.json",
    ".kimi-code/config.toml",
    ".kimi-code/workspaces.json",
    ".kimi-code/session_index.jsonl",
    ".aider.conf.yml",
    ".continue/config.yaml",
    ".continue/config.json",
    ".copilot/config.json",
    ".config/opencode/opencode.json",
    ".config/opencode/opencode.jsonc",
    ".config/crush/crush.json",
    ".config/goose/config.yaml",
    ".config/zed/settings.json",
    ".config/Code/User/settings.json",
    ".config/kilo/opencode.json",
    ".local/share/goose/sessions/sessions.db",
    ".local/share/opencode/opencode.db",
    ".local/share/crush/projects.json",
    ".hermes/config.yaml",
    ".hermes/state.db",
    ".vibe/config.toml",
    ".factory/settings.json",
    ".config/github-copilot/hosts.json",
)
COMMANDS = (
    ("usage",),
    ("status",),
    ("status", "--line"),
    ("sources", "--all"),
    ("accounts",),
    ("nudges",),
    ("telemetry",),
    ("telemetry", "on", "gemini-cli", "--yes"),
    ("telemetry", "off"),
    ("switch",),
    ("switch", "gemini-cli", "gemini-3-flash", "--yes"),
    ("statusline",),
    ("doctor",),
)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")  # it gives zeros for ever


KINDS: tuple[Callable[[Path], None], ...] = (os.mkfifo, _device, Path.mkdir)


@pytest.fixture(autouse=True)
def _not_held_up() -> Generator[None]:
    def give_up(*_: object) -> None:
        raise AssertionError("somebody waits for ever")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_PATIENCE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _put(path: Path, kind: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kind(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OWN)
def test_in_the_place_of_a_file_of_ours_it_is_said(machine: Machine, name: str, kind: Callable[[Path], None]) -> None:
    machine.month()
    if name.startswith("ledger.sqlite-"):
        machine.run("usage")
        (machine.data / name).unlink(missing_ok=True)
    _put(machine.data / name, kind)
    for command in COMMANDS:
        assert machine.run(*command, piped="{}").code in {0, 2}, command
    doctor = machine.run("doctor")
    assert doctor.code == 0
    if kind is Path.mkdir and name in {"ledger.sqlite-wal", "ledger.sqlite-shm"}:
        return  # SQLite says by itself that it cannot write
    assert name in UNNOTICED or str(machine.data / name) in doctor.out
    assert name in UNNOTICED or "Nothing is broken" not in doctor.out


@pytest.mark.parametrize("kind", KINDS)
def test_in_the_place_of_what_agents_are_configured_with_all_else_is_read(machine: Machine, kind: Callable[[Path], None]) -> None:
    machine.month()
    machine.environ |= {"HOME": str(machine.home), "GEMINI_CLI_SYSTEM_SETTINGS_PATH": str(machine.home / ".gemini" / "system.json")}
    for name in AGENTS:
        _put(machine.home / name, kind)
    for command in COMMANDS:
        assert machine.run(*command, piped="{}").code in {0, 2}, command
    assert machine.run("usage", "--json").json["totals"]["requests"] == 7
