"""Recorded logs of real agents through the whole program, against the totals that are written down beside them."""

from pathlib import Path
from typing import Any

import pytest

from terminals import Machine

FIXTURES = Path(__file__).parent.parent.parent.parent / "shared" / "fixtures"

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the recorded logs are not here")


def tokens(uncached: int, output: int, cache_read: int, cache_write: int, reasoning: int = 0) -> dict[str, int]:
    return {
        "input": uncached,
        "output": output,
        "cache_read": cache_read,
        "cache_write": cache_write,
        "cache_write_1h": 0,
        "reasoning": reasoning,
    }


def rows(machine: Machine, *by: str) -> list[dict[str, Any]]:
    return machine.run("usage", "--json", "--by", ",".join(by), "--timezone", "UTC").json["rows"]


def test_claude_code(machine: Machine) -> None:
    machine.environ["CLAUDE_CONFIG_DIR"] = str(FIXTURES / "claude-code" / "ccusage-cli-test")
    assert [(row["day"], row["tokens"], row["cost_usd"], row["cost_basis"]) for row in rows(machine, "day")] == [
        ("2026-01-09", tokens(300, 125, 30, 75), "0.46", "recorded"),
        ("2026-01-10", tokens(300, 125, 40, 0), "0.56", "recorded"),
        ("2026-02-03", tokens(130, 60, 40, 15), "0.07", "recorded"),
    ]


def test_codex(machine: Machine) -> None:
    machine.environ["CODEX_HOME"] = str(FIXTURES / "codex" / "ccusage-cli-test")
    assert [(row["day"], row["model"], row["tokens"]) for row in rows(machine, "day", "model")] == [
        ("2026-05-13", "gpt-5.2-codex", tokens(750, 125, 250, 0, 75)),
        ("2026-05-14", "gpt-5.3-codex", tokens(2000, 300, 500, 0, 200)),
    ]


@pytest.mark.parametrize(("case", "expected"), [("copied-branch-history", (1300, 450, 300)), ("archived-duplicate", (303, 50, 30))])
def test_codex_copies(machine: Machine, case: str, expected: tuple[int, int, int]) -> None:
    machine.environ["CODEX_HOME"] = str(FIXTURES / "codex" / "inline-ccusage" / case)
    (row,) = rows(machine, "agent")
    assert tuple(row["tokens"][name] for name in ("input", "output", "cache_read")) == expected


@pytest.mark.parametrize("by", ["agent", "model", "project", "session", "day,session", ""])
def test_every_breakdown_has_the_same_total(machine: Machine, by: str) -> None:
    machine.environ["CLAUDE_CONFIG_DIR"] = str(FIXTURES / "claude-code" / "ccusage-cli-test")
    machine.environ["CODEX_HOME"] = str(FIXTURES / "codex" / "ccusage-cli-test")
    whole = machine.run("usage", "--json", "--by", "day").json["totals"]
    part = machine.run("usage", "--json", "--by", by, "--timezone", "Asia/Kathmandu").json["totals"]
    assert part == whole
