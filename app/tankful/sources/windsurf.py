"""Reads from a workspace's database of Windsurf when a chat was used last: there is nothing about tokens in it.

The shape of the one entry that is read, a list of chats with the time of their last question, is known from several trackers.
"""

from collections.abc import Iterator
from pathlib import PurePath

import msgspec

from tankful.core.problems import Flaw
from tankful.core.usage import Prompt
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.stored import is_renamed
from tankful.sources.values import Values
from tankful.sources.vscode_workspace import workspace_of

_KEY = "workbench.panel.aichat.view.aichat.chatdata"
_VALUE_MAX = 64_000_000


class _Bubble(msgspec.Struct, gc=False):
    type: object = None
    createdAt: object = None  # noqa: N815 - the field's name


class _Tab(msgspec.Struct, gc=False):
    tabId: object = None  # noqa: N815 - the field's name
    lastSendTime: object = None  # noqa: N815 - same
    bubbles: list[_Bubble] = []


class _Chats(msgspec.Struct, gc=False):
    tabs: list[msgspec.Raw] = []


class WindsurfParser:
    """Reads the chats of one workspace."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Know how large the chats were when an earlier parser read them."""
        self._log = log
        self._size = restored(fields, -1)

    def fields(self) -> bytes:
        """Return the size of what was read."""
        return msgspec.msgpack.encode(self._size)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add one prompt for each question whose time is known, or one for the last question of a chat."""
        values = Values(self._log.path, 0, times, found)
        columns = store.columns("ItemTable")
        if not {"key", "value"} <= columns:
            if columns or is_renamed(store):
                values.blame(Flaw.OTHER_SHAPE)
            return  # or it was never used
        for (size,) in store.rows("SELECT length(value) FROM ItemTable WHERE key = ?", _KEY):
            if isinstance(size, int) and size != self._size and size <= _VALUE_MAX:
                for (value,) in store.rows("SELECT value FROM ItemTable WHERE key = ?", _KEY):
                    if isinstance(value, (str, bytes)):
                        self._take(value, values, found)
                self._size = size
        yield

    def _take(self, value: str | bytes, values: Values, found: Findings) -> None:
        chats = values.decoded(value, _Chats)
        project = workspace_of(PurePath(self._log.path).parent)
        for raw in chats.tabs if chats is not None else ():
            tab = values.decoded(bytes(raw), _Tab)
            if tab is None:
                continue
            session = values.word(tab.tabId)
            asked = [bubble.createdAt for bubble in tab.bubbles if bubble.type == "user" and bubble.createdAt is not None]
            for stamp in dict.fromkeys(map(str, asked or [tab.lastSendTime])):
                at = values.moment_if_any(int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 25 else stamp)
                if at is not None:
                    found.prompts.append(Prompt(self._log.source, key_of(self._log.source, session, stamp), at, session, project))
