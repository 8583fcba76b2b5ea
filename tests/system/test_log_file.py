"""What goes wrong inside the program is in a small file of its owner's, without a word of what was being handled."""

import logging
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tankful.core.errors import TankfulError
from tankful.system.log_file import catching, log_path, logging_to, note, places

CANARY = "sk-canary-4711-abcdef"
PROMPT = "please rewrite the payroll"


def fail() -> None:
    raise ValueError(f"{CANARY} {PROMPT}")


def failure() -> ValueError:
    try:
        fail()
    except ValueError as mistake:
        return mistake
    raise AssertionError


def everything(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def test_nothing_went_wrong_and_there_is_no_file(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        logging.getLogger("tankful.engine").info("all is well")
    assert not log_path(tmp_path).exists()


def test_a_mistake_is_noted_with_its_place_and_cause_and_none_of_its_words(tmp_path: Path) -> None:
    mistake = KeyError(PROMPT)
    mistake.__cause__ = failure()
    assert note(tmp_path / "new", mistake)
    said = log_path(tmp_path / "new").read_text(encoding="utf-8")
    assert "KeyError at" in said
    assert "ValueError" in said
    assert "test_log_file.py" in said
    assert CANARY not in said
    assert PROMPT not in said


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_a_pipe_in_its_place_is_left_alone_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(log_path(tmp_path))
    assert not note(tmp_path, failure())
    reader = os.open(log_path(tmp_path), os.O_RDONLY | os.O_NONBLOCK)
    assert not note(tmp_path, failure())
    os.close(reader)


def test_mistakes_in_a_group_are_all_noted() -> None:
    assert "ValueError" in places(ExceptionGroup("several", [failure(), ExceptionGroup("more", [failure()])]))


@pytest.mark.skipif(os.name == "nt", reason="this system has no such permissions")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    note(tmp_path / "new", failure())
    assert stat.S_IMODE(log_path(tmp_path / "new").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_it_stays_small(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        for number in range(3000):
            logging.getLogger("tankful.engine").warning("%d %s", number, "word " * 100)
    files = list(tmp_path.iterdir())
    assert len(files) == 3
    assert sum(path.stat().st_size for path in files) < 800_000


def test_what_libraries_say_is_left_out_but_for_who_spoke_and_where_it_failed(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        logging.getLogger("httpx").warning("GET https://%s@llm.example.com %s", CANARY, PROMPT)
        logging.getLogger("asyncio").error("Task exception was never retrieved: %s", PROMPT, exc_info=failure())
        logging.getLogger("tankful.engine").warning("refused with %s and token: abc", CANARY)
        logging.getLogger("asyncio").error("no mistake", exc_info=(None, None, None))
    said = everything(tmp_path)
    assert "httpx" in said
    assert "asyncio" in said
    assert "ValueError" in said
    assert "refused with …" in said
    for word in (CANARY, PROMPT, ": abc"):
        assert word not in said


def test_a_file_that_cannot_be_written_costs_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in the way").write_text("")
    assert not note(tmp_path / "in the way" / "state", failure())
    with logging_to(tmp_path / "in the way"):
        logging.getLogger("tankful.engine").error("unheard")
    assert capsys.readouterr().err == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_caught_is_logged_and_told_once(tmp_path: Path) -> None:
    told: list[TankfulError] = []
    before = sys.excepthook, threading.excepthook
    with logging_to(tmp_path), catching(told.append):
        for _ in range(3):
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
        mistake = failure()
        sys.excepthook(type(mistake), mistake, mistake.__traceback__)
    assert (sys.excepthook, threading.excepthook) == before
    assert [error.title for error in told] == ["Tankful made a mistake (ValueError)"] * 2
    said = everything(tmp_path)
    assert said.count("ValueError at") == 4
    assert CANARY not in said


_END = """
import sys, threading
from tankful.system.log_file import catching

told = []
with catching(told.append):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    threading.excepthook(threading.ExceptHookArgs((KeyboardInterrupt, KeyboardInterrupt(), None, None)))
print(told)
"""


def test_an_end_that_was_asked_for_is_no_mistake() -> None:
    said = subprocess.run([sys.executable, "-c", _END], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
    assert said.stderr.count("KeyboardInterrupt") >= 2
