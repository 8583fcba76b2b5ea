"""Brings what gateways say up to date for one command: through the running gauge, or by asking them once."""

import asyncio
import time
from contextlib import suppress

from tankful.commands.terminal import Terminal
from tankful.core.errors import LinksUnreadable, SecretsUnavailable
from tankful.engine.reading import Reading
from tankful.store.links_file import LinksFile
from tankful.system import doorbell
from tankful.system.paths import Folders

_PATIENCE_S = 4.0
_LEAST_S = 15.0
"""No gateway is asked oftener, however often the command is given."""
_LOOK_EVERY_S = 0.05


def adopt_accounts(reading: Reading, folders: Folders) -> None:
    """Take up what the linked gateways said last, without asking them."""
    with suppress(LinksUnreadable):
        if links := LinksFile(folders.links).read():
            reading.adopt_links(links)


def ask_gateways(reading: Reading, folders: Folders, terminal: Terminal) -> None:
    """Take in what the linked gateways say now; without accounts nothing happens and nothing is loaded.

    With a gauge running on this data, it is rung and its answer awaited for a moment, so that no gateway is asked twice.
    """
    try:
        links = LinksFile(folders.links).read()
    except LinksUnreadable as unreadable:
        terminal.err.write(f"tankful: {unreadable.title}. {unreadable.hint}\n")
        return
    if not links:
        return
    reading.adopt_links(links)
    due = reading.due(links, _LEAST_S)
    if not due:
        return
    before = reading.heard()
    if doorbell.ring(folders.state, doorbell.REFRESH):
        give_up = time.monotonic() + _PATIENCE_S
        while reading.heard() == before and time.monotonic() < give_up:
            time.sleep(_LOOK_EVERY_S)  # the other is a program, which tells us through the ledger alone
        reading.adopt_links(links)
        return
    from tankful.commands.linked_accounts import linked_accounts  # noqa: PLC0415 - it loads all that talks to gateways
    from tankful.core.polling import Policy  # noqa: PLC0415 - same
    from tankful.engine.asking import ask_once  # noqa: PLC0415 - same
    from tankful.engine.asking_again import forget_asked  # noqa: PLC0415 - same
    from tankful.engine.messages import FeedFailed  # noqa: PLC0415 - same
    from tankful.gateways.registry import GATEWAYS  # noqa: PLC0415 - same

    reading.snapshot()  # says what waits to be booked
    reading.note_asked(due)
    from tankful.system.log_file import logging_to  # noqa: PLC0415 - same

    with linked_accounts(folders, terminal) as linking, logging_to(folders.state):
        looked = reading.looked_around(due, Policy().look_s)
        messages = asyncio.run(ask_once(linking, due, GATEWAYS, reading.routed, terminal.now(), looked))
        reading.hear(messages)
    for message in messages:
        if isinstance(message, FeedFailed) and isinstance(message.error, SecretsUnavailable):
            forget_asked(reading.ledger, message.link.name)  # once the keyring is open nobody has to wait
