"""Words for whose budget it is and how long it lasts, different ones for each budget of an account."""

from collections.abc import Iterable
from dataclasses import replace

from tankful.core.allocation import Allocation


def span_words(count: int, unit: str) -> str:
    """Return `a day`, `an hour`, `3 days` for a unit in the singular."""
    if count == 1:
        return f"an {unit}" if unit == "hour" else f"a {unit}"
    return f"{count} {unit}s"


def told_apart(allocations: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """Return the same budgets with a number behind each scope that was there before: `you, a day (2)`.

    An owner's id that was there before tells nothing apart and is dropped.
    """
    taken: set[str] = set()
    ids: set[str] = set()
    found: list[Allocation] = []
    for allocation in allocations:
        scope, place = allocation.scope, 1
        while scope in taken:
            place += 1
            scope = f"{allocation.scope} ({place})"
        taken.add(scope)
        found.append(replace(allocation, scope=scope, owner_id="" if allocation.owner_id in ids else allocation.owner_id))
        ids.add(allocation.owner_id)
    return tuple(found)
