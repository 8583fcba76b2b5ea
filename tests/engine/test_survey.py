"""Several processes find what one finds."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from tankful.engine.surveying import Surveyor
from tankful.sources.goose_source import SOURCE
from tankful.sources.source import Places
from tankful.sources.way import way_of

LOOKING = """
import json, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from tankful.engine.surveying import Surveyor
from tankful.sources.registry import by_id
from tankful.sources.source import Places

home, expected, fatal = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "fatal"
meanwhile = []

def helpers():
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()

def look_on():
    meanwhile.append(len(helpers()))
    if fatal:
        for helper in helpers():
            os.kill(int(helper), signal.SIGKILL)

sources = [by_id("claude-code"), by_id("codex"), by_id("aider")]
places = Places(home=home, environ={}, platform="linux", projects=(home / "work",))
surveyor, now = Surveyor(), datetime(2100, 1, 1, tzinfo=UTC)
said = []
for _ in range(3):
    surveys = surveyor.look(sources, places, now, look_on, helped=surveyor.wants_help(expected))
    odd = [sorted((problem.flaw, problem.path) for problem in seen.odd) for seen in surveys]
    files = [sorted(seen.files().values()) for seen in surveys]
    said.append([[files.pop(0), sorted(seen.refused), odd.pop(0), seen.folders, sorted(seen.followed)] for seen in surveys])
assert said[0] == said[1] == said[2]
print(json.dumps([meanwhile, said[0]]))
"""


class Seen(NamedTuple):
    """What a survey shows, in order."""

    files: list[list[object]]
    refused: list[str]
    odd: list[tuple[str, str]]
    folders: int
    followed: list[str]


class Looked(NamedTuple):
    """What three looks show, of which each found the same."""

    helpers: list[int]
    seen: list[Seen]


def looked_at(home: Path, expected: int, fate: str = "") -> Looked:
    words = [sys.executable, "-c", LOOKING, str(home), str(expected), fate]
    ran = subprocess.run(words, capture_output=True, check=False, timeout=60, text=True)
    assert ran.returncode == 0, ran.stderr
    helpers, seen = json.loads(ran.stdout)
    return Looked(helpers, [Seen(*each) for each in seen])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
def test_several_processes_find_the_logs_the_loops_and_the_odd_files_that_one_finds(tmp_path: Path) -> None:
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
    (projects / "project-7" / "one.jsonl").symlink_to(elsewhere / "far.jsonl")
    (tmp_path / ".codex" / "sessions").mkdir(parents=True)
    (tmp_path / ".codex" / "sessions" / "rollout.jsonl").write_bytes(b"{}\n")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".aider.chat.history.md").write_bytes(b"# aider\n")
    alone, together, bereft = looked_at(tmp_path, 0), looked_at(tmp_path, 1_000_000), looked_at(tmp_path, 1_000_000, "fatal")
    claude = alone.seen[0]
    assert (len(claude.files), claude.refused, len(claude.odd), claude.folders) == (82, [], 3, 1 + 3 * 40 + 1)
    assert claude.followed == [str(projects / "project-4" / "away"), str(projects / "project-7" / "one.jsonl")]
    assert [len(each.files) for each in alone.seen] == [82, 1, 1]
    assert together.seen == alone.seen
    assert bereft.seen == alone.seen
    cores = min(4, len(os.sched_getaffinity(0)))
    assert (alone.helpers, together.helpers) == ([0, 0, 0], [cores - 1, 0, 0])


def test_a_log_tells_where_the_providers_in_it_are_called(tmp_path: Path) -> None:
    config, path = tmp_path / ".config" / "goose" / "config.yaml", tmp_path / ".local" / "share" / "goose" / "sessions" / "sessions.db"
    for each in (config, path):
        each.parent.mkdir(parents=True)
    config.write_text("GOOSE_PROVIDER: litellm\nLITELLM_HOST: https://llm.example.org\n")
    path.touch()
    (seen,) = Surveyor().look([SOURCE], Places(tmp_path, {}, "linux"), datetime(2100, 1, 1, tzinfo=UTC), lambda: None, helped=False)
    log = seen.log(str(path))
    assert log is not None
    assert [way_of(log.route).to(provider) for provider in ("litellm", "openai")] == ["https://llm.example.org", ""]
