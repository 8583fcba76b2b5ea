"""The homes on which tools are compared: our own recorded data, and the recorded logs of other projects where they lie beside the checkout."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
RECORDED = ROOT.parent / "shared" / "fixtures"


@dataclass(frozen=True, slots=True)
class Case:
    """Records of one agent, and where they belong in a home."""

    agent: str
    name: str
    """What it is called in the table: the agent, and which records."""
    source: Path
    below: str
    """The folder below the home that takes the file or what is in the folder."""

    def lay_out(self, home: Path) -> None:
        """Copy the records into an empty home; databases are made of their SQL."""
        target = home / self.below
        target.mkdir(parents=True, exist_ok=True)
        if self.source.is_file():
            shutil.copy2(self.source, target)
        else:
            shutil.copytree(self.source, target, dirs_exist_ok=True)
        for text in sorted(home.rglob("*.sql")):
            with closing(sqlite3.connect(text.with_suffix(""))) as store:
                store.executescript(text.read_text(encoding="utf-8"))
            text.unlink()


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
    """Yield all there are: those of Claude Code and Codex one by one, as each is about a rule of its own."""
    for agent, below in (("claude-code", ".claude/projects/-home-grace-work-orchard"), ("codex", ".codex/sessions")):
        for name in json.loads((DATA / agent / "expected.json").read_text(encoding="utf-8")):
            source = DATA / agent / name
            source = source if source.exists() else source.with_name(f"{name}.jsonl")
            whole = agent == "codex" and source.is_dir() and (source / "sessions").is_dir()
            yield Case(agent, f"{agent}: {name}", source, ".codex" if whole else below)
    for home in sorted(DATA.glob("*/home")):
        yield Case(home.parent.name, home.parent.name, home, ".")
    for agent, folder, below in _OF_OTHERS:
        source = RECORDED / agent / folder
        if source.exists():
            yield Case(agent, f"{agent}: {folder} (shared)", source, below)
