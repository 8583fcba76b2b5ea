"""How agents write conversations line by line."""

from collections.abc import Sequence

from claude_session import rfc3339
from mixed_talk import Call, Shape, Talk

CLAUDE = ("claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101", "claude-haiku-4-5-20251001")
GPT = ("gpt-5.2-codex", "gpt-5.2", "gpt-5-mini")
GEMINI = ("gemini-2.5-pro", "gemini-2.5-flash")


def _codex_path(talk: Talk) -> str:
    stamp = talk.began.strftime("%Y-%m-%dT%H-%M-%S")
    return f".codex/sessions/{talk.began:%Y/%m/%d}/rollout-{stamp}-{talk.id}.jsonl"


def _codex_head(talk: Talk) -> Sequence[str]:
    meta = f'"id":"{talk.id}","timestamp":"{rfc3339(talk.began)}","cwd":"{talk.cwd}","originator":"codex_cli_rs","cli_version":"0.130.0"'
    instructions = f'"source":"cli","model_provider":"openai","instructions":{talk.result}'
    return (f'{{"timestamp":"{rfc3339(talk.began)}","type":"session_meta","payload":{{{meta},{instructions}}}}}',)


def _codex_usage(given: int, cached: int, output: int, reasoning: int) -> str:
    return (
        f'{{"input_tokens":{given},"cached_input_tokens":{cached},"output_tokens":{output},'
        f'"reasoning_output_tokens":{reasoning},"total_tokens":{given + output}}}'
    )


def _codex_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(kind: str, payload: str) -> str:
        return f'{{"timestamp":"{call.iso}","type":"{kind}","payload":{{{payload}}}}}'

    used = talk.used
    total = _codex_usage(used.input + used.cache_read, used.cache_read, used.output, talk.reasoned)
    last = _codex_usage(call.prompt, call.read, call.output, call.reasoning)
    limits = '"rate_limits":{"primary":{"used_percent":14.0,"window_minutes":300,"resets_in_seconds":9000}}'
    name = call.id[:8]
    lines = [
        line(
            "response_item", f'"type":"reasoning","summary":[{{"type":"summary_text","text":{talk.prose}}}],"encrypted_content":{talk.code}'
        ),
        line("response_item", f'"type":"function_call","name":"shell","arguments":{talk.code},"call_id":"call_{name}"'),
        line("response_item", f'"type":"function_call_output","call_id":"call_{name}","output":{talk.result}'),
        line("event_msg", f'"type":"agent_message","message":{talk.prose}'),
        line(
            "event_msg",
            f'"type":"token_count","info":{{"total_token_usage":{total},"last_token_usage":{last},"model_context_window":272000}},{limits}',
        ),
    ]
    if used.requests % 8 == 1:
        context = f'"turn_id":"{call.id}","cwd":"{talk.cwd}","approval_policy":"on-request","model":"{talk.model}","effort":"high"'
        lines[:0] = [line("turn_context", context), line("event_msg", f'"type":"user_message","message":{talk.prose},"kind":"plain"')]
    return lines


def _gemini_head(talk: Talk) -> Sequence[str]:
    at = rfc3339(talk.began)
    return (f'{{"sessionId":"{talk.id}","projectHash":"00","startTime":"{at}","lastUpdated":"{at}","kind":"main"}}',)


def _gemini_turn(talk: Talk, call: Call) -> Sequence[str]:
    tokens = (
        f'"tokens":{{"input":{call.prompt},"output":{call.output - call.reasoning},"cached":{call.read},"thoughts":{call.reasoning},'
        f'"tool":0,"total":{call.total}}}'
    )
    head = (
        f'{{"id":"{call.id}","timestamp":"{call.iso}","type":"gemini","content":{talk.prose},"thoughts":[],{tokens},"model":"{talk.model}"'
    )
    tool = f'"id":"c","name":"read_file","args":{{"text":{talk.code}}},"result":[{{"text":{talk.result}}}],"status":"success"'
    asked = f'{{"id":"{call.id[::-1]}","timestamp":"{call.iso}","type":"user","content":[{{"text":{talk.prose}}}]}}'
    return (
        *((asked,) if talk.is_asked else ()),
        f"{head}}}",
        f'{head},"toolCalls":[{{{tool}}}]}}',  # written anew when the tools have run
        f'{{"$set":{{"lastUpdated":"{call.iso}"}}}}',
    )


