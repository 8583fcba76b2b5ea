"""Reads Codebuff's chats: one usage event for each of its answers.

An answer of the CLI (`ChatMessage` in its `types/chat.ts`) has `credits`, which cost a cent each, and an id with the time it
began; how many tokens it took is only there when the vendor's own usage was kept with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath
from typing import cast

import msgspec

from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_ANSWERS = ("ai", "agent", "assistant")
_CENTS = Decimal(100)
_INPUT = ("inputTokens", "input_tokens")
_WHOLE_INPUT = ("promptTokens", "prompt_tokens")
"""As OpenAI counts: what the cache gave is a part of it."""
_OUTPUT = ("outputTokens", "output_tokens", "completionTokens", "completion_tokens")
_CACHE_READ = ("cacheReadInputTokens", "cache_read_input_tokens")
_CACHE_WRITE = ("cacheCreationInputTokens", "cache_creation_input_tokens")
_DETAILS = ("promptTokensDetails", "prompt_tokens_details")
_CACHED = ("cachedTokens", "cached_tokens")


class _Message(msgspec.Struct, rename="camel"):
    id: object = None
    variant: object = None
    role: object = None
    timestamp: object = None
    created_at: object = None
    credits: object = None
    metadata: dict[str, msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class _State(msgspec.Struct, rename="camel"):
    """The `runState` of an answer, as far as it matters: it holds the whole conversation."""

    session_state: "_SessionState | None" = None


class _SessionState(msgspec.Struct, rename="camel"):
    main_agent_state: "_AgentState | None" = None
    file_context: "_FileContext | None" = None


class _AgentState(msgspec.Struct, rename="camel"):
    message_history: "list[_Said]" = []


class _Said(msgspec.Struct, rename="camel"):
    role: object = None
    provider_options: object = None


class _FileContext(msgspec.Struct, rename="camel"):
    project_root: object = None
    cwd: object = None


_decode_all = msgspec.json.Decoder(list[_Message]).decode


class CodebuffParser:
    """Reads one chat, which is written anew with every change."""

    def __init__(self, log: Log, _fields: bytes | None) -> None:
        """Remember nothing of earlier versions: what was found before is found again."""
        self._log = log
        self._chat = PurePath(log.path).parent.name

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add one event for each answer that cost something, and one prompt for each thing a human said."""
        values = Values(self._log.path, 0, times, found)
        for message in _messages(content, values):
            kind = None if message is None else message.variant or message.role
            if message is None:
                continue
            if kind == "user":
                number = values.word(message.id)
                at = self._moment(message, values)
                key = key_of("codebuff-prompt", number or at.isoformat())
                found.prompts.append(Prompt(self._log.source, key, at, self._chat))
            elif kind in _ANSWERS:
                self._take_answer(message, values, found)

    def _take_answer(self, message: _Message, values: Values, found: Findings) -> None:
        metadata = {} if message.metadata is msgspec.UNSET else message.metadata
        cents = values.dollars(message.credits)
        usages: list[object] = [_decoded(metadata, "usage", values), _member(_decoded(metadata, "codebuff", values), "usage")]
        model = values.word(_decoded(metadata, "model", values))
        project = ""
        if "runState" in metadata:
            state = values.decoded(bytes(metadata["runState"]), _State)
            session = None if state is None else state.session_state
            if session is not None:
                usage, said_model = _last_usage(session)
                usages += usage
                model = model or values.word(said_model)
                context = session.file_context or _FileContext()
                project = values.word(context.project_root) or values.word(context.cwd)
        counted = ((each, _tokens(each, values)) for each in usages)
        usage, tokens = next(((each, tokens) for each, tokens in counted if tokens.total), (None, TokenUsage()))
        if not (tokens.total or cents):
            return
        number = values.word(message.id)
        at = self._moment(message, values)
        model = model or values.word(_member(usage, "model"))
        found.events.append(
            UsageEvent(
                self._log.source,
                (key_of("codebuff", number) if number else key_of("codebuff", at.isoformat(), model, str(cents), *map(str, tokens)),),
                at,
                tokens,
                model or None,
                self._chat,
                project,
                route=self._log.route,
                recorded_cost=cents / _CENTS if cents else None,
            )
        )

    def _moment(self, message: _Message, values: Values) -> datetime:
        """Return when a message began: its time (often only that of the day), that in its id, else when the chat began."""
        at = values.moment_if_any(message.timestamp)
        if at is not None:
            return at
        within = next((part for part in str(message.id).split("-") if part.isdecimal() and len(part) == 13), "0")
        day, _, clock = self._chat.partition("T")
        for stamp in (message.created_at, int(within), f"{day}T{clock.replace('-', ':', 2)}"):
            at = values.moment_if_any(stamp)
            if at is not None:
                return at
        return values.moment(None)


def _messages(content: bytes, values: Values) -> Iterable[_Message | None]:
    """Return all messages; where one of them is not what it should be, that costs no more than itself."""
    try:
        return _decode_all(content)
    except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
        return (values.decoded(bytes(raw), _Message) for raw in values.decoded(content, list[msgspec.Raw]) or ())


def _decoded(metadata: Mapping[str, msgspec.Raw], name: str, values: Values) -> object:
    return values.decoded(bytes(metadata[name]), object) if name in metadata else None


def _member(given: object, *names: str) -> object:
    """Return the first of these members of an object that there is."""
    if isinstance(given, dict):
        table = cast("dict[str, object]", given)
        for name in names:
            member = table.get(name)
            if member:
                return member
    return None


def _tokens(usage: object, values: Values) -> TokenUsage:
    cache_read = values.count(_member(usage, *_CACHE_READ))
    of_whole = values.count(_member(_member(usage, *_DETAILS), *_CACHED))
    given = _member(usage, *_INPUT)
    whole = values.count(_member(usage, *_WHOLE_INPUT)) if given is None else 0
    of_whole = min(of_whole, whole)
    return TokenUsage(
        input=values.count(given) + whole - of_whole,
        output=values.count(_member(usage, *_OUTPUT)),
        cache_read=cache_read or of_whole,
        cache_write=values.count(_member(usage, *_CACHE_WRITE)),
    )


def _last_usage(session: _SessionState) -> tuple[Sequence[object], object]:
    """Return what the vendor said of the last answer in the conversation: usages, and the model."""
    agent = session.main_agent_state or _AgentState()
    for said in reversed(agent.message_history):
        if said.role == "assistant":
            own = _member(said.provider_options, "codebuff")
            return (_member(said.provider_options, "usage"), _member(own, "usage")), _member(own, "model")
    return (), None
