"""Whatever a transcript holds, reading it neither fails nor bloats the ledger."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tankful.core.problems import Flaw
from tankful.core.usage import TOKENS_MAX
from tankful.sources.claude_code_lines import Ending, Line, Message, MessageEnding, Usage
from tankful.sources.claude_code_responses import Response
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log

TIMES = FileTimes(modified=datetime(2026, 6, 30, tzinfo=UTC), now=datetime(2026, 7, 1, tzinfo=UTC))
LOG = Log(SOURCE.id, "/logs/projects/orchard/session-1.jsonl")

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["user", "assistant", "2026-01-01T00:00:00Z", "\ud83d"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
COUNTS = st.fixed_dictionaries(
    {"input_tokens": ANYTHING | st.integers(-5, 2 * TOKENS_MAX), "output_tokens": ANYTHING},
    optional={
        "cache_creation_input_tokens": ANYTHING,
        "cache_read_input_tokens": ANYTHING,
        "cache_creation": ANYTHING | st.fixed_dictionaries({"ephemeral_5m_input_tokens": ANYTHING, "ephemeral_1h_input_tokens": ANYTHING}),
        "server_tool_use": ANYTHING | st.fixed_dictionaries({"web_search_requests": ANYTHING}),
        "iterations": ANYTHING
        | st.lists(ANYTHING | st.fixed_dictionaries({"type": st.just("advisor_message"), "output_tokens": ANYTHING}), max_size=2),
        "speed": ANYTHING,
        "inference_geo": ANYTHING,
        "service_tier": ANYTHING,
    },
)
MESSAGES = st.fixed_dictionaries(
    {"usage": COUNTS}, optional={"id": ANYTHING, "model": ANYTHING, "stop_reason": ANYTHING, "content": ANYTHING}
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["user", "assistant", "progress", 5]),
        "message": MESSAGES | ANYTHING,
        "data": ANYTHING | st.fixed_dictionaries({"message": ANYTHING | st.fixed_dictionaries({"message": MESSAGES, "uuid": ANYTHING})}),
        "sessionId": ANYTHING,
        "cwd": ANYTHING,
        "uuid": ANYTHING,
        "requestId": ANYTHING,
        "timestamp": ANYTHING,
        "isSidechain": ANYTHING,
        "costUSD": ANYTHING,
    },
)


RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no flaw of the parser."""


def line(**changes: object) -> bytes:
    """A line of a response, with these top-level values changed."""
    usual = {
        "type": "assistant",
        "uuid": "line-1",
        "sessionId": "session-1",
        "timestamp": "2026-05-04T10:00:00Z",
        "requestId": "req-1",
        "message": {
            "id": "msg-1",
            "model": "claude-haiku-4-5-20251001",
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 10},
        },
    }
    return json.dumps(usual | changes).encode()


def read(*lines: bytes, fields: bytes | None = None) -> Findings:
    found = Findings()
    parser = SOURCE.parser(LOG, fields)
    parser.read(lines, 1, TIMES, found)
    parser.read([], len(lines) + 1, TIMES, found)
    SOURCE.parser(LOG, parser.fields())
    return found


def check(found: Findings) -> None:
    """Everything a parser hands over can be kept: bounded texts that are UTF-8, aware times, at least one key."""
    for event in found.events:
        assert event.keys
        assert event.at.tzinfo is UTC
        for text in (event.model or "", event.session, event.project, event.provider, event.geo, event.call):
            assert len(text.encode()) <= 4 * 4096
    for prompt in found.prompts:
        assert len((prompt.session + prompt.project).encode()) <= 8 * 4096
        assert prompt.at.tzinfo is UTC
    assert all(problem.line >= 1 for problem in found.problems)


@RELAXED
@given(st.lists(st.binary(max_size=60), max_size=4), st.sampled_from([b"", b'{"usage"', b'{"user"']))
def test_random_bytes_never_raise(lines: list[bytes], start: bytes) -> None:
    check(read(*(start + each + (b"}" if start else b"") for each in lines)))