def _qwen_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(kind: str, number: int, rest: str) -> str:
        where = f'"sessionId":"{talk.id}","timestamp":"{call.iso}","type":"{kind}","cwd":"{talk.cwd}","version":"0.9.0"'
        return f'{{"uuid":"{call.id[:-1]}{number}","parentUuid":null,{where},{rest}}}'

    usage = (
        f'{{"promptTokenCount":{call.prompt},"candidatesTokenCount":{call.output},"thoughtsTokenCount":{call.reasoning},'
        f'"totalTokenCount":{call.total},"cachedContentTokenCount":{call.read}}}'
    )
    event = (
        f'{{"event.name":"qwen-code.api_response","event.timestamp":"{call.iso}","response_id":"chatcmpl-{call.id}","model":"{talk.model}",'
        f'"input_token_count":{call.prompt},"output_token_count":{call.output},"cached_content_token_count":{call.read},'
        f'"thoughts_token_count":{call.reasoning},"tool_token_count":0,"total_token_count":{call.total}}}'
    )
    asked = line("user", 1, f'"provenance":"real_user","message":{{"role":"user","parts":[{{"text":{talk.prose}}}]}}')
    return (
        *((asked,) if talk.is_asked else ()),
        line(
            "assistant", 2, f'"model":"{talk.model}","message":{{"role":"model","parts":[{{"text":{talk.code}}}]}},"usageMetadata":{usage}'
        ),
        line("system", 3, f'"subtype":"ui_telemetry","systemPayload":{{"uiEvent":{event}}}'),
        line(
            "tool_result",
            4,
            f'"message":{{"role":"user","parts":[{{"functionResponse":{{"name":"x","response":{{"output":{talk.result}}}}}}}]}}',
        ),
    )


def _kimi_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(kind: str, payload: str) -> str:
        return f'{{"timestamp":{call.ms / 1000},"message":{{"type":"{kind}","payload":{{{payload}}}}}}}'

    usage = f'{{"input_other":{call.input},"output":{call.output},"input_cache_read":{call.read},"input_cache_creation":{call.written}}}'
    return (
        *((line("TurnBegin", f'"user_input":{talk.prose}'),) if talk.is_asked else ()),
        line("ContentPart", f'"type":"text","text":{talk.code}'),
        line("ToolResult", f'"tool_call_id":"t","return_value":{{"output":{talk.result}}}'),
        line("StatusUpdate", f'"context_usage":0.02,"token_usage":{usage},"message_id":"chatcmpl-{call.id}"'),
    )


def _pi_head(talk: Talk) -> Sequence[str]:
    at = rfc3339(talk.began)
    return (
        f'{{"type":"session","version":3,"id":"{talk.id}","timestamp":"{at}","cwd":"{talk.cwd}"}}',
        f'{{"type":"model_change","id":"00000001","parentId":null,"timestamp":"{at}","provider":"anthropic","modelId":"{talk.model}"}}',
    )


def _pi_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(number: int, role: str, rest: str) -> str:
        name = f'"id":"{call.id[:7]}{number}","parentId":null,"timestamp":"{call.iso}"'
        return f'{{"type":"message",{name},"message":{{"role":"{role}",{rest},"timestamp":{call.ms + number}}}}}'

    usage = (
        f'{{"input":{call.input},"output":{call.output},"cacheRead":{call.read},"cacheWrite":{call.written},"totalTokens":{call.total},'
        f'"cost":{{"input":0,"output":0,"cacheRead":0,"cacheWrite":0,"total":{call.cost:.6f}}}}}'
    )
    said = f'"api":"anthropic-messages","provider":"anthropic","model":"{talk.model}","usage":{usage},"stopReason":"stop"'
    return (
        *((line(1, "user", f'"content":[{{"type":"text","text":{talk.prose}}}]'),) if talk.is_asked else ()),
        line(2, "assistant", f'"content":[{{"type":"text","text":{talk.code}}}],{said}'),
        line(3, "toolResult", f'"toolCallId":"c","toolName":"read","content":[{{"type":"text","text":{talk.result}}}],"isError":false'),
    )


def _junie_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(event: str) -> str:
        return (
            f'{{"kind":"SessionA2uxEvent","event":{{"state":"IN_PROGRESS","agentEvent":{{{event}}}}},"taskId":"t","timestampMs":{call.ms}}}'
        )

    usage = (
        f'{{"model":"{talk.model}","cost":{call.cost:.6f},"inputTokens":{call.input},"cacheInputTokens":{call.read},'
        f'"cacheCreateTokens":{call.written},"outputTokens":{call.output},"time":0}}'
    )
    return (
        f'{{"kind":"UserPromptEvent","requestId":"p-{call.id}","prompt":{talk.prose},"timestampMs":{call.ms}}}',
        line(f'"kind":"AgentStateUpdatedEvent","blob":{talk.result}'),
        line(f'"kind":"TerminalOutputEvent","output":{talk.result}'),
        line(f'"kind":"LlmResponseMetadataEvent","agent":{{"kind":"MainAgent","id":"main"}},"modelUsage":[{usage}]'),
    )


