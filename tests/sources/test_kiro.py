"""Of Kiro's conversations that is booked which was counted or measured, and nothing else."""

# ruff: noqa: S608 - the databases are the tests' own

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.stores_reading import RECORDED, TIMES, book, flaws, made, places, read, read_home, readings, tokens
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import kiro_source
from tankful.sources.source import Exactness, Root
from tankful.sources.stored import PIECE

SOURCE = kiro_source.SOURCE
START = int(datetime(2026, 10, 1, 8, tzinfo=UTC).timestamp())
TABLE = "CREATE TABLE conversations_v2 (key TEXT, conversation_id TEXT, value TEXT, updated_at INTEGER);"
WINDOW = {"model_id": "claude-sonnet-4", "context_window_tokens": 200_000}
MEASURED = {"request_id": "r", "context_usage_percentage": 5.5, "response_size": 401, "request_start_timestamp_ms": START * 1000}


def request(number: int = 0, *, typed: bool = False, at: object = None, **more: Any) -> dict[str, Any]:
    content: dict[str, object] = {"Prompt": {"prompt": "…"}} if typed else {"ToolUseResults": {}}
    return {"user": {"content": content, "timestamp": at}, "request_metadata": MEASURED | {"request_id": f"r{number}"} | more}


def conversation(*history: object, name: str = "k", changed: int = 1, info: object = None) -> str:
    value = json.dumps({"history": list(history), "model_info": WINDOW if info is None else info})
    return f"INSERT INTO conversations_v2 VALUES ('/home/grace/work', '{name}', '{value}', {changed});"


def store(folder: Path, *rows: str) -> Path:
    return made(folder / "data.sqlite3", TABLE + "".join(rows))


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_conversations_tell_prompts_and_nothing_that_could_be_booked(tmp_path: Path) -> None:
    kept = RECORDED / "kiro" / "agentsview"
    values = [
        (kept / name).read_text().replace("'", "''") for name in ("standard_payload.json", "overlap_payload.json", "malformed_payload.txt")
    ]
    rows = [f"INSERT INTO conversations_v2 VALUES ('/home/user', '{number}', '{value}', 1);" for number, value in enumerate(values)]
    found, _ = read(SOURCE, store(tmp_path, *rows))
    assert (found.events, len(found.prompts), flaws(found)) == ([], 3, [Flaw.NOT_JSON])
    assert {prompt.project for prompt in found.prompts} == {"/home/user/code/kiro-app", "/home/user/code/current-kiro"}


def test_input_is_the_measured_share_of_the_window_and_output_a_quarter_of_the_answers_length(tmp_path: Path) -> None:
    found, _ = read(SOURCE, store(tmp_path, conversation(request())))
    (event,) = found.events
    assert (event.tokens, event.model, event.session, event.project) == (
        TokenUsage(11_000, 101),
        "claude-sonnet-4",
        "k",
        "/home/grace/work",
    )
    assert (event.at.timestamp(), event.recorded_cost, SOURCE.exactness) == (START, None, Exactness.ESTIMATE)


def test_what_was_counted_comes_before_any_estimate(tmp_path: Path) -> None:
    counted: dict[str, Any] = {"uncached_input_tokens": 9, "output_tokens": 8, "cache_read_tokens": 700, "cache_write_tokens": 60}
    found, _ = read(
        SOURCE, store(tmp_path, conversation(request(1, **counted, model_id="m"), request(2, output_tokens=8, model_id="auto")))
    )
    assert [event.tokens for event in found.events] == [TokenUsage(9, 8, 700, 60), TokenUsage(11_000, 8)]
    assert [event.model for event in found.events] == ["m", "claude-sonnet-4"]


@pytest.mark.parametrize("percent", [None, 0, 101, True, "5"])
def test_what_was_neither_counted_nor_measured_is_not_booked(tmp_path: Path, percent: object) -> None:
    found, _ = read(
        SOURCE, store(tmp_path, conversation(request(context_usage_percentage=percent)), conversation(request(), name="l", info={}))
    )
    assert not found.events


