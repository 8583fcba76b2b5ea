"""Carries to a parser where calls go: to the address that is configured, or to that of the provider which a record names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_PAIR, _PART = "\t", "\n"
"""What no address and no name that is carried holds."""


class Way(NamedTuple):
    """Where the calls of a log go."""

    usual: str = ""
    """Base URL or provider that is configured; empty: the vendor's own."""
    by_provider: Mapping[str, str] = MappingProxyType({})
    """The address of each provider that is configured with one; none: nothing is known of single ones."""

    def to(self, provider: str) -> str:
        """Return where calls of a provider go; the usual way for a record that names none."""
        return self.by_provider.get(provider, "") if provider and self.by_provider else self.usual


def written(usual: str, by_provider: Mapping[str, str]) -> str:
    """Return a way as one text, which is just the usual address where no provider has its own."""
    named = (f"{name}{_PAIR}{address}" for name, address in sorted(by_provider.items()) if name.isprintable() and address.isprintable())
    return _PART.join((usual, *named))


def way_of(text: str) -> Way:
    """Return the way that a text says."""
    usual, *named = text.split(_PART)
    pairs = (each.partition(_PAIR) for each in named)
    return Way(usual, {name: address for name, _, address in pairs})
