"""`tankful accounts`: the linked accounts, and what each of their gateways says now."""

import asyncio
from argparse import Namespace
from contextlib import suppress

from tankful.commands.linked_accounts import linked_accounts
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.accounts import AccountState
from tankful.core.errors import SecretsUnavailable, TankfulError
from tankful.core.health import Condition, FeedHealth
from tankful.core.links import Link
from tankful.engine.account_book import taken_for_another
from tankful.engine.linking import Linking
from tankful.present.accounts_report import accounts_json, accounts_lines
from tankful.system.paths import Folders
from tankful.system.zone import zone_named


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Ask every account and print what it says; 1 when one of them does not answer."""
    with linked_accounts(folders, terminal) as linking:
        states = asyncio.run(_asked(linking, may_ask=terminal.out.isatty()))
        titles = {state.link.kind: linking.title(state.link.kind) for state in states}
        unknown = linking.unknown()
    if words.json:
        terminal.say_json(accounts_json(states))
    else:
        print_lines(accounts_lines(states, titles, unknown, terminal.now(), zone_named("")), terminal)
    return 1 if any(state.health.condition is Condition.FAILING for state in states) else 0


async def _asked(linking: Linking, *, may_ask: bool) -> tuple[AccountState, ...]:
    links = linking.links()
    if may_ask and any(link.method.keeps_secret for link in links):
        with suppress(SecretsUnavailable):  # each account says so itself
            await linking.unlock()
    return tuple(await asyncio.gather(*(_state(linking, link) for link in links)))


async def _state(linking: Linking, link: Link) -> AccountState:
    try:
        statement = await linking.ask(link)
    except TankfulError as error:
        return AccountState(link, FeedHealth(link.name, Condition.FAILING, title=error.title, hint=error.hint))
    stranger = taken_for_another(link, statement)
    if stranger is not None:
        return AccountState(link, FeedHealth(link.name, Condition.FAILING, title=stranger.title, hint=stranger.hint))
    return AccountState(link, FeedHealth(link.name, Condition.OK, statement.as_of), statement)
