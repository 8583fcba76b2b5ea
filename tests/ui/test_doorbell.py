"""One instance for each state folder, and the bell that others ring."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# A test may look inside, and what a signal carried is not typed.

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from tankful.system import doorbell
from tankful.system.found_gauge import LOCK, FoundGauge, found_gauge, silent
from tankful.ui.single_instance import SingleInstance, _is_held, claim


@pytest.fixture
def first(tmp_path: Path, qtbot: QtBot) -> "SingleInstance":  # noqa: ARG001 - the socket needs the application
    instance = claim(tmp_path)
    assert instance is not None
    assert instance.listen()
    return instance


def ring_elsewhere(state: Path, word: str) -> threading.Thread:
    caller = threading.Thread(target=doorbell.ring, args=(state, word))
    caller.start()
    return caller


@pytest.mark.parametrize("word", [doorbell.SHOW, doorbell.SETTINGS])
def test_a_word_rung_by_another_reaches_the_first(first: SingleInstance, tmp_path: Path, qtbot: QtBot, word: str) -> None:
    with qtbot.waitSignal(first.asked) as heard:
        caller = ring_elsewhere(tmp_path, word)
    caller.join()
    first.release()

    assert heard.args == [word]


@pytest.mark.skipif(sys.platform == "win32", reason="nothing tells there who has a lock")
def test_one_that_hangs_is_told_from_one_that_died_and_from_none(tmp_path: Path) -> None:
    lock = tmp_path / LOCK
    assert found_gauge(tmp_path, doorbell.SHOW) is None
    lock.write_text(f"{os.getpid()}\ntankful\nhost\n")
    assert found_gauge(tmp_path, doorbell.SHOW) is None
    lock.unlink()
    instance = claim(tmp_path)
    assert instance is not None
    assert found_gauge(tmp_path, doorbell.SHOW) == FoundGauge(answers=False, process=os.getpid())
    lock.write_text("")
    assert found_gauge(tmp_path, doorbell.SHOW) == FoundGauge(answers=False, process=0)
    assert str(silent(0)) == "Tankful is running and does not answer"
    instance.release()


CLAIM = """
import pathlib, sys
from tankful.core.errors import TankfulError
from tankful.ui.single_instance import claim
try:
    claim(pathlib.Path(sys.argv[1]))
except TankfulError as silent:
    print(silent)
    sys.exit(2)
