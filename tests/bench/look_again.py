"""Looks for what is new as the running program does: with other threads beside it and the last look in memory."""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from tankful.core.settings import Settings
from tankful.engine.reading import Reading
from tankful.store.ledger import Ledger
from tankful.system.paths import folders


def main() -> None:
    """Print wall and processor times of so many looks at what an earlier command has read (`look_again.py DATA COUNT`).

    Then come those of as many looks before each of which another program has written to the ledger.
    """
    data, count = Path(sys.argv[1]), int(sys.argv[2])
    done = threading.Event()
    threading.Thread(target=done.wait, daemon=True).start()  # what has threads is never forked
    reading = Reading(folders(data), Settings(), lambda: datetime.now(UTC), os.environ)
    reading.scan()
    other = Ledger(folders(data).ledger, lambda: datetime.now(UTC))
    walls: list[float] = []
    used: list[float] = []
    for number in range(2 * count):
        if number >= count:
            other.keep_fact("bench", str(number))
        begun, cpu = time.perf_counter(), time.process_time()
        new = reading.scan()
        walls.append(time.perf_counter() - begun)
        used.append(time.process_time() - cpu)
        if new:
            raise SystemExit(f"{new} responses were new")
    other.close()
    reading.close()
    done.set()
    print(json.dumps([walls[:count], used[:count], walls[count:], used[count:]]))


if __name__ == "__main__":
    main()
