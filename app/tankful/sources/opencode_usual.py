"""Books the responses in OpenCode's databases that are as nearly all are, quickly; any other row is left to what takes all kinds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tankful.core.making import made
from tankful.core.usage import TOKENS_MAX, TokenUsage, UsageEvent
from tankful.sources.identity import key_of
from tankful.sources.values import COST_MAX, OLDEST, is_plain, is_short

_Count = Annotated[int, Meta(ge=0, le=TOKENS_MAX)]
_Milliseconds = Annotated[int, Meta(ge=int(OLDEST.timestamp()) * 1_000)]
_EPOCH, _EPOCH_UTC = datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - without a zone it is written in half the time
_ZONE = "+00:00"
_NAME_MAX = 64
_ASKED = '{"role":"user"'
"""Begins what nearly all other rows hold: not worth an attempt."""
_REFUSED = (ValueError, RecursionError)
"""What a decoder raises; msgspec's errors are `ValueError`s."""


class _Time(msgspec.Struct, gc=False):
    created: _Milliseconds
    completed: _Milliseconds


class _Cache(msgspec.Struct, gc=False):
    read: _Count
    write: _Count


class _Tokens(msgspec.Struct, gc=False):
    input: _Count
    output: _Count
    reasoning: _Count
    cache: _Cache
    total: _Count = 0


class _Usual(msgspec.Struct, gc=False):
    """A response that has all counts and both its times, in the order in which OpenCode writes them."""

    role: Literal["assistant"]
    time: _Time
    model: str = msgspec.field(name="modelID")
    provider: str = msgspec.field(name="providerID")
    cost: Annotated[float, Meta(ge=0, le=float(COST_MAX))]
    tokens: _Tokens
    id: None = None


_decode = msgspec.json.Decoder(_Usual).decode


class UsualMessages:
    """Turns such responses into events."""

    def __init__(self, source: str, copy: str, route: Callable[[str, str], str], now: datetime) -> None:
        """Take responses of a source up to now; `copy` begins what they are met under in a fork, `route` says where one was called."""
        self._source = source
        self._copy = copy
        self._route = route
        self._latest = int(now.timestamp()) * 1_000
        self._words: tuple[object, ...] = ()
        """What the last response shared with others, all of it plain: model, provider, session, folder."""

    def event(self, data: object, name: object, session: object, folder: object) -> UsageEvent | None:
        """Return the event of a row; `None` for one that is not as most are, or spent nothing."""
        if type(data) is not str or type(name) is not str or type(folder) is not str or data.startswith(_ASKED):
            return None
        try:
            usual = _decode(data)
        except _REFUSED:
            return None
        model, provider, tokens, began, ended = usual.model, usual.provider, usual.tokens, usual.time.created, usual.time.completed
        words = (model, provider, session, folder)
        if words != self._words:
            if not all(map(is_plain, words)):
                return None
            self._words = words
        if began > self._latest or ended > self._latest or not name.isascii() or len(name) > _NAME_MAX:
            return None
        uncached, output, reasoning, cache = tokens.input, tokens.output, tokens.reasoning, tokens.cache
        read, written = cache.read, cache.write
        if not tokens.total or tokens.total != uncached + read + written + output:
            output += reasoning
        elif reasoning > output:
            reasoning = output
        dollars = repr(usual.cost)
        number = name.strip()
        if not number or not is_short(dollars) or not (uncached or output or read or written):
            return None
        start, end = timedelta(0, 0, began * 1_000), timedelta(0, 0, ended * 1_000)
        copied = (
            f"{self._copy}\x1f{(_EPOCH + start).isoformat()}{_ZONE}\x1f{(_EPOCH + end).isoformat()}{_ZONE}\x1f{provider}\x1f{model}"
            f"\x1f{uncached}\x1f{output}\x1f{read}\x1f{written}\x1f0\x1f{reasoning}\x1f{dollars}"
        )
        told = (
            self._source,
            (key_of(self._source, number), key_of(copied)),
            _EPOCH_UTC + start,
            made(TokenUsage, (uncached, output, read, written, 0, reasoning)),
            model,
            session,
            folder,
            provider,
            self._route(provider, folder),
            "",
            "",
            Decimal(dollars),
        )
        return made(UsageEvent, (*told, 0, "", False, False, 0, 0, False, False, False, False))
