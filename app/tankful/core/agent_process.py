"""Which process runs a session: what is seen running, held against what is known of the session; never a guess."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from tankful.core.at_work import SessionAtWork
from tankful.core.secret_words import HIDDEN, looks_secret

_SLACK = timedelta(minutes=1)
"""Clocks that are set move the times at which processes began."""
_ID_LEAST = 8
"""Shorter ids occur in names by chance."""
_LAUNCHED_S = 10.0
_ARGUMENT_MOST = 60
_INTERPRETER = re.compile(r"(?:node|nodejs|bun|deno|pythonw?[\d.]*|pypy[\d.]*|uv|npx)", re.ASCII)
_SCRIPT = re.compile(r"\.(?:exe|cmd|[cm]?js|[cm]?ts|pyw?)$", re.IGNORECASE | re.ASCII)
_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
_SECRET_OPTION = re.compile(r"(?:key|token|secret|passw|auth|header|credential|cookie|env)", re.IGNORECASE | re.ASCII)
_TEXT_OPTIONS = frozenset({"-p", "--print", "--prompt", "--message", "--append-system-prompt", "--system-prompt", "--text"})


class Seen(NamedTuple):
    """One process of the user, as the system tells it."""

    pid: int
    started_s: float
    """Seconds since 1970 UTC: with the pid it names this process and no later one."""
    parent: int
    program: str
    """File of the program; empty where the system keeps it back."""
    words: tuple[str, ...]
    """How it was started, the program first."""
    folder: str
    """Where it works; empty where the system keeps it back."""
    files: tuple[str, ...] = ()
    """Files that it has open, where the system tells."""


class Sign(StrEnum):
    """What ties a process to a session, the surest first."""

    LOG = "log"
    NAMED = "named"
    FOLDER = "folder"
    PROGRAM = "program"


class AgentProcess(NamedTuple):
    """A process that may be a session's, fit to be shown: nothing of a prompt and no secret is in it."""

    pid: int
    started_s: float
    command: str
    folder: str
    sign: Sign

    @property
    def since(self) -> datetime:
        """When it began."""
        return datetime.fromtimestamp(self.started_s, UTC)


def fitting(seen: Sequence[Seen], session: SessionAtWork, programs: frozenset[str]) -> tuple[AgentProcess, ...]:
    """Return the processes that may run this session of an agent with these programs, the oldest first.

    Who has the session's log open, or was started with its id, leaves out all others. Without such a one they are those that work in
    the session's folder; where a folder is not known on either side, that speaks neither for nor against it.
    """
    signs = {each.pid: sign for each in seen if is_of(each, programs) and (sign := _sign(each, session)) is not None}
    sure = {pid for pid, sign in signs.items() if sign in {Sign.LOG, Sign.NAMED}}
    if not sure:
        in_folder = {pid for pid, sign in signs.items() if sign is Sign.FOLDER}
        signs = {pid: sign for pid, sign in signs.items() if pid in in_folder or not in_folder}
    fit = [each for each in seen if each.pid in (sure or signs)]
    fit = [each for each in fit if not any(_launched(each, other) for other in fit)]
    return tuple(
        AgentProcess(each.pid, each.started_s, shown_command(each.words), each.folder, signs[each.pid])
        for each in sorted(fit, key=lambda each: (each.started_s, each.pid))
    )


def is_of(seen: Seen, programs: frozenset[str]) -> bool:
    """Say whether a process runs one of these programs."""
    return not programs.isdisjoint(program_names(seen))


def program_names(seen: Seen) -> Iterator[str]:
    """Yield what the program of a process may be called: the file's name, what it calls itself, for an interpreter the script's."""
    words = seen.words
    own = [_name(part) for part in (seen.program, *words[:1]) if part]
    yield from own
    if words and any(_INTERPRETER.fullmatch(name) for name in own):
        for number, word in enumerate(words[1:], 1):
            if word == "-m":
                yield from words[number + 1 : number + 2]
                return
            if not word.startswith("-"):
                path = word.replace("\\", "/")
                yield _name(path)
                yield from _PACKAGE.findall(path)
                return


def shown_command(words: Sequence[str]) -> str:
    """Return a command line for people: what may be a secret, or something that was said to the agent, is left out."""
    shown: list[str] = []
    hides = False
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        is_option = word.startswith("-") and len(word) > 1
        if hides and not is_option:
            shown.append(HIDDEN)
        elif number == 0:
            shown.append(HIDDEN if _tells(_name(word)) else _name(word))
        elif equals and (_SECRET_OPTION.search(name) or name in _TEXT_OPTIONS or _tells(value)):
            shown.append(f"{name if not _tells(name) else ''}={HIDDEN}")
        else:
            shown.append(HIDDEN if _tells(word) else word)
        hides = is_option and not equals and (bool(_SECRET_OPTION.search(word)) or word in _TEXT_OPTIONS)
    return " ".join(shown)


def _tells(word: str) -> bool:
    """Say whether a word may tell what is nobody's business: a sentence, something long, a key, an address with a password."""
    is_long = len(word) > _ARGUMENT_MOST and "/" not in word and "\\" not in word
    return is_long or any(sign.isspace() for sign in word) or looks_secret(word) or ("://" in word and any(sign in word for sign in "@?"))


def _sign(seen: Seen, session: SessionAtWork) -> Sign | None:
    """Return what speaks for it; `None`: something speaks against it."""
    known = session.session
    if len(known) >= _ID_LEAST:
        if any(known in path for path in seen.files):
            return Sign.LOG
        if any(known in word for word in seen.words[1:]):
            return Sign.NAMED
    if session.last is not None and datetime.fromtimestamp(seen.started_s, UTC) > session.last + _SLACK:
        return None
    if not (session.project and seen.folder):
        return Sign.PROGRAM
    return Sign.FOLDER if seen.folder == session.project else None


def _launched(parent: Seen, child: Seen) -> bool:
    """Say whether the parent is but the script that an installer put before the program: it ends when that does."""
    is_script = any(_INTERPRETER.fullmatch(_name(part)) for part in (parent.program, *parent.words[:1]) if part)
    return is_script and child.parent == parent.pid and 0 <= child.started_s - parent.started_s <= _LAUNCHED_S


def _name(path: str) -> str:
    return _SCRIPT.sub("", path.replace("\\", "/").rstrip("/").rpartition("/")[2])
