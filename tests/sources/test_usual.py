"""What parsers take quickly, because it is as nearly everything is, gives what the slower ways give that take anything."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sources.homes_reading import TIMES, Findings, Log
from sources.homes_reading import read as read_content
from sources.stores_reading import made
from sources.stores_reading import read as read_store
from tankful.sources import amp_source, codebuff_source, codex_source, gemini_cli_source, opencode_source, pi_source, qwen_code_source
from tankful.sources.source import AgentSource

AT, MS = "2026-10-01T09:00:20.250Z", 1_790_845_220_250
TEXTS = ("x", "  x ", "größe", "", " ", "x" * 5000, "half \ud83d", 7, None)
TIMES_WRITTEN = (AT, "2026-10-01T11:00:20+02:00", "2026-10-01T09:00:20", "2019-10-01T09:00:20Z", "2027-10-01T09:00:20Z", "soon", 7, None)
TIMES_LONG = ("2026-10-01T09:00:20." + "2" * 100 + "Z", "2026-10-01ä09:00:20Z", " 2026-10-01T09:00:20Z")
COUNTS = (0, 1, 500_000, 10**12, -1, 7.0, 7.5, "7", None)
COSTS = (0, 0.0, 0.25, 1, 1.0, 2e-7, 10**9, -0.5, "0.5", None)
MILLISECONDS = (MS, MS + 900, 0, MS + 10**12, 1_500_000_000_000, float(MS), AT, None)


def changed(told: Any, place: str, value: object) -> Any:
    """The same with another value at a place such as `message.usage.input`."""
    copy = json.loads(json.dumps(told))
    *way, last = place.split(".")
    at = copy
    for name in way:
        at = at[name]
    at[last] = value
    return copy


def variants(told: Any, **places: tuple[object, ...]) -> Iterator[Any]:
    """What is told, and the same with each of the odd values in each of the places (with `__` for a point)."""
    yield told
    for name, values in places.items():
        for value in values:
            yield changed(told, name.replace("__", "."), value)


def agree(quick: Findings, slow: Findings) -> None:
    assert quick.events == slow.events
    assert quick.prompts == slow.prompts
    assert [(found.flaw, found.line) for found in quick.problems] == [(found.flaw, found.line) for found in slow.problems]


def lines(source: AgentSource, *told: Any) -> Findings:
    content = "\n".join(json.dumps(each, separators=(",", ":")) for each in told)
    return read_content(source, Log(source.id, "/logs/s.jsonl"), content.encode())


TURN = "561164af-e1cb-488a-a909-18587db7c63b"
CODEX_TURN = {
    "timestamp": AT,
    "type": "turn_context",
    "payload": {"turn_id": TURN, "cwd": "/w", "model": "m"},
}
CODEX_META = {"timestamp": AT, "type": "session_meta", "payload": {"id": "s", "cwd": "/w", "model_provider": "openai"}}


def codex_count(total: int, last: int, **more: Any) -> dict[str, Any]:
    def usage(count: int) -> dict[str, Any]:
        shares = {"input": 1, "cached_input": 2, "output": 10, "reasoning_output": 20}
        return {f"{name}_tokens": count // share for name, share in shares.items()}

    info = {"total_token_usage": usage(total), "last_token_usage": usage(last)}
    return {"timestamp": AT, "type": "event_msg", "payload": {"type": "token_count", "info": info} | more}


@pytest.mark.parametrize("before", [[CODEX_META, CODEX_TURN], [CODEX_META], [CODEX_TURN], []], ids=["all", "meta", "turn", "nothing"])
def test_a_count_of_codex_is_the_same_either_way(before: list[Any]) -> None:
    first = codex_count(1000, 1000)
    last, total = "payload__info__last_token_usage__", "payload__info__total_token_usage__"
    places = {part + name: COUNTS for part in (last, total) for name in ("input_tokens", "cached_input_tokens", "output_tokens")}
    places |= {last + "reasoning_output_tokens": COUNTS, last + "cache_write_input_tokens": COUNTS}
    odd = variants(codex_count(3000, 2000), timestamp=(*TIMES_WRITTEN, *TIMES_LONG), **places)
    for told in (codex_count(1000, 1000), codex_count(2000, 2000), codex_count(900, 300), codex_count(3000, 0), *odd):
        again = codex_count(9000, 4000)
        slow = [changed(each, "payload.model", "m" if CODEX_TURN in before else "") for each in (told, again)]
        agree(lines(codex_source.SOURCE, *before, first, told, again), lines(codex_source.SOURCE, *before, first, *slow))


def test_a_response_of_gemini_is_the_same_either_way() -> None:
    tokens = {"input": 100, "output": 10, "cached": 40, "thoughts": 5, "tool": 0, "total": 115}
    usual = {"id": "m-1", "timestamp": AT, "type": "gemini", "tokens": tokens, "model": "gemini-2.5-pro"}
    counts = {f"tokens__{name}": COUNTS for name in tokens}
    for told in (
        *variants(usual, id=TEXTS, timestamp=(*TIMES_WRITTEN, *TIMES_LONG), model=TEXTS, **counts),
        usual | {"tokens": dict.fromkeys(tokens, 0)},
    ):
        slow = told | {"sessionId": ""}
        after: list[list[Any]] = [[], [told], [usual, changed(told, "toolCalls", ["x"])]]
        for more in after:
            agree(lines(gemini_cli_source.SOURCE, told, *more), lines(gemini_cli_source.SOURCE, slow, *more))


def test_a_response_of_qwen_code_and_the_note_of_one_are_the_same_either_way() -> None:
    usage = {
        "promptTokenCount": 100,
        "candidatesTokenCount": 50,
        "thoughtsTokenCount": 10,
        "cachedContentTokenCount": 5,
        "totalTokenCount": 150,
    }
    begun = {"uuid": "u", "sessionId": "s", "timestamp": AT, "type": "assistant", "cwd": "/w", "model": "qwen3"}
    counts = {f"{name}_token_count": 10 for name in ("input", "output", "cached_content", "thoughts", "tool", "total")}
    call = {"event.name": "qwen-code.api_response", "response_id": "r", "model": "qwen3"} | counts
    note = begun | {"type": "system", "systemPayload": {"uiEvent": call}}
    shared: dict[str, tuple[object, ...]] = {"uuid": TEXTS, "sessionId": TEXTS, "cwd": TEXTS, "timestamp": (*TIMES_WRITTEN, *TIMES_LONG)}
    responses = variants(begun | {"usageMetadata": usage}, model=TEXTS, **shared, **{f"usageMetadata__{name}": COUNTS for name in usage})
    notes = variants(
        note, systemPayload__uiEvent__response_id=TEXTS, **shared, **{f"systemPayload__uiEvent__{name}": COUNTS for name in counts}
    )
    both = note | {"usageMetadata": usage}
    nothing = begun | {"usageMetadata": dict.fromkeys(usage, 0)}
    for told in (*responses, *notes, both, both | {"type": "assistant"}, begun | {"type": "system", "usageMetadata": usage}, nothing):
        slow = told | {"forkedFrom": {}}
        usual = begun | {"usageMetadata": usage}
        agree(lines(qwen_code_source.SOURCE, usual, told), lines(qwen_code_source.SOURCE, usual, slow))


def test_an_answer_in_a_session_of_pi_is_the_same_either_way() -> None:
    usage = {"input": 10, "output": 5, "cacheRead": 3, "cacheWrite": 2, "cost": {"total": 0.5}}
    message = {"role": "assistant", "api": "a", "provider": "openai", "model": "gpt-5", "usage": usage, "timestamp": MS}
    usual = {"type": "message", "id": "0a", "timestamp": AT, "message": message}
    counts = {f"message__usage__{name}": COUNTS for name in ("input", "output", "cacheRead", "cacheWrite", "totalTokens")}
    words: dict[str, tuple[object, ...]] = {"id": TEXTS, "message__provider": (*TEXTS, "openclaw"), "message__model": TEXTS}
    odd = variants(
        usual,
        **words,
        **counts,
        message__api=(*TEXTS, "cli", "openclaw-transcript"),
        timestamp=(*TIMES_WRITTEN, *TIMES_LONG),
        message__timestamp=(*MILLISECONDS, AT),
        message__usage__cost__total=COSTS,
    )
    empty = changed(usual, "message.usage", dict.fromkeys(usage, 0) | {"cost": {"total": 0}})
    for told in (*odd, empty):
        for header in ([], [{"type": "session", "id": "s", "cwd": "/w", "timestamp": AT}]):
            slow = changed(told, "message.usage.reasoning", 0)
            agree(lines(pi_source.SOURCE, *header, usual, told, usual), lines(pi_source.SOURCE, *header, usual, slow, usual))


@pytest.mark.parametrize("shift", [0, 3])
def test_a_response_in_a_database_of_opencode_is_the_same_either_way(tmp_path: Path, shift: int) -> None:
    tokens = {"input": 10, "output": 20, "reasoning": 5, "cache": {"read": 30, "write": 4}}
    usual = {
        "role": "assistant",
        "time": {"created": MS, "completed": MS + 900},
        "modelID": "m",
        "providerID": "p",
        "cost": 0.25,
        "tokens": tokens,
    }
    counts = {f"tokens__{name}": (*COUNTS, 64, 69) for name in ("input", "output", "reasoning", "cache__read", "cache__write", "total")}
    times = {"time__created": MILLISECONDS, "time__completed": MILLISECONDS}
    odd = [*variants(usual, modelID=TEXTS, providerID=TEXTS, cost=COSTS, role=(*TEXTS, "user"), **times, **counts)]
    none: dict[str, Any] = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    odd += [usual | {"tokens": none}, usual | {"tokens": tokens | {"reasoning": 90, "total": 64}}]
    names = [f"n{number}" for number in range(len(odd))] + [" ", "  n ", "ü", "n" * 99, ""]
    odd += [usual] * (len(names) - len(odd))
    sessions = ("INSERT INTO session VALUES ('s', '/w', NULL), ('t', ' /w ', 's'), ('u', NULL, NULL), ('v', '/w', 's'), ('', '/v', NULL);",)

    def found(named: bool) -> Findings:
        script = "CREATE TABLE session (id TEXT, directory TEXT, parent_id TEXT);"
        script += "CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);" + "".join(
            sessions
        )
        for number, (name, told) in enumerate(zip(names, odd, strict=True)):
            data = json.dumps(told | ({"id": name} if named else {})).replace("'", "''")
            session = "s" if (number + shift) % 7 else ("t", "u", "v", "", "w")[number % 5]
            script += f"INSERT INTO message VALUES ('{name}', '{session}', {MS}, 1, '{data}');"  # noqa: S608 - the test's own
        path = made(tmp_path / str(named) / "opencode.db", script)
        return read_store(opencode_source.SOURCE, path, times=TIMES)[0]

    agree(found(named=False), found(named=True))


AMP: Any = {
    "id": "T-1",
    "created": MS,
    "messages": [
        {"role": "user", "messageId": 0, "content": "x", "meta": {"sentAt": MS}},
        {"role": "assistant", "messageId": 1, "usage": {"model": "m", "inputTokens": 5, "outputTokens": 6, "cacheReadInputTokens": 7}},
    ],
    "usageLedger": {"events": [{"id": "e", "timestamp": AT, "model": "m", "tokens": {"input": 5, "output": 6}, "toMessageId": 1}]},
}
CODEBUFF: Any = [
    {"id": "user-1790845220250", "variant": "user", "timestamp": AT},
    {"id": "ai-1790845220250-1", "variant": "ai", "credits": 3, "timestamp": AT, "metadata": {"model": "m", "usage": {"inputTokens": 5}}},
]


def with_a_wrong_message(told: Any) -> Any:
    return [*told, 7] if isinstance(told, list) else told | {"messages": [*told["messages"], 7]}


def with_a_wrong_entry(told: Any) -> Any:
    return told | {"usageLedger": {"events": [*told["usageLedger"]["events"], 7]}}


@pytest.mark.parametrize(
    ("source", "path", "told", "spoilt"),
    [
        (amp_source.SOURCE, "/threads/T-1.json", AMP, with_a_wrong_message),
        (amp_source.SOURCE, "/threads/T-1.json", AMP, with_a_wrong_entry),
        (codebuff_source.SOURCE, "/chats/2026-10-01T09-00-00.000Z/chat-messages.json", CODEBUFF, with_a_wrong_message),
    ],
)
def test_a_wrong_part_of_a_document_costs_no_more_than_itself(
    source: AgentSource, path: str, told: Any, spoilt: Callable[[Any], Any]
) -> None:
    whole = read_content(source, Log(source.id, path), json.dumps(told).encode())
    part = read_content(source, Log(source.id, path), json.dumps(spoilt(told)).encode())
    assert whole.events
    assert whole.events == part.events
    assert whole.prompts == part.prompts
    assert not whole.problems
    assert len(part.problems) == 1
