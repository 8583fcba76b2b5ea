"""Reads the sums that Mistral Vibe keeps of each session, and from the transcript beside them when its responses came.

Rule: mistralai/mistral-vibe (session_logger.py, `AgentStats`): cached tokens are a part of the prompt's; the cost is these sums
at the configured prices, 0 where there are none. Messages have times in newer versions only.
"""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from tankful.core.totals import SessionTotal
from tankful.core.usage import Prompt, TokenUsage
from tankful.sources import mistral_vibe_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.transcripts import Heard, new_lines
from tankful.sources.values import SUM_MAX, Values

_TRANSCRIPT = "messages.jsonl"


class _Surroundings(msgspec.Struct):
    folder: object = msgspec.field(default=None, name="working_directory")


class _Meta(msgspec.Struct):
    session: object = msgspec.field(default=None, name="session_id")
    parent: object = msgspec.field(default=None, name="parent_session_id")
    began: object = msgspec.field(default=None, name="start_time")
    ended: object = msgspec.field(default=None, name="end_time")
    model: object = None
    folder: object = msgspec.field(default=None, name="working_dir")
    environment: _Surroundings | None = None
    stats: dict[str, Any] = {}
    config: dict[str, Any] = {}


class _Old(msgspec.Struct):
    """Older versions keep all of a session in one file."""

    metadata: _Meta | None = None
    stats: dict[str, Any] = {}


class _Line(msgspec.Struct):
    role: object = None
    id: object = msgspec.field(default=None, name="message_id")
    timestamp: object = None
    injected: object = None


class _State(msgspec.Struct):
    heard: Heard = msgspec.field(default_factory=Heard)
    counter: str = ""


class VibeSession:
    """Reads the sums of one session each time they change."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on in the transcript where an earlier parser stopped."""
        self._log = log
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return how far the transcript was read, what it said, and whose sums the session goes on with."""
        return msgspec.msgpack.encode(_State(self._state.heard.bounded(), self._state.counter))

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add the session's sums, and a prompt for each thing that a human said since the last reading."""
        values = Values(self._log.path, 0, times, found)
        meta = self._meta(content, values)
        if meta is None:
            return
        session = values.word(meta.session) or PurePath(self._log.path).parent.name
        folder = values.word(meta.folder) or values.word(None if meta.environment is None else meta.environment.folder)
        self._listen(session, folder, times, found)
        tokens = _tokens(meta.stats, values)
        if not tokens.total:
            return
        state = self._state
        state.counter = state.counter or places.counter_of(self._log.path, session, values.word(meta.parent), meta.stats)
        setting = places.setting_of(meta.config, values.word(meta.model))
        ended, moments = values.moment_if_any(meta.ended), state.heard.times()
        found.totals.append(
            SessionTotal(
                agent=self._log.source,
                counter=state.counter,
                tokens=tokens,
                at=ended or max(moments, default=times.modified),
                began=values.moment_if_any(meta.began),
                times=moments,
                model=setting.model or None,
                session=session,
                project=folder,
                provider=setting.provider,
                route=setting.address or self._log.route,
                recorded_cost=values.dollars(meta.stats.get("session_cost")) or None,
            )
        )

    def _meta(self, content: bytes, values: Values) -> _Meta | None:
        if b'"metadata"' in content:
            old = values.decoded(content, _Old)
            if old is not None and old.metadata is not None:
                return msgspec.structs.replace(old.metadata, stats=old.metadata.stats or old.stats)
        return values.decoded(content, _Meta)

    def _listen(self, session: str, folder: str, times: FileTimes, found: Findings) -> None:
        transcript = Path(self._log.path).with_name(_TRANSCRIPT)
        values = Values(str(transcript), 0, times, found)
        for raw in new_lines(transcript, self._state.heard):
            line = values.decoded(raw, _Line) if b'"timestamp"' in raw else None
            at = None if line is None else values.moment_if_any(line.timestamp)
            if line is None or at is None:
                continue
            if line.role == "assistant":
                self._state.heard.hear(at)
            elif line.role == "user" and line.injected is not True:
                key = key_of(self._log.source, "prompt", session, values.word(line.id) or at.isoformat())
                found.prompts.append(Prompt(self._log.source, key, at, session, folder))


def _tokens(stats: Mapping[str, Any], values: Values) -> TokenUsage:
    prompt, output, cached = (
        values.count(stats.get(name), SUM_MAX) for name in ("session_prompt_tokens", "session_completion_tokens", "session_cached_tokens")
    )
    read = min(cached, prompt)
    return TokenUsage(input=prompt - read, output=output, cache_read=read)
