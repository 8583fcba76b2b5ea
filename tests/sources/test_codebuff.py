"""Codebuff's answers count once, at a cent for each credit, however often their chat is written anew."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.session_reading import NOW, TIMES, agrees, book, flaws, logs_of, places, read_document
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import codebuff_source
from tankful.sources.source import Findings

SOURCE = codebuff_source.SOURCE
FILE = "projects/orchard/chats/2026-10-01T09-00-00.000Z/chat-messages.json"
USAGE = {"inputTokens": 10, "outputTokens": 5}


def answer(**more: Any) -> dict[str, Any]:
    return {"id": "ai-1790845220000-0a", "variant": "ai", "timestamp": "9:00 AM", "credits": 2, **more}


def read(*messages: object, path: str = FILE) -> Findings:
    return read_document(SOURCE, json.dumps(messages).encode(), path)


def test_a_recorded_home_gives_what_it_is_known_to_give(tmp_path: Path) -> None:
    assert agrees(SOURCE, tmp_path)


def test_an_answer_costs_a_cent_for_each_credit() -> None:
    (event,) = read(answer()).events
    assert (event.recorded_cost, event.tokens, event.model) == (Decimal("0.02"), TokenUsage(), None)
    assert (event.session, event.at.second) == ("2026-10-01T09-00-00.000Z", 20)


def test_an_answer_that_goes_on_counts_once() -> None:
    (event,) = book(read(answer(credits=1)), read(answer(credits=4)), read(answer(), path="elsewhere/chat-messages.json"))
    assert event.recorded_cost == Decimal("0.04")


def test_answers_without_ids_are_told_apart_by_what_they_say() -> None:
    first = answer(id=None, timestamp="2026-10-01T09:00:00Z")
    assert len(book(read(first, first, {**first, "credits": 3}, {**first, "timestamp": "2026-10-01T09:00:01Z"}))) == 3


@pytest.mark.parametrize(
    ("metadata", "tokens"),
    [
        ({"usage": USAGE}, TokenUsage(input=10, output=5)),
        ({"usage": {}, "codebuff": {"usage": USAGE}}, TokenUsage(input=10, output=5)),
        ({"usage": {"cache_read_input_tokens": 7, "cache_creation_input_tokens": 3}}, TokenUsage(cache_read=7, cache_write=3)),
        ({"usage": {"promptTokens": 9, "promptTokensDetails": {"cachedTokens": 20}}}, TokenUsage(cache_read=9)),
        ({"usage": {"promptTokens": 9, "completionTokens": 1}}, TokenUsage(input=9, output=1)),
        ({"usage": [], "codebuff": 5}, TokenUsage()),
        ({"runState": None}, TokenUsage()),
        ({"runState": {"sessionState": None}}, TokenUsage()),
        ({"runState": {"sessionState": {"mainAgentState": {"messageHistory": [{"role": "user"}]}}}}, TokenUsage()),
    ],
)
def test_tokens_are_where_one_of_its_versions_kept_them(metadata: dict[str, Any], tokens: TokenUsage) -> None:
    assert read(answer(metadata=metadata)).events[0].tokens == tokens


def test_the_state_of_a_run_tells_model_and_folder() -> None:
    said = {"role": "assistant", "providerOptions": {"usage": USAGE, "codebuff": {"model": "gpt-5"}}}
    state = {"sessionState": {"mainAgentState": {"messageHistory": [said, {"role": "tool"}]}, "fileContext": {"cwd": "/home/grace"}}}
    (event,) = read(answer(metadata={"runState": state})).events
    assert (event.model, event.project, event.tokens.total) == ("gpt-5", "/home/grace", 15)
    (event,) = read(answer(metadata={"runState": state, "model": "gpt-5.2"})).events
    assert event.model == "gpt-5.2"
    (event,) = read(answer(metadata={"usage": {**USAGE, "model": "gpt-4"}})).events
    assert event.model == "gpt-4"


@pytest.mark.parametrize(
    ("message", "chat", "second"),
    [
        (answer(timestamp="2026-10-01T09:00:05Z"), FILE, 5),
        (answer(createdAt="2026-10-01T09:00:06Z"), FILE, 6),
        (answer(), FILE, 20),
        (answer(id="ai-x"), FILE, 0),
    ],
)
def test_a_message_is_dated_as_well_as_can_be(message: dict[str, Any], chat: str, second: int) -> None:
    assert read(message, path=chat).events[0].at.isoformat() == f"2026-10-01T09:00:{second:02}+00:00"


def test_a_message_without_any_time_is_as_old_as_its_file() -> None:
    found = read(answer(id=5), path="chats/x/chat-messages.json")
    assert found.events[0].at == TIMES.modified < NOW
    assert flaws(found) == [Flaw.BAD_TIME, Flaw.WRONG_SHAPE] or flaws(found) == [Flaw.WRONG_SHAPE, Flaw.BAD_TIME]


def test_a_prompt_is_when_a_human_said_something() -> None:
    said = {"id": "user-1790845201000", "variant": "user"}
    (prompt,) = read(said).prompts
    assert (prompt.at.second, prompt.session) == (1, "2026-10-01T09-00-00.000Z")
    nameless = {"variant": "user", "timestamp": "2026-10-01T09:00:05Z"}
    assert len({prompt.key for prompt in read(said, nameless, nameless).prompts}) == 2


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"[{", Flaw.NOT_JSON),
        (b"{}", Flaw.WRONG_SHAPE),
        (b'[5, {"variant":"user","id":"user-1790845201000"}]', Flaw.WRONG_SHAPE),
        (b'[{"variant":"ai","id":"ai-1790845201000","credits":1,"metadata":{"runState":5}}]', Flaw.WRONG_SHAPE),
        (b'[{"variant":"ai","id":"ai-1790845201000","credits":-1}]', Flaw.BAD_COUNT),
    ],
)
def test_nonsense_costs_no_more_than_itself(content: bytes, flaw: Flaw) -> None:
    assert flaws(read_document(SOURCE, content, FILE)) == [flaw]


def test_what_cost_nothing_is_passed_over_in_silence() -> None:
    assert read(answer(credits=None), {"variant": "error"}, {"variant": ["ai"]}, {}) == Findings()


@given(st.binary())
def test_no_content_raises(content: bytes) -> None:
    read_document(SOURCE, content, FILE)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_chats_are_below_the_user_s_home_on_every_system(platform: str, tmp_path: Path) -> None:
    roots = SOURCE.roots(places(tmp_path, platform=platform))
    assert [root.path.parent.name for root in roots] == ["manicode", "manicode-dev", "manicode-staging"]
    assert not SOURCE.route(places(tmp_path), roots[0])


def test_variables_and_settings_say_where_the_chats_are(tmp_path: Path) -> None:
    (tmp_path / "kept" / "x").mkdir(parents=True)
    (tmp_path / "kept" / "x" / "chat-messages.json").touch()
    (tmp_path / "kept" / "x" / "old-chat-messages.json").touch()
    where = places(tmp_path, {"CODEBUFF_DATA_DIR": "~/buff"}, extra={"codebuff": (tmp_path / "kept",)})
    assert [root.path for root in SOURCE.roots(where)] == [tmp_path / "buff", tmp_path / "kept"]
    assert [Path(path).name for _, path in logs_of(SOURCE, where)] == ["chat-messages.json"]