def _grok_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(number: int, update: str) -> str:
        meta = f'"_meta":{{"eventId":"{call.id}-{number}","agentTimestampMs":{call.ms + number}}}'
        params = f'"params":{{"sessionId":"{talk.id}","update":{{{update}}},{meta}}}'
        return f'{{"timestamp":{call.ms // 1000},"method":"session/update",{params}}}'

    counts = (
        f'"inputTokens":{call.prompt},"outputTokens":{call.output},"cachedReadTokens":{call.read},"cacheCreationTokens":{call.written},'
        f'"reasoningTokens":{call.reasoning},"totalTokens":{call.total},"costUsdTicks":{round(call.cost * 1e6) * 1000}'
    )
    usage = f'{{{counts},"modelUsage":{{"{talk.model}":{{{counts}}}}}}}'
    return (
        line(1, f'"sessionUpdate":"user_message_chunk","content":{{"type":"text","text":{talk.prose}}}'),
        line(2, f'"sessionUpdate":"tool_call_update","toolCallId":"t","content":[{{"content":{{"type":"text","text":{talk.result}}}}}]'),
        line(3, f'"sessionUpdate":"agent_message_chunk","content":{{"type":"text","text":{talk.code}}}'),
        line(4, f'"sessionUpdate":"turn_completed","prompt_id":"{call.id}","usage":{usage}'),
    )


def _copilot_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(number: int, kind: str, data: str) -> str:
        return f'{{"type":"{kind}","id":"{call.id}-{number}","timestamp":"{call.iso}","parentId":null,"data":{{{data}}}}}'

    return (
        *((line(1, "user.message", f'"content":{talk.prose}'),) if talk.is_asked else ()),
        line(2, "assistant.message", f'"content":{talk.code},"outputTokens":{call.output}'),
        line(3, "tool.execution_complete", f'"toolCallId":"t","success":true,"result":{{"content":{talk.result}}}'),
    )


def _copilot_head(talk: Talk) -> Sequence[str]:
    data = f'{{"sessionId":"{talk.id}","context":{{"cwd":"{talk.cwd}"}}}}'
    return (f'{{"type":"session.start","id":"{talk.id}","timestamp":"{rfc3339(talk.began)}","parentId":null,"data":{data}}}',)


def _copilot_end(talk: Talk, calls: Sequence[Call]) -> str:
    used = talk.used
    usage = (
        f'{{"inputTokens":{used.input + used.cache_read + used.cache_write},"outputTokens":{used.output},'
        f'"cacheReadTokens":{used.cache_read},"cacheWriteTokens":{used.cache_write},"reasoningTokens":{talk.reasoned}}}'
    )
    metrics = f'{{"{talk.model}":{{"requests":{{"count":{len(calls)},"cost":1}},"usage":{usage}}}}}'
    head = f'"type":"session.shutdown","id":"{talk.id}-end","timestamp":"{calls[-1].iso}","parentId":null'
    return f'\n{{{head},"data":{{"modelMetrics":{metrics},"totalNanoAiu":0}}}}\n'


def _chat_begin(talk: Talk) -> Sequence[str]:
    state = f'"version":3,"creationDate":{talk.ms},"sessionId":"{talk.id}","requests":[]'
    return (f'{{"kind":0,"v":{{{state}}}}}',)


def _chat_turn(talk: Talk, call: Call) -> Sequence[str]:
    number = talk.used.requests - 1
    agent = f'"agent":{{"id":"github.copilot.editsAgent"}},"modelId":"copilot/{talk.model}"'
    request = f'"requestId":"request_{call.id}","timestamp":{call.ms},{agent}'
    rounds = f'"toolCallRounds":[{{"id":"r","response":{talk.prose},"thinking":{{"tokens":{call.reasoning}}}}}]'
    metadata = f'"promptTokens":{call.prompt},"outputTokens":{call.output},"toolCallResults":{{"x":{talk.result}}},{rounds}'
    return (
        f'{{"kind":2,"k":["requests"],"v":[{{{request},"message":{{"text":{talk.prose},"parts":[]}},"response":[]}}]}}',
        f'{{"kind":2,"k":["requests",{number},"response"],"v":[{{"value":{talk.code}}}]}}',
        f'{{"kind":1,"k":["requests",{number},"result"],"v":{{"metadata":{{{metadata}}}}}}}',
    )


