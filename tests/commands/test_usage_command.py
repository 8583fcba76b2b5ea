import csv
import json
from datetime import timedelta
from io import StringIO

import pytest

from schemas import check
from tankful.sources.registry import SOURCES
from terminals import NOW, Machine

UTC = ("--timezone", "UTC")


def test_usage_of_an_empty_machine_is_nothing_and_says_what_is_not_there(machine: Machine) -> None:
    answer = machine.run("usage", "--json", *UTC)
    assert answer.code == 0
    check("usage", answer.json)
    assert answer.json["rows"] == []
    assert answer.json["totals"]["cost_usd"] == "0.00"
    assert [source["condition"] for source in answer.json["sources"]] == ["waiting"] * len(SOURCES)


def test_usage_counts_days_and_money_exactly(machine: Machine) -> None:
    machine.month()
    answer = machine.run("usage", "--json", "--by", "day", *UTC)
    check("usage", answer.json)
    assert [(row["day"], row["cost_usd"], row["requests"]) for row in answer.json["rows"]] == [
        ("2026-11-16", "1.50", 1),
        ("2026-11-17", "1.50", 1),
        ("2026-11-18", "1.50", 1),
        ("2026-11-19", "3.00", 3),
        ("2026-11-20", "1.50", 1),
    ]
    assert answer.json["totals"] == {
        "requests": 7,
        "tokens": {"input": 0, "output": 700_000, "cache_read": 0, "cache_write": 0, "cache_write_1h": 0, "reasoning": 0},
        "cost_usd": "9.00",
        "cost_basis": "priced",
        "unpriced_requests": 1,
    }
    assert answer.json["timezone"] == "UTC"


def test_usage_is_broken_down_by_any_keys_in_any_order(machine: Machine) -> None:
    machine.month()
    rows = machine.run("usage", "--json", "--by", "model,agent,project,session,model").json["rows"]
    assert [(row["model"], row["agent"], row["project"], row["session"], row["cost_usd"]) for row in rows] == [
        ("brand-new-9", "claude-code", "/work", "s1", None),
        ("claude-sonnet-4-5", "claude-code", "/work", "s1", "9.00"),
    ]
    assert rows[0]["cost_basis"] == "unpriced"
    assert machine.run("usage", "--json", "--by", "").json["rows"][0]["cost_usd"] == "9.00"


def test_programs_get_day_agent_and_model_when_they_ask_for_nothing(machine: Machine) -> None:
    machine.month()
    keys = {"requests", "tokens", "cost_usd", "cost_basis", "unpriced_requests"}
    assert set(machine.run("usage", "--json").json["rows"][0]) == keys | {"day", "agent", "model"}
    assert machine.run("usage", "--csv").out.startswith("day,agent,model,requests,")
    assert machine.run("usage").out.startswith("Day  ")


def test_both_ends_of_a_stretch_are_included(machine: Machine) -> None:
    machine.month()
    rows = machine.run("usage", "--json", "--since", "2026-11-17", "--until", "2026-11-18", *UTC).json["rows"]
    assert [row["day"] for row in rows] == ["2026-11-17", "2026-11-18"]


def test_days_begin_in_the_zone_that_is_asked_for(machine: Machine) -> None:
    machine.responses(NOW.replace(hour=23, minute=30))
    assert machine.run("usage", "--json", *UTC).json["rows"][0]["day"] == "2026-11-20"
    report = machine.run("usage", "--json", "--timezone", "Europe/Berlin").json
    assert (report["timezone"], report["rows"][0]["day"]) == ("Europe/Berlin", "2026-11-21")


def test_only_the_agents_that_are_named_are_counted(machine: Machine) -> None:
    machine.month()
    assert machine.run("usage", "--json", "--agent", "codex").json["rows"] == []
    assert len(machine.run("usage", "--json", "--by", "day", "--agent", "codex", "claude-code", "--agent", "codex").json["rows"]) == 5


def test_csv_can_be_read_by_a_spreadsheet(machine: Machine) -> None:
    machine.month()
    rows = list(csv.DictReader(StringIO(machine.run("usage", "--csv", "--by", "model").out)))
    assert [(row["model"], row["cost_usd"], row["cost_basis"]) for row in rows] == [
        ("brand-new-9", "", "unpriced"),
        ("claude-sonnet-4-5", "9.00", "priced"),
    ]


