import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from litellm_rig import recording
from sign_in_rig import Authority, browse
from tankful.core.links import Method
from tankful.gateways.grants import grant_of
from tankful.store.links_file import LinksFile
from terminals import Machine


class Browser(list[str]):
    """Goes where it is sent, at the same time, as the browser of a person does who is signed in there."""

    def __init__(self, go: Callable[[str], object]) -> None:
        super().__init__()
        self.going: list[threading.Thread] = []
        self.go = go

    def append(self, page: str) -> None:
        super().append(page)
        self.going.append(threading.Thread(target=self.go, args=(page,)))
        self.going[-1].start()


@pytest.fixture
def authority() -> Iterator[Authority]:
    authority = Authority(version=None)
    answers: dict[Any, Any] = {
        ("GET", "/v2/user/info"): recording("user"),
        ("GET", "/health/readiness"): (200, {}, {"status": "healthy", "db": ""}),
    }
    authority.instead.update(answers)
    with authority.server:
        yield authority


@pytest.fixture
def browser(machine: Machine) -> Iterator[Browser]:
    browser = Browser(lambda page: asyncio.run(browse(page)))
    machine.opened = browser
    yield browser
    for going in browser.going:
        going.join()


def test_signing_in_with_the_browser_links_the_account_of_the_person(machine: Machine, authority: Authority, browser: Browser) -> None:
    answer = machine.run("link", "auto", "--url", f"{authority.url}/v1", "--sign-in", "--name", "Work")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Linked as robin@example.org, $36.54 of $60 left, resets 1 Dec.\n")
    found, opened = answer.err.splitlines()
    assert found == f"Found LiteLLM at {authority.url}."
    assert opened.startswith(f"Open {browser[0]} and sign in there, until ")
    (link,) = LinksFile(machine.data / "links.toml").read()
    assert (link.kind, link.method, link.who) == ("litellm", Method.BROWSER, "robin@example.org")
    grant = grant_of(machine.ring.kept[f"Work ({machine.data})"])
    assert grant is not None
    assert grant.access in authority.access
    files = [path.read_text() for path in machine.data.iterdir() if path.suffix != ".sqlite"]
    assert not any(secret in text for text in [answer.out, answer.err, *files] for secret in (grant.access, grant.refresh))


def test_a_sign_in_that_is_declined_links_nothing(machine: Machine, authority: Authority, browser: Browser) -> None:
    authority.denies = True
    answer = machine.run("link", "litellm", "--url", authority.url, "--sign-in")
    assert answer.code == 2
    assert "The sign-in was not approved." in answer.err.splitlines()[-1]
    assert len(browser) == 1
    assert machine.ring.kept == {}
    assert LinksFile(machine.data / "links.toml").read() == ()


def test_a_code_is_shown_where_there_is_one(machine: Machine, authority: Authority, browser: Browser) -> None:

    def type_code(page: str) -> None:
        authority.approve(page.rpartition("=")[2])

    browser.go = type_code
    authority.version = 1
    authority.instead["POST", "/oauth/device_authorization"] = lambda seen: _hasty(authority, seen)
    authority.instead["GET", "/api/oauth/usage"] = (
        200,
        {},
        {"extra_usage": {"is_enabled": True, "monthly_limit": 60000, "used_credits": 40217}},
    )
    answer = machine.run("link", "claude-gateway", "--url", authority.url, "--sign-in")
    assert answer.code == 0, answer.err
    assert "$197.83 of $600 left" in answer.out
    code = browser[0].rpartition("=")[2]
    assert f"Open {browser[0]} and type {code} there, until " in answer.err


def _hasty(authority: Authority, seen: Any) -> Any:
    """Let the code be asked for every second."""
    status, headers, body = authority._device(seen.form)  # pyright: ignore[reportPrivateUsage] - a test may look inside
    return status, headers, {**body, "interval": 1}


def test_a_wrong_kind_is_named_in_the_terminal(machine: Machine, authority: Authority) -> None:
    answer = machine.run("link", "claude-gateway", "--url", authority.url, "--sign-in")
    assert answer.code == 2
    assert "but a LiteLLM" in answer.err
    assert "Link it as litellm." in answer.err
