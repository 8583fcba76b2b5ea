"""Odd names, odd clocks and odd settings stop no command."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from terminals import NOW, Machine

FULL = """
import os, sys
def fork():
    raise BlockingIOError("no room")
os.fork = fork
from tankful.engine.together import share_out
print(share_out(5, 2, lambda turns: bytes(turns)))
"""
BROKEN = """
import os, re, sys
from tankful.main import start
sys.argv = ["tankful", "usage", "--json", "--data", sys.argv[1]]
leave = os._exit
def end(code):
    peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
    print(int(peak[1]) // 1024, file=sys.stderr)
    leave(code)
os._exit = end
start()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
def test_a_log_whose_name_is_no_text_is_read_once(machine: Machine) -> None:
    machine.month()
    odd = os.fsencode(machine.log.parent.parent) + b"/-\xff\xfe"
    os.mkdir(odd)  # noqa: PTH102 - a path of bytes
    machine.log.rename(os.fsdecode(odd + b"/q.jsonl"))
    for _ in range(2):
        answer = machine.run("usage", "--json")
        assert (answer.code, answer.json["totals"]["requests"]) == (0, 7)
    assert machine.run("doctor").code == 0
    assert machine.run("sources").code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems keep no such times")
def test_a_log_from_the_far_future_is_read(machine: Machine) -> None:
    machine.month()
    os.utime(machine.log, (9_300_000_000, 9_300_000_000))
    assert machine.run("usage", "--json").json["totals"]["requests"] == 7
    machine.responses(NOW - timedelta(minutes=1))
    assert machine.run("usage", "--json").json["totals"]["requests"] == 8


@pytest.mark.parametrize("folder", ["/mnt/\\u0000x", "~nobody-of-that-name/x"])
def test_folders_that_cannot_be_are_passed_over(machine: Machine, folder: str) -> None:
    machine.month()
    machine.data.mkdir(parents=True, exist_ok=True)
    (machine.data / "settings.toml").write_text(f'[sources.folders]\ncodex = ["{folder}"]\n')
    answer = machine.run("usage", "--json")
    assert (answer.code, answer.json["totals"]["requests"]) == (0, 7)
    for command in ("sources", "doctor"):
        said = machine.run(command).out
        assert "It is named in the settings, line 2." in said
        assert "Codex CLI (codex)" in said
    (source,) = (each for each in machine.run("sources", "--json").json["sources"] if each["passed_over"])
    assert (source["agent"], source["passed_over"][0]["line"]) == ("codex", 2)


def test_of_an_agent_that_is_switched_off_no_folder_is_missed(machine: Machine) -> None:
    machine.data.mkdir(parents=True, exist_ok=True)
    (machine.data / "settings.toml").write_text('[sources]\noff = ["codex"]\nfolders = {codex = ["/nowhere/at/all"]}\n')
    assert "It is named in the settings" not in machine.run("sources", "--all").out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
def test_where_no_other_process_can_be_started_one_does_it_all() -> None:
    done = subprocess.run([sys.executable, "-c", FULL], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"[b'\\x00\\x01\\x02\\x03\\x04']"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in kilobytes there")
def test_broken_lines_do_not_pile_up_in_memory(machine: Machine, tmp_path: Path) -> None:
    machine.month()
    line = machine.log.read_text().splitlines()[0]
    broken = line.replace("2026-11-16", "2026-99-01")
    assert broken != line
    machine.log.write_text(f"{broken}\n" * 60_000)
    ran = subprocess.run(
        [sys.executable, "-c", BROKEN, str(tmp_path / "its-own")],
        env={**os.environ, **machine.environ, "HOME": str(tmp_path), "COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert int(ran.stderr.split()[-1]) < 80


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("settings.toml", "settings.toml cannot be read: it is no regular file."),
        ("links.toml", "links.toml cannot be read: it is no regular file."),
        ("ledger.sqlite", "ledger.sqlite is no regular file."),
    ],
)
def test_a_pipe_in_the_place_of_a_file_of_ours_is_said_and_holds_nobody_up(machine: Machine, name: str, said: str) -> None:
    machine.month()
    machine.data.mkdir()
    os.mkfifo(machine.data / name)
    answer = machine.run("accounts" if name == "links.toml" else "usage")
    assert answer.code == 2
    assert said in answer.err
    assert said.removesuffix(".") in machine.run("doctor").out


def test_a_budget_of_next_to_nothing_in_the_settings_gives_numbers_that_can_be_read(machine: Machine) -> None:
    machine.month()
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text('[budget]\nusd = "1e-400"\n')
    (meter,) = machine.run("status", "--json").json["meters"]
    assert meter["used_percent"] == 1_000_000
    assert "1,000,000%" in machine.run("status", "--line").out


@pytest.mark.parametrize("project", ["/" + "d" * 9000, "/" + "d" * 300 + "/x", "/a\0b", "/\ud800"])
def test_a_folder_that_no_folder_can_be_called_like_stops_no_command(machine: Machine, project: str) -> None:
    machine.responses(machine.now)
    line = json.loads(machine.log.read_text()) | {"cwd": project, "uuid": "odd", "requestId": "odd"}
    with machine.log.open("a") as log:
        log.write(json.dumps(line) + "\n")
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text(f'[sources.folders]\ncodex = ["/{"f" * 300}", "/\\u0000"]\n')
    for command in (("usage",), ("sources",), ("sources", "--all"), ("doctor",), ("status",)):
        answer = machine.run(*command)
        assert (answer.code, answer.err) == (0, "")
        assert "folder or file of" not in answer.out
    assert machine.run("doctor").out.endswith("Nothing is broken.\n")


@pytest.mark.parametrize("name", ["a\0b", "\ud83d", "x" * 300])
def test_settings_of_other_programs_that_name_impossible_folders_and_providers_stop_no_command(machine: Machine, name: str) -> None:
    machine.responses(machine.now)
    given = {
        ".config/Code/User/settings.json": {"roo-cline.customStoragePath": name, "kilo-code.customStoragePath": f"/{name}"},
        ".local/share/crush/projects.json": {"projects": [{"path": f"/w{name}", "data_dir": "x"}, {"path": "/x", "data_dir": name}]},
        ".config/zed/settings.json": {"agent": {"default_model": {"provider": name}}},
    }
    for place, settings in given.items():
        (machine.home / place).parent.mkdir(parents=True)
        (machine.home / place).write_text(json.dumps(settings))
    threads = machine.home / ".local" / "share" / "zed" / "threads" / "threads.db"
    threads.parent.mkdir(parents=True)
    with closing(sqlite3.connect(threads)) as store, store:
        store.execute("CREATE TABLE threads (id TEXT, updated_at TEXT, data_type TEXT, data BLOB)")
        store.execute("INSERT INTO threads VALUES ('z', '2026-11-20', 'json', ?)", (b'{"cumulative_token_usage": {"input_tokens": 5}}',))
    machine.environ |= {"HOME": str(machine.home), "AIDER_CHAT_HISTORY_FILE": "x" * 300 + "/a.md"}
    for command in (("usage",), ("sources", "--all"), ("doctor",), ("status",)):
        answer = machine.run(*command)
        assert (answer.code, answer.err) == (0, "")
    assert machine.run("usage", "--json").json["totals"]["requests"] == 2
