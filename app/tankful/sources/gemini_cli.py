"""Reads Gemini CLI's chats: one usage event for each message of the model that carries counts.

Rule: google-gemini/gemini-cli, chatRecordingService.ts: a message is appended anew, under its old id, whenever it changes;
sub-agents have files of their own. A chat of an older version is one document, and goes on as lines when it is resumed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import astuple

from tankful.core.making import made
from tankful.core.usage import TOKENS_MAX, Prompt, TokenUsage, UsageEvent
from tankful.sources import gemini_cli_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.gemini_counts import usage_of
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import OLDEST, Values, is_plain

_UPDATE = b'{"$'
"""Begins lines that repeat what was said, or take it back: what was spent stays spent."""
_MORE = b',"toolCalls":['
"""What comes behind all that is known when a response is written anew."""
_UNIQUE = 32
"""Ids of this length are numbers drawn at random, the same wherever a chat is copied to."""


class _Tokens(msgspec.Struct):
    input: object = None
    output: object = None
    cached: object = None
    thoughts: object = None
    tool: object = None
    total: object = None


class _Message(msgspec.Struct):
    """A message, or in a file of lines the first one, which says whose they are."""

    id: object = None
    type: object = None
    timestamp: object = None
    model: object = None
    tokens: _Tokens | None = None
    session: object = msgspec.field(default=None, name="sessionId")
    kind: object = None


_Count = Annotated[int, Meta(ge=0, le=TOKENS_MAX)]


class _UsualTokens(msgspec.Struct, gc=False):
    input: _Count
    output: _Count
    cached: _Count
    thoughts: _Count
    tool: _Count
    total: _Count


class _Usual(msgspec.Struct, gc=False):
    """A response in which nothing is missing and nothing is wrong, in the order in which it is written."""

    id: str
    timestamp: str
    type: Literal["gemini"]
    tokens: _UsualTokens
    model: str
    session: None = msgspec.field(default=None, name="sessionId")


_decode_usual = msgspec.json.Decoder(_Usual).decode


class _Chat(msgspec.Struct):
    session: object = msgspec.field(default=None, name="sessionId")
    kind: object = None
    messages: list[msgspec.Raw] = []


class Speaker(msgspec.Struct):
    """Whose messages follow."""

    session: str = ""
    sub_agent: bool = False


class _Reader:
    """Turns messages into events and prompts."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._project = places.project_of(log.path)
        self.speaker = Speaker(PurePath(log.path).stem)
        self._told: object = None
        """What the last response said that was booked: it is written anew with the results of its tools, and says the same then."""

    def introduce(self, session: object, kind: object, values: Values) -> None:
        named = values.word(session)
        if named:
            self.speaker = Speaker(named, kind == "subagent")
            self._told = None

    def take(self, message: _Message, values: Values, found: Findings) -> None:
        tokens = message.tokens
        if tokens is not None and message.type != "user":
            self._book(message, tokens, values, found)
        elif message.type == "user" and not self.speaker.sub_agent:
            at = values.moment(message.timestamp)
            key = self._key("prompt", values.word(message.id) or at.isoformat())
            found.prompts.append(Prompt(self._log.source, key, at, self.speaker.session, self._project))

    def take_usual(self, line: bytes, now: datetime, found: Findings) -> bool:
        """Book a line that is a response as most are, quickly; says whether it is one."""
        try:
            usual = _decode_usual(line)
            number, stamp, model, tokens = usual.id, usual.timestamp, usual.model, usual.tokens
            at = datetime.fromisoformat(stamp)
        except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
            return False
        if at.tzinfo is not UTC or not OLDEST <= at <= now or not is_plain(number) or not is_plain(model):
            return False
        prompt, output, cached, thoughts, tool, total = told = astuple(tokens)
        if (number, stamp, model, told) != self._told:
            self._told = (number, stamp, model, told)
            usage = usage_of(prompt, output, cached, thoughts, tool, total)
            if usage.total:
                self._add(number, at, usage, model, found)
        return True

    def _book(self, message: _Message, tokens: _Tokens, values: Values, found: Findings) -> None:
        told = (message.id, message.timestamp, message.model, astuple(tokens))
        if told == self._told:
            return
        self._told = told
        counts = [values.count(count) for count in told[-1]]
        usage = usage_of(*counts)
        if not usage.total:
            return
        at = values.moment(message.timestamp)
        self._add(values.word(message.id) or f"{at.isoformat()} {counts[:-1]}", at, usage, values.word(message.model), found)

    def _add(self, own: str, at: datetime, usage: TokenUsage, model: str, found: Findings) -> None:
        log = self._log
        told = (log.source, (self._key("response", own),), at, usage, model or None, self.speaker.session, self._project, "", log.route)
        # By place, since a first scan makes many thousands.
        found.events.append(made(UsageEvent, (*told, "", "", None, 0, "", False, False, 0, 0, False, False, False, False)))

    def _key(self, kind: str, own: str) -> int:
        return key_of(self._log.source, kind, "" if len(own) >= _UNIQUE and " " not in own else self.speaker.session, own)


class GeminiLines:
    """Reads a chat that grows line by line."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the speaker that an earlier parser has met."""
        self._log = log
        self._reader = _Reader(log)
        self._reader.speaker = restored(fields, self._reader.speaker)

    def fields(self) -> bytes:
        """Return whose messages follow."""
        return msgspec.msgpack.encode(self._reader.speaker)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add an event for each message with counts; the same again, with the same key, when the message is written anew."""
        reader, again = self._reader, b""
        for number, line in enumerate(lines, first_line):
            if again and line.startswith(again):
                continue  # the response before, written anew with what its tools gave
            if line.startswith(_UPDATE):
                continue
            counts = line.find(b'"tokens"') >= 0  # looking with `in` raises and drops an error each time
            if counts and reader.take_usual(line, times.now, found):
                again = line[:-1] + _MORE
                continue
            if not (counts or line.find(b'"user"') >= 0 or line.find(b'"sessionId"') >= 0):
                continue
            values = Values(self._log.path, number, times, found)
            message = values.decoded(line, _Message)
            if message is not None:
                reader.introduce(message.session, message.kind, values)
                reader.take(message, values, found)
                again = b"" if message.tokens is None else line[:-1] + _MORE


class GeminiChat:
    """Reads a chat that is one document."""

    def __init__(self, log: Log) -> None:
        """Remember nothing: each version of the file holds all that was said."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add all messages of the chat."""
        values = Values(self._log.path, 0, times, found)
        chat = values.decoded(content, _Chat)
        if chat is None:
            return
        reader = _Reader(self._log)
        reader.introduce(chat.session, chat.kind, values)
        for raw in chat.messages:
            message = values.decoded(bytes(raw), _Message)
            if message is not None:
                reader.take(message, values, found)
