"""What the user, or their organisation, says of models: what they cost, and which are of their own house."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PriceOverride:
    """Dollars per million tokens that the user says a model costs; `None` falls back to the table, else to `input`."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None

    def numbers(self) -> tuple[Decimal | None, ...]:
        """Return all prices, in the order above."""
        return self.input, self.output, self.cache_read, self.cache_write, self.cache_write_1h


@dataclass(frozen=True, slots=True)
class InHouse:
    """What the user or their organisation says of a model of their own house; what it costs stands with the own prices."""

    title: str = ""
    alternative_to: tuple[str, ...] = ()
    good_for: tuple[str, ...] = ()
    docs_url: str = ""
