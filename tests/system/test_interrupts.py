"""Ctrl+C while the program is loading ends it without a word; later it is an exception, as everywhere in Python."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType

import pytest

from tankful.system import interrupts

INTERRUPTED_WHILE_LOADING = """
import os, runpy, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["tankful", "usage", "--data", {data!r}]
runpy.run_module("tankful", run_name="__main__")
"""


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="a program cannot send itself a Ctrl+C there")
@pytest.mark.parametrize("module", ["tankful.main", "tankful.cli", "tankful.commands.usage", "tankful.store.ledger", "tankful.system.zone"])
def test_control_c_while_loading_is_silent(module: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    code = INTERRUPTED_WHILE_LOADING.format(module=module, data=str(tmp_path_factory.mktemp("data")))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (interrupts.CODE, "", "")


def test_once_there_is_something_to_clean_up_it_is_an_exception_again() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupts.end_at_once()
    assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    interrupts.raise_as_usual()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_it_or_listens_goes_on_doing_so() -> None:
    def listen(number: int, frame: FrameType | None) -> None:
        del number, frame

    for handler in (signal.SIG_IGN, listen):
        signal.signal(signal.SIGINT, handler)
        interrupts.end_at_once()
        interrupts.raise_as_usual()
        assert signal.getsignal(signal.SIGINT) == handler
