"""A project's own settings say where its sessions call their models, from when they say so."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tankful.sources.claude_code_projects import ProjectRoutes, slug
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log, Places

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = FileTimes(modified=NOW, now=NOW)
USUAL, SHARED, LOCAL, OTHER = (f"https://{name}.example" for name in ("usual", "shared", "local", "other"))


def told(folder: Path, url: str, name: str = "settings.json") -> Path:
    """Write settings that name an address."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(json.dumps({"env": {"ANTHROPIC_BASE_URL": url}}))
    return file


def log_of(home: Path, started_in: Path, name: str = "s1.jsonl") -> Log:
    return Log("claude-code", str(home / ".claude" / "projects" / slug(str(started_in)) / name), USUAL)


def routes(home: Path, started_in: Path) -> ProjectRoutes:
    return ProjectRoutes(log_of(home, started_in), Places(home, {}, "linux", system=home / "system"))


def test_a_project_beats_the_user_and_its_local_settings_the_shared_ones(tmp_path: Path) -> None:
    project = tmp_path / "src" / "engine_2"
    found = routes(tmp_path, project)
    assert found.of(str(project)) == USUAL
    told(project / ".claude", f"{SHARED}?key=1")
    assert found.of(str(project)) == USUAL, "a folder is looked into once while a log is read"
    assert routes(tmp_path, project).of(str(project)) == SHARED
    local = told(project / ".claude", LOCAL, "settings.local.json")
    assert routes(tmp_path, project).of(str(project)) == LOCAL
    local.write_text('{"permissions": {}}')
    assert routes(tmp_path, project).of(str(project)) == SHARED


def test_what_an_organisation_settles_beats_a_project(tmp_path: Path) -> None:
    project = tmp_path / "engine"
    told(project / ".claude", SHARED)
    told(tmp_path / "system" / "etc" / "claude-code", OTHER, "managed-settings.json")
    assert routes(tmp_path, project).of(str(project)) == USUAL


def test_a_session_goes_by_the_folder_that_it_was_started_in(tmp_path: Path) -> None:
    project, below, beside = tmp_path / "engine", tmp_path / "engine" / "core", tmp_path / "beside"
    for folder, url in ((project, SHARED), (below, OTHER), (beside, OTHER)):
        told(folder / ".claude", url)
    found = routes(tmp_path, project)
    assert [found.of(str(folder)) for folder in (project, below, beside)] == [SHARED, SHARED, USUAL]
    assert routes(tmp_path, below).of(str(below)) == OTHER


def test_a_long_name_is_known_by_its_beginning_and_one_that_is_not_kept_by_the_session_itself(tmp_path: Path) -> None:
    project = tmp_path / ("long-" * 40) / ("long-" * 40)
    told(project / ".claude", SHARED)
    cut = tmp_path / ".claude" / "projects" / f"{slug(str(project))[:200]}-1abc2d" / "s1.jsonl"
    flat = tmp_path / ".claude" / "transcripts" / "s1.jsonl"
    for path in (cut, flat):
        assert ProjectRoutes(Log("claude-code", str(path), USUAL)).of(str(project)) == SHARED
    assert routes(tmp_path, tmp_path / "other").of(str(project)) == USUAL


@pytest.mark.parametrize("project", ["", "work", "//host/share", "\\\\host\\share", "/a\0b", "/\ud800"])
def test_nothing_is_looked_for_where_no_project_of_this_machine_can_be(tmp_path: Path, project: str) -> None:
    assert ProjectRoutes(Log("claude-code", str(tmp_path / "transcripts" / "s1.jsonl"), USUAL)).of(project) == USUAL


def test_sessions_of_claude_desktop_work_on_a_machine_of_their_own(tmp_path: Path) -> None:
    project = tmp_path / "engine"
    told(project / ".claude", SHARED)
    path = tmp_path / "local-agent-mode-sessions" / "a" / ".claude" / "projects" / slug(str(project)) / "s1.jsonl"
    assert ProjectRoutes(Log("claude-code", str(path), USUAL)).of(str(project)) == USUAL


def test_each_response_keeps_the_route_of_when_it_was_read(tmp_path: Path) -> None:
    project = tmp_path / "engine"
    project.mkdir()
    found = Findings()

    def respond(number: int) -> None:
        usage = {"input_tokens": 10, "output_tokens": number}
        message = {"id": f"m{number}", "model": "claude-sonnet-4-5", "role": "assistant", "stop_reason": "end_turn", "usage": usage}
        stamp = f"2026-11-20T11:0{number}:00.000Z"
        line = {"type": "assistant", "requestId": f"r{number}", "timestamp": stamp, "cwd": str(project), "message": message}
        parser = SOURCE.parser(log_of(tmp_path, project), None)  # as for each reading of a log
        parser.read([json.dumps(line, separators=(",", ":")).encode()], number, TIMES, found)

    respond(1)
    settings = told(project / ".claude", SHARED)
    respond(2)
    settings.unlink()
    respond(3)
    assert [event.route for event in found.events] == [USUAL, SHARED, USUAL]


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_a_pipe_in_the_place_of_a_projects_settings_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "engine" / ".claude").mkdir(parents=True)
    os.mkfifo(tmp_path / "engine" / ".claude" / "settings.local.json")
    told(tmp_path / "engine" / ".claude", SHARED)
    assert routes(tmp_path, tmp_path / "engine").of(str(tmp_path / "engine")) == SHARED
