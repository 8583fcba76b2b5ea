"""What a turn of Copilot Chat in VS Code has said so far, and the usage event it is.

The shapes are those of VS Code's public source (`chatModel`, `chatSessionOperationLog`); what Copilot adds to a result is
known from recorded sessions.
"""

import msgspec

from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources.identity import key_of
from tankful.sources.source import Findings, Log
from tankful.sources.values import Values

_STAMP_MAX = 40
_MOMENT_MAX = 10**15
_OWN = "copilot"
_VENDORS = frozenset(
    {"anthropic", "azure", "bedrock", "cerebras", "deepseek", "gemini", "google", "groq", "mistral", "ollama", "openai", "xai"}
)
_MARKETS = frozenset({"openrouter", "vercel-ai-gateway", "huggingface"})
"""Providers that serve models of many vendors under names of two parts."""
_ELSEWHERE = frozenset({"claude-code", "copilotcli", "openai-codex"})
"""Other agents that the editor only shows: they keep records of their own."""


class _Thinking(msgspec.Struct, gc=False):
    tokens: object = None


class _Round(msgspec.Struct, gc=False):
    thinking: _Thinking | None = None


class _Metadata(msgspec.Struct, gc=False):
    promptTokens: object = None  # noqa: N815 - the field's name
    outputTokens: object = None  # noqa: N815 - same
    resolvedModel: object = None  # noqa: N815 - same
    toolCallRounds: list[_Round] | None = None  # noqa: N815 - same


class Result(msgspec.Struct, gc=False):
    """How a turn ended."""

    metadata: _Metadata | None = None


class Agent(msgspec.Struct, gc=False):
    """Who answered."""

    id: object = None


class Request(msgspec.Struct, gc=False):
    """One turn as the editor stores it."""

    requestId: object = None  # noqa: N815 - the field's name
    timestamp: object = None
    modelId: object = None  # noqa: N815 - same
    promptTokens: object = None  # noqa: N815 - same
    completionTokens: object = None  # noqa: N815 - same
    agent: Agent | None = None
    result: Result | None = None


class Turn(msgspec.Struct, array_like=True, gc=False):
    """As much of a turn as is kept."""

    id: str = ""
    at: float | str | None = None
    """As written: milliseconds since 1970."""
    model: str = ""
    agent: str = ""
    prompt: int = 0
    output: int = 0
    told_prompt: int = 0
    """In the result, which only counts where the turn itself does not say."""
    told_output: int = 0
    resolved: str = ""
    reasoning: int = 0

    def take(self, request: Request, values: Values) -> None:
        """Note what a whole turn says."""
        self.id = values.word(request.requestId)
        self.set("timestamp", request.timestamp, values)
        self.set("modelId", request.modelId, values)
        self.set("promptTokens", request.promptTokens, values)
        self.set("completionTokens", request.completionTokens, values)
        self.agent = values.word(request.agent.id) if request.agent else ""
        self.finish(request.result or Result(), values)

    def set(self, name: str, value: object, values: Values) -> None:
        """Note a single value of the turn: its time, its model, or one of its counts."""
        match name:
            case "timestamp":
                self.at = _moment(value)
            case "modelId":
                self.model = values.word(value)
            case "promptTokens":
                self.prompt = values.count(value)
            case _:
                self.output = values.count(value)

    def finish(self, result: Result, values: Values) -> None:
        """Note what the result of a turn says."""
        metadata = result.metadata or _Metadata()
        self.told_prompt, self.told_output = values.count(metadata.promptTokens), values.count(metadata.outputTokens)
        self.resolved = values.word(metadata.resolvedModel)
        rounds = metadata.toolCallRounds or ()
        self.reasoning = sum(values.count(each.thinking.tokens) for each in rounds if each.thinking)

    def add_to(self, found: Findings, log: Log, session: str, project: str, values: Values) -> None:
        """Add the prompt, and the event if there are counts: with the same identity however often it is added."""
        if self.agent in _ELSEWHERE:
            return
        identity = key_of(log.source, self.id) if self.id else key_of(log.source, session, str(self.at))
        at = values.moment_if_any(self.at)
        if at is not None:
            found.prompts.append(Prompt(log.source, identity, at, session, project))
        output = self.output or self.told_output
        tokens = TokenUsage(self.prompt or self.told_prompt, output, reasoning=min(self.reasoning, output))
        if tokens.total:
            model, provider, route = named(self.model)
            event = UsageEvent(
                agent=log.source,
                keys=(identity,),
                at=at or values.moment(self.at),
                tokens=tokens,
                model=self.resolved or model or None,
                session=session,
                project=project,
                provider=provider,
                route=route,
            )
            found.events.append(event)
            if self.resolved:
                found.note_asked(event, model)


def _moment(value: object) -> float | str | None:
    """Return what may be a time and can be kept in a checkpoint."""
    if isinstance(value, str):
        return value[:_STAMP_MAX].encode("utf-8", "replace").decode()
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _MOMENT_MAX:
        return float(value)
    return None


def named(identifier: str) -> tuple[str, str, str]:
    """Return model, provider and route of an editor's name for a model: `generic-copilot/litellm/anthropic/claude-opus-4-5`.

    Copilot's own models are `copilot/gpt-5`. Others come from an extension or a key of the user: the first part is whose, and,
    where that is no vendor, the next one what the user called the service behind it.
    """
    provider, _, model = identifier.partition("/")
    if not model:
        return identifier, "", ""
    if provider == _OWN:
        return model, "github-copilot", ""
    if provider in _VENDORS:
        return model, provider, ""
    if provider in _MARKETS or "/" not in model:
        return model, provider, provider
    route, _, model = model.partition("/")
    return model, provider, route
