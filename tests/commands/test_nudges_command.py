"""`tankful nudges`: what is suggested, for people and for programs."""

from datetime import timedelta
from pathlib import Path

import pytest

from schemas import check
from tankful.core.nudges.policy import is_held_out
from terminals import NOW, Machine

DAY = next(day for n in range(9) if not is_held_out((day := NOW + timedelta(days=n)).date()))
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
    assert "tankful with metacode-1 -- claude" in answer.out
    assert "cheaper-in-house: offered 1, accepted 0, dismissed 0" in answer.out
    said = machine.run("nudges", "--json").json
    check("nudges", said)
    assert said["nudge"]["comparison"]["now_usd"] == "18.00"
    assert said["score"][0] == {"rule": "cheaper-in-house", "offered": 1, "accepted": 0, "dismissed": 0}


def test_switched_off_it_says_so(machine: Machine) -> None:
    settings(machine, SETTINGS + "\n[nudges]\noffer = false\n")
    assert machine.run("nudges").out == "Suggestions are switched off.\n"
    assert machine.run("nudges", "--json").json["on"] is False
