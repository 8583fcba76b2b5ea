"""Where the ledger can be read but not written, commands show what it holds and say that nothing new is in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schemas import check
from terminals import NOW, Machine

BOOKED = NOW - timedelta(minutes=20)


@pytest.fixture
def locked(machine: Machine) -> Machine:
    """A month booked 20 minutes ago, more spent since, and a folder in which nothing may be made that SQLite needs."""
    machine.month()
    assert machine.run("usage").code == 0
    ledger = machine.data / "ledger.sqlite"
    os.utime(ledger, (BOOKED.timestamp(), BOOKED.timestamp()))
    ledger.with_name(f"{ledger.name}-shm").mkdir()
    machine.responses(NOW)
    return machine


def test_usage_shows_what_was_booked_and_says_why_no_more(locked: Machine) -> None:
    answer = locked.run("usage", "--json", "--by", "")
    assert answer.code == 0
    check("usage", answer.json)
    assert answer.json["totals"]["cost_usd"] == "9.00"
    assert answer.json["sources"][-1]["condition"] == "failing"
    assert answer.err.startswith(f"tankful: The ledger {locked.data / 'ledger.sqlite'} cannot be written: nothing new is read in,")
    assert "20 min ago" in answer.err
    assert answer.err.count("\n") == 1
    assert "Nothing new was read in." in locked.run("usage").out


def test_status_shows_the_last_booked_state_as_old(locked: Machine) -> None:
    locked.run("budget", "100")
    answer = locked.run("status")
    assert answer.code == 0
    assert "$91.00" in answer.out
    assert "Checked 20 min ago" in answer.out
    assert answer.err.count("cannot be written") == 1
    json = locked.run("status", "--json")
    check("status", json.json)
    assert json.json["as_of"] == "2026-11-20T14:40:00Z"


def test_without_a_ledger_to_show_it_stays_a_failure(machine: Machine) -> None:
    (machine.data / "ledger.sqlite").mkdir(parents=True)
    answer = machine.run("usage")
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be written. Check" in answer.err


MOUNTED = (
    *("unshare", "--user", "--map-root-user", "--mount", "sh", "-c"),
    'mount --bind "$DATA" "$DATA" && mount -o remount,ro,bind "$DATA" && exec "$@"',
    "sh",
)
LIKE_ANYBODY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search")
"""The root user too is held to the permissions of files."""


@pytest.fixture(params=["on a read-only disk", "without permission to write"])
def within(request: pytest.FixtureRequest, machine: Machine) -> Iterator[tuple[str, ...]]:
    """Words that run a program for which the folder of a booked month cannot be written."""
    words = MOUNTED if "disk" in request.param else LIKE_ANYBODY if os.geteuid() == 0 else ()
    machine.month()
    assert machine.run("usage").code == 0
    if words[:1] != ("unshare",):
        machine.data.chmod(0o500)
    trial = ("sh", "-c", '! touch "$DATA/trial"')
    environ = {**os.environ, "DATA": str(machine.data)}
    if words and (
        shutil.which(words[0]) is None or subprocess.run([*words, *trial], env=environ, capture_output=True, check=False).returncode
    ):
        pytest.skip("no folder can be made read-only here")
    yield words
    machine.data.chmod(0o700)


def said(within: tuple[str, ...], machine: Machine, temporary: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*within, sys.executable, "-m", "tankful", *words, "--data", str(machine.data)]
    environ = {**os.environ, **machine.environ, "DATA": str(machine.data), "TMPDIR": str(temporary)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux to take a permission away from whoever runs the tests")
def test_a_folder_that_cannot_be_written_is_looked_at_and_left_alone(within: tuple[str, ...], machine: Machine, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    usage = said(within, machine, temporary, "usage", "--csv", "--by", "agent")
    assert usage.returncode == 0
    assert usage.stdout.splitlines()[1].startswith("claude-code,7,")
    assert "nothing new is read in" in usage.stderr
    assert said(within, machine, temporary, "status", "--line").returncode == 0
    assert "$" in said(within, machine, temporary, "statusline").stdout
    assert [path.name for path in machine.data.iterdir()] == ["ledger.sqlite"]
    assert not list(temporary.iterdir())
