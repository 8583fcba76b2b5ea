"""Linking an account at the real LiteLLM as the settings window and the terminal do it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.administrator import Administrator
from gateway.browser import browser
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import RunningLiteLLM
from rings import MemoryRing
from tankful.core.errors import LinkRejected
from tankful.core.links import Method
from tankful.engine.linking import Linked, Linking
from tankful.gateways.gateway import SignInStep
from tankful.store.links_file import LinksFile
from tankful.store.secrets import Secrets

T = TypeVar("T")


class Person:
    """Somebody at a desk with an empty keyring."""

    def __init__(self, folder: Path, name: str, password: str = "") -> None:
        self.name = name
        self.ring = MemoryRing()
        self._folder = folder
        self._password = password
        self._visits: list[asyncio.Task[None]] = []

    def do(self, work: Callable[[Linking], Awaitable[T]]) -> T:
        """Start the program, do something and end it."""

        async def story() -> T:
            links = LinksFile(self._folder / "links.toml")
            linking = Linking(links, Secrets(self.ring), lambda: datetime.now(UTC), self._open)
            self._visits.clear()
            try:
                done = await work(linking)
                await asyncio.gather(*self._visits)
            finally:
                linking.close()
            return done

        return asyncio.run(story())

    def _open(self, url: str) -> None:
        self._visits.append(asyncio.create_task(asyncio.to_thread(self._visit, url)))

    def _visit(self, url: str) -> None:
        with browser() as window:
            window.open(url)
            window.send(username=self.name, password=self._password)
            window.send(decision="approve")
            assert "You are signed in" in window.text


def test_an_account_is_linked_with_a_key_and_says_what_is_left(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path
) -> None:
    person = Person(tmp_path, administrator.new_person(max_budget=600, budget_duration="30d"))
    key = administrator.new_key(person.name)

    async def link(linking: Linking) -> Linked:
        return await linking.with_key(await linking.find(f" {litellm.url}/v1/ "), f'"{key}"\n')

    linked = person.do(link)
    (budget,) = linked.statement.allocations
    assert (linked.link.kind, linked.link.url, linked.link.who) == ("litellm", litellm.url, person.name)
    assert (budget.limit, budget.settled) == (Decimal(600), 0)
    assert key not in (tmp_path / "links.toml").read_text(encoding="utf-8")

    async def ask_again(linking: Linking) -> str:
        return (await linking.ask(linking.link(linked.link.name))).who

    assert person.do(ask_again) == person.name


def test_an_account_is_linked_with_the_browser_and_reads_what_is_spent(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path
) -> None:
    name = administrator.new_person(max_budget=20)
    person = Person(tmp_path, name, administrator.invite(name))
    steps: list[SignInStep] = []

    async def link(linking: Linking) -> Linked:
        return await linking.sign_in(await linking.find(litellm.url), Method.BROWSER, steps.append)

    linked = person.do(link)
    assert linked.link.who == name
    assert len(steps) == 1
    spent = LinkedAccount(litellm.url, administrator.new_key(name)).spend()

    async def until_booked(linking: Linking) -> None:
        while (await linking.ask(linking.link(linked.link.name))).allocations[0].settled != spent:
            pass

    person.do(lambda linking: asyncio.wait_for(until_booked(linking), 30))


def test_a_wrong_key_links_nothing(litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path) -> None:
    person = Person(tmp_path, administrator.new_person())

    async def link(linking: Linking) -> Linked:
        return await linking.with_key(await linking.find(litellm.url), "sk-nobody-made-this-one")

    with pytest.raises(LinkRejected):
        person.do(link)
    assert person.ring.kept == {}
    assert not (tmp_path / "links.toml").exists()
