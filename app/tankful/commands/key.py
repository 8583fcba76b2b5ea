"""`tankful key`: an account's key, for the agents that run a command for it instead of keeping it in a file."""

import asyncio
from argparse import Namespace

from tankful.commands.linked_accounts import linked_accounts
from tankful.commands.terminal import Terminal
from tankful.core.errors import WrongWords
from tankful.engine.switching import key_of
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Print the key, unless somebody could see it there."""
    if terminal.out.isatty():
        raise WrongWords(
            "A key is not shown on a terminal", "It is for programs: agents run this command, or a shell does: $(tankful key NAME)."
        )
    with linked_accounts(folders, terminal) as linking:
        terminal.out.write(f"{asyncio.run(key_of(linking, linking.link(words.name)))}\n")
    return 0
