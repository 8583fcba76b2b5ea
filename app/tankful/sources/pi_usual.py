"""What an answer in a session of Pi and its descendants looks like as nearly all do: nothing is missing and nothing is wrong."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tankful.core.usage import TOKENS_MAX
from tankful.sources.values import COST_MAX

_Count = Annotated[int, Meta(ge=0, le=TOKENS_MAX)]


class _Cost(msgspec.Struct, gc=False):
    total: Annotated[float, Meta(ge=0, le=float(COST_MAX))]


class _Usage(msgspec.Struct, rename="camel", gc=False):
    input: _Count
    output: _Count
    cache_read: _Count
    cache_write: _Count
    cost: _Cost
    cache_write_1h: None = msgspec.field(default=None, name="cacheWrite1h")
    reasoning: None = None
    reasoning_tokens: None = None


class _Message(msgspec.Struct, rename="camel", gc=False):
    role: Literal["assistant"]
    api: str
    provider: str
    model: str
    usage: _Usage
    timestamp: int
    upstream_model: None = None
    idempotency_key: None = None


class Usual(msgspec.Struct, gc=False):
    """A line of it, in the order in which they are written."""

    type: Literal["message"]
    id: str
    timestamp: str
    message: _Message


decode_usual = msgspec.json.Decoder(Usual).decode
"""Raises `ValueError` or `RecursionError` for any other line."""
