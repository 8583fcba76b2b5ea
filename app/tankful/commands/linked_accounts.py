"""What `link`, `unlink` and `accounts` share: the linked accounts over this terminal's keyring and browser."""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from tankful.commands.terminal import Terminal
from tankful.core.links import Link
from tankful.engine.linking import Linking, open_linking, secrets_of
from tankful.system import doorbell
from tankful.system.browser import open_browser
from tankful.system.paths import Folders


@contextmanager
def linked_accounts(folders: Folders, terminal: Terminal) -> Generator[Linking]:
    """Yield the accounts; at the end whatever is still under way in the keyring gets a moment to finish or to be taken back."""
    linking = open_linking(folders, terminal.now, terminal.browse or (lambda url: open_browser(url, terminal.environ)), terminal.ring)
    try:
        yield linking
    finally:
        linking.close()


def keys_missing(folders: Folders, terminal: Terminal, links: Sequence[Link]) -> tuple[str, ...]:
    """Return the names of accounts whose key is not in the keyring. Raises `SecretsUnavailable`; the keyring is not made to ask."""
    secrets = secrets_of(folders, terminal.ring)

    async def missing() -> tuple[str, ...]:
        return tuple([link.name for link in links if await secrets.read(link.name) is None])

    try:
        return asyncio.run(missing())
    finally:
        secrets.close()


def tell_running(folders: Folders) -> None:
    """Let a running gauge look at the accounts again."""
    doorbell.ring(folders.state, doorbell.SETTINGS)
