"""`tankful stop`: which process runs a session, and ending it after a yes."""

import sys
from argparse import Namespace
from collections.abc import Sequence

from tankful.commands.answers import agreed, chosen
from tankful.commands.known import known
from tankful.commands.terminal import Terminal
from tankful.core.agent_process import AgentProcess
from tankful.core.at_work import SessionAtWork, at_work
from tankful.core.errors import TankfulError, WrongWords
from tankful.engine.finding_processes import processes_of
from tankful.engine.usable_settings import usable
from tankful.present.served import of_session
from tankful.present.stopping import ASIDE, ProcessView, end_words, found_words, process_views, session_text, session_title, stop_json
from tankful.store.settings_file import SettingsFile
from tankful.system.paths import Folders

_WAIT_MOST_S = 3600


class NothingToStop(TankfulError):
    """No process could be found, chosen or ended."""


def run(words: Namespace, folders: Folders, terminal: Terminal) -> int:
    """List what can be stopped, or stop the process of one session."""
    if words.json and not words.list:
        raise WrongWords("--json is for the list", "Write `tankful stop --list --json`.")
    if words.list and words.session:
        raise WrongWords("--list is of all sessions", "Leave the name of the session out.")
    if not 0 <= words.wait <= _WAIT_MOST_S:
        raise WrongWords(f"--wait {words.wait:g} is too long or none", f"Use seconds from 0 to {_WAIT_MOST_S:,}.")
    settings = usable(SettingsFile(folders.settings))
    with known(folders, settings, terminal) as reading:
        seen, zone = reading.snapshot(), reading.zone
    sessions = at_work(seen.working, seen.spikes)
    now = terminal.now()

    def changed(session: SessionAtWork) -> str:
        return of_session(seen.changes, session.agent, session.session, now, zone)

    if words.list:
        found = [(each, processes_of(each)) for each in sessions]
        if words.json:
            terminal.say_json(stop_json(found, now, sys.platform))
            return 0
        for session, processes in found:
            _say(session, process_views(processes, now, zone, sys.platform), terminal, changed(session))
        if not found:
            terminal.say("No session is at work.")
        return 0
    session = _meant(words.session, sessions)
    views = process_views(processes_of(session), now, zone, sys.platform)
    _say(session, views, terminal, changed(session))
    process = _which(session, views, words.pid, terminal, yes=words.yes)
    agreed("Stop it?", "nothing was stopped", terminal, yes=words.yes, before=ASIDE)
    return _stop(process, terminal, words.wait)


def _say(session: SessionAtWork, views: Sequence[ProcessView], terminal: Terminal, changed: str) -> None:
    terminal.say(f"{session_title(session)} · {session.session}")
    terminal.say(f"  {'Spike. ' if session.spike else ''}{session_text(session, terminal.now())}")
    if changed:
        terminal.say(f"  {changed}")
    for number, view in enumerate(views, 1):
        terminal.say(f"  {f'{number}. ' if len(views) > 1 else ''}{view.title}: {view.command}")
        terminal.say(f"    in {view.folder}. {view.sign} In a terminal: {view.stop_command}")
    if said := ". ".join(filter(None, found_words(session, len(views)))):
        terminal.say(f"  {said}")


def _meant(name: str, sessions: Sequence[SessionAtWork]) -> SessionAtWork:
    """Return the session of this name or beginning; without a name the one of a spike, else the only one."""
    if name:
        sessions = [each for each in sessions if each.session == name] or [each for each in sessions if each.session.startswith(name)]
    elif any(each.spike for each in sessions):
        sessions = [each for each in sessions if each.spike]
    if len(sessions) == 1:
        return sessions[0]
    if sessions:
        named = ", ".join(each.session for each in sessions)
        raise WrongWords(
            f"{name!r} may be {len(sessions)} sessions" if name else f"{len(sessions)} sessions are at work", f"Name one of: {named}."
        )
    missing = f"No session at work is called {name!r}" if name else "No session is at work"
    raise NothingToStop(missing, "`tankful stop --list` says which there are." if name else "There is nothing to stop.")


def _which(session: SessionAtWork, views: Sequence[ProcessView], pid: int | None, terminal: Terminal, *, yes: bool) -> AgentProcess:
    """Return the process that is meant: never one of several by guessing."""
    fit = [view.process for view in views if pid is None or view.process.pid == pid]
    if len(fit) == 1:
        return fit[0]
    if fit and terminal.inp.isatty() and not yes:
        return fit[chosen(f"Which one? [1-{len(fit)}]", len(fit), "nothing was stopped", terminal) - 1]
    if fit:
        raise NothingToStop(f"Nothing was stopped: {len(fit)} processes may be it", "Name one with --pid.")
    if pid is not None and views:
        raise NothingToStop(f"Nothing was stopped: process {pid} is none of these", "Name one of them with --pid.")
    title, hint = found_words(session, 0)
    raise NothingToStop(title, hint)


def _stop(process: AgentProcess, terminal: Terminal, wait_s: float) -> int:
    from tankful.system.processes import End, stop  # noqa: PLC0415 - a list does without

    terminal.tell(f"Interrupting process {process.pid}…")
    end = stop(process.pid, process.started_s, patience_s=wait_s)
    title, hint, _ = end_words(end.value, process.pid)
    if end is End.STUCK:
        raise NothingToStop(title, hint)
    terminal.say(f"{title}. {hint}")
    return 0
