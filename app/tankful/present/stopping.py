"""Says which process runs a session, how it is stopped, and how that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tankful.core.agent_process import AgentProcess, Sign
from tankful.core.at_work import SessionAtWork
from tankful.core.exactness import Exactness
from tankful.core.tone import Tone
from tankful.present import format as words
from tankful.present.exact import exact_money, instant
from tankful.present.working import folder_name
from tankful.sources.programs import programs_of
from tankful.sources.registry import by_id

SCHEMA = "tankful.stop/1"
ASIDE = "What the agent was just doing stops in the middle; files that it changed stay as they are."
_SIGNS = {
    Sign.LOG: "It has this session's log open.",
    Sign.NAMED: "It was started with this session's id.",
    Sign.FOLDER: "It works in this session's folder.",
    Sign.PROGRAM: "It is of this agent; which folder it works in is not known.",
}


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One process, as it is shown and chosen."""

    process: AgentProcess
    title: str
    """`Process 4242, since 09:12`."""
    command: str
    folder: str
    sign: str
    stop_command: str
    """What stops it in a terminal."""


def session_title(session: SessionAtWork) -> str:
    """Return whose session it is, and where."""
    source = by_id(session.agent)
    who = source.title if source is not None else session.agent or "An agent"
    return f"{who} in {folder_name(session.project)}" if session.project else who


def session_text(session: SessionAtWork, now: datetime) -> str:
    """Return what it spent, and when it was last seen."""
    known = session.spent or session.unpriced  # of many an agent it is not, and who has just typed waits for it
    spent = words.spend(session.spent, session.unpriced) if known else "Nothing is known to be spent"
    if session.last is None:
        return f"{spent} in this spike; nothing in the last minutes."
    seen = f"last seen {words.age(now - session.last)} ago"
    if session.typed is None:
        return f"{spent} without a prompt in a day; {seen}."
    return f"{spent} since you typed {words.age(now - session.typed)} ago; {seen}."


def _is_activity(agent: str) -> bool:
    source = by_id(agent)
    return source is not None and source.exactness is Exactness.ACTIVITY


def process_views(processes: Sequence[AgentProcess], now: datetime, zone: tzinfo, platform: str) -> tuple[ProcessView, ...]:
    """Return these processes as they are shown."""
    return tuple(
        ProcessView(
            each,
            f"Process {each.pid}, since {_began(each.since, now, zone)}",
            each.command,
            each.folder or "folder not known",
            _SIGNS[each.sign],
            stop_command(each.pid, platform),
        )
        for each in processes
    )


def stop_command(pid: int, platform: str) -> str:
    """Return what stops a process in a terminal of this system."""
    return f"taskkill /PID {pid}" if platform == "win32" else f"kill -INT {pid}"


def found_words(session: SessionAtWork, count: int) -> tuple[str, str]:
    """Return how the search for processes ended, and what to do; empty where one was found and nothing needs saying."""
    source = by_id(session.agent)
    who = source.title if source is not None else session.agent
    if not programs_of(session.agent):
        return (f"{who} has no program of its own to stop", "It runs inside an editor or another program: stop it there.")
    if count == 0:
        where = f" in {session.project}" if session.project else ""
        hint = "It may have ended, run on another machine or in a container, or belong to another user: stop it where you started it."
        return (f"No process of {who} was found{where}", hint)
    if count > 1:
        return (f"{count} processes may be it", "Tankful does not guess: choose the one that you mean.")
    return ("", "")


def end_words(end: str, pid: int) -> tuple[str, str, Tone]:
    """Return how stopping ended, as `system.processes.End` names it: in a sentence, with what to do, and how that is."""
    match end:
        case "interrupted":
            return (f"Process {pid} has ended", "It was interrupted, as by Ctrl+C.", Tone.CALM)
        case "terminated":
            return (f"Process {pid} has ended", "It did not heed an interrupt, and was told to end.", Tone.CALM)
        case "gone":
            return (f"Process {pid} had ended already", "Nothing was stopped.", Tone.UNKNOWN)
        case _:
            return (
                f"Process {pid} goes on",
                f"It heeds neither an interrupt nor being told to end. In a terminal, kill -KILL {pid} ends anything.",
                Tone.ACT,
            )


def stop_json(found: Sequence[tuple[SessionAtWork, Sequence[AgentProcess]]], now: datetime, platform: str) -> dict[str, object]:
    """Return what can be stopped, as `resources/schema/stop.json` describes it."""
    return {
        "schema": SCHEMA,
        "as_of": instant(now),
        "sessions": [
            {
                "agent": session.agent,
                "session": session.session,
                "project": session.project,
                "last": None if session.last is None else instant(session.last),
                "spent_usd": None if _is_activity(session.agent) else exact_money(session.spent),
                "spike": session.spike or None,
                "processes": [_values(each, platform) for each in processes],
                "note": ". ".join(filter(None, found_words(session, len(processes)))),
            }
            for session, processes in found
        ],
    }


def _values(process: AgentProcess, platform: str) -> dict[str, object]:
    return {
        "pid": process.pid,
        "since": instant(process.since),
        "command": process.command,
        "folder": process.folder,
        "sign": process.sign.value,
        "stop_command": stop_command(process.pid, platform),
    }


def _began(at: datetime, now: datetime, zone: tzinfo) -> str:
    here = at.astimezone(zone)
    return (
        words.clock(at, zone) if here.date() == now.astimezone(zone).date() else f"{words.short_day(here.date())} {words.clock(at, zone)}"
    )