def test_a_conversation_that_is_written_again_counts_once_and_forks_are_other_conversations(tmp_path: Path) -> None:
    path = store(tmp_path, conversation(request(1)), conversation(request(1), name="old", changed=0))
    first, fields = read(SOURCE, path)
    made(path, "DELETE FROM conversations_v2 WHERE conversation_id = 'k';" + conversation(request(1), request(2), changed=2))
    second, _ = read(SOURCE, path, fields)
    assert {event.session for event in second.events} == {"k"}
    assert len(book(first, second)) == 3


def test_prompts_are_what_people_typed(tmp_path: Path) -> None:
    typed = request(1, typed=True, at="2026-10-01T07:00:00Z")
    typed["user"]["env_context"] = {"env_state": {"current_working_directory": "/home/grace/pond"}}
    ended = request(2, typed=True, request_start_timestamp_ms=None, stream_end_timestamp_ms=START * 1000)
    found, _ = read(SOURCE, store(tmp_path, conversation(typed, ended, request(3), {})))
    assert [(prompt.at.hour, prompt.project) for prompt in found.prompts] == [
        (7, "/home/grace/pond"),
        (TIMES.modified.hour, "/home/grace/work"),
    ]
    assert [event.at.timestamp() for event in found.events] == [START] * 3


def test_older_and_odd_databases_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    value = json.dumps({"history": [request()], "model_info": WINDOW})
    old = made(
        tmp_path / "old.sqlite3",
        f"CREATE TABLE conversations (key, value); INSERT INTO conversations VALUES ('/home/grace/work', '{value}'), ('x', NULL);",
    )
    found, fields = read(SOURCE, old)
    assert [event.session for event in found.events] == ["/home/grace/work"]
    assert len(book(found, read(SOURCE, old, fields)[0])) == 1
    assert flaws(read(SOURCE, made(tmp_path / "foreign.sqlite3", "CREATE TABLE history (id);"))[0]) == [Flaw.OTHER_SHAPE]
    odd = store(tmp_path, conversation(7, name="a"), "INSERT INTO conversations_v2 VALUES ('x', 'b', '{', 'later');")
    assert flaws(read(SOURCE, odd)[0]) == [Flaw.WRONG_SHAPE, Flaw.NOT_JSON]


def test_a_reading_may_end_after_any_piece(tmp_path: Path) -> None:
    rows = [conversation(request(), name=f"{number}", changed=number) for number in range(PIECE + 5)]
    for found in readings(SOURCE, store(tmp_path, *rows)):
        assert len(book(found)) == PIECE + 5


def session(folder: Path, *turns: object, **more: object) -> Path:
    state = {"rts_model_state": {"model_info": WINDOW}, "conversation_metadata": {"user_turn_metadatas": turns}}
    path = folder / "s.json"
    path.write_text(json.dumps({"session_id": "s", "cwd": "/home/grace/work", "session_state": state} | more))
    return path


def test_turns_of_session_files_are_booked_as_counted_or_measured(tmp_path: Path) -> None:
    counted: dict[str, object] = {
        "input_token_count": 9,
        "output_token_count": 8,
        "cache_read_input_token_count": 700,
        "cache_write_input_token_count": 60,
    }
    turns: list[dict[str, object]] = [
        {"message_ids": ["a"], "context_usage_percentage": 2.5, "end_timestamp": START, "input_token_count": 0},
        counted | {"message_ids": [None], "end_timestamp": "2026-10-01T08:00:00Z"},
        {"context_usage_percentage": 4, "end_timestamp": {"secs_since_epoch": START}},
        {"message_ids": ["b"]},
    ]
    path = session(tmp_path, *turns)
    found, fields = read(SOURCE, path)
    assert [event.tokens for event in found.events] == [TokenUsage(5000), TokenUsage(9, 8, 700, 60), TokenUsage(8000)]
    assert {(event.at.timestamp(), event.session, event.project, event.model) for event in found.events} == {
        (START, "s", "/home/grace/work", "claude-sonnet-4")
    }
    turns[0]["context_usage_percentage"] = 3
    assert tokens(book(found, read(SOURCE, session(tmp_path, *turns), fields)[0])) == TokenUsage(14_009, 8, 700, 60)


