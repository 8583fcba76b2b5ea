"""Gives a real-desktop test its desktop and its program, and keeps what it saw when it fails."""

from collections.abc import Generator
from pathlib import Path

import pytest

from desktop.gauge_program import GaugeProgram
from desktop.notifier_host import NotifierHost, notifier_host
from desktop.session import DesktopSession, desktop_session

FAILED = pytest.StashKey[bool]()
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.desktop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember for the fixtures below whether the test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def desktop(request: pytest.FixtureRequest) -> Generator[DesktopSession]:
    """A private desktop without a tray."""
    with desktop_session() as session:
        yield session
        if request.node.stash.get(FAILED, False):
            print(f"the screen is in {session.screen.keep(f'failed-{request.node.name}')}")  # noqa: T201 - pytest shows it with the failure
            print(session.programs.said())  # noqa: T201 - same


@pytest.fixture
def program(desktop: DesktopSession) -> GaugeProgram:
    """The program, not yet started, with no budget and a log without lines."""
    return GaugeProgram(desktop)


@pytest.fixture
def notifiers(desktop: DesktopSession) -> Generator[NotifierHost]:
    """A StatusNotifierItem tray that reads and presses icons."""
    with notifier_host(desktop.bus_address) as host:
        yield host
