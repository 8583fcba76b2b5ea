"""Writes Claude Code logs of any size, shaped like real ones, together with the sums a right reading must give."""

import argparse
import json
import os
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from claude_session import MODELS, Answer, Session, Texts, seeded


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write; shares are 0 to 1, sizes bytes. The same plan always gives the same logs."""

    size: int = 600_000_000
    files: int = 350
    projects: int = 12
    until: date = field(default_factory=lambda: datetime.now(tz=UTC).date())
    """Nothing happens on this day or later."""
    days: int = 30
    seed: int = 1
    without_request_id: float = 0.1
    """Share of sessions that ran behind a proxy which hands no request id on."""
    constant_id: float = 0.0
    """Share of sessions behind a relay that gives every response the same message id (and no request id)."""
    one_hour: float = 0.9
    """Share of sessions whose cache writes last an hour instead of five minutes."""
    forks: float = 0.06
    """Share of main sessions that begin as a copy of another one: same uuids, own session id."""
    sub_agents: float = 0.35
    """Share of files that belong to sub-agents."""
    spread: float = 1.1
    """How unequal files are in size: sigma of a log-normal, 0 makes them alike."""


def generate(folder: Path, plan: Plan) -> Answer:
    """Write the logs into `folder`/projects and return what a right reading must find."""
    random = seeded(plan.seed)
    texts = Texts(random)
    answer = Answer()
    sizes = _sizes(plan, random)
    mains: list[tuple[Path, str, str]] = []  # log, session id, cwd
    for number, size in enumerate(sizes):
        project = random.randrange(plan.projects)
        cwd = f"/home/dev/work/project-{project}"
        slug = cwd.replace("/", "-")
        is_sub_agent = bool(mains) and random.random() < plan.sub_agents
        is_fork = bool(mains) and not is_sub_agent and random.random() < plan.forks
        parent, parent_id, parent_cwd = random.choice(mains) if mains else (Path(), "", "")
        lasts_s = random.uniform(0.2, 1.0) * 6 * 3600
        start = datetime.combine(plan.until, datetime.min.time(), UTC) - timedelta(seconds=random.uniform(lasts_s, plan.days * 86400) + 600)
        responses = max(1.0, size / 8_000)
        session = Session(
            texts=texts,
            random=random,
            answer=answer,
            cwd=parent_cwd if is_sub_agent or is_fork else cwd,
            start=start,
            session_id=parent_id if is_sub_agent else None,
            agent_id=f"a{number:06x}" if is_sub_agent else "",
            with_request_id=random.random() >= plan.without_request_id,
            constant_id=random.random() < plan.constant_id,
            one_hour=random.random() < plan.one_hour,
            model=random.choices(MODELS, weights=(5, 4, 2))[0],
            pause_s=min(25.0, lasts_s / responses / 2),
        )
        if is_sub_agent:
            log = parent.with_suffix("") / "subagents" / f"agent-a{number:06x}.jsonl"
        else:
            log = (parent.parent if is_fork else folder / "projects" / slug) / f"{session.session_id}.jsonl"
            mains.append((log, session.session_id, parent_cwd if is_fork else cwd))
        log.parent.mkdir(parents=True, exist_ok=True)
        _write(log, session, size, answer, copied=(parent, parent_id) if is_fork else None)
        at = min(session.now.timestamp(), time.time())
        os.utime(log, (at, at))
    return answer


def _sizes(plan: Plan, random: Random) -> list[int]:
    weights = [random.lognormvariate(0, plan.spread) for _ in range(plan.files)]
    together = sum(weights)
    return [int(plan.size * weight / together) for weight in weights]


def _write(log: Path, session: Session, size: int, answer: Answer, copied: tuple[Path, str] | None) -> None:
    written = 0
    with log.open("wb", buffering=1 << 20) as out:
        if copied:
            source, its_id = copied
            budget = min(size, source.stat().st_size) * 2 // 3
            old, new = f'"sessionId":"{its_id}"'.encode(), f'"sessionId":"{session.session_id}"'.encode()
            with source.open("rb") as lines:
                for line in lines:
                    if written + len(line) > budget:
                        break
                    written += out.write(line.replace(old, new))
                    answer.lines += 1
        groups = session.groups()
        while written < size:
            group = next(groups)
            written += out.write(b"".join(line.encode() + b"\n" for line in group))
            answer.lines += len(group)
    answer.files += 1
    answer.size += written


def write_single_line(log: Path, size: int) -> None:
    """Write a log that is one line without end, as a file history that grew out of hand is; `size` in bytes."""
    log.parent.mkdir(parents=True, exist_ok=True)
    piece = b'"src/module.py":{"backupFileName":"' + b"0123456789abcdef" * 4_000 + b'"},'
    with log.open("wb") as out:
        written = out.write(b'{"type":"file-history-snapshot","messageId":"1","snapshot":{"trackedFileBackups":{')
        while written < size:
            written += out.write(piece)
        out.write(b'"end":{}}},"isSnapshotUpdate":false}\n')


def bytes_of(text: str) -> int:
    """Return the number of bytes that `600MB`, `12KB` or `5000` stand for; decimal units."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if text.upper().endswith(unit):
            return int(float(text[: -len(unit)]) * factor)
    return int(text)


def main() -> None:
    """Write logs and their answer as the command line asks."""
    default = Plan()
    words = argparse.ArgumentParser(description="Writes realistic Claude Code logs with a known answer.")
    words.add_argument("--to", type=Path, help="folder to write claude/ and answer.json into; default: a new temporary one")
    words.add_argument("--size", type=bytes_of, default=default.size, help="600MB, 12KB, 5000; default %(default)s")
    words.add_argument("--until", type=date.fromisoformat, default=default.until, help="the day before which all happens; default today")
    for name in ("files", "projects", "days", "seed"):
        words.add_argument(f"--{name}", type=int, default=getattr(default, name), help="default %(default)s")
    for name in ("without_request_id", "constant_id", "one_hour", "forks", "sub_agents", "spread"):
        words.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(default, name), help="default %(default)s")
    asked = vars(words.parse_args())
    folder: Path = asked.pop("to") or Path(tempfile.mkdtemp(prefix="tankful-bench-"))
    begun = time.monotonic()
    answer = generate(folder / "claude", Plan(**asked))
    (folder / "answer.json").write_text(json.dumps(answer.as_json(), indent=1), encoding="utf-8")
    per_line = answer.size / max(1, answer.lines)
    print(f"{folder}: {answer.files} files, {answer.lines} lines of {per_line:.0f} bytes, {answer.size / 1e6:.1f} MB", end=" ")
    print(f"in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
