"""What can be worked out of responses before it is their turn to be written: meanwhile another process may write."""

from collections.abc import Iterable, Sequence
from itertools import chain, compress
from operator import itemgetter
from typing import NamedTuple

from tankful.core.usage import ECHO_MASK, UsageEvent
from tankful.store.rows import Pricer, Sketch, sketch_of

_KEYS = itemgetter(UsageEvent._fields.index("keys"))
_ECHO_KEY = itemgetter(UsageEvent._fields.index("echo_key"))
_ECHO = itemgetter(UsageEvent._fields.index("echo"), UsageEvent._fields.index("echo_key"))


class Prepared(NamedTuple):
    """What is known of some responses, in their order."""

    mates: list[int | None]
    asked: list[int]
    """All numbers that any of them may be known under."""
    sketches: list[Sketch]

    def only(self, kept: Sequence[bool]) -> "Prepared":
        """Return the same for those responses alone that are kept; to ask for more numbers than needed does no harm."""
        return Prepared([*compress(self.mates, kept)], self.asked, [*compress(self.sketches, kept)])


def prepare(events: Sequence[UsageEvent], price: Pricer) -> Prepared:
    """Work out all that needs no ledger."""
    asked = [*chain.from_iterable(map(_KEYS, events))]
    mates: list[int | None] = [None] * len(events)
    if any(map(_ECHO_KEY, events)):  # few agents repeat responses under other numbers
        mates = _mates(events)
        asked += (*filter(None, mates), *_places_beside(events))
    return Prepared(mates, asked, [sketch_of(event, price(event)) for event in events])


def joined(parts: Iterable[Prepared]) -> Prepared:
    """Return the same for all responses of several parts."""
    mates, asked, sketches = zip(*parts, strict=True)
    return Prepared([*chain.from_iterable(mates)], [*chain.from_iterable(asked)], [*chain.from_iterable(sketches)])


def _mates(events: Iterable[UsageEvent]) -> list[int | None]:
    """Return for each event the number under which an echo or a bare one finds its original, and an original those.

    The other one of the two numbers is what it is found under itself. So echoes do not find each other this way, nor do
    originals, since a relay may answer every request with the same message id. `None`: nothing echoes it.
    """
    return [
        (echo_key if echo else echo_key ^ ECHO_MASK if echo_key > 0 else -echo_key) if echo_key else None
        for echo, echo_key in map(_ECHO, events)
    ]


def _places_beside(events: Iterable[UsageEvent]) -> list[int]:
    """Return the numbers that echoes and bare ones are found under themselves: where one of either kind is, the other joins it."""
    return [abs(echo_key) ^ ECHO_MASK for echo, echo_key in map(_ECHO, events) if echo_key < 0 or (echo and echo_key)]
