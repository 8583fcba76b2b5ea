"""How agents write conversations as one JSON value, and as a sum with a transcript beside it."""

import json
from collections.abc import Mapping, Sequence
from functools import partial

from claude_session import rfc3339
from mixed_lines import CLAUDE
from mixed_talk import Call, Shape, Talk

_TASKS = ".config/Code/User/globalStorage"


def _array(_: Talk) -> str:
    return "["


def _array_end(_talk: Talk, _calls: Sequence[Call]) -> str:
    return "]"


def _task_path(extension: str, talk: Talk) -> str:
    return f"{_TASKS}/{extension}/tasks/{talk.ms}{talk.id[:4]}/ui_messages.json"


def _task_head(talk: Talk) -> Sequence[str]:
    return (f'{{"ts":{talk.ms},"type":"say","say":"task","text":{talk.prose}}}',)


def _said(call: Call, number: int, what: str, rest: str) -> str:
    return f'{{"ts":{call.ms + number},"type":"say","say":"{what}",{rest}}}'


def _cline_turn(talk: Talk, call: Call) -> Sequence[str]:
    counts = (
        f'"tokensIn":{call.input},"tokensOut":{call.output},"cacheWrites":{call.written},"cacheReads":{call.read},"cost":{call.cost:.6f}'
    )
    request = json.dumps(f'{{"request":{talk.result},{counts}}}')
    model = f'"modelInfo":{{"providerId":"anthropic","modelId":"{talk.model}","mode":"act"}}'
    return (
        _said(call, 0, "api_req_started", f'"text":{request},{model}'),
        _said(call, 1, "reasoning", f'"text":{talk.prose}'),
        _said(call, 2, "tool", f'"text":{talk.code}'),
        _said(call, 3, "command_output", f'"text":{talk.result}'),
    )


def _roo_turn(talk: Talk, call: Call) -> Sequence[str]:
    counts = (
        f'"tokensIn":{call.prompt},"tokensOut":{call.output},"cacheWrites":{call.written},"cacheReads":{call.read},"cost":{call.cost:.6f}'
    )
    request = json.dumps(f'{{{counts},"apiProtocol":"anthropic"}}')
    return (
        _said(call, 0, "api_req_started", f'"text":{request}'),
        _said(call, 1, "text", f'"text":{talk.prose}'),
        _said(call, 2, "tool", f'"text":{talk.code}'),
        _said(call, 3, "command_output", f'"text":{talk.result}'),
        _said(call, 4, "command_output", f'"text":{talk.result}'),
    )


def _history(path: str, talk: Talk, calls: Sequence[Call]) -> Mapping[str, str]:
    """Return the conversation as the model saw it, which is kept beside a task."""
    about = json.dumps(
        f"<environment_details>\n# Current Workspace Directory ({talk.cwd}) Files\n<model>{talk.model}</model>\n</environment_details>"
    )
    said = [f'{{"role":"user","ts":{talk.ms},"content":[{{"type":"text","text":{about}}}]}}']
    for call in calls:
        said.append(f'{{"role":"assistant","ts":{call.ms},"content":[{{"type":"text","text":{talk.code}}}]}}')
        said.append(f'{{"role":"user","ts":{call.ms},"content":[{{"type":"text","text":{talk.result}}}]}}')
    return {path.replace("ui_messages", "api_conversation_history"): f"[{','.join(said)}]"}


def _task(agent: str, extension: str) -> Shape:
    path = partial(_task_path, extension)
    return Shape(
        agent,
        path,
        _cline_turn if agent == "cline" else _roo_turn,
        _task_head,
        beside=lambda talk, calls: _history(path(talk), talk, calls),
        begin=_array,
        end=_array_end,
        joint=",",
        models=CLAUDE,
    )


def _amp_begin(talk: Talk) -> str:
    trees = f'{{"initial":{{"trees":[{{"displayName":"x","uri":"file://{talk.cwd}"}}]}}}}'
    return f'{{"v":12,"id":"T-{talk.id}","created":{talk.ms},"env":{trees},"messages":['


