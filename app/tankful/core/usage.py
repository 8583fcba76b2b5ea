"""What one billable model response is: its identities, its time, its tokens and what is known of its cost."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self

from tankful.core.making import made

TOKENS_MAX = 1_000_000_000
"""No single response eats more; a larger count in a log is nonsense and is reported, not booked."""

ECHO_MASK = 0x5555_5555_5555_5555
"""Tells an echo's number from its original's; any fixed 63-bit pattern would do."""
_WHILE = timedelta(hours=1)
"""No response is written for longer."""


class Basis(StrEnum):
    """How the cost of an event came about."""

    RECORDED = "recorded"
    PRICED = "priced"
    UNPRICED = "unpriced"


class _Counts(NamedTuple):
    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int
    reasoning: int


class TokenUsage(_Counts):
    """Token counts of one response or of a sum of responses.

    `input` is the uncached remainder; `output` holds every billed output token. Two fields are parts of another one:
    `reasoning` of `output`, `cache_write_1h` (one-hour writes) of `cache_write` (five-minute and one-hour writes).
    A named tuple, since a first scan makes hundreds of thousands; `_make` takes counts that were checked before.
    """

    __slots__ = ()

    def __new__(
        cls,
        input: int = 0,  # noqa: A002 - the field's name
        output: int = 0,
        cache_read: int = 0,
        cache_write: int = 0,
        cache_write_1h: int = 0,
        reasoning: int = 0,
    ) -> Self:
        """Refuse counts that cannot be.

        Raises:
            ValueError: a count is negative, or a part is larger than its whole.
        """
        counts = made(cls, (input, output, cache_read, cache_write, cache_write_1h, reasoning))
        if input < 0 or output < 0 or cache_read < 0 or cache_write < 0 or cache_write_1h < 0 or reasoning < 0:
            raise ValueError(f"token counts cannot be negative: {counts}")
        if cache_write_1h > cache_write or reasoning > output:
            raise ValueError(f"a part cannot be larger than its whole: {counts}")
        return counts

    @property
    def total(self) -> int:
        """Every token that was read, written or produced."""
        return self.input + self.output + self.cache_read + self.cache_write

    @property
    def prompt(self) -> int:
        """Everything the model was given: what long-context price bands look at."""
        return self.input + self.cache_read + self.cache_write

    def __add__(self, other: "TokenUsage") -> "TokenUsage":  # pyright: ignore[reportIncompatibleMethodOverride] - a sum, not a longer tuple
        """Sum two usages bucket by bucket."""
        return TokenUsage._make(mine + theirs for mine, theirs in zip(self, other, strict=True))

    def merged(self, other: "TokenUsage") -> "TokenUsage":
        """Combine two sightings of the same response: the larger count of each bucket.

        Streaming writes one line per content block, and only the last one has the final output. Where just one sighting
        splits off its cache tokens, that one's `input` is the uncached remainder and the other's is not.
        """
        mine, theirs = self.cache_read + self.cache_write, other.cache_read + other.cache_write
        if mine and not theirs:
            uncached = self.input
        elif theirs and not mine:
            uncached = other.input
        else:
            uncached = max(self.input, other.input)
        largest = map(max, self, other)
        next(largest)
        return TokenUsage._make((uncached, *largest))


class UsageEvent(NamedTuple):
    """One billable model response as one log line shows it.

    `keys` are all identities under which this response may be met again (63-bit numbers from `identity.key_of`); two
    events that share any key are the same response and are booked once. An `echo` is a replay that may carry a new
    identity: it yields to a non-echo event with the same `echo_key`, whatever order they are read in.
    """

    agent: str
    keys: tuple[int, ...]
    at: datetime
    tokens: TokenUsage
    model: str | None = None
    """As the agent wrote it; `None` when the log does not say."""
    session: str = ""
    project: str = ""
    """The working directory, empty when unknown."""
    provider: str = ""
    route: str = ""
    """Base URL or model provider the agent was configured with; empty: the vendor's own."""
    tier: str = ""
    """Speed or service tier that changes the price (`fast`, `priority`, `batch`); empty: standard."""
    geo: str = ""
    """Inference region that changes the price (`us`); empty: none."""
    recorded_cost: Decimal | None = None
    """Dollars, as the agent recorded them."""
    web_searches: int = 0
    call: str = ""
    """The vendor's id of the response (Claude's `message.id`): what a gateway lists as its request id."""
    placeholder: bool = False
    """The agent wrote a stand-in for the output count: the event is estimated low."""
    echo: bool = False
    echo_key: int = 0
    """What an echo and its original share; 0: nothing echoes this event. Below zero: without the sign, that of an event which this
    may be a copy of, as its line has lost what tells the calls of one message apart. It is one if they look alike."""
    second_hand: int = 0
    """0: the agent's own record. Higher: taken from a by-product (a captured stream, a summary): it gives way as soon as there is
    any event of the same session with a lower number."""
    first_wins: bool = False
    """Copies are dated later than their original (Codex forks, files that give a line its time): the earliest sighting's
    time and session hold."""
    undated: bool = False
    """Nothing says when it was spent: it is booked at the last change of a sum that may have grown over hours or days."""
    summed: bool = False
    """It is a part of a sum of many requests: its prompt is longer than any of theirs, so that no price for long ones applies."""
    aside: bool = False
    """It was said off the main line of its session, by a sub-agent or to one."""

    @property
    def is_bare(self) -> bool:
        """Say whether its line has lost what tells the calls of one message apart."""
        return self.echo_key < 0

    def looks_like(self, other: "UsageEvent") -> bool:
        """Say whether both were given as many tokens, in the same buckets, at about the same time."""
        (given, _, *cached, _, _), (other_given, _, *other_cached, _, _) = self.tokens, other.tokens
        near = self.undated or other.undated or abs(self.at - other.at) <= _WHILE
        return near and given == other_given and cached == other_cached

    def merged(self, other: "UsageEvent") -> "UsageEvent":
        """Combine with a later-read sighting of the same response; this one was met first.

        The original wins over an echo, which may only have seen more of the output, and the earliest over later copies
        where copies are re-dated; of one that may be re-dated and one that is not, the latter's time counts. Otherwise it
        is the last line's time, as streaming writes it, and session and project stay where they were first booked.
        A by-product's counts, cost and time give way to those of the agent's own record of the same response.
        """
        if self.second_hand != other.second_hand:
            own, copy = (self, other) if self.second_hand < other.second_hand else (other, self)
            keys = own.keys + tuple(key for key in copy.keys if key not in own.keys)
            return own._replace(
                keys=keys, model=own.model or copy.model, call=own.call or copy.call, echo_key=_surer(own.echo_key, copy.echo_key)
            )
        if self.echo != other.echo:
            first, second = (other, self) if self.echo else (self, other)
            at = first.at
        elif self.first_wins != other.first_wins:
            first, second = self, other
            at = other.at if self.first_wins else self.at
        elif self.first_wins and (other.at, other.session) < (self.at, self.session):
            first, second, at = other, self, other.at
        else:
            first, second = self, other
            at = self.at if self.first_wins else max(self.at, other.at)
        keys = first.keys + tuple(key for key in second.keys if key not in first.keys)
        tokens = first.tokens.merged(second.tokens)
        if first.echo != second.echo:
            tokens = first.tokens._replace(output=tokens.output)
        return first._replace(
            keys=keys,
            at=at,
            tokens=tokens,
            model=first.model or second.model,
            session=first.session or second.session,
            project=first.project or second.project,
            provider=first.provider or second.provider,
            route=first.route or second.route,
            recorded_cost=_larger(first.recorded_cost, second.recorded_cost),
            tier=first.tier or second.tier,
            geo=first.geo or second.geo,
            web_searches=max(first.web_searches, second.web_searches),
            call=first.call or second.call,
            placeholder=first.placeholder and second.placeholder,
            echo_key=_surer(first.echo_key, second.echo_key),
            first_wins=first.first_wins and (second.first_wins or first.echo != second.echo),
            undated=first.undated and second.undated,
            summed=first.summed and second.summed,
            aside=first.aside and second.aside,
        )


def _surer(one: int, other: int) -> int:
    return one if one > 0 or not other else other


def _larger(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


class Prompt(NamedTuple):
    """That a human typed something to an agent: when and where, never what."""

    agent: str
    key: int
    at: datetime
    session: str
    project: str = ""


class AskedOtherwise(NamedTuple):
    """That another model was asked for a response than the one whose name the answer has."""

    key: int
    """One of the response's identities."""
    at: datetime
    asked: str
    served: str
