"""Reads the sessions of Cline 4 and its CLI: one usage event for each message of a model.

The rules are those of Cline's public SDK: `inputTokens` is the whole prompt, cache reads and writes included.
"""

from pathlib import PurePath

import msgspec

from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources import cline_places as places
from tankful.sources.cline_asides import of_session
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values


class _Speaker(msgspec.Struct, gc=False):
    id: object = None
    provider: object = None


class _Metrics(msgspec.Struct, gc=False):
    inputTokens: object = None  # noqa: N815 - the field's name
    outputTokens: object = None  # noqa: N815 - same
    cacheReadTokens: object = None  # noqa: N815 - same
    cacheWriteTokens: object = None  # noqa: N815 - same
    cost: object = None


class _Metadata(msgspec.Struct, gc=False):
    kind: object = None


class _Message(msgspec.Struct, gc=False):
    id: object = None
    role: object = None
    ts: object = None
    modelInfo: _Speaker | None = None  # noqa: N815 - the field's name
    metrics: _Metrics | None = None
    metadata: _Metadata | None = None
    content: msgspec.Raw = msgspec.Raw()


class _Block(msgspec.Struct, gc=False):
    type: object = None


class _Session(msgspec.Struct, gc=False):
    sessionId: object = None  # noqa: N815 - the field's name
    agent: object = None
    messages: list[msgspec.Raw] = []


class SessionParser:
    """Reads the messages of one session or sub-agent, whole, each time they were written."""

    def __init__(self, log: Log) -> None:
        """Know where the session is."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing: every reading finds everything again."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add one event for each message with counts, and one prompt for each thing a human said to the leading agent."""
        values = Values(self._log.path, 0, times, found)
        if content.lstrip().startswith(b"["):
            bare = values.decoded(content, list[msgspec.Raw])
            session = None if bare is None else _Session(messages=bare)
        else:
            session = values.decoded(content, _Session)
        if session is None:
            return
        manifest = of_session(self._log.path)
        name = values.word(session.sessionId) or values.word(manifest.session_id) or PurePath(self._log.path).parent.name
        project = values.word(manifest.cwd) or values.word(manifest.workspace_root)
        model, provider = values.word(manifest.model), values.word(manifest.provider)
        leads = session.agent in {None, "lead"}
        for raw in session.messages:
            message = values.decoded(bytes(raw), _Message)
            if message is None:
                continue
            if message.role == "user":
                if leads:
                    self._take_prompt(message, name, project, values, found)
                continue
            speaker = message.modelInfo or _Speaker()
            model, provider = values.word(speaker.id) or model, values.word(speaker.provider) or provider
            if message.role == "assistant" and message.metrics is not None:
                self._take_metrics(message, message.metrics, (name, project, model, provider), values, found)

    def _take_prompt(self, message: _Message, session: str, project: str, values: Values, found: Findings) -> None:
        """Note that a human said something; results of tools and summaries stand under the same role."""
        at = values.moment_if_any(message.ts)
        if at is None or (message.metadata is not None and message.metadata.kind is not None):
            return
        content = bytes(message.content)
        if content.startswith(b"["):
            blocks = values.decoded(content, list[_Block])
            if not blocks or any(block.type == "tool_result" for block in blocks):
                return
        elif not content.startswith(b'"'):
            return
        key = key_of(self._log.source, "said", session, values.word(message.id), str(message.ts))
        found.prompts.append(Prompt(self._log.source, key, at, session, project))

    def _take_metrics(self, message: _Message, metrics: _Metrics, whose: tuple[str, ...], values: Values, found: Findings) -> None:
        session, project, model, provider = whose
        read, written = values.count(metrics.cacheReadTokens), values.count(metrics.cacheWriteTokens)
        uncached = max(0, values.count(metrics.inputTokens) - read - written)
        tokens = TokenUsage(uncached, values.count(metrics.outputTokens), read, written)
        cost = values.dollars(metrics.cost) or None
        if not tokens.total and cost is None:
            return
        identity = (values.word(message.id), str(message.ts)) if message.id or message.ts else tuple(map(str, tokens))
        found.events.append(
            UsageEvent(
                agent=self._log.source,
                keys=(key_of(self._log.source, "message", session, *identity),),
                at=values.moment(message.ts),
                tokens=tokens,
                model=model or None,
                session=session,
                project=project,
                provider=provider,
                route=places.route_of(provider, self._log.route),
                recorded_cost=cost,
            )
        )
