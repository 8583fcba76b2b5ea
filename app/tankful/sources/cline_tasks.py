"""Reads the tasks of Cline, Roo Code and Kilo Code: one usage event for each request that the panel shows.

The rules are those of their public sources: `ExtensionMessage` and `getApiMetrics` of Cline, `Task` and `cost` of Roo Code,
of which Kilo Code up to version 5 is a copy.
"""

import re
from datetime import UTC, datetime
from pathlib import PurePath
from typing import NamedTuple

import msgspec

from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources import cline_places as places
from tankful.sources.cline_asides import Asides, of_task
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_REQUESTS = (b"api_req_started", b"subagent_usage", b"condense_context")
_PROMPTS = ("task", "user_feedback", "user_feedback_diff")
_SAID = re.compile(rb'\{\s*"ts":\s*\d{1,20},\s*"type":\s*"(?:say",\s*"say|ask",\s*"ask)":\s*"(\w{1,60})"').match
"""How entries begin; most are what the model and its tools said, and this tells so without looking through them."""
_MATTER = frozenset((*_REQUESTS, *(name.encode() for name in _PROMPTS)))
_WHOLE_SINCE = {
    places.ROO.id: datetime(2025, 11, 1, tzinfo=UTC).timestamp() * 1000,  # version 3.29.5
    places.KILO.id: datetime(2025, 11, 12, tzinfo=UTC).timestamp() * 1000,  # version 4.119.0
}
"""Milliseconds since 1970 from when on `tokensIn` is the whole prompt, whatever the provider."""
_WHOLE_PROVIDERS = frozenset({"openai", "litellm", "doubao", "fireworks", "hicap", "lmstudio", "qwen", "xai", "zai"})
"""Those for which Cline passes on the whole prompt although it counts cached tokens apart."""


class _Condensed(msgspec.Struct, gc=False):
    cost: object = None


class _Speaker(msgspec.Struct, gc=False):
    modelId: object = None  # noqa: N815 - the field's name
    providerId: object = None  # noqa: N815 - same


class _Entry(msgspec.Struct, gc=False):
    ts: object = None
    type: object = None
    say: object = None
    text: object = None
    partial: object = None
    modelInfo: _Speaker | None = None  # noqa: N815 - the field's name
    contextCondense: _Condensed | None = None  # noqa: N815 - same


class _Head(msgspec.Struct, gc=False):
    ts: object = None
    type: object = None
    say: object = None


class _Request(msgspec.Struct, gc=False):
    """A request as it is written into the text of its entry; before it ends there is nothing but its protocol."""

    tokensIn: object = None  # noqa: N815 - the field's name
    tokensOut: object = None  # noqa: N815 - same
    cacheReads: object = None  # noqa: N815 - same
    cacheWrites: object = None  # noqa: N815 - same
    cost: object = None
    apiProtocol: object = None  # noqa: N815 - same
    inferenceProvider: object = None  # noqa: N815 - same


class _Place(NamedTuple):
    session: str
    asides: Asides


class TaskParser:
    """Reads the messages of one task, whole, each time they were written."""

    def __init__(self, log: Log) -> None:
        """Know whose task it is."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing: every reading finds everything again."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add one event for each request, sub-agent and summary that cost something, and one prompt for each thing a human said."""
        values = Values(self._log.path, 0, times, found)
        entries = values.decoded(content, list[msgspec.Raw])
        if not entries:
            return
        place = _Place(PurePath(self._log.path).parent.name, of_task(self._log.path))
        requests: list[_Entry] = []
        for number, raw in enumerate(entries):
            entry = bytes(raw)
            said = _SAID(entry)
            if said is not None and said[1] not in _MATTER and number:
                continue
            if any(word in entry for word in _REQUESTS):
                taken = values.decoded(entry, _Entry)
                if taken is not None and taken.type == "say" and taken.partial is not True:
                    requests.append(taken)
            elif number == 0 or b"user_feedback" in entry or b'"task"' in entry:
                self._take_prompt(entry, first=number == 0, place=place, values=values, found=found)
        for number, request in enumerate(requests):
            after = requests[number + 1].ts if number + 1 < len(requests) else None
            self._take_request(request, after, place, values, found)

    def _take_prompt(self, raw: bytes, *, first: bool, place: _Place, values: Values, found: Findings) -> None:
        """Note that a human said something: the task itself, which is its first entry, or an answer."""
        entry = values.decoded(raw, _Head)
        if entry is None or entry.type != "say" or not (entry.say in _PROMPTS or (first and entry.say == "text")):
            return
        at = values.moment_if_any(entry.ts)
        if at is not None:
            key = key_of(self._log.source, "prompt", str(entry.ts))
            found.prompts.append(Prompt(self._log.source, key, at, place.session, place.asides.folder))

    def _take_request(self, entry: _Entry, after: object, place: _Place, values: Values, found: Findings) -> None:
        if entry.say == "condense_context":
            request = _Request(cost=entry.contextCondense.cost if entry.contextCondense else None)
        elif entry.say in ("api_req_started", "subagent_usage") and isinstance(entry.text, str):
            decoded = values.decoded(entry.text, _Request)
            if decoded is None:
                return
            request = decoded
        else:
            return
        cost = values.dollars(request.cost) or None
        spoken = place.asides.at(after - 1 if isinstance(after, (int, float)) else float("inf"))
        speaker = entry.modelInfo or _Speaker()
        provider = values.word(request.inferenceProvider) or values.word(speaker.providerId) or spoken.provider
        tokens = self._tokens(request, entry.ts, provider, values)
        if not tokens.total and cost is None:
            return
        at = values.moment(entry.ts)
        stamp = str(entry.ts) if values.moment_if_any(entry.ts) else ",".join(map(str, tokens))
        found.events.append(
            UsageEvent(
                agent=self._log.source,
                keys=(key_of(self._log.source, str(entry.say), stamp),),
                at=at,
                tokens=tokens,
                model=values.word(speaker.modelId) or spoken.model or None,
                session=place.session,
                project=place.asides.folder,
                provider=provider,
                route=places.route_of(provider, self._log.route),
                recorded_cost=cost,
            )
        )

    def _tokens(self, request: _Request, ts: object, provider: str, values: Values) -> TokenUsage:
        read, written = values.count(request.cacheReads), values.count(request.cacheWrites)
        given, cached = values.count(request.tokensIn), read + written
        if cached <= given and self._is_whole(request.apiProtocol, ts, provider):
            given -= cached
        return TokenUsage(given, values.count(request.tokensOut), read, written)

    def _is_whole(self, protocol: object, ts: object, provider: str) -> bool:
        """Say whether `tokensIn` holds the cached tokens too.

        No entry tells the version that wrote it. A time that is no number was not written by Roo Code: such an entry is taken
        at its word.
        """
        since = _WHOLE_SINCE.get(self._log.source)
        if since is None:
            return provider in _WHOLE_PROVIDERS
        return protocol == "openai" or (isinstance(ts, (int, float)) and ts >= since)
