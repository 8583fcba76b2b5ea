"""A response as a row of table `usage`, and back."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.store.contexts import Contexts
from tankful.store.moments import moment

ECHO_MASK = 0x5555_5555_5555_5555
"""Tells an echo's number from its original's; any fixed 63-bit pattern would do."""
PLACEHOLDER, ECHO, SECOND_HAND, FIRST_WINS = 1, 2, 4, 8
INSERT_USAGE = f"INSERT INTO usage VALUES ({', '.join('?' * 16)})"  # noqa: S608 - only question marks are put in
"""The columns in the order of `row_of`."""
AT, CONTEXT, TOKENS, COST, BASIS, FLAGS = 1, 2, slice(3, 9), 11, 12, 13
"""Places of some columns."""


class Cost(Protocol):
    """What an event costs: nano-dollars (`None`: unpriced) and how that is known."""

    @property
    def nano(self) -> int | None: ...  # noqa: D102 - the protocol's own docstring says it
    @property
    def basis(self) -> Basis: ...  # noqa: D102 - same


Pricer = Callable[[UsageEvent], Cost]


def nano_of(dollars: Decimal) -> int:
    """Return nano-dollars, rounded half to even."""
    return int((dollars * 1_000_000_000).to_integral_value())


def row_of(number: int, at: int, context: int, event: UsageEvent, cost: Cost) -> tuple[Any, ...]:
    """Return the columns of a response; `at` in microseconds, `context` as `Contexts` numbers it."""
    flags = event.placeholder * PLACEHOLDER | event.echo * ECHO | event.second_hand * SECOND_HAND | event.first_wins * FIRST_WINS
    recorded = event.recorded_cost
    return (
        number,
        at,
        context,
        *event.tokens,
        event.web_searches,
        None if recorded is None else nano_of(recorded),
        cost.nano,
        cost.basis.value,
        flags,
        event.echo_key,
        event.call,
    )


def event_of(row: Sequence[Any], contexts: Contexts) -> UsageEvent:
    """Return the response of a row; its identities stay in table `identity`."""
    _, at, number, *tokens, web_searches, recorded_nano, _, _, flags, echo_key, call = row
    context = contexts.context(number)
    return UsageEvent(
        agent=context.agent,
        keys=(),
        at=moment(at),
        tokens=TokenUsage._make(tokens),
        model=context.model or None,
        session=context.session,
        project=context.project,
        provider=context.provider,
        route=context.route,
        tier=context.tier,
        geo=context.geo,
        recorded_cost=None if recorded_nano is None else Decimal(recorded_nano).scaleb(-9),
        web_searches=web_searches,
        call=call,
        placeholder=bool(flags & PLACEHOLDER),
        echo=bool(flags & ECHO),
        echo_key=echo_key,
        second_hand=context.second_hand,
        first_wins=bool(flags & FIRST_WINS),
    )
