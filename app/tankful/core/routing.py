"""Says through which linked account a call went, from where its agent was pointed, what the user chose and what gateways list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from tankful.core.allocation import Via
from tankful.core.links import Link

OUTSIDE = "none"
"""What a user chooses for an agent or folder whose calls go past every gateway."""


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address: what two addresses of one gateway share. All empty for none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", "", 0
    scheme = parts.scheme.lower()
    return scheme, host, port or {"https": 443, "http": 80}.get(scheme, 0)


class Shown(NamedTuple):
    """What an account's list of calls says of a session: how near its nearest call is, and when the last such one was."""

    via: Via
    at: datetime


class Led(NamedTuple):
    """Where the calls of a session are booked."""

    account: str
    """Empty: past every linked account."""
    maybe: tuple[str, ...] = ()
    """The accounts it may be as well, because nothing tells them apart yet; their lists may."""


@dataclass(frozen=True, slots=True)
class Routing:
    """Where calls go: the addresses of the linked accounts under the choices of the user."""

    urls: Mapping[str, str] = field(default_factory=dict[str, str])
    """The address of each account, by its name."""
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])
    """Account (or `OUTSIDE`) by folder, by what an agent calls its provider, or by agent: `/src/app`, `litellm`, `codex`."""

    @classmethod
    def of(cls, links: tuple[Link, ...], chosen: Mapping[str, str] | None = None) -> Self:
        """Return the routing of these links."""
        return cls({link.name: link.url for link in links}, dict(chosen or {}))

    def accounts(self, *, agent: str, project: str, route: str) -> tuple[str, ...]:
        """Return the accounts that such a call may be booked on; none: it went past every linked gateway.

        Most specific first: what was chosen for its folder (the nearest one), the address it was sent to (several accounts
        may be linked there), what was chosen for its provider's name, what was chosen for its agent.
        """
        folder = self._folder(project)
        if folder:
            return self._account(folder)
        sent = origin(route)
        there = tuple(name for name, url in self.urls.items() if sent[1] and origin(url) == sent)
        if there:
            return there
        return self._account(self.chosen.get(route, "") or self.chosen.get(agent, ""))

    def led(self, *, agent: str, project: str, route: str, shown: Mapping[str, Shown]) -> Led:
        """Return the one account that such calls are pending in; `shown` are those that list some of them.

        What was chosen for their folder decides; then the account whose list shows them with its own key, or whichever shows
        them nearest; then what was chosen for their provider or agent; at last the account that was linked first.
        """
        there = self.accounts(agent=agent, project=project, route=route)
        if there and self._folder(project):
            return Led(there[0])
        names = (*there, *sorted(shown.keys() - set(there)))
        if not names:
            return Led("")
        nearness = {name: _nearness(shown.get(name)) for name in names}
        nearest = max(nearness.values())
        left = tuple(name for name in names if nearness[name] == nearest)
        chosen = [name for name in (self.chosen.get(route, ""), self.chosen.get(agent, "")) if name in left]
        return Led(chosen[0]) if chosen else Led(left[0], left[1:])

    def _account(self, name: str) -> tuple[str, ...]:
        return (name,) if name in self.urls else ()

    def _folder(self, project: str) -> str:
        """Return what was chosen for the nearest folder around a project, whichever way its slashes lean."""
        tidy = project.replace("\\", "/").rstrip("/")
        around = [(folder, name) for folder, name in self.chosen.items() if _holds(folder.replace("\\", "/").rstrip("/"), tidy)]
        return max(around, key=lambda found: len(found[0]), default=("", ""))[1]


def _nearness(shown: Shown | None) -> tuple[float, float]:
    """Return how sure it is that calls go through an account: one whose list shows them with other keys only is the least likely."""
    if shown is None:
        return Via.PURSE - 0.5, 0.0
    return float(shown.via), shown.at.timestamp() if shown.via is Via.KEY else 0.0


def _holds(folder: str, project: str) -> bool:
    return "/" in folder and (project == folder or project.startswith(folder + "/"))
