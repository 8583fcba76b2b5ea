"""Finds the price of a model under the name a log gives it, and never one that belongs to another model or provider."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Self

from tankful.core.errors import SettingsUnreadable
from tankful.core.own_models import PriceOverride
from tankful.pricing.names import LOCAL, NAME_MAX, plain, preview_of, tails, trims
from tankful.pricing.table import PriceRow, PriceTable, read_table

PRICE_MAX = Decimal(1_000_000)
"""Dollars per million tokens; a higher own price is a slip of the pen and would not fit the ledger."""

_FINEST = -30


class Catalogue:
    """The shipped price table with the user's own prices and aliases laid over it."""

    __slots__ = ("_aliases", "_bare", "_by_provider", "_overrides", "_table")

    def __init__(self, table: PriceTable, overrides: Mapping[str, PriceOverride], aliases: Mapping[str, str]) -> None:
        """Lay the user's prices (by model) and aliases (gateway's name to the table's) over a table.

        Raises:
            SettingsUnreadable: an own price is negative, not a number, or above `PRICE_MAX`.
        """
        for model, price in overrides.items():
            _check(model, price)
        self._table = table
        self._overrides = {plain(model): price for model, price in overrides.items()}
        self._aliases = {plain(name): plain(model) for name, model in aliases.items()}
        self._bare = _index(row for row in table.rows if row.bare)
        self._by_provider: dict[str, dict[str, PriceRow]] = {}

    @classmethod
    def load(cls, path: Path, overrides: Mapping[str, PriceOverride], aliases: Mapping[str, str]) -> Self:
        """Read the shipped table and lay the user's prices and aliases over it.

        Raises:
            PricesUnusable: the table is missing or damaged.
            SettingsUnreadable: an own price cannot be.
        """
        return cls(read_table(path), overrides, aliases)

    def override(self, model: str) -> PriceOverride | None:
        """Return the user's own price: of the name as written, of what its alias stands for, of either one shortened."""
        names = self._meant(model)
        for name in names:
            if name in self._overrides:
                return self._overrides[name]
        shortened = (rest for name in names for form in trims(name) for _, rest in tails(form))
        return next((self._overrides[rest] for rest in shortened if rest in self._overrides), None)

    def find(self, model: str, provider: str = "") -> PriceRow | None:
        """Return the table's row for a model as a log names it, `None` when the table does not have that model.

        An alias of the user stands for what it says. The name is then looked up as written, without its path, without its
        date: first at the providers that the log names (`provider`, or a path like `bedrock/…`), then at the model's
        own vendor, whose list price also stands in where a named provider does not list the model. The price of a
        provider that the log does not name is never taken, nor that of a similar name.
        """
        name = next(reversed(self._meant(model)), "")
        forms = trims(name)
        steps = [(taken, rest) for form in forms for taken, rest in tails(form)]
        named = {plain(provider), *(segment for taken, _ in steps for segment in taken)}
        if named & LOCAL:
            return None
        as_written = self._at(plain(provider)) if plain(provider) in self._table.names else self._bare
        if name in as_written:
            return as_written[name]
        nearest = self._nearest(steps, plain(provider)) or self._nearest(
            [(taken, preview) for taken, rest in steps if (preview := preview_of(rest))], plain(provider)
        )
        # Agents call `us.anthropic.claude-…` Anthropic's, but it is Bedrock that bills it: a named reseller goes first.
        return next((row for row in nearest if not row.bare), nearest[0] if nearest else None)

    def _nearest(self, steps: Sequence[tuple[tuple[str, ...], str]], provider: str) -> list[PriceRow]:
        """Return the rows of these names at the providers that are named, and then at the models' own vendors."""
        nearest = [row for taken, rest in steps for segment in (provider, *taken) if (row := self._at(segment).get(rest))]
        return nearest + [self._bare[rest] for _, rest in steps if rest in self._bare]

    def _meant(self, model: str) -> tuple[str, ...]:
        name = plain(model)
        if not name or len(name) > NAME_MAX:
            return ()
        target = self._aliases.get(name, "")[:NAME_MAX]
        return (name, target) if target else (name,)

    def _at(self, provider: str) -> Mapping[str, PriceRow]:
        known = self._table.names.get(provider)
        if known is None:
            return {}
        if known not in self._by_provider:
            self._by_provider[known] = _index(row for row in self._table.rows if row.provider == known)
        return self._by_provider[known]


def _index(rows: Iterator[PriceRow]) -> dict[str, PriceRow]:
    found: dict[str, PriceRow] = {}
    for row in rows:
        for name in (plain(row.id), *row.aliases):
            found.setdefault(name, row)
    return found


def _check(model: str, price: PriceOverride) -> None:
    for number in price.numbers():
        if number is None:
            continue
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < _FINEST or not 0 <= number <= PRICE_MAX:
            raise SettingsUnreadable(
                f"The own price of {model[:NAME_MAX]} cannot be", f"Give dollars per million tokens from 0 to {PRICE_MAX:,}."
            )
