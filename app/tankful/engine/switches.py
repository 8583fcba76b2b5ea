"""Which agents have a model that Tankful gave them, as the journal of switches knows; it is read again only when it has changed."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

_Mark = tuple[int, int] | None


class Switches:
    """For one thread; nothing is loaded before somebody asks."""

    def __init__(self, data: Path) -> None:
        """Read nothing yet; `data` is the data folder."""
        self._data = data
        self._seen: tuple[_Mark, tuple[tuple[str, str, datetime], ...] | None] | None = None

    def made(self, agent: str, model: str, since: datetime) -> datetime | None:
        """Return when an agent was given this model, not before `since`; `None`: it was not, or that was taken back."""
        return max(
            (at for who, note, at in self._entries() or () if who == agent and at >= since and note.startswith(f"{model} of ")),
            default=None,
        )

    def in_force(self) -> Mapping[str, datetime] | None:
        """Return when each agent was given a model last; `None`: that cannot be known now."""
        entries = self._entries()
        return None if entries is None else {who: at for who, _, at in sorted(entries, key=lambda entry: entry[2])}

    def _entries(self) -> tuple[tuple[str, str, datetime], ...] | None:
        from tankful.switch.errors import NotSwitched  # noqa: PLC0415 - most people never switch anything
        from tankful.switch.journal import Journal  # noqa: PLC0415 - same
        from tankful.switch.models import PURPOSE  # noqa: PLC0415 - same

        journal = Journal.below(self._data)
        mark = _mark(journal.path)
        if self._seen is None or self._seen[0] != mark:
            try:
                entries = tuple(
                    (each.agent, each.note, datetime.fromisoformat(each.made_at)) for each in journal.entries() if each.purpose == PURPOSE
                )
            except (NotSwitched, ValueError):
                self._seen = mark, None
            else:
                self._seen = mark, entries
        return self._seen[1]


def _mark(path: Path) -> _Mark:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
