"""Asks Tankful and other tools what the records in a home add up to."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import tankful

BUCKETS = ("input", "output", "cache_read", "cache_write")
PATIENCE_S = 120
_SETTINGS = """
[sources.folders]
aider = ["HOME/work/orchard"]

[privacy]
keep_sums_days = 36500
"""
Answer = Callable[[Path, Path], "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool says; `requests` is `None` where it does not say, all is `None` where it failed."""

    requests: int | None
    tokens: Mapping[str, int] | None
    """By bucket: input without what came from the cache, output with reasoning."""
    cost: float | None
    """Dollars; `None`: it knows of none."""
    failed: str = ""


def _run(command: list[str], home: Path, **more: str) -> Any:
    """Return the JSON that a tool prints.

    Raises:
        RuntimeError: it ended with an error, or printed none.
    """
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TZ": "UTC"} | more
    done = subprocess.run(command, env=environ, capture_output=True, timeout=PATIENCE_S, check=False, cwd=home)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).decode(errors="replace").strip().rpartition("\n")[2][:200])
    try:
        return json.loads(done.stdout or b"null")
    except ValueError as odd:
        raise RuntimeError(done.stdout[:200].decode(errors="replace")) from odd


def asked(answer: Answer, home: Path, data: Path) -> Told:
    """Return what a tool says of a home, or that it failed; `data` is a folder of its own."""
    try:
        return answer(home, data)
    except (RuntimeError, subprocess.TimeoutExpired) as failed:
        return Told(None, None, None, str(failed) or "it failed")


def ours(home: Path, data: Path) -> Told:
    """Ask Tankful, which is told to keep everything, however old, and where a project with Aider's history is."""
    data.mkdir(parents=True)
    (data / "settings.toml").write_text(_SETTINGS.replace("HOME", home.as_posix()), encoding="utf-8")
    totals = _run(tankful("usage", "--json", "--by", "agent", "--timezone", "UTC", "--data", str(data)), home)["totals"]
    tokens = {bucket: totals["tokens"][bucket] for bucket in BUCKETS}
    return Told(totals["requests"], tokens, _dollars(totals["cost_usd"]))


def ccusage(program: Path) -> Answer:
    """Return how ccusage is asked; it does not count requests."""

    def answer(home: Path, _data: Path) -> Told:
        told = _run([str(program), "daily", "--json", "--offline"], home)
        totals: Mapping[str, Any] = told["totals"] if told else {}
        names = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens")
        return Told(None, _tokens(totals, names), totals.get("totalCost", 0.0))

    return answer


def agentsview(program: Path) -> Answer:
    """Return how agentsview is asked: it reads everything into a database of its own first. It does not count requests."""

    def answer(home: Path, data: Path) -> Told:
        alone = {"AGENTSVIEW_NO_DAEMON": "1", "AGENTSVIEW_DATA_DIR": str(data)}
        environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TZ": "UTC"} | alone
        subprocess.run([str(program), "sync"], env=environ, capture_output=True, timeout=PATIENCE_S, check=False, cwd=home)
        totals = _run([str(program), "usage", "daily", "--json", "--all", "--offline", "--no-sync"], home, **alone)["totals"]
        names = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens")
        return Told(None, _tokens(totals, names), totals["totalCost"]["microdollars"] / 1e6)

    return answer


def observer(program: Path) -> Answer:
    """Return how superbased-observer is asked, in the mode that keeps nothing."""

    def answer(home: Path, _data: Path) -> Told:
        total = _run([str(program), "usage", "--json", "--since", "all", "--budget", "60s", "--group-by", "tool"], home)
        rows: list[dict[str, Any]] = total["rows"] or []
        tokens = {
            bucket: sum(row[name] for row in rows)
            for bucket, name in zip(BUCKETS, ("input", "output", "cache_read", "cache_creation"), strict=True)
        }
        return Told(sum(row["turns"] for row in rows), tokens, sum(row["usd"] for row in rows))

    return answer


def _tokens(totals: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    return {bucket: totals.get(name, 0) for bucket, name in zip(BUCKETS, names, strict=True)}


def _dollars(text: str | None) -> float | None:
    return None if text is None else float(text)
