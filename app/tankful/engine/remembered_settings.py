"""Remembers in the ledger what the settings said last, to go by while their file cannot be read."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from tankful.core.errors import WrongWords
from tankful.core.settings import Settings
from tankful.regular_file import odd_at
from tankful.store.ledger import Ledger
from tankful.store.settings_file import SettingsFile
from tankful.store.settings_values import plain_of, value_of
from tankful.system.zone import zone_named

_FACT = "settings"
_LAST = "Meanwhile what they said last holds, and nothing old is deleted."
_UNKNOWN = "Meanwhile every agent is read, as nobody knows which are switched off, and nothing old is deleted."


def remember(ledger: Ledger, settings: Settings) -> None:
    """Keep what these settings say beside the defaults, if it is not what was kept before."""
    usual = Settings()
    stated = {each.name: said for each in fields(Settings) if (said := getattr(settings, each.name)) != getattr(usual, each.name)}
    kept = json.dumps({name: plain_of(said) for name, said in stated.items()}, sort_keys=True)
    if ledger.fact(_FACT) != kept:
        ledger.keep_fact(_FACT, kept)


def going_by(file: SettingsFile, ledger: Path) -> tuple[Settings, str]:
    """Return what to go by while a settings file cannot be used as it is, and a sentence that says so.

    What of the file can be understood holds; the rest is as the ledger remembers it, else at its default. An agent that somebody
    does not want read is so not read because of a slip of the pen elsewhere.
    """
    last = _recalled(ledger)
    settings = file.understood(last or Settings())
    try:
        zone_named(settings.timezone)
    except WrongWords:
        settings = replace(settings, timezone=Settings().timezone if last is None else last.timezone)
    return settings, _UNKNOWN if last is None and not file.is_understood else _LAST


def _recalled(ledger: Path) -> Settings | None:
    """Return what was remembered; `None` where nothing was. A value of another version that is not allowed here is at its default."""
    if odd_at(ledger):
        return None
    with suppress(sqlite3.Error, OSError, ValueError):
        with closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT value FROM fact WHERE name = ?", (_FACT,)).fetchone()
        return None if row is None else _settings_of(json.loads(row[0]))
    return None


def _settings_of(stated: Mapping[str, object]) -> Settings:
    known = {each.name for each in fields(Settings)}
    found: dict[str, Any] = {}
    for name in stated.keys() & known:
        with suppress(ValueError):
            found[name] = value_of(name, stated[name])
    return Settings(**found)
