"""Lets an engine run on a small disk that fills up and gets room again; ends well if the engine said so and made up for it."""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from engine_rig import Machine, Watcher
from tankful.core.health import Condition
from tankful.core.snapshot import Snapshot
from tankful.system.paths import folders


@dataclass(frozen=True, slots=True)
class Picture:
    """What counts of a snapshot here."""

    spent: Decimal | None
    troubles: frozenset[str]


def seen(snapshot: Snapshot) -> Picture:
    failing = frozenset(feed.title for feed in snapshot.feeds if feed.condition is Condition.FAILING)
    return Picture(None if snapshot.binding is None else snapshot.binding.spent, failing)


def shows(audience: Watcher, spent: Decimal, *troubles: str) -> None:
    wanted = Picture(spent, frozenset(troubles))
    audience.until(lambda snapshot: seen(snapshot) == wanted)


def fill(filler: Path) -> None:
    """Take all the room there is."""
    try:
        with filler.open("ab", buffering=0) as out:
            while True:
                out.write(bytes(4096))
    except OSError:
        return


def main(home: Path, data: Path) -> None:
    machine = Machine(home)
    machine.folders = folders(data)
    filler = data / "filler"
    cost = machine.spend(3)
    with machine.engine() as (_, audience):
        shows(audience, cost)
    fill(filler)
    begun = datetime.now(UTC)
    with machine.engine() as (_, audience):
        shows(audience, cost, "The disk is full")
        assert audience.latest.as_of < begun
        filler.unlink()
        shows(audience, cost)
        fill(filler)
        new = machine.spend()
        shows(audience, cost, "The disk is full")
        filler.unlink()
        shows(audience, cost + new)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(os.environ["DATA"]))
