"""A program splits in several and nothing is done twice, lost or made up, whatever befalls one of them."""

import json
import subprocess
import sys
import threading

import pytest

from tankful.engine.together import can_fork, usable_cores

SHARING = """
import json, os, signal, sys
from tankful.engine.together import share_out

parent = os.getpid()
begun, beginning = os.pipe()
followed, following = os.pipe()

def work(turns):
    if os.getpid() == parent:
        os.read(begun, 1)  # not before the child has a turn
    taken = []
    for turn in turns:
        taken.append(turn)
        if os.getpid() != parent:
            os.write(beginning, b".")
            if sys.argv[1] == "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            if sys.argv[1] == "fails":
                raise OSError("fails")
            if len(taken) == 1:
                os.read(followed, 1)  # nor does the child take them all
        elif len(taken) == 1:
            os.write(following, b".")
    return json.dumps(taken).encode() + b" " * 200_000

made = share_out(3000, 2, work)
print(json.dumps(made and [json.loads(each) for each in made]))
"""
UNCOUNTED = """
import _thread, json, threading
from tankful.engine.together import can_fork

alone = can_fork()
over = _thread.allocate_lock()
over.acquire()
_thread.start_new_thread(over.acquire, ())
print(json.dumps([alone, threading.active_count(), can_fork()]))
"""
needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


def shared(end: str = "") -> list[list[int]] | None:
    """Share turns in a program of its own, since this one has threads; `end`: what befalls the child."""
    ran = subprocess.run([sys.executable, "-c", SHARING, end], capture_output=True, check=True, timeout=60)
    made: list[list[int]] | None = json.loads(ran.stdout)
    return made


@needs_fork
def test_every_turn_is_taken_once_and_what_each_made_comes_back() -> None:
    made = shared()
    assert made is not None
    assert all(made)
    assert sorted(turn for each in made for turn in each) == list(range(3000))


@needs_fork
@pytest.mark.parametrize("end", ["dies", "fails"])
def test_a_process_that_does_not_get_to_its_end_is_told_of(end: str) -> None:
    assert shared(end) is None


def test_a_program_with_a_second_thread_does_not_split() -> None:
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert not can_fork()
    finally:
        over.set()
        other.join()


@needs_fork
def test_a_thread_that_a_library_started_counts_too() -> None:
    ran = subprocess.run([sys.executable, "-c", UNCOUNTED], capture_output=True, check=True, timeout=60)
    assert json.loads(ran.stdout) == [True, 1, False]


def test_between_one_and_four_processes_are_worth_starting() -> None:
    assert 1 <= usable_cores() <= 4
