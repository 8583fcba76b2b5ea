"""Of a closed folder it is said that it is closed, by its own name, and nothing else stops for it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tankful.engine.closed_folders import closed_at
from terminals import NOW, Machine

LIKE_ANYBODY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search")
"""The root user too is held to the permissions of files."""

Asked = Callable[..., Any]


@pytest.fixture
def close() -> Iterator[Callable[[Path], None]]:
    closed: list[Path] = []

    def closing(folder: Path) -> None:
        closed.append(folder)
        folder.chmod(0)

    yield closing
    for folder in closed:
        folder.chmod(0o700)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.responses(NOW)
    return machine


@pytest.fixture
def asked(machine: Machine) -> Asked:
    words = LIKE_ANYBODY if sys.platform == "linux" and os.geteuid() == 0 else ()
    if sys.platform == "win32" or (words and shutil.which(words[0]) is None):
        pytest.skip("no folder can be closed here")

    def ask(*command: str) -> Any:
        environ = {**os.environ, "HOME": str(machine.home), **machine.environ}
        line = [*words, sys.executable, "-m", "tankful", *command, "--json", "--data", str(machine.data)]
        ran = subprocess.run(line, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert (ran.returncode, ran.stderr) == (0, "")
        return json.loads(ran.stdout)

    return ask


def claude(sources: Any) -> Any:
    return next(each for each in sources["sources"] if each["agent"] == "claude-code")


def test_the_closed_folder_is_named_and_not_what_would_be_below(machine: Machine, asked: Asked, close: Callable[[Path], None]) -> None:
    close(machine.home / "claude")
    said = claude(asked("sources"))
    assert said["title"] == "1 folder or file of Claude Code cannot be read"
    assert said["hint"] == f"Check the permissions of {machine.home / 'claude'}."
    assert [folder["is_closed"] for folder in said["folders"][:2]] == [True, True]
    assert [flaw["path"] for flaw in asked("doctor")["ledger"]["flaws"]] == [str(machine.home / "claude")]


def test_a_closed_folder_in_the_settings_keeps_nothing_else_from_being_read(
    machine: Machine, asked: Asked, close: Callable[[Path], None]
) -> None:
    open_one, closed = machine.home / "another", machine.home / "closed"
    for folder in (open_one, closed):
        shutil.copytree(machine.home / "claude", folder)
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text(f"[sources.folders]\nclaude-code = [{str(closed)!r}, {str(open_one)!r}]\n")
    close(closed)
    assert asked("usage", "--by", "agent")["totals"]["requests"] == 1
    said = claude(asked("sources"))
    assert said["hint"] == f"Check the permissions of {closed}."
    assert str(open_one / "projects") in [folder["path"] for folder in said["folders"]]


def test_a_file_in_place_of_a_folder_is_named_with_what_to_do(machine: Machine) -> None:
    file = machine.home / "config.toml"
    file.touch()
    machine.environ["CODEX_HOME"] = str(file)
    said = next(each for each in machine.run("sources", "--json").json["sources"] if each["agent"] == "codex")
    assert (said["title"], said["hint"]) == (
        "1 folder or file of Codex CLI cannot be read",
        f"{file} is a file; name the folder that it is in.",
    )


def test_what_cannot_be_looked_at_for_another_reason_stands_for_itself(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert [closed_at(path) for path in ("/", str(tmp_path), str(loop / "below"))] == ["/", str(tmp_path), str(loop / "below")]
