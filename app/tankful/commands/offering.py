"""Finds what a command needs to give an agent another model: the account, the model, and who else would."""

import asyncio

from tankful.commands.examination import open_reading_of
from tankful.commands.terminal import Terminal
from tankful.engine.linking import Linking
from tankful.engine.switching import Found, NoSuchModel, asked_for_models, choose
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders


def found_model(model: str, account: str, linking: Linking, folders: Folders, terminal: Terminal) -> Found:
    """Return the account that a model is to be had from; gateways are asked only if what is known of them does not name it.

    Raises:
        NoSuchModel: no linked account offers it.
        LinksUnreadable: the file of accounts cannot be read.
    """
    links = linking.links()
    if not links:
        return choose(model, links, {}, account)  # which says so
    with open_reading_of(folders, SettingsFile(folders.settings).read(), terminal) as reading, reading.ledger.accounts() as kept:
        known = {link.name: kept.offered(link.name) for link in links}
    try:
        found = choose(model, links, known, account)
    except NoSuchModel:
        found = None
    if found is not None and found.model is not None:
        return found
    return choose(model, links, asyncio.run(asked_for_models(linking, links, known)), account)
