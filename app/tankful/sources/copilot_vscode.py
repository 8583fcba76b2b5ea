"""Reads the sessions of Copilot Chat in VS Code: whole files, or logs of changes to what the file would be.

The log is that of VS Code's public `objectMutationLog`: a state (0), values set at a path (1), entries pushed to a list,
after what follows an index is dropped (2), and values deleted (3).
"""

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from tankful.sources.checkpoints import restored
from tankful.sources.copilot_vscode_turns import Request, Result, Turn
from tankful.sources.json_lines import BLANK
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values
from tankful.sources.vscode_workspace import workspace_of

_STATE, _SET, _PUSH = 0, 1, 2
_NOTHING = (b"", b"null")
_TURNS_MAX = 20_000
"""Nobody asks more often in one session; a log of more does not make us grow."""


class _Chat(msgspec.Struct, gc=False):
    sessionId: object = None  # noqa: N815 - the field's name
    requests: list[msgspec.Raw] = []


class _Change(msgspec.Struct, gc=False):
    kind: object = None
    k: list[int | str] = []
    v: msgspec.Raw = msgspec.Raw()
    i: object = None


class _Log(msgspec.Struct):
    """The checkpoint of a log of changes."""

    session: str = ""
    turns: list[Turn] = []


class ChatParser:
    """Reads a session that is one file, whole, each time it was written."""

    def __init__(self, log: Log) -> None:
        """Know where the session is."""
        self._log = log

    def fields(self) -> bytes:
        """Return nothing: every reading finds everything again."""
        return b""

    def read_document(self, content: bytes, times: FileTimes, found: Findings) -> None:
        """Add the prompt of each turn, and the event of each that was counted."""
        values = Values(self._log.path, 0, times, found)
        chat = values.decoded(content, _Chat)
        if chat is not None:
            session, project = values.word(chat.sessionId), workspace_of(PurePath(self._log.path).parent.parent)
            for turn in _turns(chat.requests, values):
                turn.add_to(found, self._log, session, project, values)


class ChatLogParser:
    """Reads a session that is a log of changes, front to back."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the turns that an earlier parser has met."""
        self._log = log
        self._project = workspace_of(PurePath(log.path).parent.parent)
        self._state = restored(fields, _Log())

    def fields(self) -> bytes:
        """Return what is kept of every turn, for the changes to come."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add every turn that these lines change, as it is after each of them."""
        for number, raw in enumerate(lines, first_line):
            if b'"requests"' not in raw:
                continue
            values = Values(self._log.path, number, times, found)
            change = values.decoded(raw.strip(BLANK), _Change)
            if change is None:
                continue
            for turn in self._changed(change, values):
                turn.add_to(found, self._log, self._state.session, self._project, values)

    def _changed(self, change: _Change, values: Values) -> Sequence[Turn]:
        """Make a change, and return the turns it concerns."""
        state, content = self._state, bytes(change.v)
        if change.kind == _STATE:
            chat = values.decoded(content, _Chat)
            if chat is None:
                return ()
            self._state = _Log(values.word(chat.sessionId), _turns(chat.requests, values))
            return self._state.turns
        match change.k:
            case ["requests"] if change.kind in (_SET, _PUSH):
                pushed = _turns([] if content in _NOTHING else values.decoded(content, list[msgspec.Raw]) or [], values)
                start = change.i if isinstance(change.i, int) and change.i >= 0 else len(state.turns)
                del state.turns[0 if change.kind == _SET else start :]
                state.turns += pushed[: _TURNS_MAX - len(state.turns)]
                return pushed
            case ["requests", int(place), *path] if change.kind == _SET and 0 <= place < len(state.turns):
                return self._set(state.turns[place], path, content, values)
            case _:
                return ()

    def _set(self, turn: Turn, path: list[int | str], content: bytes, values: Values) -> Sequence[Turn]:
        match path:
            case []:
                request = values.decoded(content, Request)
                if request is not None:
                    turn.take(request, values)
            case ["result"]:
                result = Result() if content in _NOTHING else values.decoded(content, Result)
                if result is not None:
                    turn.finish(result, values)
            case ["timestamp" | "modelId" | "promptTokens" | "completionTokens" as name]:
                turn.set(name, None if content in _NOTHING else values.decoded(content, object), values)
            case _:
                return ()
        return (turn,)


def _turns(requests: Sequence[msgspec.Raw], values: Values) -> list[Turn]:
    turns: list[Turn] = []
    for raw in requests[:_TURNS_MAX]:
        turn = Turn()  # one that cannot be read keeps its place: changes count
        request = values.decoded(bytes(raw), Request)
        if request is not None:
            turn.take(request, values)
        turns.append(turn)
    return turns
