"""`tankful notices` and `tankful snooze`."""

from decimal import Decimal

import pytest

from schemas import check
from tankful.core.inbox import Hold, InboxEntry, NoticeClass, Outcome, Rule
from tankful.store.ledger import Ledger
from tankful.store.settings_file import SettingsFile
from terminals import NOW, Machine


def test_without_a_word_from_the_gauge_the_inbox_is_empty(machine: Machine) -> None:
    done = machine.run("notices")
    assert (done.code, done.out) == (0, "Nothing to say so far.\n")
    listed = machine.run("notices", "--json").json
    check("notices", listed)
    assert listed["notices"] == []


def test_what_was_said_is_listed_with_what_became_of_it(machine: Machine) -> None:
    ledger = Ledger(machine.data / "ledger.sqlite", lambda: NOW)
    with ledger.notices() as notices:
        said = InboxEntry("k", NOW, NoticeClass.STATE, Rule.LEVEL, "Gone", "All of it.", "So.", Outcome.HELD, Hold.QUIET, is_new=True)
        notices.keep([said], NOW)
    ledger.close()
    assert "Gone  new\n  All of it. Held back: quiet hours · over.\n" in machine.run("notices").out
    listed = machine.run("notices", "--json").json
    check("notices", listed)
    assert (listed["unread"], listed["notices"][0]["detail"]) == (1, "quiet-hours")


def test_a_snooze_is_kept_said_and_ended(machine: Machine) -> None:
    assert machine.run("snooze").out == "Nothing is snoozed.\n"
    assert machine.run("snooze", "hour").out.startswith("Snoozed until ")
    assert machine.run("notices").out.startswith("Snoozed until ")
    (snooze,) = machine.run("notices", "--json").json["snoozed"]
    assert snooze["about"] == "*"
    assert machine.run("snooze", "off").out == "Nothing is snoozed.\n"


def test_a_project_is_snoozed_until_the_reset_and_ended_alone(machine: Machine) -> None:
    SettingsFile(machine.data / "settings.toml").change(budget_usd=Decimal(400))
    machine.run("snooze", "today")
    assert "Project shop is snoozed until " in machine.run("snooze", "--project", "/src/shop").out
    ended = machine.run("snooze", "off", "--project", "/src/shop").out
    assert "shop" not in ended
    assert ended.startswith("Snoozed until ")


def test_a_budget_is_snoozed_alone_by_its_name(machine: Machine) -> None:
    SettingsFile(machine.data / "settings.toml").change(budget_usd=Decimal(400))
    assert machine.run("snooze", "hour", "--budget", "Personal").out.startswith("Your budget is snoozed until ")
    (snooze,) = machine.run("notices", "--json").json["snoozed"]
    assert snooze["about"] == "budget:personal"
    assert machine.run("snooze", "off", "--budget", "personal").out == "Nothing is snoozed.\n"
    wrong = machine.run("snooze", "--budget", "work/team")
    assert wrong.code == 2
    assert "There is no budget 'work/team'" in wrong.err
    assert "There is personal." in wrong.err


@pytest.mark.parametrize("words", [("snooze", "--budget", "a", "--project", "b"), ("snooze", "forever"), ("notices", "--csv")])
def test_other_words_are_refused(machine: Machine, words: tuple[str, ...]) -> None:
    assert machine.run(*words).code == 2
