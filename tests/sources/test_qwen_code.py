"""Qwen Code's chats are read line by line; what is only noted counts once."""

import json
from pathlib import Path
from typing import Any

import pytest

from sources.homes_reading import RECORDED, book, flaws, found_at, logs_of, machine, read, read_all, read_lines, tokens, write
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.qwen_code_source import SOURCE
from tankful.sources.source import Log, Root

USAGE = {
    "promptTokenCount": 100,
    "candidatesTokenCount": 50,
    "thoughtsTokenCount": 10,
    "cachedContentTokenCount": 5,
    "totalTokenCount": 150,
}
CWD = "/home/grace/work/orchard"


def line(**changed: Any) -> str:
    plain = {"uuid": "u-1", "sessionId": "s-1", "timestamp": "2026-10-01T09:00:00Z", "type": "assistant", "cwd": CWD}
    return json.dumps({**plain, "model": "qwen3-coder-plus", "usageMetadata": USAGE, **changed})


def note(**changed: Any) -> str:
    counts = {"input_token_count": 100, "output_token_count": 50, "thoughts_token_count": 10, "cached_content_token_count": 5}
    plain = {"event.name": "qwen-code.api_response", "response_id": "chatcmpl-1", "model": "qwen3-coder-plus", "total_token_count": 150}
    payload = {"uiEvent": {**plain, **counts, **changed}}
    return line(uuid="n-1", type="system", subtype="ui_telemetry", usageMetadata=None, systemPayload=payload)


def test_the_prompt_holds_the_cached_and_the_output_holds_the_thoughts_if_the_total_says_so() -> None:
    (event,) = read_lines(SOURCE, "/q.jsonl", line()).events
    assert event.tokens == TokenUsage(input=95, output=50, cache_read=5, reasoning=10)
    assert (event.model, event.session, event.project, event.agent) == ("qwen3-coder-plus", "s-1", CWD, "qwen-code")
    (event,) = read_lines(SOURCE, "/q.jsonl", line(usageMetadata={**USAGE, "totalTokenCount": 160})).events
    assert event.tokens == TokenUsage(input=95, output=60, cache_read=5, reasoning=10)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_note_of_a_response_yields_to_it_and_any_other_stands(backwards: bool) -> None:
    lines = [line(), note(), note(response_id="chatcmpl-2", input_token_count=7).replace("n-1", "n-2")]
    events = book(read_lines(SOURCE, "/q.jsonl", *(reversed(lines) if backwards else lines)))
    assert sorted(event.tokens.prompt for event in events) == [7, 100]
    assert {event.call for event in events if event.echo} == {"chatcmpl-2"}


def test_a_sub_agents_own_log_and_the_note_of_its_call_are_one() -> None:
    own = read_lines(SOURCE, "/subagents/s-1/agent.jsonl", line(uuid="a-1", isSidechain=True))
    assert len(book(read_lines(SOURCE, "/chats/s-1.jsonl", note()), own)) == 1


def test_a_branch_repeats_lines_under_their_old_ids() -> None:
    copied = line(sessionId="s-2", forkedFrom={"sessionId": "s-1", "messageUuid": "u-1"})
    branch = read_lines(SOURCE, "/s-2.jsonl", copied, line(sessionId="s-2", uuid="u-2"))
    events = book(branch, read_lines(SOURCE, "/s-1.jsonl", line(), note()))
    assert sorted(event.session for event in events) == ["s-1", "s-2"]


def test_without_an_id_session_time_and_counts_tell_responses_apart() -> None:
    later = line(uuid=None, timestamp="2026-10-01T09:00:01Z")
    assert len(book(read_lines(SOURCE, "/q.jsonl", line(uuid=None), line(uuid=None), later))) == 2
    (event,) = read_lines(SOURCE, "/q-9.jsonl", line(sessionId=None)).events
    assert event.session == "q-9"


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ('"provenance":"real_user"', 1),
        ('"version":"1"', 1),
        ('"subtype":"notification"', 0),
        ('"provenance":"system"', 0),
        ('"isSidechain":true', 0),
        ('"message":{"parts":[{"functionResponse":{}}]}', 0),
    ],
)
def test_only_what_a_human_typed_is_a_prompt(more: str, count: int) -> None:
    said = f'{{"uuid":"u-1","sessionId":"s-1","timestamp":"2026-10-01T09:00:00Z","type":"user",{more}}}'
    found = read_lines(SOURCE, "/q.jsonl", said, said)
    assert (len({prompt.key for prompt in found.prompts}), found.events) == (count, [])


def test_a_prompt_without_an_id_is_known_by_its_time() -> None:
    said = line(type="user", usageMetadata=None, uuid=None)
    (one, other) = read_lines(SOURCE, "/q.jsonl", said, said).prompts
    assert (one.key, one.session, one.project) == (other.key, "s-1", CWD)


def test_a_chat_says_where_it_calls_and_is_believed_after_a_stop_too() -> None:
    named = line(
        type="system",
        subtype="session_model",
        usageMetadata=None,
        systemPayload={"modelId": "m", "baseUrl": "https://gate.example/v1?key=1"},
    )
    lines = "\n".join((line(), named, line(uuid="u-2")))
    found = read(SOURCE, Log(SOURCE.id, "/q.jsonl", "https://usual.example"), lines.encode(), 1, 2)
    assert [event.route for event in found.events] == ["https://usual.example", "https://gate.example/v1"]


