import json
import os
import socket
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from tankful.commands.examination import examine
from tankful.commands.terminal import Terminal
from tankful.store.ledger import Ledger
from tankful.system import doorbell
from tankful.system.paths import folders
from terminals import Machine


def test_sources_say_where_each_agent_writes(machine: Machine) -> None:
    machine.month()
    short = machine.run("sources").out
    assert "Codex CLI" in short.partition("Not found here: ")[2]
    lines = machine.run("sources", "--all").out.splitlines()
    assert lines[0] == "  Claude Code (claude-code)  ● 1 file, 7 responses · exact"
    assert any(str(machine.home / "claude" / "projects") in line and "CLAUDE_CONFIG_DIR" in line for line in lines)
    assert any(line.startswith("  Codex CLI (codex)  ○ No records of Codex CLI found.") for line in lines)
    assert any(str(machine.home / "codex" / "sessions") in line and line.endswith("not there") for line in lines)


def test_sources_for_programs(machine: Machine) -> None:
    machine.month()
    claude, codex, *_ = machine.run("sources", "--json").json["sources"]
    assert (claude["agent"], claude["files"], claude["events"], claude["condition"], claude["read"]) == ("claude-code", 1, 7, "ok", True)
    assert (codex["agent"], codex["condition"]) == ("codex", "waiting")


