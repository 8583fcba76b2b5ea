import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tankful.commands.statusline import heard, line_of
from tankful.system.paths import folders
from tankful.system.quick_paths import quick_paths
from terminals import NOW, Machine

SAID = {"model": {"id": "claude-opus-4-1", "display_name": "Opus 4.1"}, "cost": {"total_cost_usd": Decimal("0.0892")}}
WRITTEN = b'{"model":{"display_name":"Opus 4.1"},"cost":{"total_cost_usd":0.0892}}'
FIXTURES = Path(__file__).parent.parent.parent.parent / "shared" / "fixtures" / "claude-code" / "statusline"


def line(machine: Machine, said: dict[str, Any], budget: dict[str, Any] | None = None) -> str:
    tables: dict[str, Any] = {"budget": budget or {}, "appearance": {"timezone": "UTC"}}
    return line_of(said, str(machine.data / "ledger.sqlite"), tables, machine.now)


def program(machine: Machine, *words: str, stdin: bytes | None = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tankful", "statusline", *words],
        input=stdin,
        capture_output=True,
        env=os.environ | machine.environ | environ,
        check=False,
        timeout=60,
    )


def test_the_line_says_model_session_today_and_what_is_left(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    assert line(machine, SAID, {"usd": "400"}) == "Opus 4.1 · session $0.09 · today $1.50 · $391.00 of $400 left, less 1 unpriced ●"
    assert line(machine, SAID, {"usd": 8}) == "Opus 4.1 · session $0.09 · today $1.50 · $1.00 over $8, + 1 unpriced ▲▲"
    assert line(machine, SAID) == "Opus 4.1 · session $0.09 · today $1.50"


def test_what_has_no_price_is_never_nothing(machine: Machine) -> None:
    machine.responses(NOW - timedelta(days=1), NOW, NOW, model="brand-new-9")
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text('[appearance]\ntimezone = "UTC"\n')
    assert machine.run("status", "--line").out == "○ 3 unpriced spent · today 2 unpriced\n"
    assert line(machine, {}) == "today 2 unpriced"
    machine.run("budget", "400")
    assert machine.run("status", "--line").out == "● 0% · $400.00 of $400 left, less 3 unpriced · today 2 unpriced\n"
    assert line(machine, {}, {"usd": 400}) == "today 2 unpriced · $400.00 of $400 left, less 3 unpriced ●"
    assert "0.00" not in machine.run("status").out.replace("$400.00", "").replace("$0.00 to", "")


def test_the_line_and_status_agree_on_every_budget(machine: Machine) -> None:
    machine.responses(*(NOW - timedelta(days=days, hours=hour) for days in range(60) for hour in range(days % 4)))
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text('[appearance]\ntimezone = "UTC"\n')
    for words in (("90",), ("100",), ("120",), ("400",), ("20", "--period", "week", "--start-day", "3")):
        machine.run("budget", *words)
        mark, _, rest = machine.run("status", "--line").out.strip().partition(" ")
        budget = {"usd": words[0], "period": "week" if "week" in words else "month", "start_day": 3 if "week" in words else 1}
        _, left, today = rest.split(" · ")
        assert line(machine, {}, budget) == f"{today} · {left} {mark}"


def test_without_a_ledger_only_the_agents_own_words_are_said_and_none_is_made(machine: Machine) -> None:
    assert line(machine, SAID, {"usd": 400}) == "Opus 4.1 · session $0.09"
    assert line(machine, {}) == "tankful: nothing known yet"
    assert not machine.data.exists()


def test_a_ledger_that_is_none_is_passed_over(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "ledger.sqlite").write_bytes(b"no database at all, just words" * 100)
    assert line(machine, SAID, {"usd": 400}) == "Opus 4.1 · session $0.09"


def test_what_a_model_is_called_cannot_move_the_cursor(machine: Machine) -> None:
    assert line(machine, {"model": {"display_name": "\x1b[2JOpus\n\u202e" + "x" * 99}}) == "[2JOpus" + "x" * 33


NAMES = st.sampled_from(["model", "cost", "display_name", "id", "total_cost_usd", "budget", "usd", "start_day", "period", "working_days"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=20,  # nothing is looked for deeper than in the second table; drawing more takes longer than all else
)


@given(said=st.dictionaries(NAMES, VALUES), tables=st.dictionaries(NAMES, VALUES))
def test_whatever_is_said_there_is_a_line(tmp_path_factory: pytest.TempPathFactory, said: dict[str, Any], tables: dict[str, Any]) -> None:
    out = line_of(said, str(tmp_path_factory.getbasetemp() / "none"), tables, NOW)
    assert "\n" not in out
    assert out


def test_settings_that_make_no_sense_are_passed_over(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    tables = {"budget": {"usd": "lots", "start_day": "x", "working_days": 5, "period": 3}, "appearance": {"timezone": "Mars/Olympus"}}
    assert line_of(SAID, str(machine.data / "ledger.sqlite"), tables, machine.now).startswith("Opus 4.1 · session $0.09 · today $")
    tables["budget"]["usd"] = "400"
    assert "of $400 left" in line_of(SAID, str(machine.data / "ledger.sqlite"), tables, machine.now)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")) or [pytest.param(None, marks=pytest.mark.skip("no fixtures"))], ids=str)
def test_recorded_words_of_claude_code_are_understood(machine: Machine, path: Path) -> None:
    said = json.loads(path.read_bytes())
    out = program(machine, "--data", str(machine.data), stdin=path.read_bytes()).stdout.decode()
    assert out.startswith(f"{said['model']['display_name']} · session $0.")


@pytest.mark.parametrize("stdin", [b"", b"{", b"null", b"[1]", b"\xff\xfe", b"[" * 200_000, b'{"model":' * 99_999])
def test_nonsense_on_stdin_still_gives_a_line_and_a_good_exit_code(machine: Machine, stdin: bytes) -> None:
    answer = program(machine, f"--data={machine.data}", stdin=stdin)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"tankful: nothing known yet\n", b"")


def test_the_program_reads_its_own_settings_and_ledger(machine: Machine) -> None:
    machine.responses(machine.now - timedelta(days=1))
    machine.run("usage")
    machine.run("budget", "400")
    before = sorted(path.name for path in machine.data.iterdir())
    answer = program(machine, "--data", str(machine.data), stdin=WRITTEN)
    assert answer.stdout.decode().startswith("Opus 4.1 · session $0.09 · today $")
    assert b"of $400 left" in answer.stdout
    assert before == sorted(path.name for path in machine.data.iterdir() if not path.name.endswith(("-wal", "-shm")))


def test_the_limits_of_a_subscription_are_noted_where_the_state_is_kept_and_nothing_else_of_what_was_said(machine: Machine) -> None:
    limits = {"five_hour": {"used_percentage": 23.5, "resets_at": 1_795_400_000}, "seven_day": {"used_percentage": 41, "resets_at": None}}
    said = json.dumps(json.loads(WRITTEN) | {"rate_limits": limits}).encode()
    for words in (["--data", str(machine.data)], [f"--data={machine.data}"]):
        assert program(machine, *words, stdin=said).returncode == 0
        kept = json.loads((machine.data / "claude-limits.json").read_bytes())
        assert kept.keys() == {"at", "windows"}
        assert kept["windows"] == {"five_hour": [23.5, 1_795_400_000]}
    assert [path.name for path in machine.data.iterdir()] == ["claude-limits.json"]


def test_limits_that_cannot_be_noted_are_no_reason_for_silence(machine: Machine) -> None:
    machine.data.parent.mkdir(exist_ok=True)
    machine.data.write_text("no folder")
    said = json.dumps({"rate_limits": {"five_hour": {"used_percentage": 1, "resets_at": 1_795_400_000}}}).encode()
    answer = program(machine, "--data", str(machine.data), stdin=said)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, b"tankful: nothing known yet\n", b"")


def test_a_budget_file_that_is_broken_is_no_reason_for_silence(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text("[budget")
    assert program(machine, "--data", str(machine.data), stdin=WRITTEN).stdout == "Opus 4.1 · session $0.09\n".encode()


def test_a_stdin_that_nobody_closes_does_not_keep_us() -> None:
    ours, theirs = os.pipe()
    try:
        assert heard(ours, patience_s=0.01) == b""
        os.write(theirs, b'{"model": {"id"')
        assert heard(ours, patience_s=0.01) == b'{"model": {"id"'
        os.write(theirs, b'{"model": {"id": "x"}}\n')
        assert heard(ours, patience_s=60) == b'{"model": {"id": "x"}}\n'
    finally:
        os.close(theirs)
        os.close(ours)


def test_no_more_than_a_million_bytes_are_taken() -> None:
    ours, theirs = os.pipe()

    def pour() -> None:
        with os.fdopen(theirs, "wb") as out:
            out.write(b"x" * 3_000_000)

    pouring = threading.Thread(target=pour)
    pouring.start()
    assert 1_000_000 <= len(heard(ours)) < 1_100_000
    with os.fdopen(ours, "rb") as rest:
        rest.read()
    pouring.join()


SLOW = frozenset(
    [
        "msgspec",
        "rich",
        "PySide6",
        "platformdirs",
        "tomlkit",
        "argparse",
        "dataclasses",
        "inspect",
        "asyncio",
        "subprocess",
        "pathlib",
        "urllib",
        "zoneinfo",
    ]
)


def test_it_loads_nothing_that_is_slow(machine: Machine) -> None:
    code = "import sys; sys.argv[1:] = ['statusline']; from tankful.main import main; main(); print(*sys.modules, file=sys.stderr)"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")} | {"HOME": str(machine.home)}
    answer = subprocess.run([sys.executable, "-c", code], input=b"{}", capture_output=True, env=environ, check=True)
    assert not SLOW & set(answer.stderr.decode().split())


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="their folders need asking the system")
@pytest.mark.parametrize(
    "said",
    [{}, {"XDG_DATA_HOME": "/x/data", "XDG_CONFIG_HOME": "/x/config", "XDG_STATE_HOME": "/x/state"}, {"XDG_DATA_HOME": "not/absolute"}],
)
def test_the_quick_way_to_the_folders_leads_where_the_slow_one_does(said: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    for chosen in (None, "some/where"):
        slow = folders(Path(chosen) if chosen else None)
        assert quick_paths(chosen) == (str(slow.ledger), str(slow.settings), str(slow.state))


def test_help_is_printed_and_unknown_words_are_refused(machine: Machine) -> None:
    told = program(machine, "--help")
    assert (told.returncode, told.stdout.startswith(b"usage: tankful statusline")) == (0, True)
    refused = program(machine, "--colour")
    assert (refused.returncode, refused.stdout, refused.stderr.count(b"\n")) == (2, b"", 1)
    assert program(machine, "--data", "").returncode == 2


def test_the_data_folder_may_stand_before_the_word(machine: Machine) -> None:
    words = [sys.executable, "-m", "tankful", "--data", str(machine.data), "statusline"]
    done = subprocess.run(words, input=WRITTEN, capture_output=True, check=False)
    assert done.stdout == "Opus 4.1 · session $0.09\n".encode()
