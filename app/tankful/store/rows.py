"""A response as a row of table `usage`, and back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.store.moments import moment
from tankful.store.names import Names

ECHO_MASK = 0x5555_5555_5555_5555
"""Tells an echo's number from its original's; any fixed 63-bit pattern would do."""
PLACEHOLDER, ECHO, SECOND_HAND, FIRST_WINS = 1, 2, 4, 8
INSERT_USAGE = f"INSERT OR REPLACE INTO usage VALUES ({', '.join('?' * 23)})"  # noqa: S608 - only question marks are put in
"""The columns in the order of `row_of`."""


def nano_of(dollars: Decimal | None) -> int | None:
    """Return nano-dollars, rounded half to even."""
    return None if dollars is None else int((dollars * 1_000_000_000).to_integral_value())


def row_of(number: int, at: int, event: UsageEvent, cost_nano: int | None, basis: Basis, names: Names) -> tuple[Any, ...]:
    """Return the columns of a response."""
    name = names.number
    tokens = event.tokens
    flags = event.placeholder * PLACEHOLDER | event.echo * ECHO | event.second_hand * SECOND_HAND | event.first_wins * FIRST_WINS
    return (
        number,
        at,
        name(event.agent),
        None if event.model is None else name(event.model),
        name(event.session),
        name(event.project),
        name(event.provider),
        name(event.route),
        tokens.input,
        tokens.output,
        tokens.cache_read,
        tokens.cache_write,
        tokens.cache_write_1h,
        tokens.reasoning,
        event.web_searches,
        name(event.tier),
        name(event.geo),
        nano_of(event.recorded_cost),
        cost_nano,
        basis.value,
        flags,
        event.echo_key,
        event.call,
    )


def event_of(row: Sequence[Any], names: Names) -> UsageEvent:
    """Return the response of a row; its identities stay in table `identity`."""
    text = names.text
    flags = row[20]
    return UsageEvent(
        agent=text(row[2]),
        keys=(),
        at=moment(row[1]),
        tokens=TokenUsage(row[8], row[9], row[10], row[11], row[12], row[13]),
        model=None if row[3] is None else text(row[3]),
        session=text(row[4]),
        project=text(row[5]),
        provider=text(row[6]),
        route=text(row[7]),
        recorded_cost=None if row[17] is None else Decimal(row[17]).scaleb(-9),
        tier=text(row[15]),
        geo=text(row[16]),
        web_searches=row[14],
        call=row[22],
        placeholder=bool(flags & PLACEHOLDER),
        echo=bool(flags & ECHO),
        echo_key=row[21],
        second_hand=bool(flags & SECOND_HAND),
        first_wins=bool(flags & FIRST_WINS),
    )
