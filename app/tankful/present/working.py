"""Says which sessions are at work, and what each spent since its human last typed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath, PureWindowsPath

from tankful.core.presence import WorkingSession
from tankful.present import format as words

SHOWN = 3
"""Sessions that get a row of their own."""


def working_rows(sessions: Sequence[WorkingSession], now: datetime) -> tuple[tuple[str, str], ...]:
    """Return whose session it is and what it spent, for each of the latest ones, and one row for all others."""
    rows = [(_whose(session), _spent(session, now)) for session in sessions[:SHOWN]]
    if len(sessions) > SHOWN:
        rows.append((f"{words.counted(len(sessions) - SHOWN, 'more session')} at work", ""))
    return tuple(rows)


def _whose(session: WorkingSession) -> str:
    return f"{session.title} · {folder_name(session.project)}" if session.project else session.title


def _spent(session: WorkingSession, now: datetime) -> str:
    spent = words.spend(session.since_prompt, session.unpriced)
    if session.prompted_at is None:
        return f"{spent} · no prompt in a day"
    typed = f"you typed {words.age(now - session.prompted_at)} ago"
    return f"{spent} · {typed}" if session.spent_at is not None else typed


def folder_name(project: str) -> str:
    """Return the last part of a folder's name, whichever system wrote it."""
    path = PureWindowsPath(project) if "\\" in project else PurePath(project)
    return path.name or project
