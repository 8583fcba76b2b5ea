"""How many more or fewer tokens another model's tokenizer may make of the same text: a range, since it depends on the text."""

from decimal import Decimal
from typing import NamedTuple

from tankful.core.offered import names_of


class Ratio(NamedTuple):
    """Tokens of another model for one token of this one, at least and at most."""

    low: Decimal
    high: Decimal


SAME = Ratio(Decimal(1), Decimal(1))


class Family(NamedTuple):
    """Models that cut text alike, and how many tokens they make of what is one token to OpenAI's o200k."""

    starts: tuple[str, ...]
    """How the names of its models begin."""
    low: Decimal
    high: Decimal


FAMILIES: tuple[Family, ...] = (
    Family(("gpt-5", "gpt-4o", "gpt-4.1", "o1", "o3", "o4", "codex"), Decimal(1), Decimal(1)),
    Family(("claude-opus-4-7", "claude-opus-4-8", "claude-sonnet-4-7", "claude-sonnet-4-8"), Decimal("1.06"), Decimal("1.78")),
    Family(("claude-opus-5", "claude-sonnet-5", "claude-haiku-5"), Decimal("1.06"), Decimal("1.78")),
    Family(("claude-",), Decimal("1.06"), Decimal("1.21")),
    Family(("llama-3", "llama3", "gpt-4"), Decimal("0.97"), Decimal("1.00")),
    Family(("mistral-7b", "llama-2", "llama2"), Decimal("1.22"), Decimal("1.38")),
)
"""The first that fits holds. Measured on repositories' code, diffs and prose; Claude's from 4.7 on are 1.0 to 1.47 times its older ones."""
UNKNOWN = Family((), Decimal("0.97"), Decimal("1.38"))
"""As little and as much as any family above makes, but for Claude's."""


def ratio(model: str, other: str) -> Ratio:
    """Return how many tokens `other` makes of one of `model`'s; one to one only where both are known to cut text alike."""
    mine, theirs = _family(model), _family(other)
    if mine is theirs and mine is not UNKNOWN:
        return SAME
    return Ratio(theirs.low / mine.high, theirs.high / mine.low)


def _family(model: str) -> Family:
    names = names_of(model)
    return next((family for family in FAMILIES if any(name.startswith(family.starts) for name in names)), UNKNOWN)
