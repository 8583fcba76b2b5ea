"""Reads how much of a ChatGPT subscription's limits Codex has used: percent by window, as Codex writes it into its own logs.

No credentials and no connection: after each answer Codex notes the limits it was told. The newest note of each limit holds.
"""

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tankful.core.allocation import QuotaWindow, Statement
from tankful.core.errors import GatewayConfused, GatewayUnreachable
from tankful.core.links import Method
from tankful.gateways.addresses import origin
from tankful.gateways.agreed import agreed_file
from tankful.gateways.figures import instant, number, share
from tankful.gateways.gateway import Asked, Detected, Gateway, Machine
from tankful.gateways.http import Http
from tankful.regular_file import opened

KIND = "codex-quota"
URL = "https://chatgpt.com"
"""Never asked: it only tells this account from others."""
_LOGS_MOST = 12
_FOLDERS_MOST = 31
"""Days with sessions that are looked through: a session may go on for weeks."""
_TAIL_BYTES = 400_000
_WORD = b'"rate_limits"'
_TITLES = {300: "5 hours", 1440: "day", 10_080: "week", 43_200: "month"}


class _Window(msgspec.Struct):
    used_percent: Any = None
    window_minutes: Any = None
    resets_at: Any = None
    resets_in_seconds: Any = None


class _Limits(msgspec.Struct):
    limit_id: str | None = None
    limit_name: str | None = None
    primary: _Window | None = None
    secondary: _Window | None = None


class _Payload(msgspec.Struct):
    type: str = ""
    rate_limits: _Limits | None = None


class _Line(msgspec.Struct):
    timestamp: Any
    payload: _Payload


class _Noted(NamedTuple):
    at: datetime
    limits: _Limits


async def _detect(_http: Http, url: str) -> Detected | None:
    return Detected(KIND, URL, (Method.LOCAL,)) if origin(url) == origin(URL) else None


async def _fetch(asked: Asked) -> Statement:
    noted = await asyncio.to_thread(_newest, agreed_file(asked.link))
    if not noted:
        hint = "Use Codex once, signed in with your subscription: it notes its limits in its logs after each answer."
        raise GatewayUnreachable("Codex has not told its limits yet", hint)
    windows = tuple(window for each in noted.values() for window in _windows(asked, each))
    as_of = max(each.at for each in noted.values())
    return Statement(asked.link.name, min(as_of, asked.now), windows=windows)


def _newest(folder: Path) -> dict[str, _Noted]:
    """Return the newest note of each limit, by the limit's id."""
    found: dict[str, _Noted] = {}
    for log in _logs(folder):
        for noted in _notes(log):
            name = noted.limits.limit_id or ""
            if name not in found or noted.at > found[name].at:
                found[name] = noted
    return found


def _logs(folder: Path) -> list[Path]:
    """Return the logs that were written last; they lie in `sessions/YEAR/MONTH/DAY`."""
    days: list[Path] = []
    for year in _folders(folder / "sessions"):
        for month in _folders(year):
            days += _folders(month)
            if len(days) >= _FOLDERS_MOST:
                break
    times: list[tuple[float, Path]] = []
    for day in days[:_FOLDERS_MOST]:
        with suppress(OSError), os.scandir(day) as entries:
            for entry in entries:
                status = entry.stat()
                if entry.name.endswith(".jsonl") and stat.S_ISREG(status.st_mode):
                    times.append((status.st_mtime, Path(entry.path)))
    return [path for _, path in sorted(times, reverse=True)[:_LOGS_MOST]]


def _folders(folder: Path) -> list[Path]:
    """Return the folders named by numbers, the latest first."""
    with suppress(OSError):
        return sorted((each for each in folder.iterdir() if each.name.isdecimal() and each.is_dir()), reverse=True)
    return []


def _notes(log: Path) -> Iterator[_Noted]:
    """Yield what stands near the end of a log. Nothing else of a line is looked at, and nothing of it kept."""
    tail = b""
    with suppress(OSError), open(log, "rb", opener=opened) as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        tail = file.read(_TAIL_BYTES)
    for line in tail.splitlines():
        if _WORD not in line:
            continue
        with suppress(ValueError, RecursionError, GatewayConfused):
            known = msgspec.json.decode(line, type=_Line)
            at = instant(known.timestamp, "time")
            if known.payload.type == "token_count" and known.payload.rate_limits is not None and at is not None:
                yield _Noted(at, known.payload.rate_limits)


def _windows(asked: Asked, noted: _Noted) -> Iterator[QuotaWindow]:
    """Yield the windows of one limit; one that has ended since says nothing any more."""
    name = noted.limits.limit_name if noted.limits.limit_id not in {None, "codex"} else None
    for window, otherwise in ((noted.limits.primary, "primary"), (noted.limits.secondary, "secondary")):
        if window is None or window.used_percent is None:
            continue
        with suppress(GatewayConfused):  # one bad figure takes no other with it: Codex changes what it notes
            end = instant(window.resets_at, "reset")
            if end is None and window.resets_in_seconds is not None:
                end = noted.at + timedelta(seconds=int(share(window.resets_in_seconds, "reset")))
            title = otherwise if window.window_minutes is None else _title(int(number(window.window_minutes, "window")))
            used = share(window.used_percent, "share")
            if end is None or end > asked.now:
                yield QuotaWindow(asked.link.name, f"{title}, {name}" if name else title, used, end)


def _title(minutes: int) -> str:
    """Return words for a window's length, which Codex notes with a minute more or less."""
    near = next((known for known in _TITLES if abs(known - minutes) <= known // 50), None)
    return _TITLES[near] if near is not None else f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


def _file(machine: Machine, _method: Method) -> Path:
    chosen = machine.environ.get("CODEX_HOME", "").split(",")[0].strip()
    return Path(chosen).expanduser() if chosen else machine.home / ".codex"


GATEWAY = Gateway(
    kind=KIND,
    title="Codex with a ChatGPT subscription",
    methods=(Method.LOCAL,),
    detect=_detect,
    fetch=_fetch,
    url=URL,
    file=_file,
    hint="Codex's own logs tell its limits, without any credentials.",
)
