"""What the windows need of the program around them: settings, linked accounts, folders and the clock."""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from tankful.core.settings import Settings
from tankful.system.paths import Folders
from tankful.ui.means import Means

if TYPE_CHECKING:
    # They load what talks to gateways.
    from tankful.engine.linking import Linking
    from tankful.gateways.gateway import Gateway

T = TypeVar("T")

Change = Callable[[dict[str, object]], Settings]
"""Keeps these fields in the settings file (`None` takes one out) and returns all settings as they are now."""


class Call(Protocol):
    """Does work with the accounts on the engine's loop."""

    def __call__(self, work: "Callable[[Linking], Awaitable[T]]") -> "Future[T]":
        """Begin; cancelling what is returned ends the work."""
        ...


def utc_now() -> datetime:
    """Return the time that ages are told from."""
    return datetime.now(UTC)


def open_folder(path: str) -> None:
    """Show a folder in the desktop's own file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def kinds() -> "Sequence[Gateway]":
    """Return every kind of gateway there is; it loads what talks to them."""
    from tankful.gateways.registry import GATEWAYS  # noqa: PLC0415 - only who links accounts needs them

    return GATEWAYS


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Settings and accounts as the windows reach them."""

    change: Change
    """Raises `TankfulError`."""
    reread: Callable[[], Settings]
    """Reads the settings file again. Raises `TankfulError`."""
    stated: Callable[[], frozenset[str]]
    """The fields that the file states, as of the last of the two."""
    call: Call
    folders: Folders
    now: Callable[[], datetime] = utc_now
    open_folder: Callable[[str], object] = open_folder
    kinds: "Callable[[], Sequence[Gateway]]" = kinds
    means: Means = field(default_factory=Means)
