"""`tankful nudges`: what is suggested, for people and for programs."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from schemas import check
from tankful.core.nudges.policy import is_held_out
from tankful.engine.nudge_book import FACT
from tankful.store.ledger import Ledger
from tankful.system.paths import folders
from terminals import NOW, Machine

SEED = "seed"
DAY = next(day for n in range(9) if not is_held_out((day := NOW + timedelta(days=n)).date(), SEED))
SETTINGS = """
[in_house."metacode-1"]
title = "MetaCode"
alternative_to = ["claude-sonnet-4-5"]

[prices."metacode-1"]
input = "0.6"
output = "2.4"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path, now=DAY)
    ledger = Ledger(folders(made.data).ledger, lambda: DAY)
    ledger.keep_fact(FACT, json.dumps({"offers": [], "scores": {}, "seed": SEED}))
    ledger.close()
    made.responses(*(DAY - timedelta(minutes=10 + n) for n in range(12)))
    return made


def settings(machine: Machine, text: str) -> None:
    machine.data.mkdir(exist_ok=True)
    (machine.data / "settings.toml").write_text(text)


def test_nothing_is_suggested_without_a_model_of_the_house(machine: Machine) -> None:
    answer = machine.run("nudges")
    assert (answer.code, answer.out) == (0, "Nothing to suggest now.\n")
    check("nudges", machine.run("nudges", "--json").json)


def test_what_is_suggested_is_told_with_all_it_rests_on(machine: Machine) -> None:
    settings(machine, SETTINGS)
    answer = machine.run("nudges")
    assert answer.code == 0
    assert "Together" in answer.out
    assert "list price estimate, same work assumed, not a bill" in answer.out.lower()
    assert "unless it needs more than" in answer.out
    assert "No linked account says that it offers this model." in answer.out
    assert "tankful with" not in answer.out, "that would be refused"
    assert "cheaper-in-house: offered 1, accepted 0, dismissed 0" in answer.out
    said = machine.run("nudges", "--json").json
    check("nudges", said)
    assert said["nudge"]["comparison"]["now_usd"] == "18.00"
    assert said["score"][0] == {"rule": "cheaper-in-house", "offered": 1, "accepted": 0, "dismissed": 0, "undone": 0}


def test_the_day_after_it_is_told_what_was_spent_since_and_how_little_that_says(machine: Machine) -> None:
    settings(machine, SETTINGS)
    machine.run("nudges")
    machine.now = DAY + timedelta(hours=25)
    answer = machine.run("nudges")
    assert "In the 24 hours after one you spent $0.00 (1 day); where one was due and held back, nothing that is known yet." in answer.out
    assert "So few days tell nothing" in answer.out
    said = machine.run("nudges", "--json").json
    check("nudges", said)
    assert said["after"]["offered"] == {"days": 1, "low_usd": "0.00", "median_usd": "0.00", "high_usd": "0.00"}


def test_on_a_day_held_out_it_says_so(machine: Machine) -> None:
    settings(machine, SETTINGS)
    machine.now = next(day for n in range(99) if is_held_out((day := DAY + timedelta(days=n)).date(), SEED))
    machine.responses(*(machine.now - timedelta(minutes=10 + n) for n in range(12)))
    assert machine.run("nudges").out.startswith("Nothing is suggested today, so that what suggestions change can be told.")
    assert machine.run("nudges", "--json").json["held_out_today"] is True


def test_switched_off_it_says_so(machine: Machine) -> None:
    settings(machine, SETTINGS + "\n[nudges]\noffer = false\n")
    assert machine.run("nudges").out == "Suggestions are switched off.\n"
    assert machine.run("nudges", "--json").json["on"] is False
