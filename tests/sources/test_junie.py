"""Junie's answers count once each, with the cost that it records."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.session_reading import TIMES, agrees, book, flaws, logs_of, places, read_lines
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import junie_source
from tankful.sources.source import Findings, Log

SOURCE = junie_source.SOURCE
FOLDER = b'{"kind":"SessionA2uxEvent","event":{"agentEvent":{"kind":"X","currentDirectory":"/home/grace/work/orchard"}}}'
ANSWER = (
    b'{"kind":"SessionA2uxEvent","event":{"agentEvent":{"kind":"LlmResponseMetadataEvent","modelUsage":[{"model":"gpt-5",'
    b'"provider":"OpenAI","cost":9.5E-4,"inputTokens":10,"cacheInputTokens":4,"cacheCreateTokens":2,"outputTokens":5,'
    b'"reasoningTokens":9}]}},"taskId":"t1","timestampMs":1790845220000}'
)
PROMPT = b'{"kind":"UserPromptEvent","requestId":"p1","prompt":"words of a human","timestampMs":1790845201000}'


def read(*lines: bytes, path: str = "sessions/session-261001-090000-1abc/events.jsonl") -> Findings:
    return read_lines(SOURCE, lines, path)


def test_a_recorded_home_gives_what_it_is_known_to_give(tmp_path: Path) -> None:
    assert agrees(SOURCE, tmp_path)


def test_an_answer_says_its_model_its_tokens_and_its_cost() -> None:
    (event,) = read(FOLDER, ANSWER).events
    assert event.tokens == TokenUsage(input=10, output=5, cache_read=4, cache_write=2, reasoning=5)
    assert (event.model, event.provider, event.recorded_cost) == ("gpt-5", "OpenAI", Decimal("0.00095"))
    assert (event.session, event.project) == ("session-261001-090000-1abc", "/home/grace/work/orchard")
    assert event.at.isoformat() == "2026-10-01T09:00:20+00:00"


def test_an_answer_that_is_written_twice_or_lies_in_a_copy_counts_once() -> None:
    assert len(book(read(ANSWER, ANSWER), read(ANSWER, path="kept/copy/events.jsonl"))) == 1
    assert len(book(read(ANSWER, ANSWER.replace(b"220000", b"221000")))) == 2


def test_models_of_one_answer_count_each() -> None:
    usage = ANSWER[ANSWER.index(b"[{") + 1 : ANSWER.index(b"}]") + 1]
    assert len(book(read(ANSWER.replace(usage, usage + b"," + usage)))) == 2


def test_a_prompt_is_when_a_human_said_something() -> None:
    first, second = read(FOLDER, PROMPT, PROMPT.replace(b'"requestId":"p1",', b"")).prompts
    assert (first.agent, first.at.second, first.project) == ("junie", 1, "/home/grace/work/orchard")
    assert first.key != second.key


def test_the_folder_holds_when_reading_goes_on() -> None:
    lines = [FOLDER, ANSWER]
    assert read_lines(SOURCE, lines, "x/events.jsonl", 1) == read_lines(SOURCE, lines, "x/events.jsonl")


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (ANSWER.replace(b"1790845220000", b"null"), Flaw.BAD_TIME),
        (ANSWER.replace(b"[{", b"{").replace(b"}]", b"}"), Flaw.WRONG_SHAPE),
        (ANSWER.replace(b":10,", b":-10,"), Flaw.BAD_COUNT),
        (ANSWER[:-1], Flaw.NOT_JSON),
    ],
)
def test_a_bad_line_costs_no_more_than_itself(line: bytes, flaw: Flaw) -> None:
    found = read(line, PROMPT)
    assert flaws(found) == [flaw]
    assert len(found.prompts) == 1
    assert all(event.at == TIMES.modified for event in found.events if flaw is Flaw.BAD_TIME)


def test_what_is_no_usage_is_passed_over_in_silence() -> None:
    assert (
        read(
            b'{"kind":"AgentStateUpdatedEvent","blob":"LlmResponseMetadataEvent"}',
            b'{"kind":"TaskState"}',
            ANSWER.replace(b'"modelUsage":', b'"other":'),
        )
        == Findings()
    )


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_sessions_are_below_the_user_s_home_on_every_system_or_where_the_settings_say(platform: str, tmp_path: Path) -> None:
    (tmp_path / "kept" / "sessions" / "s").mkdir(parents=True)
    (tmp_path / "kept" / "sessions" / "s" / "events.jsonl").touch()
    (tmp_path / "kept" / "sessions" / "s" / "other.jsonl").touch()
    where = places(tmp_path, platform=platform, extra={"junie": (tmp_path / "kept", tmp_path / "none")})
    roots = SOURCE.roots(where)
    assert [root.path for root in roots] == [tmp_path / ".junie" / "sessions", tmp_path / "kept" / "sessions", tmp_path / "none"]
    assert [Path(path).name for _, path in logs_of(SOURCE, where)] == ["events.jsonl"]
    assert not SOURCE.route(where, roots[0])


@given(st.binary())
def test_unknown_fields_of_an_earlier_version_begin_anew(fields: bytes) -> None:
    assert SOURCE.parser(Log("junie", "x/events.jsonl"), fields).fields()