def _amp_turn(talk: Talk, call: Call) -> Sequence[str]:
    number = 2 * (talk.used.requests - 1)
    usage = (
        f'{{"model":"{talk.model}","inputTokens":{call.input},"outputTokens":{call.output},"cacheCreationInputTokens":{call.written},'
        f'"cacheReadInputTokens":{call.read},"totalInputTokens":{call.prompt}}}'
    )
    asked = f'"content":[{{"type":"text","text":{talk.prose}}},{{"type":"tool_result","run":{{"result":{talk.result}}}}}]'
    return (
        f'{{"role":"user","messageId":{number},{asked},"meta":{{"sentAt":{call.ms}}}}}',
        f'{{"role":"assistant","messageId":{number + 1},"content":[{{"type":"text","text":{talk.code}}}],"usage":{usage}}}',
    )


def _amp_end(talk: Talk, calls: Sequence[Call]) -> str:
    ledger = (
        f'{{"id":"{call.id}","timestamp":"{call.iso}","model":"{talk.model}","credits":1.2,"tokens":{{"input":{call.input + call.written},'
        f'"output":{call.output}}},"operationType":"inference","fromMessageId":{2 * number},"toMessageId":{2 * number + 1}}}'
        for number, call in enumerate(calls)
    )
    return f'],"usageLedger":{{"events":[{",".join(ledger)}]}}}}'


def _droid_turn(talk: Talk, call: Call) -> Sequence[str]:
    def line(number: int, role: str, content: str) -> str:
        name = f'"id":"{call.id}{number}","timestamp":"{call.iso}"'
        return f'{{"type":"message",{name},"message":{{"role":"{role}","content":[{content}]}},"parentId":null}}'

    return (
        *((line(1, "user", f'{{"type":"text","text":{talk.prose}}}'),) if talk.is_asked else ()),
        line(2, "assistant", f'{{"type":"text","text":{talk.code}}}'),
        line(3, "user", f'{{"type":"tool_result","tool_use_id":"t","content":{talk.result}}}'),
    )


def _droid_sums(talk: Talk, _calls: Sequence[Call]) -> Mapping[str, str]:
    used = talk.used
    sums = (
        f'{{"inputTokens":{used.input},"outputTokens":{used.output - talk.reasoned},"cacheCreationTokens":{used.cache_write},'
        f'"cacheReadTokens":{used.cache_read},"thinkingTokens":{talk.reasoned}}}'
    )
    chosen = f'"model":"{talk.model}","providerLock":"anthropic","providerLockTimestamp":"{rfc3339(talk.began)}"'
    return {f".factory/sessions/{talk.slug}/{talk.id}.settings.json": f'{{{chosen},"tokenUsage":{sums}}}'}


def _vibe_turn(talk: Talk, call: Call) -> Sequence[str]:
    at = f"{call.at:%Y-%m-%dT%H:%M:%S}+00:00"
    return (
        f'{{"role":"user","content":{talk.prose},"message_id":"{call.id}u","timestamp":"{at}"}}',
        f'{{"role":"assistant","content":{talk.code},"message_id":"{call.id}","timestamp":"{at}"}}',
        f'{{"role":"tool","content":{talk.result},"tool_call_id":"t","timestamp":"{at}"}}',
    )


def _vibe_folder(talk: Talk) -> str:
    return f".vibe/logs/session/session_{talk.began:%Y%m%d_%H%M%S}_{talk.id[:8]}"


def _vibe_sums(talk: Talk, calls: Sequence[Call]) -> Mapping[str, str]:
    used = talk.used
    stats = (
        f'{{"steps":{len(calls)},"session_prompt_tokens":{used.input + used.cache_read},"session_completion_tokens":{used.output},'
        f'"session_cached_tokens":{used.cache_read},"session_cost":0.0}}'
    )
    config = f'{{"active_model":"{talk.model}","models":[],"providers":[]}}'
    when = f'"start_time":"{talk.began:%Y-%m-%dT%H:%M:%S}+00:00","end_time":"{talk.now:%Y-%m-%dT%H:%M:%S}+00:00"'
    meta = f'"session_id":"{talk.id}","parent_session_id":null,{when},"environment":{{"working_directory":"{talk.cwd}"}}'
    return {f"{_vibe_folder(talk)}/meta.json": f'{{{meta},"stats":{stats},"config":{config}}}'}


