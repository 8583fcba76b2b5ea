"""Cowork's sessions, which Claude Desktop keeps among what they made, are Claude Code's transcripts."""

import json
import os
from pathlib import Path

import pytest

from sources.homes_reading import book, logs_of, machine, read, write
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import Places, Root

SESSIONS = "local-agent-mode-sessions"
USAGE = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 40}
LINE = {
    "type": "assistant",
    "uuid": "u",
    "sessionId": "s",
    "requestId": "r",
    "timestamp": "2026-10-01T09:00:00.000Z",
    "cwd": "/sessions/kind",
}
ANSWER = json.dumps({**LINE, "message": {"id": "m", "model": "claude-sonnet-4-5", "usage": USAGE}}, separators=(",", ":"))


def desktop(places: Places) -> list[tuple[str, int | None]]:
    found = [root for root in SOURCE.roots(places) if root.origin == "Claude Desktop"]
    return [(os.path.relpath(root.path, places.home), root.depth) for root in found]


def test_each_session_is_a_root_and_the_folder_of_all_is_only_glanced_at(tmp_path: Path) -> None:
    data = ".config/Claude"
    all_of_them = tmp_path / data / SESSIONS
    for session in ("org/work/local_2", "org/work/local_1", "org/work/agent/local_3", "skills-plugin/local_4", "a/b/c/d/local_5"):
        (all_of_them / session / ".claude" / "projects").mkdir(parents=True)
    write(all_of_them / "org" / "work" / "local_1.json", "{}")
    assert desktop(machine(tmp_path)) == [
        (f"{data}/{SESSIONS}", 3),
        (f"{data}/{SESSIONS}/org/work/agent/local_3/.claude/projects", None),
        (f"{data}/{SESSIONS}/org/work/local_1/.claude/projects", None),
        (f"{data}/{SESSIONS}/org/work/local_2/.claude/projects", None),
        (f".config/Claude-3p/{SESSIONS}", 3),
    ]


@pytest.mark.parametrize(
    ("platform", "environ", "folders"),
    [
        ("darwin", {}, ["Library/Application Support/Claude", "Library/Application Support/Claude-3p"]),
        ("win32", {}, ["AppData/Roaming/Claude", "AppData/Roaming/Claude-3p", "AppData/Local/Claude-3p"]),
    ],
)
def test_each_platform_has_its_folders(tmp_path: Path, platform: str, environ: dict[str, str], folders: list[str]) -> None:
    assert desktop(machine(tmp_path, environ, platform)) == [(f"{folder}/{SESSIONS}", 3) for folder in folders]


def test_a_package_of_windows_has_its_own_folder(tmp_path: Path) -> None:
    for package in ("Claude_abc", "Other_def"):
        (tmp_path / "local" / "Packages" / package).mkdir(parents=True)
    places = machine(tmp_path, {"LOCALAPPDATA": str(tmp_path / "local")}, "win32")
    assert desktop(places)[3:] == [(f"local/Packages/Claude_abc/LocalCache/Roaming/Claude/{SESSIONS}", 3)]


def test_its_transcripts_are_read_and_nothing_that_lies_beside_them(tmp_path: Path) -> None:
    session = tmp_path / ".config" / "Claude" / SESSIONS / "org" / "work" / "local_1"
    transcript = write(session / ".claude" / "projects" / "-sessions-kind" / "s.jsonl", ANSWER)
    write(session / "audit.jsonl", ANSWER)
    logs = logs_of(SOURCE, machine(tmp_path))
    assert [log.path for log in logs] == [str(transcript)]
    (event,) = book(read(SOURCE, logs[0]))
    assert (event.tokens.total, event.session) == (100, "s")


def test_among_the_sessions_nothing_is_a_transcript() -> None:
    assert list(SOURCE.logs(Root(Path("/x") / SESSIONS, "Claude Desktop"), [f"/x/{SESSIONS}/org/audit.jsonl"])) == []


def test_its_gateway_is_the_one_of_its_own_settings(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "Claude-3p"
    root = Root(folder / SESSIONS / "org" / "work" / "local_1" / ".claude" / "projects", "Claude Desktop")
    elsewhere = machine(tmp_path, {"ANTHROPIC_BASE_URL": "https://terminal.example"})
    assert SOURCE.route(elsewhere, root) == ""
    write(folder / "claude_desktop_config.json", '{"enterpriseConfig": {"inferenceGatewayBaseUrl": "https://policy.example"}}')
    assert SOURCE.route(elsewhere, root) == "https://policy.example"
    write(folder / "configLibrary" / "_meta.json", '{"appliedId": "one"}')
    write(
        folder / "configLibrary" / "one.json",
        '{"inferenceProvider": "gateway", "inferenceGatewayBaseUrl": "https://ada:x@gateway.example"}',
    )
    assert SOURCE.route(elsewhere, Root(folder / SESSIONS, "Claude Desktop")) == "https://gateway.example"
