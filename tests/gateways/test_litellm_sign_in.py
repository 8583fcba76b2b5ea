"""The ways to sign in to LiteLLM, against a real server of our own that speaks as it does."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from gateway_rig import Answer, Seen
from sign_in_rig import Authority, browse
from tankful.core.errors import GatewayBusy, GatewayConfused, GatewayUnreachable, LinkRejected, NotAllowed
from tankful.core.links import Method
from tankful.gateways.gateway import Detected, SignInStep
from tankful.gateways.grants import bearer, grant_of
from tankful.gateways.http import open_http
from tankful.gateways.litellm_polling import polling_sign_in
from tankful.gateways.litellm_sign_in import sign_in

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LOGIN = {"login_id": "cli-1", "poll_secret": "s", "user_code": "ABCD-EFGH"}


class Person:
    """Does at the browser what is to be done there, while the program waits."""

    def __init__(self, authority: Authority, chooses: str = "", types_at: int | None = 2) -> None:
        self.authority = authority
        self.chooses = chooses
        self.types_at = types_at
        self.steps: list[SignInStep] = []
        self.waits: list[float] = []
        self.pages: list[asyncio.Task[list[httpx.Response]]] = []

    def hear(self, step: SignInStep) -> None:
        self.steps.append(step)
        if step.code == "":
            self.pages.append(asyncio.create_task(self._browse(step.url)))

    async def _browse(self, url: str) -> list[httpx.Response]:
        shown = await browse(url)
        if "/team?" not in url:
            return [shown]
        names = [unescape(part.split("<")[0]) for part in shown.text.split('<button name="team" value="')[1:]]
        place = next(name.split('"')[0] for name in names if name.endswith(f'">{self.chooses}'))
        wrong = await browse(url.replace("state=", "state=x"))
        none = await browse(f"{url}&team=999")
        elsewhere = await browse(url.split("/team?", maxsplit=1)[0] + "/favicon.ico")
        return [shown, wrong, none, elsewhere, await browse(f"{url}&team={place}")]

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self.types_at:
            self.authority.approve(self.steps[0].code)


def signed_in(person: Person, method: Method) -> tuple[str, list[httpx.Response]]:
    """Sign in; return the secret and the pages that the browser showed."""

    async def run() -> tuple[str, list[httpx.Response]]:
        async with open_http() as http:
            detected = Detected("litellm", person.authority.url, (method,))
            secret = await sign_in(http, detected, method, NOW, person.hear, wait=person.wait)
        return secret, [page for task in person.pages for page in await task]

    with person.authority.server:
        return asyncio.run(run())


@pytest.mark.parametrize(("method", "client"), [(Method.BROWSER, "client-"), (Method.DEVICE, "claude_code")])
def test_browser_and_device_leave_a_grant_that_can_be_renewed(method: Method, client: str) -> None:
    authority = Authority()
    secret, _ = signed_in(Person(authority), method)
    grant = grant_of(secret)
    assert grant is not None
    assert grant.access in authority.access
    assert authority.refresh[grant.refresh].startswith(client)


@pytest.mark.parametrize("method", [Method.KEY, Method.FILE])
def test_a_key_is_no_way_to_sign_in(method: Method) -> None:
    with pytest.raises(NotAllowed):
        signed_in(Person(Authority()), method)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (Method.BROWSER, "/.well-known/litellm-cli-auth"),
        (Method.DEVICE, "/claude_code_gateway/.well-known/oauth-authorization-server"),
    ],
)
def test_a_server_that_does_not_offer_a_way_is_told_apart_from_one_that_fails(method: Method, path: str) -> None:
    authority = Authority(instead={("GET", path): (404, {}, {"error": "not_found"})})
    with pytest.raises(NotAllowed, match="no such sign-in"):
        signed_in(Person(authority), method)
    authority = Authority(instead={("GET", path): (500, {}, "")})
    with pytest.raises(GatewayUnreachable):
        signed_in(Person(authority), method)
    authority = Authority(changed={"issuer": "https://evil.example.com"})
    person = Person(authority)
    with pytest.raises(GatewayConfused, match="calls itself"):
        signed_in(person, method)
    assert len(authority.server.requests) == 1
    assert person.steps == []


@pytest.mark.parametrize(("teams", "key"), [((), "litellm_login_alone"), (("blue",), "litellm_login_blue")])
def test_polling_gives_a_key_when_there_is_nothing_to_choose(teams: tuple[str, ...], key: str) -> None:
    authority = Authority(teams=teams)
    person = Person(authority, types_at=3)
    secret, _ = signed_in(person, Method.COMMAND_LINE)
    grant = grant_of(secret)
    assert grant is not None
    assert (grant.access, grant.team, grant.refresh) == (key, "".join(teams), "")
    assert grant.expires_at.year == 9999, "nobody says when it runs out"
    assert person.waits == [2, 2, 2]
    (step,) = person.steps
    (login,) = [seen for seen in authority.server.requests if seen.path.startswith("/sso/cli/poll/")][:1]
    assert step.url == f"{authority.url}/sso/key/generate?source=litellm-cli&key={login.path.rsplit('/', 1)[1]}"
    assert step.until == NOW + timedelta(minutes=10)
    assert login.headers["x-litellm-cli-poll-secret"] not in step.url


def test_who_is_in_several_teams_chooses_one_in_the_browser() -> None:
    names = ({"team_id": "t1", "team_alias": "Blue <b>"}, {"team_id": "t2", "team_alias": None})
    authority = Authority(teams=("t1", "t2"), names=names)
    person = Person(authority, chooses="t2")
    secret, (shown, wrong, none, elsewhere, done) = signed_in(person, Method.COMMAND_LINE)
    grant = grant_of(secret)
    assert grant is not None
    assert (bearer(secret), grant.team) == ("litellm_login_t2", "t2")
    assert "Blue &lt;b&gt;" in shown.text
    assert wrong.status_code == 400
    assert none.text == shown.text, "it is asked again"
    assert elsewhere.status_code == 404
    assert "The team is chosen" in done.text
    assert person.steps[1].until == NOW + timedelta(minutes=2)


def test_teams_without_names_are_shown_by_their_ids() -> None:
    authority = Authority(teams=("t1", "t2"))

    def nameless(seen: Seen) -> Answer:
        if "team_id" in seen.query:
            return 200, {}, {"status": "ready", "key": "litellm_login_t1"}
        return 200, {}, {"status": "ready", "requires_team_selection": True, "teams": ["t1", "t2"], "team_details": None}

    secret, pages = signed_in(Person(_fixed(authority, nameless), chooses="t1"), Method.COMMAND_LINE)
    assert bearer(secret) == "litellm_login_t1"
    assert "t2" in pages[0].text


def _fixed(authority: Authority, poll: Answer | Callable[[Seen], Answer], **changed: Any) -> Authority:
    """Let a sign-in have an address that is known, and its polls this answer."""
    authority.instead["POST", "/sso/cli/start"] = (200, {}, LOGIN | changed)
    authority.instead["GET", "/sso/cli/poll/cli-1"] = poll
    return authority


def test_the_only_team_is_taken_without_asking() -> None:
    def only(seen: Seen) -> Answer:
        if seen.query.get("team_id") == "t1":
            return 200, {}, {"status": "ready", "key": "litellm_login_t1"}
        return 200, {}, {"status": "ready", "requires_team_selection": True, "teams": ["t1"]}

    person = Person(_fixed(Authority(), only))
    assert bearer(signed_in(person, Method.COMMAND_LINE)[0]) == "litellm_login_t1"
    assert len(person.steps) == 1


def test_nobody_who_chooses_a_team_ends_it_in_time() -> None:
    authority = _fixed(Authority(), (200, {}, {"status": "ready", "requires_team_selection": True, "teams": ["t1", "t2"]}))

    async def at_once(_: float) -> None:
        """No time passes."""

    async def run() -> None:
        async with open_http() as http:
            await polling_sign_in(http, authority.url, NOW, lambda _: None, wait=at_once, limit_s=0.01)

    with authority.server, pytest.raises(LinkRejected, match="too long"):
        asyncio.run(run())


def test_a_page_that_the_server_names_is_opened_when_it_is_its_own() -> None:
    ready: Answer = (200, {}, {"status": "ready", "key": "litellm_login_1"})
    authority = Authority()
    complete = f"{authority.url}/sso/key/generate?source=litellm-cli&key=cli-1&user_code=ABCD-EFGH"
    person = Person(_fixed(authority, ready, verification_uri_complete=complete))
    signed_in(person, Method.COMMAND_LINE)
    assert person.steps[0].url == complete
    person = Person(_fixed(Authority(), ready, verification_uri_complete="https://evil.example.com/"))
    with pytest.raises(GatewayConfused):
        signed_in(person, Method.COMMAND_LINE)
    assert person.steps == []


STARTS: list[tuple[Answer, type[Exception]]] = [
    ((404, {}, {"detail": "Not Found"}), NotAllowed),
    ((405, {}, {"detail": "Method Not Allowed"}), NotAllowed),
    ((429, {"retry-after": "60"}, {"detail": "Too many CLI login attempts"}), GatewayBusy),
    ((500, {}, ""), GatewayUnreachable),
    ((200, {}, {"login_id": "cli-1"}), GatewayConfused),
    ((200, {}, LOGIN | {"login_id": "../../admin"}), GatewayConfused),
    ((200, {}, LOGIN | {"poll_secret": "a\r\nb"}), GatewayConfused),
    ((200, {}, LOGIN | {"user_code": ""}), GatewayConfused),
]


@pytest.mark.parametrize(("answer", "kind"), STARTS)
def test_a_start_that_fails_shows_nothing(answer: Answer, kind: type[Exception]) -> None:
    person = Person(Authority(instead={("POST", "/sso/cli/start"): answer}))
    with pytest.raises(kind):
        signed_in(person, Method.COMMAND_LINE)
    assert person.steps == []
    assert len(person.authority.server.requests) == 1


POLLS: list[tuple[Answer, type[Exception]]] = [
    ((400, {}, {"detail": "CLI login session not found or expired"}), LinkRejected),
    ((403, {}, {"detail": "Invalid CLI polling secret"}), LinkRejected),
    ((403, {}, "<html>Sign in to this network</html>"), GatewayConfused),
    ((401, {}, {"detail": "no"}), LinkRejected),
    ((200, {}, {"status": "ready", "requires_team_selection": True, "teams": []}), LinkRejected),
    ((200, {}, {"status": "ready", "key": ""}), GatewayConfused),
    ((200, {}, {"status": "ready", "key": "two words"}), GatewayConfused),
    ((200, {}, {"state": "ready"}), GatewayConfused),
]


@pytest.mark.parametrize(("answer", "kind"), POLLS)
def test_a_poll_that_ends_it_says_why(answer: Answer, kind: type[Exception]) -> None:
    person = Person(_fixed(Authority(), answer))
    with pytest.raises(kind):
        signed_in(person, Method.COMMAND_LINE)
    assert len(person.waits) == 1


def test_a_sign_in_is_used_once() -> None:
    authority = Authority()
    person = Person(authority, types_at=1)
    signed_in(person, Method.COMMAND_LINE)
    assert authority.logins == {}


def test_a_server_that_is_away_for_a_while_is_asked_again() -> None:
    answers: list[Answer] = [(502, {}, ""), (429, {"retry-after": "7"}, {}), (200, {}, {"status": "pending"})]

    def poll(_: Seen) -> Answer:
        return answers.pop(0) if answers else (200, {}, {"status": "ready", "key": "litellm_login_1"})

    person = Person(_fixed(Authority(), poll))
    signed_in(person, Method.COMMAND_LINE)
    assert person.waits == [2, 4, 8, 2]


def test_a_code_that_nobody_types_ends_when_it_runs_out() -> None:
    person = Person(_fixed(Authority(), (200, {}, {"status": "pending"}), expires_in=9))
    with pytest.raises(LinkRejected, match="too long"):
        signed_in(person, Method.COMMAND_LINE)
    assert person.waits == [2, 2, 2, 2]
