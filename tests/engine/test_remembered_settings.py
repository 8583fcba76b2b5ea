"""What holds while a settings file cannot be read: what it said last, and what of it can be understood."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tankful.core.own_models import PriceOverride
from tankful.core.settings import Settings
from tankful.engine.remembered_settings import going_by, remember
from tankful.store.ledger import Ledger
from tankful.store.settings_file import SettingsFile

SAID = Settings(
    budget_usd=Decimal("312.50"),
    sources_off=("codex",),
    keep_sums_days=2000,
    timezone="Europe/Berlin",
    prices={"own-1": PriceOverride(input=Decimal("1.25"), output=Decimal(2))},
)
BROKEN = ("[sources\n", b"\xff[sources]\n", 'sources = "codex"\n', "\x00")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite"
    kept = Ledger(path, lambda: datetime(2026, 11, 20, tzinfo=UTC))
    remember(kept, SAID)
    kept.close()
    return path


def file(folder: Path, content: str | bytes) -> SettingsFile:
    path = folder / "settings.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return SettingsFile(path)


@pytest.mark.parametrize("content", BROKEN)
def test_of_a_file_that_is_none_what_it_said_last_holds(tmp_path: Path, ledger: Path, content: str | bytes) -> None:
    settings, said = going_by(file(tmp_path, content), ledger)
    assert settings == SAID
    assert said == "Meanwhile what they said last holds, and nothing old is deleted."


@pytest.mark.parametrize("content", BROKEN)
def test_where_nothing_is_remembered_the_defaults_hold_and_that_is_said(tmp_path: Path, content: str | bytes) -> None:
    settings, said = going_by(file(tmp_path, content), tmp_path / "none.sqlite")
    assert settings == Settings()
    assert said == "Meanwhile every agent is read, as nobody knows which are switched off, and nothing old is deleted."


def test_of_a_file_with_one_value_that_is_not_allowed_all_others_hold(tmp_path: Path, ledger: Path) -> None:
    slip = file(tmp_path, '[budget]\nusd = "much"\n[sources]\noff = ["goose"]\n[appearance]\ntimezone = "Mars/Olympus"\n')
    settings, said = going_by(slip, ledger)
    assert settings == Settings(budget_usd=Decimal("312.50"), sources_off=("goose",), timezone="Europe/Berlin")
    assert "what they said last holds" in said
    settings, said = going_by(slip, tmp_path / "none.sqlite")
    assert settings == Settings(sources_off=("goose",))
    assert "what they said last holds" in said


def test_newer_settings_take_the_place_of_older_ones(tmp_path: Path, ledger: Path) -> None:
    kept = Ledger(ledger, lambda: datetime(2026, 11, 20, tzinfo=UTC))
    version = kept.mark()
    remember(kept, SAID)
    assert kept.mark() == version
    newer = replace(SAID, sources_off=())
    remember(kept, newer)
    kept.close()
    assert going_by(file(tmp_path, "["), ledger)[0] == newer


@pytest.mark.parametrize("kept", ["", "nonsense", '{"budget_usd": -1, "of_another_version": 1, "sources_off": ["codex"]}'])
def test_what_was_remembered_by_another_version_holds_as_far_as_it_is_allowed(tmp_path: Path, ledger: Path, kept: str) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE fact SET value = ? WHERE name = 'settings'", (kept,))
    settings, _ = going_by(file(tmp_path, "["), ledger)
    assert settings == (Settings(sources_off=("codex",)) if "codex" in kept else Settings())


def test_what_is_remembered_is_only_what_was_stated(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        (kept,) = connection.execute("SELECT value FROM fact WHERE name = 'settings'").fetchone()
    assert json.loads(kept).keys() == {"budget_usd", "sources_off", "keep_sums_days", "timezone", "prices"}
