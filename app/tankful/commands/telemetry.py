"""`tankful telemetry`: who reports live, and telling an agent to, or to stop; its file is shown as it will be, and changed after a yes."""

import asyncio
from argparse import Namespace

from tankful.commands.changing import LATER, confirm, journal_of, take_back
from tankful.commands.examination import open_reading_of
from tankful.commands.painting import print_lines
from tankful.commands.terminal import Terminal
from tankful.core.errors import WrongWords
from tankful.present.telemetry import ReporterFacts, TelemetryFacts, telemetry_json, telemetry_lines
from tankful.store.settings_file import SettingsFile
from tankful.switch.machine import this_machine
from tankful.switch.registry import REPORTERS, by_id
from tankful.switch.telemetry import PURPOSE, Reporter, Where, plans_for, refuse_if_managed, reports
from tankful.system import doorbell
from tankful.system.paths import Folders


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """Say how live reports stand, or change who sends them."""
    if words.json and words.change:
        raise WrongWords("--json is for the report alone", "See `tankful telemetry --help`.")
    if words.change == "on":
        _on(_reporter(words.agent), folders, terminal, agreed=words.yes)
    elif words.change == "off":
        _off(_reporter(words.agent) if words.agent else None, folders, terminal, agreed=words.yes)
    else:
        facts = facts_of(folders, terminal)
        if words.json:
            terminal.say_json(telemetry_json(facts))
        else:
            print_lines(telemetry_lines(facts, terminal.now()), terminal)
    return 0


def facts_of(folders: Folders, terminal: Terminal) -> TelemetryFacts:
    """Look at everything that the report tells; nothing is chosen or changed by that."""
    from tankful.telemetry.doorway import doorway, is_chosen  # noqa: PLC0415 - brings what chooses them
    from tankful.telemetry.hello import is_answered  # noqa: PLC0415 - same

    settings = SettingsFile(folders.settings).read()
    ours = doorway(folders.state) if is_chosen(folders.state) else None
    with open_reading_of(folders, settings, terminal) as reading:
        heard = {each.agent: each for each in reading.ledger.heard()}
    where = None if ours is None else Where(ours.address, ours.token)
    machine = this_machine(terminal.environ)
    return TelemetryFacts(
        receive=settings.receive_telemetry,
        port=0 if ours is None else ours.port,
        is_heard=ours is not None and asyncio.run(is_answered(ours)),
        reporters=tuple(
            ReporterFacts(
                each.agent,
                each.title,
                is_told=where is not None and reports(each, machine, where),
                calls=heard[each.agent].calls if each.agent in heard else 0,
                last=heard[each.agent].last if each.agent in heard else None,
                by_hand=each.lines is not None,
            )
            for each in REPORTERS
        ),
    )


def _on(reporter: Reporter, folders: Folders, terminal: Terminal, *, agreed: bool) -> None:
    from tankful.telemetry.doorway import doorway  # noqa: PLC0415 - see above

    file = SettingsFile(folders.settings)
    settings = file.read()
    ours = doorway(folders.state)
    where, machine = Where(ours.address, ours.token), this_machine(terminal.environ)
    if reporter.lines is not None:
        refuse_if_managed(reporter, machine)
        terminal.say(f"{reporter.title} is told when it is started:")
        for line in reporter.lines(machine, where):
            terminal.say(line)
    else:
        plans = [each for each in plans_for(reporter, machine, where) if each.is_needed]
        if plans:
            confirm(plans, terminal, agreed=agreed)
            journal_of(folders).carry_out(reporter.agent, PURPOSE, plans, terminal.now())
            terminal.say(f"{reporter.title} reports to Tankful. {LATER}")
        else:
            terminal.say(f"{reporter.title} is told to report already.")
    if not settings.receive_telemetry:
        file.change(receive_telemetry=True)
        doorbell.ring(folders.state, doorbell.SETTINGS)
        terminal.say("The gauge listens to agents from now on, while it runs.")


def _off(reporter: Reporter | None, folders: Folders, terminal: Terminal, *, agreed: bool) -> None:
    """Take back what one agent was told, the newest change first; without one, what all were told, and listen no more."""
    journal = journal_of(folders)
    entries = [each for each in journal.entries() if each.purpose == PURPOSE and (reporter is None or each.agent == reporter.agent)]
    take_back(journal, entries, terminal, agreed=agreed)
    if reporter is not None and not entries:
        terminal.say(f"Tankful has told {reporter.title} nothing that could be taken back.")
    file = SettingsFile(folders.settings)
    if reporter is None and file.read().receive_telemetry:
        file.change(receive_telemetry=None)
        doorbell.ring(folders.state, doorbell.SETTINGS)
        terminal.say("Agents are not listened to any more.")


def _reporter(agent: str) -> Reporter:
    found = by_id(agent)
    if found is None:
        known = ", ".join(each.agent for each in REPORTERS)
        raise WrongWords(f"{agent!r} cannot be told to report" if agent else "No agent is named", f"Use one of: {known}.")
    return found
