"""Says which sessions are at work, what each spent since its human last typed, and when it last spent."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath, PureWindowsPath
from typing import NamedTuple

from tankful.core.presence import WorkingSession
from tankful.present import format as words

SHOWN = 3
"""Sessions that get a row of their own."""


class WorkingRow(NamedTuple):
    """One session at work, or all that have no row of their own."""

    whose: str
    spent: str
    last: str = ""
    """When it last spent; empty where that is not known."""


def working_rows(sessions: Sequence[WorkingSession], now: datetime) -> tuple[WorkingRow, ...]:
    """Return a row for each of the latest sessions, and one for all others."""
    rows = [WorkingRow(_whose(session), _spent(session, now), _last(session, now)) for session in sessions[:SHOWN]]
    if len(sessions) > SHOWN:
        rows.append(WorkingRow(f"{words.counted(len(sessions) - SHOWN, 'more session')} at work", ""))
    return tuple(rows)


def last_spent(rows: Sequence[WorkingRow]) -> str:
    """Return in lines when each of these last spent, where it is known."""
    return "\n".join(f"{row.whose}: {row.last}" for row in rows if row.last)


def _whose(session: WorkingSession) -> str:
    return f"{session.title} · {folder_name(session.project)}" if session.project else session.title


def _spent(session: WorkingSession, now: datetime) -> str:
    spent = words.spend(session.since_prompt, session.unpriced)
    if session.prompted_at is None:
        return f"{spent} · no prompt in a day"
    typed = f"you typed {words.age(now - session.prompted_at)} ago"
    return f"{spent} · {typed}" if session.spent_at is not None else typed


def _last(session: WorkingSession, now: datetime) -> str:
    return "" if session.spent_at is None else f"last spent {words.age(now - session.spent_at)} ago"


def folder_name(project: str) -> str:
    """Return the last part of a folder's name, whichever system wrote it."""
    path = PureWindowsPath(project) if "\\" in project else PurePath(project)
    return path.name or project