@pytest.mark.parametrize(
    "state", [{}, {"rts_model_state": {}, "conversation_metadata": {}}, {"conversation_metadata": {"user_turn_metadatas": None}}]
)
def test_a_session_file_may_hold_nothing_yet(tmp_path: Path, state: object) -> None:
    found, _ = read(SOURCE, session(tmp_path, session_state=state))
    assert (found.events, found.problems) == ([], [])


def test_files_that_are_no_sessions_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for text, expected in (("{}", []), ("[1]", [Flaw.WRONG_SHAPE]), ("{", [Flaw.NOT_JSON])):
        path.write_text(text)
        found, _ = read(SOURCE, path)
        assert (found.events, flaws(found)) == ([], expected)


def test_the_editor_shows_that_somebody_typed(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    said = [{"message": {"role": "user"}}, {"message": {"role": "assistant"}}, {"message": 7}]
    path.write_text(json.dumps({"sessionId": "e", "workspaceDirectory": "/home/grace/pond", "history": said}))
    found, fields = read(SOURCE, path)
    (prompt,) = found.prompts
    assert (prompt.session, prompt.project, prompt.at, found.events) == ("e", "/home/grace/pond", TIMES.modified, [])
    assert not read(SOURCE, path, fields)[0].prompts


def test_transcripts_tell_what_people_typed(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    lines: list[object] = [
        {"kind": "Prompt", "data": {"message_id": "a", "meta": {"timestamp": START + 0.5}}},
        {"kind": "Prompt", "data": {"meta": {"timestamp": START}}},
        {"kind": "Prompt", "data": {"message_id": "b"}},
        {"kind": "AssistantMessage", "data": {"message_id": "c"}},
        {"kind": "ToolResults", "data": {}, "x": "Prompt"},
        {"kind": "Prompt"},
    ]
    path.write_text("\n".join([*map(json.dumps, lines), '{"kind": "Prompt"']))
    found, fields = read(SOURCE, path)
    assert [(prompt.at.timestamp(), prompt.session) for prompt in found.prompts] == [
        (START + 0.5, "s"),
        (START, "s"),
        (TIMES.modified.timestamp(), "s"),
    ]
    assert (flaws(found), fields) == ([Flaw.BAD_TIME, Flaw.NOT_JSON], b"")


def test_records_lie_in_three_places_on_every_system(tmp_path: Path) -> None:
    made(tmp_path / ".local" / "share" / "kiro-cli" / "data.sqlite3", TABLE + conversation(request()))
    (tmp_path / ".local" / "share" / "kiro-cli" / "settings.json").write_text("{")
    cli = tmp_path / ".kiro" / "sessions" / "cli"
    cli.mkdir(parents=True)
    session(cli, {"context_usage_percentage": 1, "end_timestamp": START})
    (cli / "sessions.json").write_text("[]")
    found = read_home(SOURCE, places(tmp_path))
    assert (tokens(book(found)), found.problems) == (TokenUsage(13_000, 101), [])
    assert SOURCE.route(places(tmp_path), Root(tmp_path, "")) == ""


def test_records_lie_elsewhere_by_system_and_by_variable() -> None:
    home = Path("/home/grace")
    support = home / "Library" / "Application Support"
    assert [root.path for root in SOURCE.roots(places(home, platform="darwin"))][1:] == [
        support / "kiro-cli",
        support / "Kiro" / "User" / "globalStorage" / "kiro.kiroagent" / "workspace-sessions",
    ]
    named = {"KIRO_HOME": "/k", "KIRO_CLI_DB_PATH": "/d/data.sqlite3", "LOCALAPPDATA": "/l"}
    found = [str(root.path) for root in SOURCE.roots(places(home, named, "win32", extra={"kiro": (Path("/x"),)}))]
    assert (found[:3], found[-1]) == (["/k/sessions", "/d", "/l/kiro-cli"], "/x")
    assert found[3].startswith(str(home / "AppData" / "Roaming" / "Kiro"))
