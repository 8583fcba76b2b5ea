"""A person without a tray: link the real gateway from the terminal, spend through it, and read what is left."""

import json
from collections.abc import Generator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from desktop.keyring_session import KeyringSession
from desktop.session import desktop_session
from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.claude_caller import ClaudeCaller
from gateway.running_litellm import RunningLiteLLM

pytestmark = pytest.mark.desktop


@pytest.fixture
def keyring() -> Generator[KeyringSession]:
    """A session with an open keyring and an empty home."""
    with desktop_session() as session:
        keyring = KeyringSession(session)
        keyring.start()
        yield keyring


def binding(keyring: KeyringSession) -> dict[str, Any]:
    done = keyring.tankful("status", "--json")
    [meter] = [each for each in json.loads(done.stdout)["meters"] if each["binding"]]
    return meter


def amounts(keyring: KeyringSession) -> tuple[Decimal, Decimal]:
    """What the gateway has booked, and what it has not yet."""
    meter = binding(keyring)
    return Decimal(meter["settled_usd"]), Decimal(meter["pending_usd"])


def test_an_account_is_linked_read_and_unlinked_from_the_terminal(
    litellm: RunningLiteLLM, administrator: Administrator, keyring: KeyringSession
) -> None:
    name = administrator.new_person(max_budget=600, budget_duration="30d")
    key = administrator.new_key(name)
    log = keyring.desktop.home / "home/.claude/projects/-home-grace-orchard/session.jsonl"
    keyring.desktop.programs.environment["ANTHROPIC_BASE_URL"] = litellm.url

    linked = keyring.tankful("link", "auto", "--url", f"{litellm.url}/v1", "--secret-stdin", key=key)
    assert linked.returncode == 0, linked.stderr
    assert f"Linked as {name}" in linked.stdout
    assert "$600.00 of $600" in linked.stdout

    with httpx.Client(base_url=litellm.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
        spent = ClaudeCaller(http, log).spend(3)
    assert sum(amounts(keyring)) == spent
    wait_until("it is booked", lambda: amounts(keyring) == (spent, 0), within_s=90, every_s=1)
    accounts = keyring.tankful("accounts")
    assert name in accounts.stdout

    said = [linked, accounts, keyring.tankful("status"), keyring.tankful("doctor")]
    assert not [each.args for each in said if key in each.stdout + each.stderr]
    holding = keyring.desktop.programs.run("grep", "-rlF", key, keyring.desktop.home).stdout.splitlines()
    assert not [path for path in holding if "keyrings" not in path]

    unlinked = keyring.tankful("unlink", json.loads(keyring.tankful("accounts", "--json").stdout)["accounts"][0]["account"])
    assert unlinked.returncode == 0, unlinked.stderr
    assert "No account" in keyring.tankful("accounts").stdout
    assert binding(keyring)["account"] == "personal"
