"""Reads the sums that Droid keeps of each session, and from the transcript beside them when its responses came.

Rule: ryoppippi/ccusage and junhoyeo/tokscale (droid.rs): the counts are disjoint, thoughts beside the output (not confirmed by
Factory); `providerLockTimestamp` is when the provider was chosen, not when anything was spent. Transcript: `session_start` with
the folder, then `message` lines with times.
"""

import re
from pathlib import Path, PurePath

import msgspec

from tankful.core.totals import SessionTotal
from tankful.core.usage import Prompt, TokenUsage
from tankful.sources import droid_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.transcripts import Heard, new_lines
from tankful.sources.values import SUM_MAX, Values

_STATED = re.compile(rb'Model:\s*([^\[\\"]{1,200})')
"""What Droid tells the model of itself."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REMINDER = b'"<system-reminder>'


class _Sums(msgspec.Struct):
    input: object = msgspec.field(default=None, name="inputTokens")
    output: object = msgspec.field(default=None, name="outputTokens")
    written: object = msgspec.field(default=None, name="cacheCreationTokens")
    read: object = msgspec.field(default=None, name="cacheReadTokens")
    thoughts: object = msgspec.field(default=None, name="thinkingTokens")


class _Settings(msgspec.Struct):
    model: object = None
    provider: object = msgspec.field(default=None, name="providerLock")
    chosen: object = msgspec.field(default=None, name="providerLockTimestamp")
    sums: _Sums | None = msgspec.field(default=None, name="tokenUsage")


class _Block(msgspec.Struct):
    type: object = None
    text: msgspec.Raw = msgspec.Raw(b"")


class _Message(msgspec.Struct):
    role: object = None
    content: list[_Block] | str = ""


class _Line(msgspec.Struct):
    type: object = None
    id: object = None
    cwd: object = None
    timestamp: object = None
    message: _Message | None = None


class DroidSession:
    """Reads the sums of one session each time they change."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on in the transcript where an earlier parser stopped."""
        self._log = log
        self._name = PurePath(log.path).name.removesuffix(places.SUFFIX)
        self._transcript = Path(log.path).with_name(f"{self._name}.jsonl")
        self._heard = restored(fields, Heard())

    def fields(self) -> bytes:
        """Return how far the transcript was read, and what it said."""
        return msgspec.msgpack.encode(self._heard.bounded())

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add the session's sums, and a prompt for each thing that a human said since the last reading."""
        values = Values(self._log.path, 0, times, found)
        settings = values.decoded(content, _Settings)
        if settings is None:
            return
        self._listen(Values(str(self._transcript), 0, times, found), found)
        given = settings.sums or _Sums()
        output, thoughts = values.count(given.output, SUM_MAX), values.count(given.thoughts, SUM_MAX)
        tokens = TokenUsage(
            input=values.count(given.input, SUM_MAX),
            output=output + thoughts,
            cache_read=values.count(given.read, SUM_MAX),
            cache_write=values.count(given.written, SUM_MAX),
            reasoning=thoughts,
        )
        if not tokens.total:
            return
        heard, began = self._heard, values.moment_if_any(settings.chosen)
        setting = places.setting_of(places.home_of(self._log.path), values.word(settings.model) or heard.model)
        moments = heard.times()
        found.totals.append(
            SessionTotal(
                agent=self._log.source,
                counter=self._session,
                tokens=tokens,
                at=max(moments) if moments else max(times.modified, began or times.modified),
                began=began,
                times=moments,
                model=setting.model or None,
                session=self._session,
                project=heard.folder,
                provider=values.word(settings.provider),
                route=setting.address,
                written=times.modified,
            )
        )

    @property
    def _session(self) -> str:
        """The session's id: a copy of its sums has another name, but that holds the id still."""
        named = _ID.search(self._name)
        return named[0] if named else self._heard.session or self._name

    def _listen(self, values: Values, found: Findings) -> None:
        heard = self._heard
        for raw in new_lines(self._transcript, heard):
            if not heard.model:
                stated = _STATED.search(raw) if raw.find(b"Model:") >= 0 else None
                heard.model = stated[1].strip().decode("utf-8", "replace") if stated else ""
            if raw.find(b'"message"') < 0 and raw.find(b'"session_start"') < 0:  # looking with `in` raises and drops an error each time
                continue
            line = values.decoded(raw, _Line)
            if line is None:
                continue
            if line.type == "session_start":
                heard.session = values.word(line.id)
                heard.folder = values.word(line.cwd)
            elif line.message is not None:
                self._hear(line, line.message, values, found)

    def _hear(self, line: _Line, message: _Message, values: Values, found: Findings) -> None:
        at = values.moment_if_any(line.timestamp)
        if at is None:
            return
        if message.role == "assistant":
            self._heard.hear(at)
        elif message.role == "user" and _is_typed(message.content):
            key = key_of(self._log.source, "prompt", self._session, values.word(line.id) or at.isoformat())
            found.prompts.append(Prompt(self._log.source, key, at, self._session, self._heard.folder))


def _is_typed(content: list[_Block] | str) -> bool:
    """Say whether a human wrote any of this: neither a tool's result nor what Droid reminds the model of."""
    if isinstance(content, str):
        return bool(content)
    texts = [bytes(block.text) for block in content if block.type == "text"]
    return any(not text.startswith(_REMINDER) for text in texts)
