"""`tankful unlink`: forgets an account and its key."""

import asyncio
from argparse import Namespace

from tankful.commands.linked_accounts import linked_accounts, tell_running
from tankful.commands.terminal import Terminal
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Forget the account of this name."""
    with linked_accounts(folders, terminal) as linking:
        name = linking.link(words.name).name
        asyncio.run(linking.unlink(name, may_ask=terminal.out.isatty()))  # a script would wait for nobody
    tell_running(folders)
    terminal.say(f"{name} is no longer linked, and its key is forgotten.")
    return 0
