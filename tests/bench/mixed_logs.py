"""Writes a home in which every agent has been at work, of any size, together with the sums a right reading of it must give."""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import claude_logs
import mixed_documents
import mixed_lines
from claude_session import seeded
from mixed_stores import WRITERS
from mixed_talk import Answers, Scribe

WEIGHTS: dict[str, float] = {
    "claude-code": 38,
    "codex": 18,
    "opencode": 7,
    "gemini-cli": 5,
    "cline": 4,
    "roo-code": 4,
    "copilot-vscode": 3,
    "cursor": 3,
    "kilo-code": 2,
    "copilot-cli": 2,
    "amp": 2,
    "droid": 1.5,
    "qwen-code": 1.5,
    "openclaw": 1,
    "pi": 1,
    "goose": 1,
    "kimi": 1,
    "grok-build": 1,
    "kilo-cli": 1,
    "junie": 0.5,
    "omp": 0.5,
    "hermes": 0.5,
    "mistral-vibe": 0.5,
    "copilot-visualstudio": 0.5,
    "codebuff": 0.5,
    "kiro": 0.5,
    "zed": 0.3,
    "crush": 0.3,
    "antigravity": 0.2,
    "warp": 0.2,
    "windsurf": 0.1,
    "continue": 0.1,
    "aider": 0.01,
}
"""Shares of all bytes: how much such agents write where people use several, the talkative ones first."""
_TOGETHER = sum(WEIGHTS.values())


@dataclass(frozen=True, slots=True)
class Mixture:
    """What to write; the same always gives the same records."""

    size: int = 2_000_000_000
    """Bytes, more or less."""
    seed: int = 1
    files: int = 0
    """Where it is not 0: about so many files, all agents with files having their share of them."""
    until: date = field(default_factory=lambda: datetime.now(tz=UTC).date())
    """Nothing happens on this day or later."""


def write(home: Path, mixture: Mixture, answers: Answers, only: str = "") -> None:
    """Write the records of all agents, or of one, into a home, also one that has some already; add what is right to the answers."""
    scribe = Scribe(home, mixture.until, seeded(1000 + mixture.seed), answers, smaller=_smaller(mixture))
    shapes = {shape.agent: shape for shape in (*mixed_lines.SHAPES, *mixed_documents.SHAPES)}
    writers: dict[str, Callable[[int], None]] = {agent: partial(scribe.fill, shape) for agent, shape in shapes.items()}
    writers |= {agent: partial(writer, scribe) for agent, writer in WRITERS.items()}
    writers["claude-code"] = partial(_claude_code, home, mixture, answers)
    for agent, weight in WEIGHTS.items():
        if only in {"", agent}:
            writers[agent](mixture.size if only else int(mixture.size * weight / _TOGETHER))
    (home / ".aider.conf.yml").write_text("analytics-log: ~/.aider/analytics.jsonl\n", encoding="utf-8")


def _smaller(mixture: Mixture) -> int:
    """Return the size of a usual file, so that there are as many as wanted; 0: as agents have them."""
    return int(mixture.size / mixture.files) if mixture.files else 0


def _claude_code(home: Path, mixture: Mixture, answers: Answers, size: int) -> None:
    usual = _smaller(mixture) or 1_700_000
    plan = claude_logs.Plan(size=size, files=max(2, size // usual), until=mixture.until, seed=mixture.seed)
    found = claude_logs.generate(home / ".claude", plan)
    answers.wrote("claude-code", found.size, found.files)
    for (day, _), used in found.by_day_and_model.items():
        answers.book("claude-code", day, used)


def main() -> None:
    """Write a home and its answer as the command line asks."""
    default = Mixture()
    words = argparse.ArgumentParser(description="Writes realistic records of all agents with a known answer.")
    words.add_argument("--to", type=Path, help="folder to write home/ and answer.json into; default: a new temporary one")
    words.add_argument("--size", type=claude_logs.bytes_of, default=default.size, help="2GB, 50MB; default %(default)s")
    words.add_argument("--until", type=date.fromisoformat, default=default.until, help="the day before which all happens; default today")
    words.add_argument("--files", type=int, default=default.files, help="about so many files; 0: as agents have them")
    words.add_argument("--seed", type=int, default=default.seed, help="default %(default)s")
    asked = vars(words.parse_args())
    folder: Path = asked.pop("to") or Path(tempfile.mkdtemp(prefix="tankful-bench-"))
    begun = time.monotonic()
    answers = Answers()
    write(folder / "home", Mixture(**asked), answers)
    rows = [{"agent": agent, "day": day} | asdict(used) for (agent, day), used in sorted(answers.sums.items())]
    (folder / "answer.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    files, size = sum(answers.files.values()), sum(answers.size.values())
    print(f"{folder}: {files} files, {size / 1e6:.1f} MB in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