@pytest.mark.parametrize(
    ("bad", "flaw", "count"),
    [
        (line()[:-9], Flaw.NOT_JSON, 0),
        (line(usageMetadata=[]), Flaw.WRONG_SHAPE, 0),
        (line(usageMetadata={**USAGE, "promptTokenCount": -1}), Flaw.BAD_COUNT, 1),
        (line(timestamp=None), Flaw.BAD_TIME, 1),
        (line(usageMetadata={}), None, 0),
        (line(type="system", usageMetadata=None, systemPayload={"uiEvent": {"event.name": "api_response_like"}}), None, 0),
        (line(type="tool_result"), None, 0),
    ],
)
def test_nonsense_costs_no_more_than_itself(bad: str, flaw: Flaw | None, count: int) -> None:
    found = read_lines(SOURCE, "/q.jsonl", bad, line(uuid="u-9", timestamp="2026-10-02T09:00:00Z"))
    assert (flaws(found), len(found.events)) == ([] if flaw is None else [flaw], count + 1)


def test_older_chats_are_documents(tmp_path: Path) -> None:
    chat = {
        "sessionId": "s-1",
        "messages": [{"id": "1", "type": "qwen", "timestamp": "2026-09-01T06:00:00Z", "tokens": {"input": 7, "output": 3}}],
    }
    write(tmp_path / ".qwen" / "tmp" / "0abc" / "chats" / "session-1.json", json.dumps(chat))
    (event,) = book(*read_all(SOURCE, machine(tmp_path)))
    assert (event.agent, event.tokens) == ("qwen-code", TokenUsage(input=7, output=3))


def test_places_and_their_variables(tmp_path: Path) -> None:
    usual = [(".qwen/projects", "~/.qwen"), (".qwen/tmp", "~/.qwen")]
    assert found_at(SOURCE, machine(tmp_path)) == usual
    assert found_at(SOURCE, machine(tmp_path, platform="win32")) == usual
    moved = machine(tmp_path, {"QWEN_RUNTIME_DIR": f"{tmp_path}/r", "QWEN_HOME": "~/h", "QWEN_DATA_DIR": "~/d/projects"})
    assert found_at(SOURCE, moved) == [
        ("r/projects", "QWEN_RUNTIME_DIR"),
        ("r/tmp", "QWEN_RUNTIME_DIR"),
        ("h/projects", "QWEN_HOME"),
        ("h/tmp", "QWEN_HOME"),
        ("d/projects", "QWEN_DATA_DIR"),
    ]
    (tmp_path / "copy" / "tmp").mkdir(parents=True)
    assert found_at(SOURCE, machine(tmp_path, qwen_code=tmp_path / "copy"))[2:] == [("copy/projects", "settings"), ("copy/tmp", "settings")]
    assert found_at(SOURCE, machine(tmp_path, qwen_code=tmp_path / "logs"))[2:] == [("logs", "settings")]


def test_only_chats_and_sub_agents_are_logs() -> None:
    paths = ["/p/a/chats/s.jsonl", "/p/a/subagents/s/agent.jsonl", "/p/a/memory/notes.jsonl"]
    assert list(SOURCE.logs(Root(Path("/p"), ""), paths)) == paths[:2]


def test_the_route_is_the_first_address_that_is_configured(tmp_path: Path) -> None:
    root = SOURCE.roots(machine(tmp_path))[0]
    home = tmp_path / ".qwen"
    assert SOURCE.route(machine(tmp_path), root) == ""
    two = {"openai": [{"id": "a", "baseUrl": "https://one.example"}, {"id": "b", "baseUrl": "https://two.example"}]}
    write(home / "settings.json", json.dumps({"modelProviders": two}))
    assert SOURCE.route(machine(tmp_path), root) == ""
    write(home / "settings.json", json.dumps({"modelProviders": {"openai": two["openai"][:1]}}))
    assert SOURCE.route(machine(tmp_path), root) == "https://one.example"
    write(home / "settings.json", json.dumps({"env": {"OPENAI_BASE_URL": "https://kept.example"}}))
    assert SOURCE.route(machine(tmp_path), root) == "https://kept.example"
    write(home / "settings.json", json.dumps({"security": {"auth": {"baseUrl": "https://ada:x@auth.example"}}}))
    assert SOURCE.route(machine(tmp_path), root) == "https://auth.example"
    assert SOURCE.route(machine(tmp_path, {"OPENAI_BASE_URL": "https://said.example"}), root) == "https://said.example"
    assert SOURCE.route(machine(tmp_path), Root(home, "settings")) == "https://auth.example"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_the_recorded_chat_gives_its_totals() -> None:
    places = machine(Path("/nobody"), {"QWEN_DATA_DIR": str(RECORDED / "qwen-code" / "inline-ccusage")})
    events = book(*read_all(SOURCE, places))
    assert tokens(events) == TokenUsage(input=95, output=50 + 10, cache_read=5, reasoning=10)
    assert {(event.model, event.session) for event in events} == {("qwen3-coder-plus", "session-json")}


def test_our_own_home_is_found_whole() -> None:
    home = Path(__file__).parents[1] / "data" / "qwen-code" / "home"
    assert len(logs_of(SOURCE, machine(home))) == 4