@RELAXED
@given(st.lists(LINES, max_size=4), st.booleans())
def test_random_values_in_the_right_places_never_raise(shapes: list[dict[str, object]], ascii_only: bool) -> None:
    check(read(*(json.dumps(shape, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass") for shape in shapes)))


@RELAXED
@given(st.binary(max_size=40))
def test_fields_of_another_version_are_a_fresh_start(fields: bytes) -> None:
    check(read(line(), fields=fields))


def test_long_texts_and_lone_surrogates_are_cut_to_what_the_ledger_can_hold() -> None:
    found = read(line(sessionId="s" * 1_000_000, cwd="/\ud83d" * 5000), line(requestId="r-2", sessionId="s" * 1_000_000, cwd=None))
    check(found)
    assert [len(event.session) for event in found.events] == [4096, 4096]
    assert found.events[1].project == found.events[0].project
    assert not found.problems


@pytest.mark.parametrize("name", ["timestamp", "costUSD", "isSidechain"])
def test_half_a_character_in_the_place_of_a_time_a_cost_or_a_truth_costs_no_more_than_itself(name: str) -> None:
    found = read(line(**{name: "\ud83d"}), line(requestId="r-2"))
    assert [event.tokens.total for event in found.events] == [found.events[0].tokens.total] * 2
    check(found)


def test_more_texts_than_are_shared_are_kept_all_the_same() -> None:
    found = read(*(line(requestId=str(number), sessionId=f"session-{number}") for number in range(600)))
    assert [event.session for event in found.events] == [f"session-{number}" for number in range(600)]


@pytest.mark.parametrize("cost", ["1e999999", "-0.5", "2000000", "1e400"])
def test_a_cost_that_cannot_be_is_blamed_and_left_out(cost: str) -> None:
    found = read(line(costUSD=5).replace(b'"costUSD": 5', b'"costUSD": ' + cost.encode()))
    assert [event.recorded_cost for event in found.events] == [None]
    assert [problem.flaw for problem in found.problems] == [Flaw.BAD_COUNT]


def test_a_cost_of_endless_digits_is_rounded_to_what_can_be_computed_with() -> None:
    found = read(line(costUSD=5).replace(b'"costUSD": 5', b'"costUSD": 0.' + b"3" * 9999))
    assert [event.recorded_cost for event in found.events] == [Decimal("0." + "3" * 28)]


def test_a_dollar_spent_without_a_token_counted_is_not_lost() -> None:
    message = {"id": "msg-1", "model": "m", "usage": {"input_tokens": 0, "output_tokens": 0}}
    assert [event.recorded_cost for event in read(line(costUSD=1, message=message)).events] == [Decimal(1)]


def test_input_is_the_uncached_remainder_of_whichever_line_splits_it_off() -> None:
    def block(tokens: int, cached: int | None) -> bytes:
        return line(message={"id": "msg-1", "usage": {"input_tokens": tokens, "cache_read_input_tokens": cached, "output_tokens": 9}})

    for lines in ([block(1000, None), block(40, 960)], [block(40, 960), block(1000, None)]):
        assert [(event.tokens.input, event.tokens.cache_read) for event in read(*lines).events] == [(40, 960)]


def test_an_echo_whose_input_side_changes_between_lines_carries_a_key_for_each() -> None:
    lines = [
        line(isSidechain=True, message={"id": "msg-1", "usage": {"input_tokens": tokens, "output_tokens": 9}}) for tokens in (5, 5, 6, 5)
    ]
    [event] = read(*lines).events
    assert event.echo
    assert len(event.keys) == 3


def test_a_count_that_is_null_is_nothing_even_where_another_one_is_wrong() -> None:
    usage = {"input_tokens": "12", "cache_read_input_tokens": None, "output_tokens": 3}
    found = read(line(message={"id": "msg-1", "usage": usage}))
    assert [(event.tokens.input, event.tokens.cache_read) for event in found.events] == [(12, 0)]
    assert [problem.flaw for problem in found.problems] == [Flaw.WRONG_SHAPE]


def test_the_larger_recorded_cost_of_a_responses_lines_holds() -> None:
    found = read(line(), line(costUSD=0.25), line(costUSD=0.5), line(costUSD=0.125), line())
    assert [event.recorded_cost for event in found.events] == [Decimal("0.5")]


def test_an_advisor_that_comes_with_a_later_line_is_found_and_one_that_counted_nothing_is_not() -> None:
    def block(*parts: object) -> bytes:
        return line(message={"id": "msg-1", "usage": {"input_tokens": 1, "output_tokens": 9, "iterations": parts}})

    silent, busy = {"type": "advisor_message"}, {"type": "advisor_message", "model": "opus", "output_tokens": 7}
    found = read(block(), block(silent), block(silent, busy))
    assert [(event.model, event.tokens.output) for event in found.events] == [(None, 9), ("opus", 7)]


def test_an_advisor_of_an_otherwise_empty_response_is_booked() -> None:
    usage = {"output_tokens": 0, "iterations": [{"type": "advisor_message", "model": "opus", "output_tokens": 7}]}
    found = read(line(message={"id": "msg-1", "usage": usage}))
    assert [event.tokens.output for event in found.events] == [7]


def test_a_transcript_in_a_sub_agents_folder_belongs_to_its_parents_session() -> None:
    found = Findings()
    log = Log(SOURCE.id, "/logs/projects/orchard/session-7/subagents/workflows/wf/agent-2.jsonl")
    SOURCE.parser(log, None).read([line(sessionId=None)], 1, TIMES, found)
    assert [event.session for event in found.events] == ["session-7"]


@pytest.mark.parametrize("cost", ['"0.25"', ' "0.25"'])
def test_a_cost_in_quotes_is_read_and_blamed(cost: str) -> None:
    found = read(line(costUSD=5).replace(b'"costUSD": 5', b'"costUSD":' + cost.encode()))
    assert [event.recorded_cost for event in found.events] == [Decimal("0.25")]
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.WRONG_SHAPE, 1)]


@pytest.mark.parametrize("cost", [[], {}, True, "free"])
def test_a_cost_that_is_no_number_is_left_out_and_blamed(cost: object) -> None:
    found = read(line(costUSD=cost))
    assert [event.recorded_cost for event in found.events] == [None]
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.WRONG_SHAPE, 1)]


