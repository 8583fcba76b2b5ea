"""`tankful expect`: what runs is said, and one that is expected is shown no more, by a running program neither."""

from datetime import timedelta

import pytest

from tankful.core.inbox import InboxEntry, NoticeClass, Outcome, Rule
from tankful.core.settings import Settings
from tankful.engine.reading import open_reading
from tankful.system.paths import folders
from terminals import NOW, Machine


@pytest.fixture
def spiking(machine: Machine) -> Machine:
    """Twenty days of a cheap answer now and then, and many dear ones in the last minutes."""
    for back in range(20, 0, -1):
        machine.responses(*(NOW - timedelta(days=back, minutes=3 * number) for number in range(40)), output=6_000)
    machine.responses(*(NOW - timedelta(seconds=20 * number) for number in range(20, 0, -1)), output=60_000)
    return machine


def test_without_a_spike_there_is_nothing_to_say(machine: Machine) -> None:
    done = machine.run("expect")
    assert (done.code, done.out) == (0, "No spike is running.\n")
    assert machine.run("expect", "spike:x").err.startswith("tankful: No spike that is running is called 'spike:x'.")


def test_a_spike_is_listed_and_a_script_is_told_how_to_say_it(spiking: Machine) -> None:
    done = spiking.run("expect")
    key = done.out.splitlines()[0]
    assert key.startswith("spike:2026-11-20T")
    assert "Claude Code in work: " in done.out
    assert done.out.endswith(f"`tankful expect {key}` says that it is expected.\n")
    assert spiking.run("status", "--json").json["spikes"][0]["key"] == key


def test_a_yes_takes_it_away_and_a_no_does_not(spiking: Machine) -> None:
    no = spiking.run("expect", screen=True, piped="n\n")
    assert (no.code, no.err.splitlines()[-1]) == (2, "tankful: It goes on being shown.")
    yes = spiking.run("expect", screen=True, piped="y\n")
    assert yes.out.endswith("to be a spike.\n")
    assert spiking.run("expect").out == "No spike is running.\n"


def test_its_notice_in_the_inbox_counts_as_answered(spiking: Machine) -> None:
    key = spiking.run("expect").out.splitlines()[0]
    entry = InboxEntry(key, NOW, NoticeClass.ACT, Rule.SPIKE, "A spike", "$5.", "Why.", Outcome.SHOWN, is_open=True, is_new=True)
    reading = open_reading(folders(spiking.data), Settings(), lambda: NOW, spiking.environ)
    with reading.ledger.notices() as notices:
        notices.keep((entry,), NOW)
    reading.close()
    spiking.run("expect", key)
    (said,) = spiking.run("notices", "--json").json["notices"]
    assert (said["outcome"], said["detail"], said["new"]) == ("answered", "expected", False)


def test_who_names_it_has_said_it_and_a_running_program_follows(spiking: Machine) -> None:
    running = open_reading(folders(spiking.data), Settings(), lambda: NOW, spiking.environ)
    running.scan()
    (spike,) = running.snapshot().spikes
    assert spiking.run("expect", spike.key.removeprefix("spike:")).code == 0
    assert running.snapshot().spikes == ()
    running.close()
