"""A table of spend fits the terminal that it is shown on, and is whole wherever nobody looks."""

import csv
import json
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.text import Text

from tankful.commands.fitting import fitted
from tankful.present.usage import UsageTable
from terminals import Machine

PROJECT = "/home/ada/" + "a-long-folder/" * 30 + "tankful"
MODEL = "vendor/" + "模型" * 60 + "-4-5"
SESSION = "s" * 600


def odd(machine: Machine) -> None:
    """Let there be a response whose names are as long as names may be."""
    machine.month()
    line = json.loads(machine.log.read_text().splitlines()[0])
    message = line["message"] | {"id": "odd", "model": MODEL}
    with machine.log.open("a") as log:
        log.write(json.dumps(line | {"cwd": PROJECT, "uuid": "o", "requestId": "o", "sessionId": SESSION, "message": message}) + "\n")


@pytest.mark.parametrize("columns", [72, 80, 100, 160])
@pytest.mark.parametrize("by", ["day", "project", "model", "day,agent,model", "day,agent,model,project,session"])
def test_no_line_is_wider_than_the_terminal(machine: Machine, columns: int, by: str) -> None:
    odd(machine)
    machine.environ["COLUMNS"] = str(columns)
    answer = machine.run("usage", "--by", by, screen=True)
    lines = Text.from_ansi(answer.out).plain.splitlines()
    assert max(map(cell_len, lines)) <= columns
    assert any("$9.00 +" in line for line in lines)
    assert len([line for line in lines if "$" in line or "unpriced" in line]) <= 9


def test_the_ends_of_names_are_kept_that_tell_them_apart(machine: Machine) -> None:
    odd(machine)
    machine.environ["COLUMNS"] = "80"
    assert "…" in machine.run("usage", "--by", "project", screen=True).out
    assert "/tankful " in machine.run("usage", "--by", "project", screen=True).out
    out = machine.run("usage", "--by", "model", screen=True).out
    assert "vendor…-4-5 " in out
    assert "claude…t-4-5 " in out


def test_what_a_narrow_terminal_has_no_room_for_is_said(machine: Machine) -> None:
    machine.month()
    machine.environ["COLUMNS"] = "60"
    said = " ".join(Text.from_ansi(machine.run("usage", screen=True).out).plain.split())
    assert "Cache" not in said.partition("Total")[0]
    assert "Too narrow here for Cache write, Cache read; --json and --csv have everything." in said
    machine.environ["COLUMNS"] = "120"
    assert "Too narrow" not in machine.run("usage", screen=True).out


def test_whoever_does_not_look_at_a_terminal_gets_names_whole(machine: Machine) -> None:
    odd(machine)
    machine.environ["COLUMNS"] = "60"
    by = ("--by", "model,project,session")
    (row,) = (row for row in machine.run("usage", *by, "--json", screen=True).json["rows"] if row["model"] == MODEL)
    assert (row["project"], row["session"]) == (PROJECT, SESSION)
    assert [MODEL, PROJECT, SESSION] in [row[:3] for row in csv.reader(StringIO(machine.run("usage", *by, "--csv", screen=True).out))]
    piped = machine.run("usage", *by).out
    assert MODEL in piped
    assert PROJECT in piped
    assert SESSION in piped


def test_a_terminal_too_narrow_for_anything_still_gets_the_cost() -> None:
    table = UsageTable(("Model", "Requests", "Input", "Output", "Cache read", "Cache write", "Cost"), (), ("Total", *"123456"), 1, ())
    assert fitted(table, 3).headings == ("Model", "Cost")
    table = UsageTable(table.headings[1:], (), table.total[1:], 0, ())
    assert fitted(table, 3).headings == ("Cost",)
    assert fitted(table, 90) == table
