"""Reads the traces of Copilot in Visual Studio: one usage event for each span of a chat.

The shape is OTLP's JSON, one request to a collector a line; the rule that a chat span is a call and that the same span may
stand in several files, growing, is known from agentsview's reader.
"""

from collections.abc import Sequence

import msgspec

from tankful.core.usage import Prompt, UsageEvent
from tankful.sources.genai_attributes import USAGE, Attributes, moment_of
from tankful.sources.identity import key_of
from tankful.sources.json_lines import BLANK
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_INVOKED = b"invoke_agent"


class _Value(msgspec.Struct, gc=False):
    stringValue: object = None  # noqa: N815 - the field's name
    intValue: object = None  # noqa: N815 - same
    doubleValue: object = None  # noqa: N815 - same


class _Attribute(msgspec.Struct, gc=False):
    key: str = ""
    value: _Value | None = None


class _Span(msgspec.Struct, gc=False):
    traceId: object = None  # noqa: N815 - the field's name
    spanId: object = None  # noqa: N815 - same
    name: object = None
    startTimeUnixNano: object = None  # noqa: N815 - same
    endTimeUnixNano: object = None  # noqa: N815 - same
    attributes: list[_Attribute] = []


class _Scope(msgspec.Struct, gc=False):
    spans: list[msgspec.Raw] = []


class _Resource(msgspec.Struct, gc=False):
    scopeSpans: list[_Scope] = []  # noqa: N815 - the field's name


class _Line(msgspec.Struct, gc=False):
    resourceSpans: list[_Resource] = []  # noqa: N815 - the field's name


class TraceParser:
    """Reads one file of traces; every line stands by itself."""

    def __init__(self, log: Log) -> None:
        """Know which file it is."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing: no line needs another."""
        return b""

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each span that counts tokens, and one prompt for each turn that a human began."""
        for number, raw in enumerate(lines, first_line):
            if USAGE not in raw and _INVOKED not in raw:
                continue
            values = Values(self._log.path, number, times, found)
            line = values.decoded(raw.strip(BLANK), _Line)
            if line is None:
                continue
            for content in (span for resource in line.resourceSpans for scope in resource.scopeSpans for span in scope.spans):
                held = bytes(content)
                if USAGE in held or _INVOKED in held:
                    span = values.decoded(held, _Span)
                    if span is not None:
                        self._take(span, values, found)

    def _take(self, span: _Span, values: Values, found: Findings) -> None:
        attributes = msgspec.convert({each.key: _plain(each.value) for each in span.attributes}, Attributes)
        session, trace, own = values.word(attributes.conversation), values.word(span.traceId), values.word(span.spanId)
        name = values.word(span.name)
        invoked = attributes.operation == "invoke_agent" or name.startswith("invoke_agent")
        if invoked and attributes.initiator in (None, "user"):
            at = values.moment_if_any(moment_of(span.startTimeUnixNano))
            if at is not None:
                key = key_of(self._log.source, "turn", values.word(attributes.root_request) or f"{trace}:{own}")
                found.prompts.append(Prompt(self._log.source, key, at, session))
        tokens = attributes.tokens(values)
        if not tokens.total or not (invoked or attributes.operation == "chat" or name.startswith("chat ")):
            return
        # Without ids it is known by what it says.
        identity = (trace, own) if trace or own else (session, str(span.endTimeUnixNano), *map(str, tokens))
        model, asked = attributes.models(values)
        event = UsageEvent(
            agent=self._log.source,
            keys=(key_of(self._log.source, "span", *identity),),
            at=values.moment(moment_of(span.endTimeUnixNano)),
            tokens=tokens,
            model=model or None,
            session=session,
            provider=values.word(attributes.provider),
            second_hand=1 if invoked else 0,
        )
        found.events.append(event)
        if not invoked:  # such a span sums up the calls of an agent
            found.note_asked(event, asked)


def _plain(value: _Value | None) -> object:
    if value is None:
        return None
    return next((each for each in (value.stringValue, value.intValue, value.doubleValue) if each is not None), None)
