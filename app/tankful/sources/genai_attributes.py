"""What the attributes of a telemetry record say of a call of a model, by the GenAI conventions of OpenTelemetry."""

import msgspec

from tankful.core.usage import TokenUsage
from tankful.sources.values import Values

USAGE = b"gen_ai.usage."
"""In every record that counts tokens."""


class Attributes(msgspec.Struct, gc=False):
    """The attributes that are looked at: never one with text of a prompt or an answer."""

    operation: object = msgspec.field(name="gen_ai.operation.name", default=None)
    request_model: object = msgspec.field(name="gen_ai.request.model", default=None)
    response_model: object = msgspec.field(name="gen_ai.response.model", default=None)
    response: object = msgspec.field(name="gen_ai.response.id", default=None)
    provider: object = msgspec.field(name="gen_ai.provider.name", default=None)
    conversation: object = msgspec.field(name="gen_ai.conversation.id", default=None)
    session: object = msgspec.field(name="session.id", default=None)
    event: object = msgspec.field(name="event.name", default=None)
    input: object = msgspec.field(name="gen_ai.usage.input_tokens", default=None)
    output: object = msgspec.field(name="gen_ai.usage.output_tokens", default=None)
    cache_read: object = msgspec.field(name="gen_ai.usage.cache_read.input_tokens", default=None)
    cache_write: object = msgspec.field(name="gen_ai.usage.cache_write.input_tokens", default=None)
    cache_creation: object = msgspec.field(name="gen_ai.usage.cache_creation.input_tokens", default=None)
    reasoning: object = msgspec.field(name="gen_ai.usage.reasoning.output_tokens", default=None)
    reasoning_tokens: object = msgspec.field(name="gen_ai.usage.reasoning_tokens", default=None)
    initiator: object = msgspec.field(name="copilot_chat.initiator_type", default=None)
    root_request: object = msgspec.field(name="copilot_chat.root_request_id", default=None)
    editor_session: object = msgspec.field(name="copilot_chat.session_id", default=None)
    editor_chat: object = msgspec.field(name="copilot_chat.chat_session_id", default=None)

    def tokens(self, values: Values) -> TokenUsage:
        """Return the counts in disjoint buckets: the input includes what was read from the cache, but not what was written."""
        given, output = _count(self.input, values), _count(self.output, values)
        read = min(_count(self.cache_read, values), given)
        written = _count(self.cache_write, values) or _count(self.cache_creation, values)
        reasoning = _count(self.reasoning, values) or _count(self.reasoning_tokens, values)
        return TokenUsage(given - read, output, read, written, 0, min(reasoning, output))

    def models(self, values: Values) -> tuple[str, str]:
        """Return the model that answered, else the one that was asked; and what was asked where both are named, else nothing."""
        served, asked = values.word(self.response_model), values.word(self.request_model)
        return (served, asked) if served else (asked, "")


def moment_of(value: object) -> object:
    """Return a time of a record as `Values.moment` takes it: one of seconds and nanoseconds, or digits in a text, is made a number."""
    match value:
        case [int(seconds), int(nanoseconds)] if abs(seconds) < 10**11 and 0 <= nanoseconds < 10**9:
            return seconds * 1_000_000_000 + nanoseconds
        case str() if value.isascii() and value.isdigit() and len(value) < 25:
            return int(value)
        case _:
            return value


def _count(value: object, values: Values) -> int:
    return values.count(int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 25 else value)
