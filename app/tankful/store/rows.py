"""A response as a row of table `usage`, and back."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tankful.core.usage import Basis, TokenUsage, UsageEvent
from tankful.store.contexts import Contexts, Shared
from tankful.store.moments import EPOCH, moment

PLACEHOLDER, ECHO, SECOND_HAND, FIRST_WINS, UNDATED, SUMMED = 1, 2, 4, 8, 16, 32
ASIDE = 128
"""64 says that a response was heard of (`hearing.HEARD`)."""
COLUMNS = 16
AT, CONTEXT, TOKENS, COST, BASIS, FLAGS = 1, 2, slice(3, 9), 11, 12, 13
"""Places of some columns."""


_WORD = {basis: basis.value for basis in Basis}
"""An enumeration's own `value` is slow to ask for."""

Row = list[Any]
"""The columns of a response, in the table's order."""
Sketch = tuple[Shared, Row]
"""What a response shares with others, and its columns, where its own number and that of what it shares are still to come."""
Pricer = Callable[[UsageEvent], tuple[int | None, Basis]]
"""Says what an event costs: nano-dollars (`None`: unpriced) and how that is known."""


def nano_of(dollars: Decimal) -> int:
    """Return nano-dollars, rounded half to even."""
    return int((dollars * 1_000_000_000).to_integral_value())


def dollars(nano: int) -> Decimal:
    """Return dollars for nano-dollars, exactly."""
    return Decimal(nano).scaleb(-9)


def row_of(number: int, event: UsageEvent, contexts: Contexts, cost: tuple[int | None, Basis]) -> Row:
    """Return the columns of a response; a context that is new gets its number inside the caller's transaction."""
    shared, row = sketch_of(event, cost)
    row[0], row[CONTEXT] = number, contexts.numbers[shared]
    return row


def sketch_of(event: UsageEvent, cost: tuple[int | None, Basis]) -> Sketch:
    """Return what will stand in the columns of a response, as far as no ledger is needed to say it."""
    (
        agent, _, at, tokens, model, session, project, provider, route, tier, geo,
        recorded, web_searches, call, placeholder, echo, echo_key, second_hand, first_wins, undated, summed, aside,
    ) = event[:]  # fmt: skip # a plain tuple is taken apart a third faster
    uncached, output, cache_read, cache_write, cache_write_1h, reasoning = tokens
    nano, basis = cost
    since = at - EPOCH
    flags = 0
    if placeholder:
        flags = PLACEHOLDER
    if echo:
        flags |= ECHO
    if second_hand:
        flags |= SECOND_HAND
    if first_wins:
        flags |= FIRST_WINS
    if undated:
        flags |= UNDATED
    if summed:
        flags |= SUMMED
    if aside:
        flags |= ASIDE
    return (
        (agent, model, session, project, provider, route, tier, geo, second_hand),
        [
            0,
            (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds,
            0,
            uncached,
            output,
            cache_read,
            cache_write,
            cache_write_1h,
            reasoning,
            web_searches,
            None if recorded is None else nano_of(recorded),
            nano,
            _WORD[basis],
            flags,
            echo_key,
            call,
        ],
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
        undated=bool(flags & UNDATED),
        summed=bool(flags & SUMMED),
        aside=bool(flags & ASIDE),
    )
