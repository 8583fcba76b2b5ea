"""A gateway that has only what every one must have says of all else that it has none."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tankful.core.allocation import Statement
from tankful.core.errors import NotAllowed
from tankful.core.links import Link, Method
from tankful.core.usage import TokenUsage
from tankful.gateways.gateway import Asked, Detected, Gateway, Machine
from tankful.gateways.http import Http, open_http

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DETECTED = Detected("plain", "https://llm.example.com", (Method.KEY,))


async def _detect(_http: Http, _url: str) -> Detected | None:
    return DETECTED


async def _fetch(asked: Asked) -> Statement:
    return Statement(asked.link.name, asked.now)


PLAIN = Gateway("plain", "Plain", (Method.KEY,), _detect, _fetch)


def test_what_a_kind_does_not_have_is_none() -> None:
    async def asking() -> list[object]:
        async with open_http() as http:
            asked = Asked(http, Link("work", "plain", DETECTED.url, Method.KEY), "sk-secret", NOW)
            assert "sk-secret" not in repr(asked)
            return [
                await PLAIN.calls(asked, NOW),
                await PLAIN.breakdown(asked, NOW.date(), NOW.date()),
                await PLAIN.estimate(asked, "model", TokenUsage(1, 1)),
                await PLAIN.message(asked),
                await PLAIN.renew(asked),
                await PLAIN.models(asked),
            ]

    assert asyncio.run(asking()) == [None, None, None, None, None, ()]
    assert PLAIN.file(Machine(Path(), {}, "linux", Path()), Method.FILE) is None


def test_a_kind_without_a_sign_in_takes_keys() -> None:
    async def signing_in() -> str:
        async with open_http() as http:
            return await PLAIN.sign_in(http, DETECTED, Method.BROWSER, NOW, lambda _: None)

    with pytest.raises(NotAllowed):
        asyncio.run(signing_in())
