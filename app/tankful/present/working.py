"""Says which sessions are at work, and what each spent since its human last typed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath, PureWindowsPath

from tankful.core.presence import WorkingSession
from tankful.present import format as words

SHOWN = 3
"""Sessions that get a line of their own."""


def working_lines(sessions: Sequence[WorkingSession], now: datetime) -> tuple[str, ...]:
    """Return a line for each of the latest sessions and one for all others."""
    lines = [_line(session, now) for session in sessions[:SHOWN]]
    if len(sessions) > SHOWN:
        lines.append(f"{words.counted(len(sessions) - SHOWN, 'more session')} at work.")
    return tuple(lines)


def _line(session: WorkingSession, now: datetime) -> str:
    where = f" in {folder_name(session.project)}" if session.project else ""
    return f"{session.title}{where}: {_spent(session, now)}"


def _spent(session: WorkingSession, now: datetime) -> str:
    if session.prompted_at is None:
        return f"{words.money(session.since_prompt)} within a day, nobody typed."
    typed = f"you typed {words.age(now - session.prompted_at)} ago"
    return f"{words.money(session.since_prompt)} since {typed}." if session.spent_at is not None else f"{typed}."


def folder_name(project: str) -> str:
    """Return the last part of a folder's name, whichever system wrote it."""
    path = PureWindowsPath(project) if "\\" in project else PurePath(project)
    return path.name or project
