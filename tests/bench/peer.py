"""Finds the peer that reads the same logs, ccusage, runs it and reads its sums."""

import os
import platform
import sys
from pathlib import Path

import msgspec
from claude_session import Sum

VARIABLE = "CCUSAGE"
"""Names the peer's native program, or a folder with a `node_modules` that holds it."""

AGENTS = {
    "claude-code": "claude",
    "codex": "codex",
    "opencode": "opencode",
    "gemini-cli": "gemini",
    "copilot-cli": "copilot",
    "amp": "amp",
    "droid": "droid",
    "qwen-code": "qwen",
    "openclaw": "openclaw",
    "pi": "pi",
    "goose": "goose",
    "kimi": "kimi",
    "grok-build": "grok",
    "kilo-cli": "kilo",
    "hermes": "hermes",
    "codebuff": "codebuff",
    "antigravity": "antigravity",
}
"""What it calls the agents that it reads, by our ids."""


class _Totals(msgspec.Struct, rename="camel"):
    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int


class _Known(msgspec.Struct):
    agents: list[str] = []


class _Day(msgspec.Struct):
    metadata: _Known = msgspec.field(default_factory=_Known)


class _Report(msgspec.Struct):
    totals: _Totals
    daily: list[_Day] = []


def find(told: str | None) -> Path | None:
    """Return the native program: as told, as the environment says, or from a `node_modules` here or above."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    package = Path("node_modules", "@ccusage", f"ccusage-{sys.platform}-{machine}", "bin", "ccusage")
    if told := told or os.environ.get(VARIABLE):
        named = Path(told)
        return named if named.is_file() else _existing(named / package)
    here = Path.cwd()
    return next((found for folder in (here, *here.parents) if (found := _existing(folder / package))), None)


def command(program: Path) -> list[str]:
    """Return the command line that sums up all days without asking the network for prices."""
    return [str(program), "daily", "--json", "--offline"]


def totals(output: bytes) -> Sum:
    """Return the token sums in the peer's answer; it does not count requests."""
    found = msgspec.json.decode(output, type=_Report).totals
    return Sum(0, found.input_tokens, found.output_tokens, found.cache_read_tokens, found.cache_creation_tokens)


def passed_over(output: bytes) -> list[str]:
    """Return the agents that its answer of all agents counts nothing of, by our ids: what it does not read costs it nothing."""
    counted = {name for day in msgspec.json.decode(output, type=_Report).daily for name in day.metadata.agents}
    return [ours for ours, name in AGENTS.items() if name not in counted]


def difference(found: Sum, right: Sum) -> str:
    """Say in words how the peer's sums differ from the right ones."""
    pairs = {
        "input": (found.input, right.input),
        "output": (found.output, right.output),
        "cache read": (found.cache_read, right.cache_read),
        "cache write": (found.cache_write, right.cache_write),
    }
    off = [f"{name} {(ours - theirs) / max(1, theirs):+.2%}" for name, (ours, theirs) in pairs.items() if ours != theirs]
    return "its sums are right" if not off else "its sums are off: " + ", ".join(off)


def _existing(program: Path) -> Path | None:
    return program if program.is_file() else None