def _codebuff_path(talk: Talk) -> str:
    chat = f"{talk.began:%Y-%m-%dT%H-%M-%S}.{talk.id[:3]}Z"
    return f".config/manicode/projects/{talk.slug.strip('-')}/chats/{chat}/chat-messages.json"


def _codebuff_turn(talk: Talk, call: Call) -> Sequence[str]:
    usage = (
        f'{{"inputTokens":{call.input},"outputTokens":{call.output},"cacheReadInputTokens":{call.read},'
        f'"cacheCreationInputTokens":{call.written}}}'
    )
    metadata = f'{{"model":"{talk.model}","usage":{usage}}}'
    return (
        f'{{"id":"user-{call.ms}","variant":"user","content":{talk.prose},"timestamp":"{call.iso}"}}',
        f'{{"id":"ai-{call.ms}-{call.id[:6]}","variant":"ai","content":{talk.result},"credits":3,"timestamp":"{call.iso}","metadata":{metadata}}}',
    )


def _continue_turn(talk: Talk, call: Call) -> Sequence[str]:
    model = f'"selectedProfileId":"local","model":"{talk.model}","provider":"anthropic"'
    counts = f'"promptTokens":{call.prompt},"generatedTokens":{call.output}'
    return (f'{{"eventName":"tokensGenerated","schema":"0.2.0","timestamp":"{call.iso}",{model},{counts}}}',)


def _aider_turn(talk: Talk, call: Call) -> Sequence[str]:
    counts = f'"prompt_tokens":{call.prompt},"completion_tokens":{call.output},"total_tokens":{call.total},"cost":{call.cost:.6f}'
    properties = f'"main_model":"anthropic/{talk.model}","edit_format":"diff",{counts},"total_cost":{talk.paid:.6f}'
    return (f'{{"event":"message_send","properties":{{{properties}}},"user_id":"0","time":{call.ms // 1000}}}',)


SHAPES = (
    _task("cline", "saoudrizwan.claude-dev"),
    _task("roo-code", "rooveterinaryinc.roo-cline"),
    _task("kilo-code", "kilocode.kilo-code"),
    Shape(
        "amp",
        lambda talk: f".local/share/amp/threads/T-{talk.id}.json",
        _amp_turn,
        begin=_amp_begin,
        end=_amp_end,
        joint=",",
        models=CLAUDE,
    ),
    Shape(
        "droid",
        lambda talk: f".factory/sessions/{talk.slug}/{talk.id}.jsonl",
        _droid_turn,
        lambda talk: (f'{{"type":"session_start","id":"{talk.id}","title":"x","owner":"dev","version":2,"cwd":"{talk.cwd}"}}',),
        beside=_droid_sums,
        models=CLAUDE,
        sums_only=True,
    ),
    Shape(
        "mistral-vibe",
        lambda talk: f"{_vibe_folder(talk)}/messages.jsonl",
        _vibe_turn,
        beside=_vibe_sums,
        models=("devstral-medium-2512",),
        writes=False,
        sums_only=True,
    ),
    Shape(
        "codebuff",
        _codebuff_path,
        _codebuff_turn,
        begin=_array,
        end=_array_end,
        joint=",",
        models=("anthropic/claude-sonnet-4.5",),
    ),
    Shape(
        "continue",
        lambda talk: f".continue/dev_data/0.2.0/{talk.id}/tokensGenerated.jsonl",
        _continue_turn,
        models=CLAUDE,
        reads=False,
    ),
    Shape("aider", lambda _: ".aider/analytics.jsonl", _aider_turn, models=CLAUDE, reads=False, mean=10**9),
)
