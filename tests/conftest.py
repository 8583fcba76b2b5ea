"""What holds for every test: no screen is needed, and nothing is left running."""

import gc
import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from patient import PatientQtBot
from sharing import Sharing, longest_first

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_ENDS_WITHIN_S = 20.0

# How long an example takes says nothing on a machine that is busy with other tests, too.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Say who runs what where several workers run the tests."""
    return Sharing(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let windows and icons open offscreen, where Qt remarks that it cannot raise windows and has no tray; order what is shared out."""
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items)
    for item in items:
        if {"qapp", "qtbot"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged", extend=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Spare every look for windows and timers the hundreds of thousands of objects that the tests themselves are."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientQtBot:
    """Whoever tests a window: pytest-qt's, with patience."""
    del qapp  # there has to be one
    return PatientQtBot(request)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(_ENDS_WITHIN_S)
    names = [thread.name for thread in left if thread.is_alive()]
    assert not names, f"the test left threads behind: {names}"


@pytest.fixture(autouse=True)
def nothing_left_on_screen(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window, or a timer that still ticks."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    # Only now: tests of everything else shall not wait for Qt.
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer  # noqa: PLC0415 - see above
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - see above

    before = set(map(id, QApplication.topLevelWidgets()))
    ticking = {id(timer) for timer in gc.get_objects() if type(timer) is QTimer and _ticks(timer)}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    widgets = [repr(widget) for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    timers = [timer.interval() for timer in gc.get_objects() if type(timer) is QTimer and id(timer) not in ticking and _ticks(timer)]
    assert not widgets, f"the test left windows behind: {widgets}"
    assert not timers, f"the test left timers running, every so many milliseconds: {timers}"


def _ticks(timer: object) -> bool:
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - only tests of windows wait for Qt

    try:
        return isinstance(timer, QTimer) and timer.isActive()
    except RuntimeError:  # its Qt half is gone
        return False
