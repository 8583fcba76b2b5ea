"""Reads logs and books what they hold, a bounded number of responses per transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tankful.sources.registry import by_id
from tankful.sources.source import AgentSource, Log, Parser
from tankful.store.ledger import Ledger
from tankful.store.rows import Pricer

if TYPE_CHECKING:
    from tankful.core.batch import Batch
    from tankful.store.prepared import Prepared

EVENTS, _FILES = 5_000, 300
"""Enough for a transaction."""
_EVENTS_MOST, _FILES_MOST = 11_000, 900
"""While another process writes, reading goes on up to this much."""


def book_logs(
    logs: Iterable[Log],
    ledger: Ledger,
    price: Pricer,
    now: Callable[[], datetime],
    read_bytes: Callable[[int], None],
    enough: Callable[[], int] = lambda: EVENTS,
    *,
    checks_text: bool = True,
) -> int:
    """Read what is new in these logs into the ledger and return how many responses are new.

    `enough` says how many responses are worth a transaction just now, `checks_text` whether to look for broken characters in
    text that is kept nowhere.

    A kill at any moment loses nothing: a checkpoint is written with the responses it stands behind, or not at all.
    """
    from tankful.watch.reader import read  # noqa: PLC0415 - most scans find nothing to read
    from tankful.watch.record import Record  # noqa: PLC0415 - same

    new = 0
    waiting: list[Batch] = []
    prepared: list[Prepared | None] = []
    events = 0
    for log in logs:
        source = by_id(log.source)
        if source is None:
            continue
        mark = ledger.checkpoint(log.path)
        done = mark.offset if mark else 0
        for batch in read(Record(log.path, log.source, mark, _parser(source, log), now(), checks_text, source.longest_line)):
            waiting.append(batch)
            prepared.append(ledger.prepared(batch, price))
            events += len(batch.events)
            read_bytes(max(0, batch.checkpoint.offset - done))
            done = batch.checkpoint.offset
            if events >= enough() or len(waiting) >= _FILES:
                patient = events >= _EVENTS_MOST or len(waiting) >= _FILES_MOST
                book = ledger.record if patient else ledger.record_if_free
                booked = book(waiting, price, prepared)
                if booked is not None:
                    new += booked
                    waiting, prepared, events = [], [], 0
    if waiting:
        new += ledger.record(waiting, price, prepared)
    return new


def _parser(source: AgentSource, log: Log) -> Callable[[bytes | None], Parser]:
    return lambda fields: source.parser(log, fields)