"""


def claimed_elsewhere(state: Path) -> "subprocess.CompletedProcess[str]":
    """What another program gets that claims the same folder."""
    return subprocess.run([sys.executable, "-c", CLAIM, str(state)], check=False, capture_output=True, text=True)


def test_a_second_claim_is_refused_and_the_first_is_asked_to_show_itself(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    refused: list[SingleInstance | None] = []
    second = threading.Thread(target=lambda: refused.append(claim(tmp_path)))

    with qtbot.waitSignal(first.asked) as heard:
        second.start()
    second.join()
    first.release()

    assert (heard.args, refused) == ([doorbell.SHOW], [None])


def test_other_folders_have_instances_of_their_own(first: SingleInstance, tmp_path: Path) -> None:
    other = claim(tmp_path / "other")
    assert other is not None
    other.release()
    first.release()


def test_after_the_first_has_ended_the_next_one_may_start(first: SingleInstance, tmp_path: Path) -> None:
    first.release()

    again = claim(tmp_path)
    assert again is not None
    assert again.listen()
    again.release()


def test_what_a_killed_instance_left_behind_stops_nobody(tmp_path: Path, qtbot: QtBot) -> None:
    left = (
        "import os, sys, pathlib; from PySide6.QtCore import QCoreApplication; from tankful.ui.single_instance import claim\n"
        "app = QCoreApplication([]); one = claim(pathlib.Path(sys.argv[1])); one.listen(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", left, str(tmp_path)], check=False)
    assert Path(doorbell.address(tmp_path)).exists()
    assert not doorbell.ring(tmp_path, doorbell.SHOW)

    instance = claim(tmp_path)
    assert instance is not None
    assert instance.listen()
    with qtbot.waitSignal(instance.asked):
        caller = ring_elsewhere(tmp_path, doorbell.SHOW)
    caller.join()
    instance.release()


def test_where_no_lock_can_be_made_nobody_runs_and_the_claim_says_so(tmp_path: Path, qtbot: QtBot) -> None:  # noqa: ARG001 - the socket needs the application
    (tmp_path / "file").touch()

    instance = claim(tmp_path / "file" / "state")
    assert instance is not None
    assert instance.unlocked is not None
    assert str(tmp_path / "file" / "state") in instance.unlocked.title
    assert instance.unlocked.hint
    instance.listen()
    instance.release()


def test_a_lock_that_becomes_possible_later_is_taken_then(tmp_path: Path, qtbot: QtBot) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.touch()
    instance = claim(in_the_way)
    assert instance is not None
    instance._again.setInterval(5)
    assert not instance.listen()
    in_the_way.unlink()
    with qtbot.waitSignal(instance.locked):
        pass
    assert instance.unlocked is None
    with qtbot.waitSignal(instance.asked):
        caller = ring_elsewhere(in_the_way, doorbell.SHOW)
    caller.join()
    instance.release()


def test_one_that_runs_answers_also_where_no_lock_can_be_made(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "lock").unlink()
    (tmp_path / "lock").symlink_to("/dev/full/lock")
    refused: list[SingleInstance | None] = []
    second = threading.Thread(target=lambda: refused.append(claim(tmp_path)))

    with qtbot.waitSignal(first.asked):
        second.start()
    second.join()
    first.release()

    assert refused == [None]


@pytest.mark.parametrize("left", ["", "-1\ntankful\nhost\n"])
def test_a_lock_that_names_nobody_stops_nobody(tmp_path: Path, qtbot: QtBot, left: str) -> None:  # noqa: ARG001 - the socket needs the application
    (tmp_path / "lock").write_text(left)

    instance = claim(tmp_path)
    assert instance is not None
    assert instance.unlocked is None
    instance.release()


def test_of_one_that_runs_and_does_not_answer_nobody_says_that_its_panel_is_open(tmp_path: Path, qtbot: QtBot) -> None:  # noqa: ARG001 - the same
    instance = claim(tmp_path)
    assert instance is not None

    second = claimed_elsewhere(tmp_path)
    assert (second.returncode, second.stdout) == (2, f"Tankful is running (process {os.getpid()}) and does not answer\n")
    instance.release()


def test_a_lock_is_held_by_whoever_runs_and_not_by_the_dead(tmp_path: Path) -> None:
    left = "import os, sys; from PySide6.QtCore import QLockFile; lock = QLockFile(sys.argv[1]); lock.tryLock(0); os.kill(os.getpid(), 9)"
    own = QLockFile(str(tmp_path / "own"))
    own.tryLock(0)
    subprocess.run([sys.executable, "-c", left, str(tmp_path / "dead")], check=False)

    assert _is_held(QLockFile(str(tmp_path / "own")))
    assert not _is_held(QLockFile(str(tmp_path / "dead")))


def test_nobody_answers_where_nobody_runs(tmp_path: Path) -> None:
    assert not doorbell.ring(tmp_path, doorbell.SHOW)


def test_a_caller_that_talks_nonsense_is_hung_up_on(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    answers: list[bool] = []
    caller = threading.Thread(target=lambda: answers.append(doorbell.ring(tmp_path, "x" * 500)))
    with qtbot.waitSignal(first.asked, timeout=500, raising=False):
        caller.start()
    qtbot.waitUntil(lambda: not caller.is_alive())

    with qtbot.waitSignal(first.asked) as heard:
        polite = ring_elsewhere(tmp_path, doorbell.SHOW)
    polite.join()
    first.release()

    assert heard.args == [doorbell.SHOW]


def test_the_address_fits_into_a_socket_however_long_the_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 40)

    assert len(doorbell.address(deep, "linux")) < 104
    assert doorbell.address(deep, "linux") != doorbell.address(tmp_path / ("long" * 41), "linux")
    assert doorbell.address(tmp_path, "win32").startswith("tankful-")
    assert "\\" not in doorbell.address(tmp_path, "win32")


def test_two_names_of_one_folder_are_one_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert doorbell.address(tmp_path / "link") == doorbell.address(tmp_path / "real")
