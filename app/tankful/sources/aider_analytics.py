"""Reads the log of analytics that Aider writes when it is asked to: each message with its exact counts, cost and time.

It is what `analytics.py` writes with `--analytics-log`. A history tells of the same message, rounded: they meet by the day and by
how its figures are written. Messages without a cost could not be told apart so, and are left to the histories.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.aider_words import as_dollars, as_written
from tankful.sources.identity import key_of
from tankful.sources.json_lines import objects_in
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_MESSAGE = "message_send"
_HIDDEN = "REDACTED"
"""What stands for the name of a model that Aider does not know."""


class _Properties(msgspec.Struct):
    main_model: object = None
    prompt_tokens: object = None
    completion_tokens: object = None
    cost: object = None
    total_cost: object = None


class _Line(msgspec.Struct):
    event: object = None
    time: object = None
    properties: _Properties | None = None


class AiderAnalyticsParser:
    """Reads events, each of which stands for itself."""

    def __init__(self, log: Log, _fields: bytes | None) -> None:
        """Remember nothing."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing."""
        return b""

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each message that cost something."""
        for number, line in objects_in(lines, first_line, self._log.path, found):
            if b'"message_send"' in line:
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None and shape.event == _MESSAGE and shape.properties is not None:
                    self._take(shape, shape.properties, values, found)

    def _take(self, line: _Line, said: _Properties, values: Values, found: Findings) -> None:
        tokens = TokenUsage(input=values.count(said.prompt_tokens), output=values.count(said.completion_tokens))
        cost, session_cost = values.dollars(said.cost), values.dollars(said.total_cost)
        if not cost:
            return
        at = values.moment(line.time)
        provider, slash, name = values.word(said.main_model).partition("/")
        model = "" if name == _HIDDEN else provider + slash + name
        words = f"{as_written(tokens.input)} {as_written(tokens.output)}"
        price = f"{as_dollars(float(cost))} {as_dollars(float(session_cost or 0))}"
        keys = [key_of("aider-sent", str(line.time), model, *map(str, tokens), str(cost))]
        keys += [key_of("aider-message", day.date().isoformat(), words, price) for day in (at, at - timedelta(days=1))]
        found.events.append(
            UsageEvent(
                agent=self._log.source,
                keys=tuple(keys),
                at=at,
                tokens=tokens,
                model=model or None,
                provider=provider if slash else "",
                recorded_cost=cost,
            )
        )
