"""`tankful accounts`: the linked accounts, and what each of their gateways says now."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing, suppress

from tankful.commands.asking import ask_gateways
from tankful.commands.linked_accounts import linked_accounts
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.accounts import AccountState
from tankful.core.errors import LedgerUnusable, SecretsUnavailable, TankfulError
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link
from tankful.engine.account_book import taken_for_another
from tankful.engine.linking import Linking
from tankful.engine.reading import open_reading
from tankful.engine.usable_settings import usable
from tankful.gateways.registry import GATEWAYS
from tankful.present.accounts_report import accounts_json, accounts_lines
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders
from tankful.system.zone import zone_named


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Ask every account that may be asked, and print what each said last; 1 when one of them does not answer."""
    with linked_accounts(folders, terminal) as linking:
        links = linking.links()
        if terminal.out.isatty() and any(link.method.keeps_secret for link in links):
            with suppress(SecretsUnavailable):  # each account says so itself
                asyncio.run(linking.unlock())
        states = _states(linking, folders, terminal) if links else ()
        titles = {state.link.kind: linking.title(state.link.kind) for state in states}
        unknown = linking.unknown()
    if words.json:
        terminal.say_json(accounts_json(states))
    else:
        print_lines(accounts_lines(states, titles, unknown, terminal.now(), zone_named("")), terminal)
    return 1 if any(state.health.condition is Condition.FAILING for state in states) else 0


def _states(linking: Linking, folders: Folders, terminal: Terminal) -> tuple[AccountState, ...]:
    """Return the accounts as the ledger knows them, after those were asked that may be; without a ledger all are asked."""
    settings = usable(SettingsFile(folders.settings))
    try:
        with closing(open_reading(folders, settings, terminal.now, terminal.environ)) as reading:
            ask_gateways(reading, folders, terminal)
            states = reading.snapshot().accounts
    except LedgerUnusable:
        return asyncio.run(_asked(linking, linking.links()))
    known = {gateway.kind for gateway in GATEWAYS}
    strange = asyncio.run(_asked(linking, [state.link for state in states if state.link.kind not in known]))  # says what to do
    return (*(state for state in states if state.link.kind in known), *strange)


async def _asked(linking: Linking, links: Sequence[Link]) -> tuple[AccountState, ...]:
    return tuple(await asyncio.gather(*(_asked_one(linking, link) for link in links)))


async def _asked_one(linking: Linking, link: Link) -> AccountState:
    try:
        statement = await linking.ask(link)
    except TankfulError as error:
        return AccountState(link, FeedHealth(link.name, Condition.FAILING, title=error.title, hint=error.hint))
    stranger = taken_for_another(link, statement)
    if stranger is not None:
        return AccountState(link, FeedHealth(link.name, Condition.FAILING, title=stranger.title, hint=stranger.hint))
    return AccountState(link, FeedHealth(link.name, Condition.OK, statement.as_of), statement)
