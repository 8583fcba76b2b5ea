"""What the lines of a session look like that Pi and its descendants write, as far as usage is concerned."""

from typing import cast

import msgspec

from tankful.core.usage import TokenUsage
from tankful.sources.values import Values

_HEAD = 512
"""A line says within so many bytes what it is."""
_RESULT = b'"message":{"role":"toolResult"'
"""What most bytes are."""


class Usage(msgspec.Struct, rename="camel"):
    """Counts of one response: `input` is uncached, `output` holds the reasoning, `cost` is an object with a `total` in dollars."""

    input: object = None
    output: object = None
    cache_read: object = None
    cache_write: object = None
    cache_write_1h: object = msgspec.field(default=None, name="cacheWrite1h")
    reasoning: object = None
    reasoning_tokens: object = None
    total_tokens: object = None
    cost: object = None

    def tokens(self, values: Values) -> TokenUsage:
        """Return the disjoint buckets; where there is nothing but a total, it counts as output."""
        output, cache_write = values.count(self.output), values.count(self.cache_write)
        reasoning = values.count(self.reasoning_tokens if self.reasoning is None else self.reasoning)
        tokens = TokenUsage(
            input=values.count(self.input),
            output=output,
            cache_read=values.count(self.cache_read),
            cache_write=cache_write,
            cache_write_1h=min(values.count(self.cache_write_1h), cache_write),
            reasoning=min(reasoning, output),
        )
        return tokens if tokens.total else TokenUsage(output=values.count(self.total_tokens))

    @property
    def dollars(self) -> object:
        """The recorded cost as it was written; 0 stands for a model without a price."""
        cost = self.cost
        total = cast("dict[str, object]", cost).get("total") if isinstance(cost, dict) else None
        return total or None


class Message(msgspec.Struct, rename="camel"):
    """What a human, a model or a tool said."""

    role: object = None
    model: object = None
    provider: object = None
    api: object = None
    timestamp: object = None
    usage: Usage | None = None
    response_id: object = None
    upstream_model: object = None
    """The model that a router chose, when it says so."""
    idempotency_key: object = None
    synthetic: object = None
    attribution: object = None


class Line(msgspec.Struct, rename="camel"):
    """Any line: the session's header, a change of model, a message, a summary that cost a response of its own."""

    type: object = None
    id: object = None
    timestamp: object = None
    cwd: object = None
    provider: object = None
    model_id: object = None
    model: object = None
    custom_type: object = None
    data: object = None
    usage: Usage | None = None
    message: Message | str | None = None

    def named_model(self) -> tuple[object, object]:
        """Return the provider and the model that a change of model names, in any of the three ways it is written."""
        data = self.data
        if isinstance(data, dict):
            snapshot = cast("dict[str, object]", data)
            return snapshot.get("provider"), snapshot.get("modelId")
        if self.model_id is None and isinstance(self.model, str) and "/" in self.model:
            provider, _, model = self.model.partition("/")
            return provider, model
        return self.provider, self.model if self.model_id is None else self.model_id


def may_matter(line: bytes) -> bool:
    """Say whether a line may be of use, without decoding it."""
    if line.find(_RESULT, 0, _HEAD) >= 0:
        return False
    if line.find(b'"usage"') >= 0:  # looking with `in` raises and drops an error each time
        return True
    head = line[:_HEAD]
    return b'"user"' in head or b'"session"' in head or b'"model' in head
