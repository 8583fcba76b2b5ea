"""`tankful switch`: which agents were given another model, giving one to an agent, and taking it back; its file is shown first."""

from argparse import Namespace
from datetime import UTC, tzinfo

from tankful.commands.changing import LATER, confirm, journal_of, take_back
from tankful.commands.linked_accounts import linked_accounts
from tankful.commands.offering import found_model
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.errors import TankfulError, WrongWords
from tankful.core.post_check import PostCheck
from tankful.engine.switching import offer_of, refuse_strangers
from tankful.engine.usable_settings import usable
from tankful.present.switched import switched_json, switched_lines
from tankful.store.settings_file import SettingsFile
from tankful.switch.errors import NotSwitched
from tankful.switch.in_force import in_force
from tankful.switch.machine import this_machine
from tankful.switch.models import PURPOSE, Switcher, plans_for
from tankful.switch.registry import SWITCHERS, switcher_of
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Say what is switched, switch an agent, or take that back."""
    if words.restore_all:
        _refuse(words, "--restore-all", "agent", "model", "account")
        return _restore_all(folders, terminal, agreed=words.yes)
    if words.undo:
        _refuse(words, "--undo", "model", "account")
        _undo(_switcher(words.agent), folders, terminal, agreed=words.yes)
        return 0
    if words.agent or words.model:
        if words.json:
            raise WrongWords("--json is for the report alone", "See `tankful switch --help`.")
        _switch(_switcher(words.agent), words, folders, terminal)
        return 0
    switched = in_force(journal_of(folders), {each.agent: each.title for each in SWITCHERS})
    zone, checks = _checked(folders, terminal) if switched else (UTC, ())
    if words.json:
        terminal.say_json(switched_json(switched, checks))
    else:
        print_lines(switched_lines(switched, terminal.now(), zone, checks), terminal)
    return 0


def _checked(folders: Folders, terminal: Terminal) -> tuple[tzinfo, tuple[PostCheck, ...]]:
    """Return what the sessions since say of each switch, with the zone for that; nothing where the ledger cannot be asked."""
    from tankful.commands.known import known  # noqa: PLC0415 - a switch and an undo need no ledger
    from tankful.engine.post_checks import post_checks  # noqa: PLC0415 - same

    try:
        with known(folders, usable(SettingsFile(folders.settings)), terminal) as reading, reading.ledger.history() as history:
            return reading.zone, post_checks(history, journal_of(folders), terminal.now())
    except TankfulError as unreadable:
        terminal.tell(f"tankful: {_said(unreadable)}")
        return UTC, ()


def _switch(switcher: Switcher, words: Namespace, folders: Folders, terminal: Terminal) -> None:
    if not words.model:
        raise WrongWords("No model is named", f"Write tankful switch {switcher.agent} --model MODEL.")
    with linked_accounts(folders, terminal) as linking:
        found = found_model(words.model, words.account, linking, folders, terminal)
    refuse_strangers(switcher, found)
    offer, machine = offer_of(found, words.model, folders), this_machine(terminal.environ)
    plans = [each for each in plans_for(switcher, machine, offer) if each.is_needed]
    if not plans:
        terminal.say(f"{switcher.title} uses {offer.model} already.")
        return
    confirm(plans, terminal, agreed=words.yes)
    journal_of(folders).carry_out(switcher.agent, PURPOSE, plans, terminal.now(), f"{offer.model} of {offer.account}")
    terminal.say(f"{switcher.title} uses {offer.model} of {offer.account}. {LATER}")
    for step in switcher.steps(machine, offer):
        terminal.say(f"{step.words} {step.command}".rstrip())
    terminal.say(f"`tankful switch --undo {switcher.agent}` takes it back.")


def _undo(switcher: Switcher, folders: Folders, terminal: Terminal, *, agreed: bool) -> None:
    journal = journal_of(folders)
    entries = journal.of(switcher.agent, PURPOSE)
    if not entries:
        terminal.say(f"Tankful has given {switcher.title} no model that could be taken back.")
    take_back(journal, entries, terminal, agreed=agreed)


def _restore_all(folders: Folders, terminal: Terminal, *, agreed: bool) -> int:
    """Take back all changes that can be; one that cannot does not keep the others. No gateway and no gauge is needed for it."""
    journal = journal_of(folders)
    entries = journal.entries()
    if not entries:
        terminal.say("There is nothing to take back.")
    failed = 0
    for agent in dict.fromkeys(entry.agent for entry in entries):
        try:
            take_back(journal, [entry for entry in entries if entry.agent == agent], terminal, agreed=agreed)
        except NotSwitched as kept:
            failed = 1
            terminal.tell(f"tankful: {_said(kept)}")
    return failed


def _said(error: TankfulError) -> str:
    return f"{error.title}. {error.hint}".strip()


def _refuse(words: Namespace, word: str, *names: str) -> None:
    wrong = next((name for name in names if getattr(words, name)), "")
    if wrong:
        raise WrongWords(f"{word} takes no {'agent' if wrong == 'agent' else f'--{wrong}'}", "See `tankful switch --help`.")


def _switcher(agent: str) -> Switcher:
    found = switcher_of(agent)
    if found is None:
        known = ", ".join(each.agent for each in SWITCHERS)
        raise WrongWords(f"{agent!r} cannot be given another model" if agent else "No agent is named", f"Use one of: {known}.")
    return found
