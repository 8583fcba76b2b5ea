"""Tells agents to report live, or says what to type where their configuration cannot be changed; each agent is a module of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tankful.switch.errors import NotSwitched
from tankful.switch.files import content
from tankful.switch.machine import Machine
from tankful.switch.managed import deciding
from tankful.switch.plans import Plan, plan, read_values
from tankful.switch.values import ABSENT, Change, Key, at

PURPOSE = "telemetry"


class Where(NamedTuple):
    """Where reports are received."""

    address: str
    """Without a slash at its end."""
    token: str

    @property
    def address_with_token(self) -> str:
        """The address for exporters that cannot send a header."""
        return f"{self.address}/{self.token}"


@dataclass(frozen=True, slots=True)
class Reporter:
    """One agent that can report live."""

    agent: str
    """Id of its source."""
    title: str
    files: Callable[[Machine], tuple[Path, ...]] = lambda _: ()
    """The files to change, whose folders exist where the agent is used."""
    changes: Callable[[Where], tuple[Change, ...]] = lambda _: ()
    taken: Callable[[dict[str, Any]], str] = lambda _: ""
    """Where the agent's configuration says that it reports to somebody already; empty: nowhere."""
    managed: tuple[Callable[[Machine], Path], ...] = ()
    """Files of the organisation, or folders of them, that beat the user's."""
    managed_keys: Callable[[dict[str, Any]], bool] = lambda _: False
    """Whether such a file decides about reports."""
    lines: Callable[[Machine, Where], tuple[str, ...]] | None = None
    """What to type instead, for an agent that has no file for it."""


def plans_for(reporter: Reporter, machine: Machine, where: Where) -> tuple[Plan, ...]:
    """Plan what makes an agent report.

    Raises:
        NotSwitched: its organisation decides about that, it reports to somebody else, is not used here, or its file cannot be changed.
    """
    refuse_if_managed(reporter, machine)
    files = tuple(path for path in reporter.files(machine) if path.parent.is_dir())
    if not files:
        folders = ", ".join(str(path.parent) for path in reporter.files(machine))
        raise NotSwitched(f"{reporter.title} is not used here: there is no {folders}", "Start it once, then try again.")
    changes = reporter.changes(where)
    for path in files:
        said = read_values(path)
        elsewhere = reporter.taken(said)
        is_ours = elsewhere in (where.address, where.address_with_token)
        if elsewhere and not is_ours and any(at(said, change.key) != change.value for change in changes):
            hint = "Nothing was changed. Take that out first, if it is not needed any more."
            raise NotSwitched(f"{reporter.title} reports to {elsewhere} already, as {path} says", hint)
    return tuple(plan(path, changes) for path in files)


def refuse_if_managed(reporter: Reporter, machine: Machine) -> None:
    """Raise `NotSwitched` if an organisation decides whether and where an agent reports."""
    path = deciding(reporter.managed, reporter.managed_keys, machine)
    if path is not None:
        title = f"Your organisation decides what {reporter.title} reports, in {path}"
        raise NotSwitched(title, "Nothing was changed. Its logs are read as before.")


def reports(reporter: Reporter, machine: Machine, where: Where) -> bool:
    """Say whether an agent is told to report here, by all of its files that there are."""
    wanted = reporter.changes(where)
    files = [path for path in reporter.files(machine) if path.parent.is_dir()]
    try:
        return bool(files) and bool(wanted) and all(_holds(path, wanted) for path in files)
    except NotSwitched:
        return False


def _holds(path: Path, wanted: tuple[Change, ...]) -> bool:
    held = content(path)
    said: dict[str, Any] = {} if held is None else read_values(path)
    return all(at(said, change.key) == change.value for change in wanted)


def first_text(said: dict[str, Any], *keys: Key) -> str:
    """Return the first of these keys that holds a text."""
    return next((value for key in keys if isinstance(value := at(said, key), str) and value), "")


def has(said: dict[str, Any], key: Key) -> bool:
    """Say whether anything stands at a key."""
    return at(said, key) is not ABSENT
