"""Remembers every change of an agent's file, so that it can be taken back: what the file was, and what was put into it.

The journal is one file beside the backups. An entry is written before its file is changed, so a kill in between leaves an entry whose file
is still what it was, and nothing to take back.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from tankful.regular_file import content_of
from tankful.switch.errors import NotSwitched
from tankful.switch.files import content, digest, replace
from tankful.switch.plans import Plan, format_of, plan
from tankful.switch.values import ABSENT, Change, Key, at

_BACKUPS = 10
"""Kept of each file, beside those of changes that can still be taken back."""
_ABSENT = {"absent": True}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that can be taken back."""

    agent: str
    purpose: str
    path: Path
    made_at: str
    """As ISO 8601."""
    before: str
    """Fingerprint of the file; empty: there was none."""
    after: str
    backup: str
    """Name of the copy in the journal's folder; empty: there was no file."""
    values: tuple[tuple[Key, Any, Any], ...]
    """Key, what it held before, and what was put there."""
    note: str = ""
    """What was chosen, for people."""


class Journal:
    """The changes that are in force, oldest first."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet; `folder` is made when there is something to remember."""
        self._folder = folder
        self._path = folder / "journal.json"

    @classmethod
    def below(cls, data: Path) -> "Journal":
        """Return the journal of a data folder."""
        return cls(data / "switch")

    @property
    def path(self) -> Path:
        """The file that it is kept in."""
        return self._path

    def entries(self) -> tuple[Entry, ...]:
        """Return the changes that were not taken back.

        Raises:
            NotSwitched: the journal cannot be read.
        """
        try:
            given = cast("list[dict[str, Any]]", json.loads(content_of(self._path)))
            return tuple(map(_entry, given))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as broken:
            raise NotSwitched(f"{self._path} cannot be read", "The backups beside it are what the agents' files were.") from broken

    def of(self, agent: str, purpose: str) -> tuple[Entry, ...]:
        """Return the changes in force for one agent and purpose."""
        return tuple(entry for entry in self.entries() if (entry.agent, entry.purpose) == (agent, purpose))

    def carry_out(self, agent: str, purpose: str, plans: Iterable[Plan], now: datetime, note: str = "") -> None:
        """Make changes that were planned, each remembered first.

        Raises:
            NotSwitched: a file is not what it was when it was planned, or cannot be written; those before it are changed.
        """
        for each in plans:
            if not each.is_needed:
                continue
            if content(each.path) != each.before:
                raise NotSwitched(f"{each.path} was changed meanwhile", "Nothing was changed in it. Try again.")
            entry = Entry(
                agent,
                purpose,
                each.path,
                now.isoformat(),
                digest(each.before),
                digest(each.after),
                self._keep(each, now),
                tuple((change.key, old, change.value) for change, old in zip(each.changes, each.olds, strict=True)),
                note,
            )
            kept = self.entries()
            last = next((other for other in reversed(kept) if other.path == entry.path), None)
            last = last if last is not None and _goes_on(last, entry) else None
            entry = entry if last is None else _joined(last, entry)
            self._write((*kept, entry))
            replace(each.path, each.after)
            if last is not None:
                self._write((*(other for other in kept if other != last), entry))
        self._tidy()

    def undoing(self, entry: Entry) -> Plan | None:
        """Plan how to take a change back: the very bytes of before, while nobody else changed the file; else our own keys alone.

        `None`: there is nothing left to take back.

        Raises:
            NotSwitched: somebody changed one of our keys, or the file makes no sense any more.
        """
        held = content(entry.path)
        if held is None or digest(held) == entry.before or self._was_not_made(entry, digest(held)):
            return None
        if digest(held) == entry.after:
            return Plan(entry.path, held, self._kept(entry), (), ())
        back = plan(entry.path, [Change(key, old) for key, old, _ in entry.values])
        for (key, old, new), now in zip(entry.values, back.olds, strict=True):
            if now not in (new, old):
                hint = "It was changed by somebody else since. Change it by hand; the file as it was is kept as "
                raise NotSwitched(f"{'.'.join(key)} in {entry.path} is not what Tankful put there", f"{hint}{self._folder / entry.backup}.")
        return self._without_empty(back, entry)

    def undo(self, entry: Entry) -> None:
        """Take a change back and forget it. Raises `NotSwitched` as `undoing` does, and then nothing has changed."""
        back = self.undoing(entry)
        if back is not None:
            replace(entry.path, back.after)
        self._write(tuple(each for each in self.entries() if each != entry))
        self._tidy()

    def _was_not_made(self, entry: Entry, now: str) -> bool:
        """Say whether the file still is what an older change made of it: the program was killed before it made this one."""
        kept = self.entries()
        older = kept[: kept.index(entry)] if entry in kept else ()
        return now != entry.after and any((each.path, each.after) == (entry.path, now) for each in older)

    def _without_empty(self, back: Plan, entry: Entry) -> Plan:
        """Take out the tables too that were made for our keys and hold nothing any more."""
        form, text = format_of(entry.path), (back.after or b"").decode()
        before = form.read((self._kept(entry) or b"").decode())
        for key, _, _ in entry.values:
            for length in range(len(key) - 1, 0, -1):
                if at(before, key[:length]) is ABSENT and at(form.read(text), key[:length]) in ({}, []):
                    text = form.changed(text, [Change(key[:length], ABSENT)])
        text = self._as_written(text, entry)
        return Plan(back.path, back.before, text.encode(), back.changes, back.olds)

    def _as_written(self, text: str, entry: Entry) -> str:
        """Write the old values as they were written: with their own quotes and blanks, as far as nothing else changes by that."""
        form, original = format_of(entry.path), (self._kept(entry) or b"").decode()
        for key, old, _ in entry.values:
            there, here = (None, None) if old is ABSENT else (form.span(original, key), form.span(text, key))
            if there is not None and here is not None:
                again = text[: here[0]] + original[there[0] : there[1]] + text[here[1] :]
                text = again if form.read(again) == form.read(text) else text
        return text

    def _kept(self, entry: Entry) -> bytes | None:
        if not entry.backup:
            return None
        try:
            held = content_of(self._folder / entry.backup)
        except OSError as lost:
            raise NotSwitched(f"The copy of {entry.path} cannot be read", "Take the change back by hand.") from lost
        if digest(held) != entry.before:
            raise NotSwitched(f"The copy of {entry.path} is damaged", "Take the change back by hand.")
        return held

    def _keep(self, each: Plan, now: datetime) -> str:
        """Copy the file as it is, readable by its owner alone, and return the copy's name."""
        if each.before is None:
            return ""
        name = f"{now:%Y%m%dT%H%M%S%f}x{digest(each.before)[:8]}-{digest(str(each.path).encode())[:12]}-{each.path.name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(each.before)
        except OSError as refused:
            raise NotSwitched(f"{each.path} cannot be copied first: {refused.strerror}", "Nothing was changed.") from refused
        return name

    def _write(self, entries: tuple[Entry, ...]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as refused:
            raise NotSwitched(f"{self._folder} cannot be made: {refused.strerror}", "Nothing was changed.") from refused
        replace(self._path, json.dumps([_plain(entry) for entry in entries], indent=1).encode())

    def _tidy(self) -> None:
        """Drop the oldest copies of each file, but none that a change in force needs."""
        needed = {entry.backup for entry in self.entries()}
        by_file: dict[str, list[Path]] = {}
        with suppress(OSError):
            for path in sorted(self._folder.iterdir()):
                if path != self._path:
                    by_file.setdefault(path.name.partition("-")[2], []).append(path)
        for copies in by_file.values():
            for path in copies[:-_BACKUPS]:
                if path.name not in needed:
                    path.unlink(missing_ok=True)


def _goes_on(last: Entry, entry: Entry) -> bool:
    """Say whether a change is made on top of another one like it, with nothing in between."""
    return (last.agent, last.purpose, last.path, last.after) == (entry.agent, entry.purpose, entry.path, entry.before)


def _joined(last: Entry, entry: Entry) -> Entry:
    """Return two changes in a row as one, from what the file was before both."""
    news = {key: new for key, _, new in entry.values}
    both = tuple((key, old, news.pop(key, new)) for key, old, new in last.values)
    added = tuple((key, old, new) for key, old, new in entry.values if key in news)
    return dataclass_replace(entry, before=last.before, backup=last.backup, values=(*both, *added))


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "agent": entry.agent,
        "purpose": entry.purpose,
        "path": str(entry.path),
        "made_at": entry.made_at,
        "before": entry.before,
        "after": entry.after,
        "backup": entry.backup,
        "values": [[list(key), _shown(old), _shown(new)] for key, old, new in entry.values],
        "note": entry.note,
    }


def _entry(given: dict[str, Any]) -> Entry:
    values = tuple((tuple(key), _hidden(old), _hidden(new)) for key, old, new in given["values"])
    path, backup = Path(given["path"]), str(given["backup"])
    note = str(given.get("note", ""))
    return Entry(given["agent"], given["purpose"], path, given["made_at"], given["before"], given["after"], backup, values, note)


def _shown(value: Any) -> Any:
    return _ABSENT if value is ABSENT else {"is": value}


def _hidden(value: dict[str, Any]) -> Any:
    return ABSENT if value == _ABSENT else value["is"]
