"""Grok Build's turns count once, with the cost that it records, whichever of its logs tell of them."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.session_reading import SHARED, agrees, book, flaws, logs_of, places, read_home, read_lines
from tankful.core.problems import Flaw
from tankful.core.usage import TokenUsage
from tankful.sources import grok_build_source
from tankful.sources.source import Findings, Log

SOURCE = grok_build_source.SOURCE
FILE = "sessions/%2Fhome%2Fgrace%2Fwork%2Forchard/s0/updates.jsonl"
TURN = (
    b'{"timestamp":1790845200,"params":{"sessionId":"s1","update":{"sessionUpdate":"turn_completed","usage":{"inputTokens":100,'
    b'"outputTokens":50,"cachedReadTokens":30,"cacheCreationTokens":20,"reasoningTokens":60,"costUsdTicks":338880000}},'
    b'"_meta":{"eventId":"s1-7","agentTimestampMs":1790845220000}}}'
)
SAID = b'{"timestamp":1790845201,"params":{"update":{"sessionUpdate":"user_message_chunk"}}}'
ANSWER = (
    b'{"ts":"2026-10-01T09:00:20Z","pid":4,"sid":"s1","msg":"shell.turn.inference_done","ctx":{"prompt_tokens":100,'
    b'"completion_tokens":50,"cached_prompt_tokens":130,"reasoning_tokens":60}}'
)


def read(*lines: bytes, path: str = FILE) -> Findings:
    return read_lines(SOURCE, lines, path)


def logged(*lines: bytes) -> Findings:
    return read(*lines, path="logs/unified.jsonl")


def test_a_recorded_home_gives_what_it_is_known_to_give(tmp_path: Path) -> None:
    assert agrees(SOURCE, tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")
@pytest.mark.parametrize("version", ["current", "legacy"])
def test_recorded_sessions_without_usage_are_not_guessed_at(version: str, tmp_path: Path) -> None:
    where = places(tmp_path, extra={"grok-build": (SHARED / "grok-build" / "agentsview" / version,)})
    assert read_home(SOURCE, where) == Findings()
    for path in (SHARED / "grok-build" / "agentsview" / version).rglob("*.jsonl"):
        assert read(*path.read_bytes().splitlines(), path=str(path)) == Findings()


def test_a_turn_says_its_tokens_and_its_cost() -> None:
    (event,) = read(TURN).events
    assert event.tokens == TokenUsage(input=50, output=50, cache_read=30, cache_write=20, reasoning=50)
    assert (event.recorded_cost, event.model, event.provider) == (Decimal("0.033888"), None, "xai")
    assert (event.session, event.project, event.at.second) == ("s1", "/home/grace/work/orchard", 20)


def test_a_turn_of_two_models_is_a_response_of_each() -> None:
    used = b'{"modelUsage":{"grok-b":{"inputTokens":7},"grok-a":{"outputTokens":9}},"inputTokens"'
    first, second = read(TURN.replace(b'{"inputTokens"', used)).events
    assert (first.model, first.tokens) == ("grok-a", TokenUsage(output=9))
    assert (second.model, second.tokens) == ("grok-b", TokenUsage(input=7))
    (only,) = read(TURN.replace(b'{"inputTokens"', b'{"modelUsage":{"grok-b":{"inputTokens":7}},"inputTokens"')).events
    assert (only.model, only.tokens) == ("grok-b", TokenUsage(input=7))


def test_without_them_the_session_is_its_folder_s_and_the_time_is_the_envelope_s() -> None:
    bare = TURN.replace(b'"sessionId":"s1",', b"").replace(b',"_meta":{"eventId":"s1-7","agentTimestampMs":1790845220000}', b"")
    (event,) = read(bare).events
    assert (event.session, event.at.second) == ("s0", 0)
    assert len(book(read(TURN), read(TURN.replace(b"1790845220000", b"1790845221000")))) == 1
    assert len(book(read(TURN), read(TURN.replace(b'"s1', b'"fork')))) == 1


def test_a_cost_of_only_some_of_the_calls_is_none() -> None:
    partial = TURN.replace(b'"costUsdTicks"', b'"costIsPartial":true,"costUsdTicks"')
    assert read(partial).events[0].recorded_cost is None


@pytest.mark.parametrize(
    ("folder", "project"), [("%2Fhome%2Fgrace", "/home/grace"), ("C%3A%5Cwork", "C:\\work"), ("proj", ""), ("%FF%2F", ""), ("", "")]
)
def test_the_folder_is_read_off_the_session_s_place(folder: str, project: str) -> None:
    assert read(TURN, path=f"sessions/{folder}/s0/updates.jsonl").events[0].project == project


@pytest.mark.parametrize(
    ("summary", "model"),
    [(b'{"current_model_id":"grok-4.6"}', "grok-4.6"), (b'{"current_model_id":5}', None), (b"{", None), (b"[]", None), (b"5", None)],
)
def test_the_model_of_old_turns_is_the_session_s(summary: bytes, model: str | None, tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_bytes(summary)
    assert read(TURN, path=str(tmp_path / "updates.jsonl")).events[0].model == model


def test_a_folder_in_the_summary_s_place_is_none(tmp_path: Path) -> None:
    (tmp_path / "summary.json").mkdir()
    assert read(TURN, path=str(tmp_path / "updates.jsonl")).events[0].model is None


def test_a_human_s_words_in_pieces_are_one_prompt() -> None:
    other = b'{"params":{"update":{"sessionUpdate":"agent_message_chunk"}}}'
    lines = [SAID, SAID, other, SAID.replace(b"201", b"202")]
    assert [prompt.at.second for prompt in read(*lines).prompts] == [1, 2]
    assert read_lines(SOURCE, lines, FILE, 1, 2, 3) == read(*lines)


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        (TURN.replace(b"1790845220000", b"-1"), Flaw.BAD_TIME),
        (TURN.replace(b":100,", b":-100,"), Flaw.BAD_COUNT),
        (TURN.replace(b'{"inputTokens"', b'{"modelUsage":[],"inputTokens"'), Flaw.WRONG_SHAPE),
        (TURN[:-1], Flaw.NOT_JSON),
        (ANSWER.replace(b"100", b"-100"), None),
    ],
)
def test_a_bad_line_costs_no_more_than_itself(line: bytes, flaw: Flaw | None) -> None:
    found = read(line, SAID)
    assert flaws(found) == ([] if flaw is None else [flaw])
    assert len(found.prompts) == 1


def test_what_is_no_usage_is_passed_over_in_silence() -> None:
    nothing = TURN.replace(b"100", b"0").replace(b"50,", b"0,").replace(b"338880000", b"0")
    assert read(b'{"x":"turn_completed"}', nothing, TURN.replace(b'"usage":', b'"other":')) == Findings()
    zero = ANSWER.replace(b"100", b"0").replace(b"50,", b"0,")
    assert logged(b'{"msg":"subagent_id"}', ANSWER.replace(b'"sid":"s1",', b""), ANSWER.replace(b"shell.", b"no "), zero) == Findings()


def test_the_log_of_all_sessions_yields_to_a_session_s_own() -> None:
    (event,) = logged(ANSWER).events
    assert (event.tokens, event.second_hand) == (TokenUsage(output=50, cache_read=100, reasoning=50), 1)
    assert [each.second_hand for each in book(logged(ANSWER), read(TURN))] == [0]
    assert len(book(logged(ANSWER, ANSWER), logged(ANSWER))) == 1


def test_the_model_of_an_answer_is_its_own_else_its_session_s_else_its_program_s() -> None:
    catalog = b'{"pid":4,"msg":"model catalog: notifying clients","ctx":{"current_model_id":"a"}}'
    changed = b'{"pid":4,"sid":"s1","msg":"model changed","ctx":{"model":"b"}}'
    own = ANSWER.replace(b'"ctx":{', b'"ctx":{"model_id":"c",')
    lines = [ANSWER, catalog, ANSWER, changed, ANSWER, own]
    assert [event.model for event in logged(*lines).events] == [None, "a", "b", "c"]
    assert read_lines(SOURCE, lines, "logs/unified.jsonl", 1, 2, 3, 4, 5) == logged(*lines)


def test_answers_of_sub_agents_are_their_parents() -> None:
    spawned = b'{"pid":4,"sid":"s0","msg":"subagent spawn credentials","ctx":{"subagent_id":"s1","model":"a"}}'
    assert logged(spawned, spawned, ANSWER) == Findings()
    assert logged(spawned, ANSWER.replace(b'"s1"', b'"s0"')).events[0].model is None


def test_only_the_latest_sessions_are_remembered() -> None:
    spawned = [b'{"msg":"x","ctx":{"subagent_id":"s%d"}}' % number for number in range(1, 300)]
    changed = [b'{"sid":"t%d","msg":"model changed","ctx":{"model":"m"}}' % number for number in range(300)]
    found = logged(*spawned, *changed, ANSWER, ANSWER.replace(b'"s1"', b'"s299"'), ANSWER.replace(b'"s1"', b'"t299"'))
    assert [(event.session, event.model) for event in found.events] == [("s1", None), ("t299", "m")]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_sessions_are_below_the_user_s_home_on_every_system(platform: str, tmp_path: Path) -> None:
    roots = SOURCE.roots(places(tmp_path, platform=platform))
    assert [(root.path, root.depth) for root in roots] == [(tmp_path / ".grok" / "sessions", None), (tmp_path / ".grok" / "logs", 0)]
    assert not SOURCE.route(places(tmp_path), roots[0])


def test_variables_and_settings_say_where_the_sessions_are(tmp_path: Path) -> None:
    (tmp_path / "kept" / "sessions" / "x").mkdir(parents=True)
    for name in ("updates.jsonl", "chat_history.jsonl"):
        (tmp_path / "kept" / "sessions" / "x" / name).touch()
    where = places(tmp_path, {"GROK_HOME": "~/grok"}, extra={"grok-build": (tmp_path / "kept", tmp_path / "none")})
    assert [root.path.relative_to(tmp_path).as_posix() for root in SOURCE.roots(where)] == [
        "grok/sessions",
        "grok/logs",
        "kept/sessions",
        "kept/logs",
        "none",
    ]
    assert [Path(path).name for _, path in logs_of(SOURCE, where)] == ["updates.jsonl"]


@given(st.binary())
def test_unknown_fields_of_an_earlier_version_begin_anew(fields: bytes) -> None:
    assert SOURCE.parser(Log("grok-build", FILE), fields).fields()
    assert SOURCE.parser(Log("grok-build", "logs/unified.jsonl"), fields).fields()
