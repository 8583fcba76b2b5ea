"""Lines as Claude Code writes them are read the quick way, and say the same as when they are read as a whole."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tankful.core.problems import Flaw
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import FileTimes, Findings, Log

TIMES = FileTimes(modified=datetime(2026, 6, 30, tzinfo=UTC), now=datetime(2026, 7, 1, tzinfo=UTC))
LOG = Log(SOURCE.id, "/logs/projects/orchard/session-1.jsonl")

# What a tool may be given: anything, the words that lines are known by among it.
WORDS = st.sampled_from(
    ["usage", "content", "stop_reason", "message", "isSidechain", "requestId", "uuid", "timestamp", "type", "model", "cwd"]
)
TRICKS = st.sampled_from(['"stop_reason":', ',"content":', '{"message":{"model":"x"', '"usage":{"output_tokens":9}', "\\", '"', "}}"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | TRICKS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=6,
)
USAGES = st.fixed_dictionaries(
    {"input_tokens": st.integers(0, 3), "cache_read_input_tokens": st.sampled_from([0, 100]), "output_tokens": st.integers(0, 20)},
    optional={
        "cache_creation_input_tokens": st.sampled_from([0, 7]),
        "cache_creation": st.sampled_from([{"ephemeral_1h_input_tokens": 5, "ephemeral_5m_input_tokens": 2}, None]),
        "iterations": st.sampled_from(
            [[], [{"type": "message", "output_tokens": 4}], [{"type": "advisor_message", "model": "m", "output_tokens": 4}]]
        ),
        "speed": st.sampled_from(["fast", "standard"]),
        "stop_reason": VALUES,
    },
)


@st.composite
def any_line(draw: st.DrawFn) -> dict[str, Any]:
    """A line with the keys in Claude Code's order; few ids and times, so that lines meet."""
    kind = draw(st.sampled_from(["assistant"] * 5 + ["result", "prompt"]))
    number = draw(st.integers(0, 9))
    rest = {
        "type": "assistant" if kind == "assistant" else "user",
        "uuid": f"00000000-0000-0000-0000-00000000000{number}",
        "timestamp": f"2026-05-0{draw(st.integers(1, 3))}T10:00:0{number}.000Z",
    }
    head: dict[str, Any] = {
        "parentUuid": draw(st.sampled_from([None, "11111111-1111-1111-1111-111111111111"])),
        "isSidechain": draw(st.sampled_from([False, False, False, True])),
        "cwd": draw(st.sampled_from(["/work", "/work", "/other", ""])),
        "sessionId": draw(st.sampled_from(["one", "one", "two"])),
    }
    if kind == "prompt":
        return head | {"message": {"role": "user", "content": draw(VALUES)}} | rest
    if kind == "result":
        part = {"tool_use_id": "t", "type": "tool_result", "content": draw(VALUES)}
        return head | {"message": {"role": "user", "content": [part]}, "toolUseResult": draw(VALUES)} | rest
    message: dict[str, Any] = {
        "model": draw(st.sampled_from(["opus", "opus", "sonnet", "<synthetic>"])),
        "id": draw(st.sampled_from(["msg-1", "msg-2", ""])),
        "role": "assistant",
        "content": [{"type": "tool_use", "input": draw(VALUES)}],
        "stop_reason": draw(st.sampled_from([None, None, "end_turn"])),
        "usage": draw(USAGES),
    }
    for name in draw(st.sampled_from([[], [], ["content"], ["stop_reason"], ["usage", "content"]])):
        message[name] = message.pop(name)  # another order
    request = draw(st.sampled_from([{"requestId": "req-1"}, {"requestId": "req-2"}, {}]))
    extra = draw(st.sampled_from([{}, {}, {}, {"costUSD": 0.5}, {"diagnostics": draw(VALUES)}]))
    return head | {"message": message} | request | extra | rest


def read(lines: list[dict[str, Any]], separators: tuple[str, str]) -> Findings:
    found = Findings()
    encoded = [json.dumps(line, separators=separators).encode() for line in lines]
    SOURCE.parser(LOG, None).read(encoded, 1, TIMES, found)
    return found


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_line(), max_size=8), st.lists(st.integers(0, 7), max_size=8))
def test_the_quick_way_finds_what_the_whole_way_finds(lines: list[dict[str, Any]], repeats: list[int]) -> None:
    lines = lines + [lines[place] for place in repeats if place < len(lines)]
    quick, whole = read(lines, (",", ":")), read(lines, (", ", ": "))  # with spaces, no line begins as it is known
    assert quick == whole


def block(text: str, output: int, stop: str | None, number: int) -> dict[str, Any]:
    return {
        "parentUuid": f"00000000-0000-0000-0000-00000000000{number}",
        "isSidechain": False,
        "cwd": "/work",
        "sessionId": "one",
        "message": {
            "model": "opus",
            "id": "msg-1",
            "role": "assistant",
            "content": [{"type": "text", "text": text}],
            "stop_reason": stop,
            "usage": {"input_tokens": 2, "output_tokens": output},
        },
        "requestId": "req-1",
        "type": "assistant",
        "uuid": f"00000000-0000-0000-0000-00000000000{number + 1}",
        "timestamp": f"2026-05-01T10:00:0{number}.000Z",
    }


def test_blocks_of_a_response_with_tool_results_between_them_are_one_event() -> None:
    result = block("", 0, None, 7) | {"type": "user", "message": {"role": "user", "content": [{"tool_use_id": "t", "type": "tool_result"}]}}
    found = read([block("a", 1, None, 1), result, block("b", 2, None, 2), block("c", 700, "end_turn", 3)], (",", ":"))
    [event] = found.events
    assert (event.tokens.output, event.at.second, event.placeholder, event.project) == (700, 3, False, "/work")
    assert not found.problems


def test_a_block_leads_back_to_the_folder_of_its_response() -> None:
    typed = block("", 0, None, 7) | {"cwd": "/other", "type": "user", "message": {"role": "user", "content": "go on"}}
    later = block("c", 5, "end_turn", 3) | {"cwd": None, "requestId": "req-2"}
    found = read([block("a", 1, None, 1), typed, block("b", 2, None, 2), later], (",", ":"))
    assert [(event.tokens.output, event.project) for event in found.events] == [(2, "/work"), (5, "/work")]
    assert [prompt.project for prompt in found.prompts] == ["/other"]


def test_the_head_of_one_response_and_the_end_of_another_are_not_taken_for_one() -> None:
    first, second = (json.dumps(each, separators=(",", ":")).encode() for each in (block("a", 1, None, 1), block("b", 9, None, 2)))
    other = second.replace(b"req-1", b"req-2").replace(b"msg-1", b"msg-2")
    torn = first[: first.index(b'"text":"a') + 9] + other  # a crash, and the next line right behind it
    found = Findings()
    SOURCE.parser(LOG, None).read([first, torn], 1, TIMES, found)
    assert [(event.call, event.tokens.output) for event in found.events] == [("msg-1", 1)]
    assert [(problem.flaw, problem.line) for problem in found.problems] == [(Flaw.NOT_JSON, 2)]


def test_zeros_within_a_tools_result_are_a_flaw() -> None:
    line = block("", 0, None, 7) | {"type": "user", "message": {"role": "user", "content": [{"tool_use_id": "t", "type": "tool_result"}]}}
    found = Findings()
    SOURCE.parser(LOG, None).read(
        [json.dumps(line, separators=(",", ":")).encode().replace(b"tool_result", b"tool\0result")], 1, TIMES, found
    )
    assert [problem.flaw for problem in found.problems] == [Flaw.NOT_JSON]
