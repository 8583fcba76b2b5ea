"""The homes on which tools are compared.

Plain records of each agent, as the benches have them; our own data, each about the odd cases of one format; and recorded logs
of other projects where they lie beside the checkout.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import mixed_logs
from mixed_talk import Answers

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
RECORDED = ROOT.parent / "shared" / "fixtures"


_PLAIN_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Case:
    """Records of one agent, and where they belong in a home."""

    agent: str
    name: str
    """What it is called in the table: the agent, and which records."""
    source: Path | None = None
    """`None`: plain records are written."""
    below: str = ""
    """The folder below the home that takes the file or what is in the folder."""

    def lay_out(self, home: Path) -> None:
        """Copy the records into an empty home; databases are made of their SQL."""
        if self.source is None:
            mixture = mixed_logs.Mixture(size=_PLAIN_BYTES, until=datetime.now(tz=UTC).date())
            mixed_logs.write(home, mixture, Answers(), only=self.agent)
            return
        target = home / self.below
        target.mkdir(parents=True, exist_ok=True)
        if self.source.is_file():
            shutil.copy2(self.source, target / self.source.name)
        else:
            shutil.copytree(self.source, target, dirs_exist_ok=True)
        for log in sorted(target.rglob("*.jsonl")) if self.agent == "codex" else ():
            _name_as_codex_does(log)
        for text in sorted(home.rglob("*.sql")):
            with closing(sqlite3.connect(text.with_suffix(""))) as store:
                store.executescript(text.read_text(encoding="utf-8"))
            text.unlink()


def _name_as_codex_does(log: Path) -> None:
    """Give a log of Codex the name that Codex itself would: tools look for that."""
    found = _ID.search(log.read_bytes()[:4096])
    if found and not log.name.startswith("rollout-2"):
        number = len(list(log.parent.iterdir()))
        log.rename(log.with_name(f"rollout-2026-05-04T09-00-{number:02}-{found[1].decode()}.jsonl"))


_ID = re.compile(rb'"(?:session_)?id": ?"([0-9a-f-]{36})"')
_OF_OTHERS = (
    ("claude-code", "ccusage-cli-test/projects", ".claude/projects"),
    ("claude-code", "superbased", ".claude/projects/-work"),
    ("claude-code", "agentsview", ".claude/projects/-work"),
    ("codex", "ccusage-cli-test/sessions", ".codex/sessions"),
    ("codex", "inline-ccusage/copied-branch-history", ".codex"),
    ("codex", "inline-ccusage/archived-duplicate", ".codex"),
    ("codex", "inline-ccusage/subagent-cumulative-baseline", ".codex"),
    ("codex", "superbased", ".codex/sessions"),
    ("codex", "codexbar-issue2037/archived-fork-33ce-3869/codex-home", ".codex"),
    ("codex", "codexbar-issue2037/harness-smoke/codex-home", ".codex"),
    ("gemini-cli", "inline-ccusage", ".gemini"),
    ("copilot-cli", "inline-ccusage", ".copilot"),
    ("copilot-cli", "inline-tokscale", ".copilot"),
    ("copilot-vscode", "superbased", ".config/Code/User/workspaceStorage/4a1f00aa/chatSessions"),
    ("opencode", "inline-ccusage", ".local/share/opencode"),
    ("amp", "inline-ccusage", ".local/share/amp"),
    ("droid", "inline-ccusage", ".factory"),
    ("qwen-code", "inline-ccusage", ".qwen"),
    ("kimi", "inline-ccusage", ".kimi"),
    ("pi", "inline-ccusage", ".pi/agent"),
    ("roo-code", "inline-tokscale", ".config/Code/User/globalStorage/rooveterinaryinc.roo-cline"),
    ("crush", "inline-tokscale", ".local/share/crush"),
    ("mistral-vibe", "agentsview", ".vibe/logs/session"),
    ("grok-build", "agentsview/current", ".grok/sessions"),
)
"""Agent, folder of records, and where they belong."""


def cases() -> Iterator[Case]:
    """Yield plain ones first, then our own (those of Claude Code and Codex one by one), then those of others."""
    for agent in mixed_logs.WEIGHTS:
        yield Case(agent, f"{agent}: plain records")
    for agent, top, below in (
        ("claude-code", ".claude/projects", ".claude/projects/-home-grace-work-orchard"),
        ("codex", ".codex", ".codex/sessions/2026/05/04"),
    ):
        for name in json.loads((DATA / agent / "expected.json").read_text(encoding="utf-8")):
            source = DATA / agent / name
            source = source if source.exists() else source.with_name(f"{name}.jsonl")
            whole = source.is_dir() and any(each.is_dir() for each in source.iterdir())
            yield Case(agent, f"{agent}: {name}", source, top if whole else below)
    for home in sorted(DATA.glob("*/home")):
        yield Case(home.parent.name, f"{home.parent.name}: odd cases", home, ".")
    for agent, folder, below in _OF_OTHERS:
        source = RECORDED / agent / folder
        if source.exists():
            yield Case(agent, f"{agent}: recorded, {folder}", source, below)