def test_an_agent_that_is_switched_off_is_said_to_be(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text('[sources]\noff = ["codex"]\n')
    assert "  Codex CLI (codex)  ○ not read: switched off in the settings" in machine.run("sources").out
    assert "not read: switched off in the settings" in machine.run("sources", screen=True).out
    assert machine.run("sources", "--json").json["sources"][1]["read"] is False


def test_doctor_finds_nothing_broken_on_a_healthy_machine(machine: Machine) -> None:
    machine.responses(machine.now)
    answer = machine.run("doctor")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith("Tankful ")
    assert "  No flaws." in lines
    assert any(line.startswith(f"  Ledger    {machine.data / 'ledger.sqlite'} (") and line.endswith(" kB)") for line in lines)
    assert f"  Settings  {machine.data / 'settings.toml'} (not there: everything is at its default)" in lines
    assert any(line.startswith("  Prices    table of 20") for line in lines)
    assert "  Gauge     not running" in lines
    assert lines[-1] == "Nothing is broken."


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes among the files of this system")
def test_doctor_names_what_is_no_log_and_finds_nothing_broken(machine: Machine) -> None:
    machine.responses(machine.now)
    os.mkfifo(machine.log.with_name("pipe.jsonl"))
    machine.log.with_name("up").symlink_to(machine.log.parent)
    answer = machine.run("doctor")
    assert f"▲ {machine.log.with_name('pipe.jsonl')}: this is not a regular file." in answer.out
    assert f"▲ {machine.log.with_name('up')}: a link leads back to a folder that is read already." in answer.out
    assert answer.code == 0


def test_a_time_zone_that_there_is_not_costs_doctor_no_other_finding(machine: Machine) -> None:
    machine.month()
    machine.data.mkdir()
    settings = machine.data / "settings.toml"
    settings.write_text('[appearance]\ntimezone = "Mars/Olympus"\n', encoding="utf-8")
    out = machine.run("doctor").out
    assert f"▲ {settings}: timezone in [appearance] has a value that is not allowed. There is no time zone 'Mars/Olympus'." in out
    assert "No price is known for brand-new-9." in out
    assert "Claude Code" in out


def test_a_policy_that_cannot_be_read_is_said(machine: Machine, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[[in_house")
    policy.chmod(0o644)
    where = replace(folders(machine.data), policy=policy)
    found = examine(where, Terminal(StringIO(), StringIO(), StringIO(), machine.environ, lambda: machine.now, machine.ring))
    assert found.policy == str(policy)
    (trouble,) = (trouble for trouble in found.troubles if str(policy) in trouble.title)
    assert "is not valid TOML" in trouble.title
    assert trouble.hint == "It counts for nothing until your administrator has corrected it."
    policy.unlink()
    assert examine(where, Terminal(StringIO(), StringIO(), StringIO(), machine.environ, lambda: machine.now, machine.ring)).policy == ""


def test_doctor_names_flaws_with_file_and_line(machine: Machine) -> None:
    machine.month()
    with machine.log.open("a") as log:
        log.write('{"type":"assistant","message":{"usage":\n')
    out = machine.run("doctor").out
    assert f"▲ {machine.log}, line 8: a line is not valid JSON." in out
    assert "No price is known for brand-new-9." in out
    flaw = machine.run("doctor", "--json").json["ledger"]["flaws"][0]
    assert (flaw["path"], flaw["line"], flaw["times"]) == (str(machine.log), 8, 1)


def test_requests_older_than_sums_are_kept_are_said_and_not_lost_in_silence(machine: Machine) -> None:
    machine.responses(machine.now - timedelta(days=700), machine.now - timedelta(days=401), machine.now)
    assert machine.run("usage", "--json").json["totals"]["requests"] == 1
    for command in ("sources", "doctor"):
        out = machine.run(command).out
        assert "● 1 file, 1 response" in out
        assert (
            "    2 requests were too old to be kept, and no figure holds them: sums are kept for 400 days (keep_sums_days in [privacy])."
            in out
        )
    machine.responses(machine.now - timedelta(days=500))
    assert machine.run("sources", "--json").json["sources"][0]["forgotten"] == 3
    assert machine.run("sources", "--json").json["sources"][1]["forgotten"] == 0


def test_requests_that_grow_too_old_are_said_and_do_not_come_back_with_other_settings(machine: Machine) -> None:
    machine.responses(machine.now - timedelta(days=200), machine.now - timedelta(days=50), machine.now)
    machine.data.mkdir()
    settings = machine.data / "settings.toml"
    settings.write_text("[privacy]\nkeep_sums_days = 62\nkeep_events_days = 35\n")
    assert "    1 request was too old to be kept, and no figure holds it: sums are kept for 62 days" in machine.run("sources").out
    said = ""
    for _ in range(10):
        machine.now += timedelta(days=2)
        said = machine.run("sources").out
    assert "    2 requests were too old to be kept" in said
    settings.unlink()
    assert machine.run("usage", "--json").json["totals"]["requests"] == 1
    assert "    2 requests were too old to be kept" in machine.run("sources").out


def test_doctor_says_what_a_name_that_stands_for_other_models_is_priced_as_where_it_was_met(machine: Machine) -> None:
    machine.month()
    assert "codex-auto-review:" not in machine.run("doctor").out
    reviews = (Path(__file__).parents[1] / "data" / "codex" / "auto-review.jsonl").read_bytes()
    log = machine.home / "codex" / "sessions" / "rollout-review.jsonl"
    log.parent.mkdir(parents=True)
    log.write_bytes(reviews)
    rows = machine.run("usage", "--json", "--by", "day,model", "--agent", "codex").json["rows"]
    assert [(row["day"], row["cost_usd"], row["cost_basis"]) for row in rows] == [
        ("2026-07-29", "0.0118", "priced"),
        ("2026-07-30", "0.000466", "priced"),
    ]
    (said,) = [line for line in machine.run("doctor").out.splitlines() if "codex-auto-review:" in line]
    assert "OpenAI says that it is GPT-5.4, and GPT-5.6 Luna since 30 July 2026; no log says which." in said
    (machine.data / "settings.toml").write_text('[aliases]\ncodex-auto-review = "gpt-5.4"\n')
    assert "codex-auto-review:" not in machine.run("doctor").out


def test_doctor_goes_on_when_the_settings_cannot_be_read(machine: Machine) -> None:
    machine.month()
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text("[budget\n")
    answer = machine.run("doctor")
    assert answer.code == 0
    assert "1 file, 7 responses" in answer.out
    assert "is not valid TOML" in answer.out.splitlines()[-1]
    assert "Nothing is broken." not in answer.out


def test_doctor_reads_no_agent_that_was_switched_off_before_the_settings_were_broken_and_deletes_nothing(machine: Machine) -> None:
    machine.responses(machine.now - timedelta(days=900), machine.now)
    log = machine.home / "codex" / "sessions" / "rollout-review.jsonl"
    log.parent.mkdir(parents=True)
    log.write_bytes((Path(__file__).parents[1] / "data" / "codex" / "auto-review.jsonl").read_bytes())
    machine.data.mkdir()
    settings = machine.data / "settings.toml"
    settings.write_text('[sources]\noff = ["codex"]\n[privacy]\nkeep_sums_days = 1000\n')
    assert machine.run("usage", "--json").json["totals"]["requests"] == 2
    said = settings.read_text()
    settings.write_text(said + "[budget\n")
    out = machine.run("doctor").out
    assert "  Codex CLI (codex)  ○ not read: switched off in the settings" in out
    assert out.endswith("Meanwhile what they said last holds, and nothing old is deleted.\n")
    settings.write_text(said + '[budget]\nusd = "much"\n')
    assert "  Codex CLI (codex)  ○ not read: switched off in the settings" in machine.run("doctor").out
    settings.write_text(said)
    assert machine.run("usage", "--json").json["totals"]["requests"] == 2


def test_doctor_with_settings_that_nobody_ever_could_read_says_that_it_reads_every_agent(machine: Machine) -> None:
    machine.responses(machine.now - timedelta(days=900), machine.now)
    machine.data.mkdir()
    settings = machine.data / "settings.toml"
    settings.write_text("[sources\n")
    assert "Meanwhile every agent is read, as nobody knows which are switched off, and nothing old is deleted." in machine.run("doctor").out
    settings.write_text("[privacy]\nkeep_sums_days = 1000\n")
    assert machine.run("usage", "--json").json["totals"]["requests"] == 2


def test_doctor_tells_names_in_the_settings_that_mean_nothing(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text("[budget]\nlimit = 3\n")
    assert "▲ budget.limit in the settings means nothing." in machine.run("doctor").out


def test_doctor_tells_agents_in_the_settings_that_there_are_not(machine: Machine) -> None:
    machine.data.mkdir()
    (machine.data / "settings.toml").write_text('[sources]\noff = ["claude", "codex"]\nfolders = {codx = ["/x"], codex = ["/y"]}\n')
    out = machine.run("doctor").out
    assert "▲ sources.off 'claude' in the settings means nothing." in out
    assert "▲ sources.folders.codx in the settings means nothing." in out
    assert out.count("in the settings means nothing") == 2


def test_doctor_goes_on_when_the_ledger_cannot_be_opened(machine: Machine) -> None:
    (machine.data / "ledger.sqlite").mkdir(parents=True)
    answer = machine.run("doctor")
    assert answer.code == 0
    assert "Nothing is broken." not in answer.out


def test_doctor_claims_nothing_of_logs_that_it_did_not_read_and_knows_a_ledger_that_it_cannot_use(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    with closing(sqlite3.connect(machine.data / "ledger.sqlite")) as ledger:
        ledger.execute("PRAGMA user_version = 99")
    out = machine.run("doctor").out
    assert "Not looked at: without the ledger nothing can be read." in out
    assert "No flaws." not in out
    assert "ledger.sqlite (not there yet)" not in out
    assert "▲ This ledger was written by a newer Tankful. Update Tankful" in out


def test_what_is_broken_inside_the_ledger_is_said_in_one_line(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    path = machine.data / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as ledger:
        page, size = ledger.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'counter'").fetchone()[0], 8192
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    path.write_bytes(content)
    out = machine.run("doctor").out
    assert "▲ The ledger is damaged: " in out
    assert "\ufffd" not in out, out


def test_doctor_tells_of_a_ledger_that_was_set_aside(machine: Machine) -> None:
    machine.month()
    machine.data.mkdir()
    (machine.data / "ledger.sqlite").write_bytes(b"this is no database" * 1000)
    out = machine.run("doctor").out
    assert "▲ A damaged ledger was set aside as " in out
    assert "1 file, 7 responses" in out


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "`tankful status --watch` shows the gauge in the terminal."),
        ({"QT_QPA_PLATFORM": "offscreen", "XDG_CURRENT_DESKTOP": "GNOME"}, "GNOME shows tray icons only with an extension."),
        ({"QT_QPA_PLATFORM": "offscreen", "XDG_CURRENT_DESKTOP": "XFCE"}, "  Display   XFCE on Qt's offscreen"),
        ({"WAYLAND_DISPLAY": "gone", "DISPLAY": ":7999"}, "  Display   none"),
    ],
)
def test_doctor_says_what_a_tray_could_be_shown_on(machine: Machine, environ: dict[str, str], said: str) -> None:
    machine.environ |= environ
    assert said in machine.run("doctor").out


def test_doctor_tells_which_folders_are_looked_at_on_a_timer(machine: Machine) -> None:
    from tankful.core.settings import Settings  # noqa: PLC0415 - only this test plays the running gauge
    from tankful.engine.reading import open_reading  # noqa: PLC0415 - same
    from tankful.system.paths import folders  # noqa: PLC0415 - same
    from tankful.watch.mounts import Polled  # noqa: PLC0415 - same

    reading = open_reading(folders(machine.data), Settings(), lambda: machine.now, machine.environ)
    reading.keep_polled([Polled("/mnt/z", "it is a network drive")])
    reading.close()
    assert "▲ /mnt/z is looked at on a timer: it is a network drive." in machine.run("doctor").out


def test_doctor_hears_a_running_gauge(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> None:
    machine.home = tmp_path_factory.mktemp("d")
    machine.data.mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(doorbell.address(machine.data))
        server.listen()

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.recv(64)
                line.sendall(doorbell.ANSWER)

        gauge = threading.Thread(target=answer)
        gauge.start()
        assert "  Gauge     running" in machine.run("doctor").out
        gauge.join()


@pytest.mark.skipif(sys.platform == "win32", reason="nothing tells there who has a lock")
def test_a_gauge_that_runs_and_does_not_answer_is_called_so(machine: Machine) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows

    machine.data.mkdir()
    lock = machine.data / "lock"
    lock.write_text("4711\ntankful\nhost\n")
    left_behind = machine.run("doctor")
    assert "  Gauge     not running" in left_behind.out
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = machine.run("doctor")
        asked = machine.run("settings")
    assert "  Gauge     running, but it does not answer" in said.out
    silence = "Tankful is running (process 4711) and does not answer. Wait a moment, or end that process and start again."
    assert f"  ▲ {silence}" in said.out
    assert (asked.code, asked.err) == (2, f"tankful: {silence}\n")


def test_reprice_prices_what_is_kept_again(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    assert machine.run("reprice").out == "0 costs changed.\n"
    (machine.data / "settings.toml").write_text('[prices."brand-new-9"]\ninput = 1\noutput = 2\n')
    assert machine.run("reprice").out == "1 cost changed.\n"
    assert machine.run("usage", "--json").json["totals"]["cost_usd"] == "9.20"


def test_a_new_price_in_the_settings_counts_at_the_next_look(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    (machine.data / "settings.toml").write_text('[aliases]\nbrand-new-9 = "claude-sonnet-4-5"\n')
    assert machine.run("usage", "--json").json["totals"]["cost_usd"] == "10.50"


def test_the_findings_can_be_written_as_json(machine: Machine, tmp_path: Path) -> None:
    machine.month()
    found = json.loads(machine.run("doctor", "--json").out)
    assert found["schema"] == "tankful.doctor/1"
    assert found["sources"][0]["events"] == 7
    assert found["ledger"]["path"].startswith(str(tmp_path))


def test_a_log_that_cannot_be_read_is_a_failing_source_until_it_can(machine: Machine) -> None:
    machine.month()
    machine.run("usage")
    with closing(sqlite3.connect(machine.data / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("INSERT INTO problem VALUES (?, 'UNREADABLE', 'claude-code', 0, 1, 0)", (str(machine.log),))
    (claude, *_) = machine.run("sources", "--json").json["sources"]
    assert (claude["condition"], claude["title"]) == ("failing", "1 record of Claude Code cannot be read")
    assert claude["hint"] == f"Check the permissions of {machine.log}."
    assert machine.run("doctor").out.endswith(f"  ▲ 1 record of Claude Code cannot be read. Check the permissions of {machine.log}.\n")
    machine.responses(machine.now)
    assert machine.run("doctor").out.endswith("Nothing is broken.\n")


@pytest.mark.parametrize("words", [("usage",), ("status",), ("doctor",)])
def test_a_ledger_damaged_in_the_middle_is_begun_anew_by_the_same_command(machine: Machine, words: tuple[str, ...]) -> None:
    machine.month()
    sound = machine.run("usage").out
    with closing(sqlite3.connect(machine.data / "ledger.sqlite")) as ledger:
        ((page,),) = ledger.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sums'")
        ((size,),) = ledger.execute("PRAGMA page_size")
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (machine.data / "ledger.sqlite").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    answer = machine.run(*words)
    assert answer.code == 0
    assert answer.err.startswith("tankful: The ledger was damaged. It was kept as ledger.damaged-")
    assert answer.err.count("\n") == 1
    assert machine.run("usage").out.startswith(sound.rstrip())


def test_doctor_looks_once_through_the_text_that_was_passed_over_while_a_backlog_was_read(machine: Machine) -> None:
    machine.data.mkdir()
    ledger = Ledger(machine.data / "ledger.sqlite", lambda: machine.now)
    ledger.pass_over_text()
    ledger.close()
    machine.month()
    with machine.log.open("ab") as log:
        log.write(b'{"type":"system","subtype":"\xff"}\n{}\n{"type":"system","subtype":"\xc3"}\n')
    answer = machine.run("doctor")
    assert f"{machine.log}, line 10: text is not valid UTF-8; broken characters were replaced (2 times)" in answer.out
    again = Ledger(machine.data / "ledger.sqlite", lambda: machine.now)
    assert not again.is_text_unseen()
    again.close()


def test_what_is_kept_does_not_hang_on_whether_the_tray_ever_ran(machine: Machine) -> None:
    machine.month()
    machine.responses(machine.now - timedelta(days=500))
    assert machine.run("usage", "--json").json["totals"]["requests"] == 7
