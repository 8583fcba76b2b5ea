"""Signs in to older LiteLLM servers, as their command line does: a code is typed in the browser, the key is fetched by polling."""

import asyncio
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode

import msgspec

from tankful.core.errors import GatewayConfused, LinkRejected, NotAllowed
from tankful.gateways.gateway import SignInStep
from tankful.gateways.grants import Grant
from tankful.gateways.http import Http, Reply, refusal
from tankful.gateways.oauth_device import shown_code
from tankful.gateways.oauth_loopback import FOREIGN, LIMIT_S, NOT_HERE, Heard, Page, listening
from tankful.gateways.oauth_server import at_home
from tankful.gateways.oauth_tokens import NEVER, not_signed_in, sendable
from tankful.gateways.oauth_waiting import Wait, polled

_EVERY_S = 2.0
_LONGEST_S = 1800.0
_WORD = re.compile(r"[A-Za-z0-9._~-]{1,256}", re.ASCII)
_CHOSEN = Page(200, "The team is chosen", "Tankful has what it needs. You can close this tab.")
_MOST_TEAMS = 500


class Login(msgspec.Struct, frozen=True):
    """A sign-in that has begun."""

    login_id: str
    poll_secret: str
    user_code: str
    expires_in: float = 600.0
    verification_uri_complete: str = ""

    def __repr__(self) -> str:
        """Say nothing of what is in it."""
        return "Login(…)"


class _Team(msgspec.Struct, frozen=True):
    team_id: str
    team_alias: str | None = None


class Polled(msgspec.Struct, frozen=True):
    """What a poll gives."""

    status: str
    key: str = ""
    team_id: str | None = None
    requires_team_selection: bool = False
    teams: tuple[str, ...] | None = None
    team_details: tuple[_Team, ...] | None = None

    def __repr__(self) -> str:
        """Say nothing of what is in it."""
        return "Polled(…)"

    def choice(self) -> tuple[_Team, ...]:
        """Return the teams to choose from, with names where the server gives them."""
        return (self.team_details or tuple(_Team(team) for team in self.teams or ()))[:_MOST_TEAMS]


async def polling_sign_in(
    http: Http, url: str, now: datetime, tell: Callable[[SignInStep], None], *, wait: Wait = asyncio.sleep, limit_s: float = LIMIT_S
) -> Grant:
    """Return a grant that cannot be renewed. It holds for about a day: the gateway does not say how long.

    `tell` hears the page and the code; and, for somebody in several teams, then a page of this machine to choose one on.

    Raises:
        GatewayError: the sign-in was not finished in time, was used already, or the gateway cannot do it.
    """
    reply = await http.post(f"{url}/sso/cli/start")
    if reply.status in {404, 405}:
        raise NotAllowed("This gateway has no sign-in by polling", "Paste a key.")
    if reply.status != 200:
        raise refusal(reply)
    begun = reply.as_a(Login)
    if not (_WORD.fullmatch(begun.login_id) and _WORD.fullmatch(begun.poll_secret) and shown_code(begun.user_code)):
        raise GatewayConfused("The gateway's code cannot be shown", "It may be of a version that Tankful does not know.")
    page = begun.verification_uri_complete or f"{url}/sso/key/generate?" + urlencode({"source": "litellm-cli", "key": begun.login_id})
    within_s = min(max(begun.expires_in, 0.0), _LONGEST_S)
    tell(SignInStep(at_home(page, url), begun.user_code, now + timedelta(seconds=within_s)))

    async def asked(team: str = "") -> Polled | None:
        params = {"team_id": team} if team else None
        headers = {"x-litellm-cli-poll-secret": begun.poll_secret}
        answer = _answer(await http.get(f"{url}/sso/cli/poll/{begun.login_id}", headers=headers, params=params))
        return answer if answer.status == "ready" else None

    ready = await polled(asked, every_s=_EVERY_S, within_s=within_s, wait=wait)
    if ready.requires_team_selection:
        teams = ready.choice()
        if not teams:
            raise LinkRejected("The gateway names no team to sign in for", "Ask your administrator to add you to one, or paste a key.")
        team = teams[0] if len(teams) == 1 else await _chosen(teams, now, tell, limit_s)
        ready = await polled(lambda: asked(team.team_id), every_s=_EVERY_S, within_s=within_s, wait=wait)
    if not ready.key or not sendable(ready.key):
        raise GatewayConfused("The gateway gives no key", "It may be of a version that Tankful does not know.")
    return Grant(ready.key, NEVER, team=ready.team_id or "")


def _answer(reply: Reply) -> Polled:
    match reply.status:
        case 200:
            return reply.as_a(Polled)
        case 400 | 403 | 404 | 410 if not reply.is_page:  # unknown, used already, or too old
            raise not_signed_in("expired_token")
        case _:
            raise refusal(reply)


async def _chosen(teams: tuple[_Team, ...], now: datetime, tell: Callable[[SignInStep], None], limit_s: float) -> _Team:
    """Let the user choose in the browser, which is where the sign-in already is."""
    state = secrets.token_urlsafe(32)
    buttons = "".join(
        f'<button name="team" value="{place}">{escape(team.team_alias or team.team_id)}</button>' for place, team in enumerate(teams)
    )
    form = f'<form><input type="hidden" name="state" value="{state}">{buttons}</form>'
    choose = Page(200, "Which team is this for?", "You are in several. Tankful shows its budget beside your own.", form)
    places = {str(place): team for place, team in enumerate(teams)}

    def judge(request: Heard) -> Page | None:
        if request.path != "/team":
            return NOT_HERE
        if not hmac.compare_digest(request.fields.get("state", "").encode(), state.encode()):
            return FOREIGN
        return None if request.fields.get("team", "") in places else choose

    async with listening(judge) as loopback:
        tell(SignInStep(f"{loopback.address}/team?state={state}", "", now + timedelta(seconds=limit_s)))
        try:
            async with asyncio.timeout(limit_s):
                answer = await loopback.settled()
        except TimeoutError:
            raise not_signed_in("expired_token") from None
        loopback.tell(_CHOSEN)
        return places[answer.fields["team"]]
