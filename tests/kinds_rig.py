"""Asks a kind of gateway over a real connection, with answers of our own that have the shape of its answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from gateway_rig import Answer, AnsweringServer
from tankful.core.allocation import Statement
from tankful.core.errors import GatewayError
from tankful.core.links import Link, Method
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, open_http

T = TypeVar("T")

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECRET = "sk-secret-that-nobody-may-see"  # noqa: S105 - made up
DATA = Path(__file__).parent / "data" / "gateways"

Answers = dict[str, Answer]
"""By path; all are GET."""


def recorded(kind: str, name: str) -> Any:
    return json.loads((DATA / kind / name).read_bytes())


def ok(body: object, **headers: str) -> Answer:
    return 200, headers, body


def served(answers: Mapping[str, Answer], clock: datetime = NOW) -> AnsweringServer:
    """Serve these answers, given at this time by the server's clock."""
    date = {"date": format_datetime(clock, usegmt=True)}
    return AnsweringServer({("GET", path): (status, date | dict(headers), body) for path, (status, headers, body) in answers.items()})


def over_http(question: Callable[[Http], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with open_http() as http:
            return await question(http)

    return asyncio.run(asked())


def link_to(gateway: Gateway, url: str, method: Method = Method.KEY, /, **options: str) -> Link:
    return Link("work", gateway.kind, url, method, options=options)


def ask(
    gateway: Gateway, link: Link, secret: str = SECRET, now: datetime = NOW, tag: str = "", last: Statement | None = None
) -> Statement | None:
    return over_http(lambda http: gateway.fetch(Asked(http, link, secret, now, tag, last)))


def polled(gateway: Gateway, answers: Answers, secret: str = SECRET, /, *, minutes: int, **options: str) -> Iterator[list[str]]:
    """Poll every minute, each time with what was told before, and yield what was asked for; `answers` may change in between."""
    last: Statement | None = None
    for minute in range(minutes):
        now = NOW + timedelta(minutes=minute)
        with served(answers, now) as server:
            last = ask(gateway, replace(link_to(gateway, server.url), options=options), secret, now, last=last)
            yield [seen.path for seen in server.requests]


def fetched(gateway: Gateway, answers: Mapping[str, Answer], secret: str = SECRET, now: datetime = NOW, /, **options: str) -> Statement:
    with served(answers, now) as server:
        statement = ask(gateway, link_to(gateway, server.url, **options), secret, now)
    assert statement is not None
    assert statement.account == "work"
    assert len({each.scope for each in statement.allocations}) == len(statement.allocations)
    return statement


def failed(question: Callable[[], object]) -> GatewayError:
    """Return the failure, which says what happened and what to do, and holds no secret anywhere."""
    with pytest.raises(GatewayError) as failure:
        question()
    error = failure.value
    assert error.title
    assert error.hint
    told = f"{error!r} {error.title} {error.hint} {error.__cause__!r} {error.__context__!r}"
    assert "that-nobody-may-see" not in told
    return error


def refused(gateway: Gateway, answers: Mapping[str, Answer], secret: str = SECRET, /, **options: str) -> GatewayError:
    return failed(lambda: fetched(gateway, answers, secret, **options))


def detected(gateway: Gateway, answers: Mapping[str, Answer]) -> Detected | None:
    with served(answers) as server:
        return over_http(lambda http: gateway.detect(http, server.url))


def detected_at(gateway: Gateway, url: str) -> Detected | None:
    return over_http(lambda http: gateway.detect(http, url))
