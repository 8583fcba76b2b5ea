"""Reads settings that the program can go by: what only this machine can tell of them is checked too."""

from tankful.core.errors import SettingsUnreadable, WrongWords
from tankful.core.settings import ROWS, Settings
from tankful.store.settings_file import SettingsFile
from tankful.system.zone import zone_named


def usable(file: SettingsFile) -> Settings:
    """Return what the file says.

    Raises:
        SettingsUnreadable: it cannot be read, or names a time zone that this machine does not know.
    """
    settings = file.read()
    try:
        if settings.timezone:
            zone_named(settings.timezone)
    except WrongWords as unknown:
        row = ROWS["timezone"]
        raise SettingsUnreadable(
            f"{file.path}: {row.key} in [{row.table}] has a value that is not allowed", f"{unknown.title}. {unknown.hint}"
        ) from unknown
    return settings
