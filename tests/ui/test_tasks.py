"""Long work on other threads, and its outcome on the windows' own."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tankful.core.errors import TankfulError
from tankful.ui.tasks import Tasks


class Ears:
    """What was heard, and on which thread."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.failed: list[TankfulError] = []
        self.threads: set[threading.Thread] = set()

    def hear(self, result: object) -> None:
        self.done.append(result)
        self.threads.add(threading.current_thread())

    def fail(self, error: TankfulError) -> None:
        self.failed.append(error)
        self.threads.add(threading.current_thread())


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:  # noqa: ARG001 - signals need the application
    made = Tasks()
    yield made
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def elsewhere(act: object) -> None:
    """Do something on another thread."""
    assert callable(act)
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def test_a_result_from_another_thread_is_told_on_this_one(tasks: Tasks, qtbot: QtBot) -> None:
    ears, future = Ears(), Future[int]()
    tasks.follow(future, ears.hear, ears.fail)
    elsewhere(lambda: future.set_result(7))
    assert ears.done == []
    qtbot.waitUntil(lambda: ears.done == [7])
    assert ears.threads == {threading.main_thread()}


def test_an_expected_failure_is_told_as_it_is(tasks: Tasks, qtbot: QtBot) -> None:
    ears, future, error = Ears(), Future[int](), TankfulError("It broke", "Mend it.")
    tasks.follow(future, ears.hear, ears.fail)
    elsewhere(lambda: future.set_exception(error))
    qtbot.waitUntil(lambda: ears.failed == [error])


def test_a_mistake_of_our_own_is_said_without_its_words_and_logged_with_its_place(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    ears, future = Ears(), Future[int]()
    try:
        raise RuntimeError("sk-secret")  # noqa: TRY301 - a mistake needs a place
    except RuntimeError as mistake:
        future.set_exception(mistake)
    with caplog.at_level(logging.ERROR):
        tasks.follow(future, ears.hear, ears.fail)
        qtbot.waitUntil(lambda: len(ears.failed) == 1)
    assert "RuntimeError" in ears.failed[0].title
    assert "sk-secret" not in f"{ears.failed[0].title}{ears.failed[0].hint}"
    assert "test_tasks.py" in caplog.text
    assert "RuntimeError at" in caplog.records[0].getMessage()


@pytest.mark.parametrize("is_running", [False, True])
def test_of_cancelled_work_nothing_is_heard(tasks: Tasks, qtbot: QtBot, *, is_running: bool) -> None:
    ears, future, later = Ears(), Future[int](), Future[int]()
    if is_running:
        future.set_running_or_notify_cancel()
    task = tasks.follow(future, ears.hear, ears.fail)
    task.cancel()
    if is_running:
        future.set_result(1)
    tasks.follow(later, ears.hear, ears.fail)
    later.set_result(2)
    qtbot.waitUntil(lambda: ears.done == [2])
    assert ears.failed == []


def test_work_that_its_own_side_cancelled_is_not_heard_of_either(tasks: Tasks, qtbot: QtBot) -> None:
    ears, future, later = Ears(), Future[int](), Future[int]()
    tasks.follow(future, ears.hear, ears.fail)
    future.cancel()
    tasks.follow(later, ears.hear, ears.fail)
    later.set_result(2)
    qtbot.waitUntil(lambda: ears.done == [2])
    assert ears.failed == []


def test_steps_on_the_way_are_told_here_too(tasks: Tasks, qtbot: QtBot) -> None:
    ears = Ears()
    tell = tasks.here(ears.hear)
    elsewhere(lambda: tell("step"))
    qtbot.waitUntil(lambda: ears.done == ["step"])
    assert ears.threads == {threading.main_thread()}


def test_what_ends_after_the_windows_harms_nothing(qapp: QApplication) -> None:  # noqa: ARG001 - signals need the application
    tasks, ears, future = Tasks(), Ears(), Future[int]()
    tasks.follow(future, ears.hear, ears.fail)
    tasks.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    elsewhere(lambda: future.set_result(1))
    assert ears.done == []
