"""What each agent reports, and what its counts mean: every one has the identity that its input and output sum up to."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from reports import CHAT, CODEX, GEMINI
from tankful.core.heard import Heard
from tankful.core.usage import TokenUsage
from tankful.telemetry.decoding import decoded
from tankful.telemetry.records import Signal
from tankful.telemetry.registry import WANTED, understood
from telemetry_rig import AT_NS, CANARY, JSON, NOW, claude_call, logs, spans


def heard(body: bytes, signal: Signal = Signal.LOGS) -> Heard:
    return understood(decoded(body, JSON, signal), NOW)


def only(body: bytes, signal: Signal = Signal.LOGS) -> TokenUsage:
    found = heard(body, signal)
    assert CANARY not in repr(found)
    return found.calls[0].event.tokens


def test_claude_codes_four_counts_are_disjoint() -> None:
    tokens = only(logs(claude_call(), service="claude-code"))
    assert tokens == TokenUsage(100, 50, 10, 20)
    assert tokens.total == 100 + 50 + 10 + 20


def test_claude_codes_report_tells_request_cost_and_speed() -> None:
    call = heard(logs(claude_call(7, speed="fast"), service="claude-code")).calls[0]
    assert call.request == ("claude-request", "req_7", "100,10,20")
    assert call.stated_cost == Decimal("0.001128")
    event = call.event
    assert (event.agent, event.session, event.model, event.at, event.tier) == (
        "claude-code",
        "session",
        "claude-sonnet-4-20250514",
        NOW,
        "fast",
    )
    assert (event.recorded_cost, call.is_of_a_turn) == (None, False)


def test_claude_code_is_known_by_its_names_as_well() -> None:
    assert len(heard(logs(claude_call() | {"event.name": "claude_code.api_request"})).calls) == 1
    assert len(heard(logs(claude_call(), scope="com.anthropic.claude_code.events")).calls) == 1
    bare = {key: said for key, said in claude_call().items() if key not in {"request_id", "cost_usd_micros", "model"}}
    call = heard(logs(bare, service="claude-code")).calls[0]
    assert (call.request, call.stated_cost, call.event.model) == ((), None, None)


def test_codexs_cached_tokens_are_input_and_its_reasoning_is_output() -> None:
    tokens = only(logs(CODEX))
    assert tokens == TokenUsage(500, 300, 1500, 0, 0, 120)
    assert tokens.total == 2000 + 300


def test_codexs_other_events_are_no_calls() -> None:
    others = [
        CODEX | {"event.kind": "response.created"},
        CODEX | {"event.name": "codex.api_request"},
        CODEX | {"event.name": "codex.tool_result", "arguments": CANARY, "output": CANARY},
        CODEX | {"input_token_count": 0, "output_token_count": 0},
    ]
    assert heard(logs(*others)) == Heard()


@pytest.mark.parametrize(("prefix", "agent"), [("gemini_cli", "gemini-cli"), ("qwen-code", "qwen-code")])
def test_geminis_cached_tokens_are_input_and_its_thoughts_come_on_top_of_its_output(prefix: str, agent: str) -> None:
    report = GEMINI | {"event.name": f"{prefix}.api_response"}
    tokens = only(logs(report))
    assert tokens == TokenUsage(407, 65, 600, 0, 0, 25)
    assert tokens.total == GEMINI["total_token_count"]
    assert heard(logs(report)).calls[0].event.agent == agent
    apart = only(logs(report | {"total_token_count": 1672}))
    assert apart == TokenUsage(1007, 65, 600, 0, 0, 25)
    assert apart.total == 1672
    assert heard(logs({"event.name": f"{prefix}.api_response", "session.id": "g1"}, {"event.name": f"{prefix}.tool_call"})) == Heard()


def test_copilots_cached_tokens_are_input_and_its_reasoning_is_output() -> None:
    tokens = only(spans(CHAT), Signal.TRACES)
    assert tokens == TokenUsage(150, 80, 700, 50, 0, 30)
    assert tokens.total == 900 + 80


def test_copilots_calls_count_once_beside_the_agent_that_sums_them_up() -> None:
    agent = CHAT | {"gen_ai.operation.name": "invoke_agent"}
    found = heard(spans(agent, CHAT, CHAT | {"gen_ai.operation.name": "execute_tool"}), Signal.TRACES)
    assert [(call.event.agent, call.event.model, call.event.session) for call in found.calls] == [
        ("copilot-vscode", "gpt-4o-2024-08-06", "v1")
    ]
    assert found.calls[0].is_of_a_turn
    assert found.prompts == ()


def test_copilot_tells_what_was_asked_only_beside_what_answered() -> None:
    assert heard(spans(CHAT), Signal.TRACES).calls[0].asked == "gpt-4o"
    alone = heard(spans(CHAT | {"gen_ai.response.model": ""}), Signal.TRACES).calls[0]
    assert (alone.event.model, alone.asked) == ("gpt-4o", "")
    nameless = heard(spans(CHAT | {"gen_ai.response.model": "", "gen_ai.request.model": ""}), Signal.TRACES).calls[0]
    assert (nameless.event.model, nameless.asked) == (None, "")


def test_copilots_calls_belong_to_the_chat_where_it_has_a_name() -> None:
    call = heard(spans(CHAT | {"copilot_chat.chat_session_id": "chat-1"}), Signal.TRACES).calls[0]
    assert call.event.session == "chat-1"
    nowhere = {key: said for key, said in CHAT.items() if key != "gen_ai.conversation.id"}
    assert heard(spans(nowhere), Signal.TRACES) == Heard()


def test_copilot_in_the_terminal_is_another_agent() -> None:
    call = heard(spans(CHAT, service="github-copilot"), Signal.TRACES).calls[0]
    assert (call.event.agent, call.is_of_a_turn) == ("copilot-cli", False)
    assert heard(spans(CHAT, service="another-program"), Signal.TRACES) == Heard()
    assert heard(spans({"gen_ai.operation.name": "chat", "gen_ai.conversation.id": "v1"}), Signal.TRACES) == Heard()


def test_prompts_are_noted_without_what_was_said() -> None:
    said = [
        {"event.name": "user_prompt", "session.id": "s", "prompt": CANARY, "prompt_length": 24},
        {"event.name": "codex.user_prompt", "conversation.id": "c", "prompt": CANARY},
        {"event.name": "gemini_cli.user_prompt", "session.id": "g", "prompt_id": "1", "prompt": CANARY},
        {"event.name": "qwen-code.user_prompt", "session.id": "q", "prompt_id": "1", "prompt": CANARY},
        {"event.name": "user_prompt"},
    ]
    found = heard(logs(*said, service="claude-code")).prompts + heard(logs(*said[1:4])).prompts
    asked = heard(spans({"gen_ai.operation.name": "invoke_agent", "gen_ai.conversation.id": "v"}, parent=""), Signal.TRACES).prompts
    assert sorted({each.prompt.agent for each in (*found, *asked)}) == ["claude-code", "codex", "copilot-vscode", "gemini-cli", "qwen-code"]
    assert [each.prompt.at for each in asked] == [NOW - timedelta(seconds=4)]
    assert CANARY not in repr((found, asked))


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_tokens": "many"},
        {"input_tokens": 10**12},
        {"output_tokens": "Infinity"},
        {"request_id": "", "session.id": ""},
    ],
)
def test_a_report_that_cannot_be_is_left_to_the_log(wrong: dict[str, Any]) -> None:
    assert heard(logs(claude_call() | wrong, service="claude-code")) == Heard()


def test_negative_counts_are_nothing_and_long_ids_are_none() -> None:
    call = heard(logs(claude_call(input_tokens=-5, model="m" * 999), service="claude-code")).calls[0]
    assert (call.event.tokens.input, call.event.model) == (0, None)


def test_a_time_that_cannot_be_is_that_of_arrival() -> None:
    for wrong in (0, 10, AT_NS * 3, 1 << 63):
        assert heard(logs(claude_call(), service="claude-code", time_ns=wrong)).calls[0].event.at == NOW


def test_nothing_that_people_say_is_wanted() -> None:
    spoken = ("prompt", "message", "body", "text", "content", "arguments", "output", "result", "email", "command", "path")
    allowed = {"prompt_id"}
    counts = {name for name in WANTED if name.endswith(("_tokens", "_token_count"))}
    assert [name for name in WANTED - counts - allowed if any(word in name for word in spoken)] == []
