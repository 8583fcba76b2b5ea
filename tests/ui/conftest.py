"""A desk, as every test of one wants it."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_rig import Screen
from tankful.core.choices import Theme
from tankful.core.settings import Settings


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Screen]:  # noqa: ARG001 - windows need the application
    before = QPalette(qapp.palette())
    made = Screen(Settings(budget_usd=Decimal(600), timezone="Europe/Berlin", theme=Theme.LIGHT), tmp_path / "state")
    yield made
    made.desk.stop()
    qapp.setPalette(before)
