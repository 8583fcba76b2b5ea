"""Names for linked accounts: chosen by the user or made from the address."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from tankful.core.errors import TankfulError
from tankful.core.meter import PERSONAL
from tankful.core.routing import OUTSIDE

_RESERVED = frozenset({PERSONAL, OUTSIDE})
"""The user's own budget, and what goes past every account."""
_LONGEST = 60


class WrongName(TankfulError):
    """The name is taken, or cannot be one."""


def made_name(url: str, kind: str, taken: Iterable[str]) -> str:
    """Return the host of an address, or the kind where there is none, with a number behind it if that name is taken."""
    host = urlsplit(url).netloc or kind
    used = {name.casefold() for name in (*taken, *_RESERVED)}
    number, name = 1, host
    while name.casefold() in used:
        number += 1
        name = f"{host} {number}"
    return name


def chosen_name(text: str) -> str:
    """Return a name as the user typed it, without spaces around it.

    Raises:
        WrongName: it cannot be one.
    """
    name = " ".join(text.split())
    if not name.isprintable() or len(name) > _LONGEST or name.casefold() in _RESERVED:
        hint = f"Choose another of at most {_LONGEST} letters, not {PERSONAL!r} or {OUTSIDE!r}."
        raise WrongName("The account cannot have that name", hint)
    return name