def test_elsewhere_than_on_a_terminal_the_table_is_aligned_text(machine: Machine) -> None:
    machine.month()
    lines = machine.run("usage", "--by", "model").out.splitlines()
    assert lines[0].split() == ["Model", "Requests", "Input", "Output", "Cache", "read", "Cache", "write", "Cost"]
    assert lines[1].split() == ["brand-new-9", "1", "0", "100K", "0", "0", "unpriced"]
    assert lines[3].split() == ["Total", "7", "0", "700K", "0", "0", "$9.00", "+"]
    assert lines[4] == "1 request has no price and no part in the cost (shown by +)."
    assert len({line.rindex(line.split()[-1]) + len(line.split()[-1]) for line in lines[:3]}) == 1


def test_on_a_terminal_the_table_is_drawn(machine: Machine) -> None:
    machine.month()
    answer = machine.run("usage", screen=True)
    assert "Total" in answer.out
    assert "─" in answer.out
    assert "1 request has no price" in answer.out
    assert answer.err == ""


def test_a_second_scan_counts_only_what_is_new(machine: Machine) -> None:
    machine.month()
    assert machine.run("usage", "--json").json["totals"]["cost_usd"] == "9.00"
    machine.responses(NOW - timedelta(minutes=1))
    assert machine.run("usage", "--json").json["totals"]["cost_usd"] == "10.50"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "day,colour"), "tankful: Usage cannot be broken down by 'colour'. Use any of: day, agent, model, project, session.\n"),
        (("--agent", "clippy"), f"tankful: There is no agent 'clippy'. Use one of: {', '.join(source.id for source in SOURCES)}.\n"),
        (("--since", "yesterday"), "tankful: --since 'yesterday' is no day. Write it as YYYY-MM-DD, such as 2026-11-20.\n"),
        (("--until", "2026-02-30"), "tankful: --until '2026-02-30' is no day. Write it as YYYY-MM-DD, such as 2026-11-20.\n"),
        (("--timezone", "Mars/Olympus"), "tankful: There is no time zone 'Mars/Olympus'. Use a name such as Europe/Berlin or UTC.\n"),
    ],
)
def test_wrong_words_are_said_in_one_line_with_a_way_out(machine: Machine, words: tuple[str, ...], said: str) -> None:
    answer = machine.run("usage", *words)
    assert (answer.code, answer.out, answer.err) == (2, "", said)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_first_and_last_days_there_are_may_be_named(machine: Machine, zone: str) -> None:
    machine.month()
    answer = machine.run("usage", "--json", "--since", "0001-01-01", "--until", "9999-12-31", "--timezone", zone)
    assert (answer.code, answer.json["totals"]["requests"]) == (0, 7)


def test_a_first_day_after_the_last_is_refused(machine: Machine) -> None:
    answer = machine.run("usage", "--since", "2026-11-20", "--until", "2026-11-19")
    assert (answer.code, answer.err) == (2, "tankful: --since 2026-11-20 is later than --until 2026-11-19. Swap them.\n")


def test_no_breakdown_is_the_total_once(machine: Machine) -> None:
    machine.month()
    assert machine.run("usage", "--by", "").out.count("$9.00") == 1


@pytest.mark.parametrize("words", [(), ("--csv",), ("--json",)])
@pytest.mark.parametrize("screen", [False, True])
def test_nothing_in_a_log_acts_on_a_terminal(machine: Machine, words: tuple[str, ...], screen: bool) -> None:
    bad = "\x1b]0;x\x07\x9b31m\u202e\x7fname"
    machine.responses(NOW, model=bad)
    out = machine.run("usage", "--by", "model", *words).out
    assert not set(bad) & set("\x1b\x07\x9b\u202e\x7f") & set(out)
    if screen:
        assert "\x1b]0" not in machine.run("usage", "--by", "model", screen=True).out
    if words == ("--json",):
        assert json.loads(out)["rows"][0]["model"].endswith("name")
