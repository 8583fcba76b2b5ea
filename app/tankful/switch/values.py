"""Says which keys of a configuration are changed, and what stands at a key."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

Key = tuple[str, ...]
"""Where a value stands: the names of the tables or objects around it, then its own; `name=x` is the entry of a list whose `name` is x."""


class Absent:
    """Nothing stands there; `null` is something."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


class Change(NamedTuple):
    """What a key shall hold; `ABSENT` takes it out."""

    key: Key
    value: Any


def at(document: object, key: Key) -> Any:
    """Return what a read document holds at a key, or `ABSENT`."""
    held = document
    for name in key:
        if isinstance(held, list):
            entries = cast("list[Any]", held)
            place = place_in(entries, name)
            held = ABSENT if place is None else entries[place]
        elif isinstance(held, Mapping):
            held = cast("Mapping[str, Any]", held).get(name, ABSENT)
        else:
            return ABSENT
    return held


def place_in(entries: Sequence[Any], name: str) -> int | None:
    """Return which entry of a list a key's `name=x` means, if there is one."""
    field, _, wanted = name.partition("=")
    return next((place for place, entry in enumerate(entries) if wanted and at(entry, (field,)) == wanted), None)


def within(document: Mapping[str, Any], changes: Sequence[Change]) -> bool:
    """Say whether a document holds what the changes ask for."""
    return all(
        at(document, change.key) is ABSENT if change.value is ABSENT else at(document, change.key) == change.value for change in changes
    )
