"""Reads the price table that is shipped with the program."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from tankful.core.errors import TankfulError


class PricesUnusable(TankfulError):
    """The shipped price table is missing or damaged."""


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices of a whole request whose prompt has more than `over` tokens: dollars per million tokens."""

    input: Decimal
    output: Decimal
    over: int = 0
    cache_read: Decimal | None = None
    """`None`, here and for writes: cached tokens cost what `input` costs."""
    cache_write: Decimal | None = None
    """Five-minute writes."""
    cache_write_1h: Decimal | None = None
    """`None`: one-hour writes cost what five-minute writes cost."""
    reasoning: Decimal | None = None
    """`None`: reasoning costs what `output` costs."""
    search: Decimal | None = None
    """Dollars per thousand web searches."""
    request: Decimal | None = None
    """Dollars per thousand requests."""


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model costs from a day on (UTC), and within some hours of each day where `daily` says so.

    Of all stages that hold at an instant the last one counts.
    """

    bands: tuple[Band, ...]
    """Ascending by `over`; the first one is over nothing."""
    since: date | None = msgspec.field(default=None, name="from")
    daily: tuple[time, time] | None = None
    """From, inclusive, to, exclusive (UTC)."""


class PriceRow(msgspec.Struct, frozen=True):
    """One model at one provider; the prices stay undecoded until somebody asks."""

    id: str
    provider: str
    stages: msgspec.Raw
    aliases: tuple[str, ...] = ()
    bare: bool = False
    """Whether this provider is meant where a log gives the name and nothing else."""
    tiers: msgspec.Raw = msgspec.Raw(b"{}")
    note: str = ""
    """Of a name under which other models answer: which ones its price goes by, and who says so."""

    def standard(self) -> tuple[Stage, ...]:
        """Return the prices of the standard tier, oldest first."""
        return msgspec.json.decode(self.stages, type=tuple[Stage, ...])

    def at_tier(self, tier: str) -> tuple[Stage, ...]:
        """Return the prices of another tier, oldest first; empty when the model has no such tier."""
        return msgspec.json.decode(self.tiers, type=dict[str, tuple[Stage, ...]]).get(tier, ())


class _File(msgspec.Struct, frozen=True):
    generated: date
    source: str
    names: dict[str, str]
    models: tuple[PriceRow, ...]
    schema_: str = msgspec.field(name="schema")


class PriceTable(NamedTuple):
    """The table as shipped."""

    generated: date
    source: str
    names: dict[str, str]
    """Provider of this table by the name a log may give it."""
    rows: tuple[PriceRow, ...]


SCHEMA = "tankful.prices/1"


def read_table(path: Path) -> PriceTable:
    """Read the price table.

    Raises:
        PricesUnusable: the file is missing, unreadable or not such a table.
    """
    hint = "Install Tankful again."
    try:
        content = path.read_bytes()
        file = msgspec.json.decode(content, type=_File)
    except (OSError, msgspec.DecodeError) as damaged:
        raise PricesUnusable("The price table cannot be read", hint) from damaged
    if file.schema_ != SCHEMA:
        raise PricesUnusable(f"The price table is of another kind than {SCHEMA}", hint)
    return PriceTable(file.generated, file.source, file.names, file.models)
