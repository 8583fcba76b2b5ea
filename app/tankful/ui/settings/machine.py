"""What the settings say of this installation."""

import platform
import sys

from PySide6.QtCore import qVersion

from tankful import __version__
from tankful.core.errors import TankfulError
from tankful.core.organisation import Policy
from tankful.present.settings_pages import Machine
from tankful.store.policy_file import PolicyFile
from tankful.system.paths import Folders, resource


def machine(folders: Folders) -> Machine:
    """Return versions, the date of the price table, and where things are kept."""
    return Machine(
        version=__version__,
        runtime=f"Python {platform.python_version()}, Qt {qVersion()}, {sys.platform} {platform.machine()}",
        prices=_prices(),
        ledger=str(folders.data),
        settings=str(folders.config),
        state=str(folders.state),
        is_one_folder=folders.data == folders.config == folders.state,
        policy=_policy(folders),
        policy_path=str(folders.policy),
    )


def _policy(folders: Folders) -> Policy | TankfulError:
    try:
        return PolicyFile(folders.policy).read()
    except TankfulError as unreadable:
        return unreadable


def _prices() -> str:
    from tankful.pricing.table import read_table  # noqa: PLC0415 - it is slow to load, and nothing else here needs it

    try:
        return read_table(resource("prices.json")).generated.isoformat()
    except TankfulError:
        return ""
