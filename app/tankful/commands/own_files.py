"""Looks at the small files of Tankful's own that no figure depends on, to say which of them cannot be used."""

from collections.abc import Callable, Iterator

from tankful.core.errors import TankfulError
from tankful.regular_file import is_odd
from tankful.system.log_file import log_path
from tankful.system.paths import Folders


def looks_at_own_files(folders: Folders) -> Iterator[Callable[[], object]]:
    """Yield looks at these files; each raises a `TankfulError` where its file is there and cannot be used."""
    from tankful.switch.journal import Journal  # noqa: PLC0415 - `sources` needs none of it
    from tankful.telemetry.doorway import doorway, is_chosen  # noqa: PLC0415 - same

    yield Journal.below(folders.data).entries
    if is_chosen(folders.state):
        yield lambda: doorway(folders.state)
    yield lambda: _look_at_log(folders)


def _look_at_log(folders: Folders) -> None:
    log = log_path(folders.state)
    if is_odd(log, may_be_folder=False):
        raise TankfulError(f"The log {log} is no regular file", "Move away what lies there; until then nothing is written down.")