@pytest.mark.parametrize("compact", [True, False])
def test_a_response_with_bytes_that_are_no_text_in_its_content_is_booked(compact: bool) -> None:
    message = b'"message":{"model":"opus","id":"msg-1","content":"gr\xff\xfcn","usage":{"output_tokens":9}}'
    text = b'{"sessionId":"s",' + message + b',"requestId":"r","timestamp":"2026-05-04T10:00:00Z"}'
    found = read(line(), text if compact else text.replace(b'":{', b'": {'))
    assert [event.tokens.output for event in found.events] == [10, 9]


def test_bytes_that_are_no_text_are_blamed_in_what_is_kept_and_letters_of_other_scripts_are_not() -> None:
    good = json.dumps(json.loads(line()) | {"cwd": "/grün ✓ 🌳"}, ensure_ascii=False).encode()
    prompt = {"type": "user", "uuid": "u", "timestamp": "2026-05-04T10:00:00Z", "cwd": "/grün", "message": {"content": "grün"}}
    typed = json.dumps(prompt, ensure_ascii=False).encode()
    found = read(good, good.replace("ü".encode(), b"\xfc"), typed, typed.replace("/grün".encode(), b"/gr\xfcn"))
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.BAD_TEXT, 2), (Flaw.BAD_TEXT, 4)]
    assert len(found.prompts) == 2


def compact(message: str, request: str = "r-1") -> bytes:
    """A line that begins and ends as Claude Code writes it."""
    head = '{"parentUuid":null,"isSidechain":false,"cwd":"/work","sessionId":"s","message":' + message
    return (head + f',"requestId":"{request}","type":"assistant","uuid":"u","timestamp":"2026-05-04T10:00:00.000Z"}}').encode()


def test_a_known_beginning_without_usage_is_no_response() -> None:
    found = read(compact('{"model":"opus","id":"msg-1","content":[]}'), line())
    assert [event.tokens.output for event in found.events] == [10]
    assert not found.problems


def test_a_block_that_never_says_why_it_stopped_is_read_as_a_whole() -> None:
    whole = '{"model":"opus","id":"msg-1","content":[],"stop_reason":null,"usage":{"output_tokens":2}}'
    bare = '{"model":"opus","id":"msg-1","content":[],"usage":{"output_tokens":9}}'
    [event] = read(compact(whole), compact(bare)).events
    assert event.tokens.output == 9


def test_a_result_of_a_tool_that_is_not_named_is_no_prompt() -> None:
    said = {"type": "user", "uuid": "u", "timestamp": "2026-05-04T10:00:00Z"}
    content = [{"type": "tool_result", "content": "done"}, {"type": "text", "text": "and more"}]
    assert not read(json.dumps(said | {"message": {"content": content}}).encode()).prompts


def test_more_models_than_are_remembered_are_named_all_the_same() -> None:
    def call(number: int) -> bytes:
        return line(requestId=str(number), message={"id": f"msg-{number}", "model": f"model-{number}", "usage": {"output_tokens": 1}})

    assert [event.model for event in read(*map(call, range(600))).events] == [f"model-{number}" for number in range(600)]


def test_a_response_that_no_line_has_shown_is_repeated_by_none() -> None:
    response = Response.seen(Usage(output=1), "opus", TIMES.now, undated=False, session="s", project="")
    assert not response.goes_on(Line(), Message(), Usage())
    assert response.repeated_in(Ending(MessageEnding(Usage()), TIMES.now, "line-1")) is None


def test_a_block_with_an_impossible_time_is_read_as_a_whole_and_blamed() -> None:
    block = compact('{"model":"opus","id":"msg-1","content":[],"stop_reason":null,"usage":{"output_tokens":2}}')
    found = read(block, block.replace(b"2026-", b"1970-"), block)
    assert [(event.at, event.first_wins) for event in found.events] == [(datetime(2026, 5, 4, 10, tzinfo=UTC), False)]
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.BAD_TIME, 2)]


def test_a_block_with_a_count_of_the_wrong_type_is_read_as_a_whole_and_blamed() -> None:
    block = compact('{"model":"opus","id":"msg-1","content":[],"stop_reason":null,"usage":{"output_tokens":2}}')
    found = read(block, block.replace(b'"output_tokens":2', b'"output_tokens":"9"'))
    assert [event.tokens.output for event in found.events] == [9]
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.WRONG_SHAPE, 2)]