def _trace_turn(talk: Talk, call: Call) -> Sequence[str]:
    def text(key: str, value: str) -> str:
        return f'{{"key":"{key}","value":{{"stringValue":{value}}}}}'

    def number(key: str, value: int) -> str:
        return f'{{"key":"{key}","value":{{"intValue":"{value}"}}}}'

    def line(part: int, name: str, attributes: Sequence[str]) -> str:
        at = f'"startTimeUnixNano":"{call.ms}000000","endTimeUnixNano":"{call.ms + 1}000000"'
        span = f'"traceId":"{call.id}","spanId":"{call.id[:8]}{part}","parentSpanId":"","name":"{name}","kind":1,{at}'
        attributes = [text("gen_ai.conversation.id", f'"{talk.id}"'), *attributes]
        spans = f'"scopeSpans":[{{"scope":{{}},"spans":[{{{span},"attributes":[{",".join(attributes)}]}}]}}]'
        return f'{{"resourceSpans":[{{"resource":{{"attributes":[]}},{spans}}}]}}'

    chat = [text("gen_ai.request.model", f'"{talk.model}"'), text("gen_ai.operation.name", '"chat"')]
    counts = [number("gen_ai.usage.input_tokens", call.prompt), number("gen_ai.usage.output_tokens", call.output)]
    return (
        line(1, "execute_tool get_file", [text("gen_ai.operation.name", '"execute_tool"'), text("gen_ai.tool.result", talk.result)]),
        line(2, f"chat {talk.model}", [*chat, *counts, text("gen_ai.output.messages", talk.code)]),
    )


SHAPES = (
    Shape("codex", _codex_path, _codex_turn, _codex_head, models=GPT, writes=False, mean=1_500_000),
    Shape(
        "gemini-cli",
        lambda talk: f".gemini/tmp/{talk.slug.strip('-')}/chats/session-{talk.began:%Y-%m-%dT%H-%M}-{talk.id[:8]}.jsonl",
        _gemini_turn,
        _gemini_head,
        models=GEMINI,
        writes=False,
    ),
    Shape(
        "qwen-code",
        lambda talk: f".qwen/projects/{talk.slug}/chats/{talk.id}.jsonl",
        _qwen_turn,
        models=("qwen3-coder-plus", "qwen3-coder-flash"),
        writes=False,
    ),
    Shape("kimi", lambda talk: f".kimi/sessions/{talk.slug.strip('-')}/{talk.id}/wire.jsonl", _kimi_turn, models=("kimi-for-coding",)),
    Shape("pi", lambda talk: f".pi/agent/sessions/-{talk.slug}--/{talk.ms}_{talk.id}.jsonl", _pi_turn, _pi_head, models=CLAUDE),
    Shape("omp", lambda talk: f".omp/agent/sessions/-{talk.slug}--/{talk.ms}_{talk.id}.jsonl", _pi_turn, _pi_head, models=CLAUDE),
    Shape("openclaw", lambda talk: f".openclaw/agents/main/sessions/{talk.id}.jsonl", _pi_turn, _pi_head, models=CLAUDE),
    Shape(
        "junie", lambda talk: f".junie/sessions/session-{talk.began:%y%m%d-%H%M%S}-{talk.id[:4]}/events.jsonl", _junie_turn, models=CLAUDE
    ),
    Shape(
        "grok-build",
        lambda talk: f".grok/sessions/{talk.cwd.replace('/', '%2F')}/{talk.id}/updates.jsonl",
        _grok_turn,
        models=("grok-4.6-build",),
    ),
    Shape(
        "copilot-cli",
        lambda talk: f".copilot/session-state/{talk.id}/events.jsonl",
        _copilot_turn,
        _copilot_head,
        end=_copilot_end,
        models=("claude-sonnet-4.5", "gpt-5-mini"),
        sums_only=True,
    ),
    Shape(
        "copilot-vscode",
        lambda talk: f".config/Code/User/workspaceStorage/{talk.cwd.rpartition('-')[2]}4a1f00/chatSessions/{talk.id}.jsonl",
        _chat_turn,
        _chat_begin,
        models=("claude-sonnet-4.5", "gpt-5-mini"),
        reads=False,
        mean=2_000_000,
    ),
    Shape(
        "copilot-visualstudio",
        lambda talk: f"AppData/Local/Temp/VSGitHubCopilotLogs/traces/{talk.began:%Y%m%d}_{talk.id[:8]}_VSGitHubCopilot_traces.jsonl",
        _trace_turn,
        models=("gpt-5.5",),
        reads=False,
    ),
)
