"""Says which keys of a configuration are changed, and what stands at a key."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

Key = tuple[str, ...]
"""Where a value stands: the names of the tables or objects around it, then its own."""


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
        if not isinstance(held, Mapping):
            return ABSENT
        held = cast("Mapping[str, Any]", held).get(name, ABSENT)
    return held


def within(document: Mapping[str, Any], changes: Sequence[Change]) -> bool:
    """Say whether a document holds what the changes ask for."""
    return all(
        at(document, change.key) is ABSENT if change.value is ABSENT else at(document, change.key) == change.value for change in changes
    )
