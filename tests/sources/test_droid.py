"""Droid's sums of sessions are dated by the transcripts beside them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from sources.homes_reading import RECORDED, TIMES, book, flaws, found_at, logs_of, machine, read, read_all, tokens, write
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources.droid_source import SOURCE
from tankful.sources.source import DocumentParser, Findings, Log, Root

SUMS = {"inputTokens": 100, "outputTokens": 50, "cacheCreationTokens": 20, "cacheReadTokens": 10, "thinkingTokens": 5}
START = '{"type":"session_start","id":"d-1","cwd":"/home/grace/work/orchard"}'


def settings(**changed: Any) -> bytes:
    return json.dumps({"model": "claude-opus-4-5", "providerLock": "anthropic", "tokenUsage": SUMS, **changed}).encode()


def line(role: str, at: str | None, content: object = "x", **more: Any) -> str:
    return json.dumps({"type": "message", "timestamp": at, "message": {"role": role, "content": content}, **more})


def session(folder: Path, *transcript: str, **changed: Any) -> Findings:
    write(folder / "d-1.jsonl", *transcript)
    return read(SOURCE, Log(SOURCE.id, str(folder / "d-1.settings.json")), settings(**changed))


def test_a_sum_has_its_session_and_the_times_of_its_responses(tmp_path: Path) -> None:
    found = session(tmp_path, START, line("assistant", "2026-10-01T09:00:10Z"), line("assistant", "2026-10-02T09:00:10Z"))
    (total,) = found.totals
    assert total.tokens == TokenUsage(input=100, output=55, cache_read=10, cache_write=20, reasoning=5)
    assert (total.counter, total.session, total.project, total.provider) == ("d-1", "d-1", "/home/grace/work/orchard", "anthropic")
    assert [time.day for time in total.times] == [1, 2]
    assert (total.at, total.model) == (datetime(2026, 10, 2, 9, 0, 10, tzinfo=UTC), "claude-opus-4-5")
    assert [event.at.day for event in book(found)] == [1, 2]


def test_without_times_a_sum_is_of_its_last_change_but_never_before_the_provider_was_chosen(tmp_path: Path) -> None:
    chosen = {"providerLockTimestamp": "2026-10-01T09:00:00Z"}
    (total,) = session(tmp_path, **chosen).totals
    assert (total.at, total.began, total.session) == (TIMES.modified, datetime(2026, 10, 1, 9, tzinfo=UTC), "d-1")
    (total,) = session(tmp_path, providerLockTimestamp="2026-11-20T11:30:00Z").totals
    assert total.at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


def test_a_transcript_is_read_on_and_its_prompts_are_told_once(tmp_path: Path) -> None:
    log = Log(SOURCE.id, str(tmp_path / "d-1.settings.json"))
    write(tmp_path / "d-1.jsonl", START, line("user", "2026-10-01T09:00:00Z", id="m1"), line("assistant", "2026-10-01T09:00:10Z"))
    first, later = Findings(), Findings()
    parser = cast("DocumentParser", SOURCE.parser(log, None))
    parser.read_document(settings(), TIMES, first)
    with (tmp_path / "d-1.jsonl").open("a") as file:
        file.write(line("user", "2026-10-02T09:00:00Z", id="m2") + "\n" + line("assistant", "2026-10-02T09:00:10Z") + "\n")
    cast("DocumentParser", SOURCE.parser(log, parser.fields())).read_document(
        settings(tokenUsage={**SUMS, "inputTokens": 160}), TIMES, later
    )
    assert [prompt.at.day for prompt in (*first.prompts, *later.prompts)] == [1, 2]
    assert [(event.at.day, event.tokens.input) for event in book(first, later)] == [(1, 100), (2, 60)]
    assert later.totals[0].project == "/home/grace/work/orchard"


def test_a_copy_of_a_sum_is_of_the_same_session(tmp_path: Path) -> None:
    session_id = "0d0d0d0d-0000-4000-8000-000000000001"
    found = [
        read(SOURCE, Log(SOURCE.id, f"{tmp_path}/{name}.settings.json"), settings()) for name in (session_id, f"copy of {session_id} (1)")
    ]
    assert {each.totals[0].counter for each in found} == {session_id}
    assert len(book(*found)) == 1


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("Shake the tree.", 1),
        ("", 0),
        ([{"type": "text", "text": "<system-reminder>\nModel: x"}], 0),
        ([{"type": "text", "text": "<system-reminder>x"}, {"type": "text", "text": "Shake."}], 1),
        ([{"type": "tool_result", "content": "ok"}], 0),
    ],
)
def test_only_what_a_human_typed_is_a_prompt(tmp_path: Path, content: object, count: int) -> None:
    found = session(
        tmp_path, START, line("user", "2026-10-01T09:00:00Z", content), line("user", None, "x"), line("system", "2026-10-01T09:00:00Z")
    )
    assert len(found.prompts) == count


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("Claude-Sonnet-4-[Anthropic]", "claude-sonnet-4"),
        ("custom:Claude-Opus-4.5-Thinking-[Anthropic]-0", "claude-opus-4-5-thinking"),
        ("gemini-2.5-pro", "gemini-2.5-pro"),
        ("custom:kimi", "kimi"),
        (None, None),
    ],
)
def test_a_name_for_people_becomes_an_id(tmp_path: Path, model: str | None, name: str | None) -> None:
    (total,) = session(tmp_path, model=model).totals
    assert (total.model, total.route) == (name, "")


@pytest.mark.parametrize(
    ("model", "name", "route"),
    [
        ("custom:Team-Sonnet-0", "claude-sonnet-4-5", "https://gateway.example/anthropic"),
        ("custom:Old-One-1", "gpt-5", "https://old.example/v1"),
        ("custom:by-id", "qwen3", "https://gateway.example/v1"),
        ("custom:claude-sonnet-4-5", "claude-sonnet-4-5", "https://gateway.example/anthropic"),
    ],
)
def test_a_model_of_ones_own_is_looked_up(tmp_path: Path, model: str, name: str, route: str) -> None:
    own = [
        {"model": "claude-sonnet-4-5", "displayName": "Team Sonnet", "baseUrl": "https://ada:secret@gateway.example/anthropic"},
        {"id": "custom:by-id", "model": "qwen3", "baseUrl": "https://gateway.example/v1"},
    ]
    write(tmp_path / "settings.json", json.dumps({"customModels": own}))
    old = [{"model_display_name": "Old One", "model": "gpt-5", "base_url": "https://old.example/v1"}]
    write(tmp_path / "config.json", json.dumps({"custom_models": old}))
    (total,) = session(tmp_path / "sessions" / "-home-grace", model=model).totals
    assert (total.model, total.route) == (name, route)


def test_a_session_that_names_no_model_has_the_one_droid_was_told(tmp_path: Path) -> None:
    told = line("user", "2026-10-01T09:00:00Z", "<system-reminder>\nModel: Claude Opus 4.5 [Anthropic]\n")
    assert session(tmp_path, '{"type":"todo"}', told, model=None).totals[0].model == "claude-opus-4-5"


@pytest.mark.parametrize(
    ("changed", "problems", "count"),
    [
        ({"tokenUsage": {}}, [], 0),
        ({"tokenUsage": None}, [], 0),
        ({"tokenUsage": {"inputTokens": 0}}, [], 0),
        ({"tokenUsage": {**SUMS, "outputTokens": -1}}, [Flaw.BAD_COUNT], 1),
        ({"tokenUsage": 3}, [Flaw.WRONG_SHAPE], 0),
        ({"model": 3}, [Flaw.WRONG_SHAPE], 1),
    ],
)
def test_nonsense_costs_no_more_than_itself(tmp_path: Path, changed: dict[str, Any], problems: list[Flaw], count: int) -> None:
    found = session(tmp_path, **changed)
    assert (flaws(found), len(found.totals)) == (problems, count)


def test_a_bad_line_of_a_transcript_costs_its_time(tmp_path: Path) -> None:
    found = session(
        tmp_path,
        START,
        '{"type":"message"',
        '{"type":"message","message":[]}',
        '{"type":"message"}',
        line("assistant", "2026-10-01T09:00:10Z"),
    )
    assert (flaws(found), len(found.totals[0].times)) == ([Flaw.NOT_JSON, Flaw.WRONG_SHAPE], 1)
    assert all(problem.path.endswith("d-1.jsonl") for problem in found.problems)


def test_places_and_their_variables(tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        assert found_at(SOURCE, machine(tmp_path, platform=platform)) == [(".factory/sessions", "~/.factory")]
    assert found_at(SOURCE, machine(tmp_path, {"DROID_SESSIONS_DIR": "~/a, ~/b"})) == [
        ("a", "DROID_SESSIONS_DIR"),
        ("b", "DROID_SESSIONS_DIR"),
    ]
    (tmp_path / "copy" / "sessions").mkdir(parents=True)
    assert found_at(SOURCE, machine(tmp_path, droid=tmp_path / "copy"))[1:] == [("copy/sessions", "settings")]
    assert found_at(SOURCE, machine(tmp_path, droid=tmp_path / "logs"))[1:] == [("logs", "settings")]


def test_only_sums_are_logs_and_the_route_is_a_sessions_own() -> None:
    root = Root(Path("/s"), "")
    assert list(SOURCE.logs(root, ["/s/a.settings.json", "/s/a.json"])) == ["/s/a.settings.json"]
    assert SOURCE.route(machine(Path("/nobody")), root) == ""


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the shared recordings are not here")
def test_recorded_sessions_give_their_totals() -> None:
    places = machine(Path("/nobody"), {"DROID_SESSIONS_DIR": str(RECORDED / "droid" / "inline-ccusage" / "sessions")})
    first, second = sorted((total for found in read_all(SOURCE, places) for total in found.totals), key=lambda total: total.session)
    assert (first.session, first.model, str(first.began)) == ("session-a", "claude-sonnet-4", "2026-05-01 01:02:03+00:00")
    assert first.tokens == TokenUsage(input=100, output=50 + 5, cache_write=20, cache_read=10, reasoning=5)
    assert (second.session, second.model, second.tokens) == ("session-b", "claude-opus-4-5-thinking", TokenUsage(input=10, output=20))


def test_our_own_home_is_found_whole() -> None:
    places = machine(Path(__file__).parents[1] / "data" / "droid" / "home")
    assert len(logs_of(SOURCE, places)) == 3
    assert tokens(book(*read_all(SOURCE, places))) == TokenUsage(input=107, output=51, cache_read=1000, cache_write=20, reasoning=8)
