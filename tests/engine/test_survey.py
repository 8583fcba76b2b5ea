"""Several processes find what one finds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

LOOKING = """
import json, os, sys
from pathlib import Path
from tankful.engine.survey import survey
from tankful.sources.registry import by_id
from tankful.sources.source import Places

home = Path(sys.argv[1])
seen = survey(by_id("claude-code"), Places(home=home, environ={}, platform="linux"), expected=int(sys.argv[2]))
print(json.dumps([sorted(seen.paths()), sorted(seen.refused), sorted((p.flaw, p.path) for p in seen.odd), seen.folders]))
"""


class Seen(NamedTuple):
    """What a survey shows, in order."""

    paths: list[str]
    refused: list[str]
    odd: list[tuple[str, str]]
    folders: int


def looked_at(home: Path, expected: int) -> Seen:
    ran = subprocess.run([sys.executable, "-c", LOOKING, str(home), str(expected)], capture_output=True, check=True, timeout=60)
    return Seen(*json.loads(ran.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
def test_two_processes_find_the_logs_the_loops_and_the_odd_files_that_one_finds(tmp_path: Path) -> None:
    projects = tmp_path / ".claude" / "projects"
    elsewhere = tmp_path / "elsewhere"
    for number in range(40):
        folder = projects / f"project-{number}" / "session" / "subagents"
        folder.mkdir(parents=True)
        (folder / "agent.jsonl").write_bytes(b"{}\n")
        (folder.parent.parent / "main.jsonl").write_bytes(b"{}\n")
    elsewhere.mkdir()
    (elsewhere / "far.jsonl").write_bytes(b"{}\n")
    (projects / "project-3" / "loop").symlink_to(projects)
    (projects / "project-4" / "away").symlink_to(elsewhere)
    (projects / "project-5" / "away-too").symlink_to(elsewhere)
    os.mkfifo(projects / "project-6" / "pipe.jsonl")
    alone, together = looked_at(tmp_path, 0), looked_at(tmp_path, 1_000_000)
    assert (len(alone.paths), alone.refused, len(alone.odd), alone.folders) == (81, [], 3, 1 + 3 * 40 + 1)
    assert together == alone
