"""A real authorization server on this machine, and a browser that goes where it is sent."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from gateway_rig import Answer, AnsweringServer, Raw, Seen

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PERSON = "robin@example.com"
NOBODY = "none"
"""How a program proves that it is one which can keep no secret: not at all."""


@dataclass
class _Device:
    user_code: str
    state: str = "authorization_pending"


@dataclass
class _Login:
    secret: str
    user_code: str
    approved: bool = False


@dataclass
class _Code:
    client: str
    redirect: str
    challenge: str
    used: bool = False


@dataclass
class Authority:
    """Signs people in as RFC 6749, 7591, 7636, 8628 and LiteLLM's polling have it, and forgives no mistake of a client."""

    lasts_s: float | None = 3600
    denies: bool = False
    """The person at the browser says no."""
    version: int | None = 1
    """Of Claude's gateway protocol; LiteLLM states none."""
    teams: tuple[str, ...] = ()
    names: tuple[dict[str, Any], ...] | None = None
    """Of the teams, where the server tells them."""
    asks_slower: int = 0
    """How many polls of a device are too many."""
    instead: dict[tuple[str, str], Answer | Raw | Callable[[Seen], Answer | Raw]] = field(default_factory=dict[Any, Any])
    """Answers that take the place of ours."""
    changed: dict[str, Any] = field(default_factory=dict[str, Any])
    """Of what is published."""
    clients: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    codes: dict[str, _Code] = field(default_factory=dict[str, _Code])
    refresh: dict[str, str] = field(default_factory=dict[str, str])
    """Living refresh tokens and their clients."""
    spent: set[str] = field(default_factory=set[str])
    access: set[str] = field(default_factory=set[str])
    devices: dict[str, _Device] = field(default_factory=dict[str, _Device])
    logins: dict[str, _Login] = field(default_factory=dict[str, _Login])

    def __post_init__(self) -> None:
        self.server = AnsweringServer(self._answer)
        self._endpoints: dict[tuple[str, str], Callable[[Seen], Answer]] = {
            ("GET", "/.well-known/litellm-cli-auth"): lambda _: (200, {}, self.published()),
            ("GET", "/claude_code_gateway/.well-known/oauth-authorization-server"): lambda _: (
                200,
                {},
                self.published("/claude_code_gateway"),
            ),
            ("GET", "/.well-known/oauth-authorization-server"): self._claude,
            ("POST", "/register"): lambda seen: self._register(seen.json),
            ("GET", "/authorize"): self._authorize,
            ("POST", "/token"): lambda seen: self._token(seen.form),
            ("POST", "/oauth/device_authorization"): lambda seen: self._device(seen.form),
            ("POST", "/sso/cli/start"): lambda _: self._start(),
        }

    @property
    def url(self) -> str:
        return self.server.url

    def approve(self, user_code: str) -> None:
        """Do what a person does who types this code into our page."""
        for device in self.devices.values():
            if device.user_code == user_code:
                device.state = "access_denied" if self.denies else "approved"
        for login in self.logins.values():
            login.approved = login.approved or login.user_code == user_code

    def published(self, below: str = "") -> dict[str, Any]:
        """Return what LiteLLM publishes of its sign-in with the browser, or, `below` an address, of the one with a code."""
        url = self.url
        if below:
            return {
                "issuer": url + below,
                "device_authorization_endpoint": f"{url}/oauth/device_authorization",
                "token_endpoint": f"{url}/token",
                "grant_types_supported": [DEVICE_GRANT, "refresh_token"],
                **self.changed,
            }
        return {
            "contract_version": 1,
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "registration_endpoint": f"{url}/register",
            "revocation_endpoint": f"{url}/revoke",
            "resource": url,
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            **self.changed,
        }

    def _answer(self, seen: Seen) -> Answer | Raw | None:
        other = self.instead.get((seen.method, seen.path))
        if other is not None:
            return other(seen) if callable(other) else other  # type: ignore[arg-type,return-value] - a function of what was seen
        if seen.path.startswith("/sso/cli/poll/"):
            return self._poll(seen)
        ours = self._endpoints.get((seen.method, seen.path))
        return None if ours is None else ours(seen)

    def _litellm_device(self, _: Seen) -> Answer:
        return 200, {}, self.published("/claude_code_gateway")

    def _claude(self, _: Seen) -> Answer:
        return 200, {}, {**self.published("/"), **({} if self.version is None else {"gateway_protocol_version": self.version})}

    def _register(self, wanted: dict[str, Any]) -> Answer:
        uris: list[str] = wanted["redirect_uris"]
        ours = all(urlsplit(uri).hostname == "127.0.0.1" and urlsplit(uri).port for uri in uris)
        if not ours or wanted["response_types"] != ["code"] or wanted["token_endpoint_auth_method"] != NOBODY:
            return 400, {}, {"error": "invalid_client_metadata"}
        client = f"client-{secrets.token_hex(4)}"
        self.clients[client] = uris
        return 201, {}, {"client_id": client, **wanted}

    def _authorize(self, seen: Seen) -> Answer:
        asked = seen.query
        if asked.get("redirect_uri") not in self.clients.get(asked.get("client_id", ""), ()):
            return 400, {}, "unknown client or address"
        back = {"state": asked["state"]}
        right = asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and asked["resource"] == self.url
        if self.denies or not right:
            back["error"] = "access_denied" if right else "invalid_request"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = _Code(asked["client_id"], asked["redirect_uri"], asked["code_challenge"])
        return 302, {"location": f"{asked['redirect_uri']}?{urlencode(back)}"}, ""

    def _token(self, form: dict[str, str]) -> Answer:
        match form["grant_type"]:
            case "authorization_code":
                code = self.codes.get(form["code"])
                shown = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
                if (
                    code is None
                    or code.used
                    or (code.client, code.redirect, code.challenge) != (form["client_id"], form["redirect_uri"], shown)
                ):
                    return _no("invalid_grant")
                code.used = True
                return self._fresh(form["client_id"]) if form["resource"] == self.url else _no("invalid_target")
            case "refresh_token":
                token = form["refresh_token"]
                if token in self.spent:  # somebody has a copy: nobody may go on
                    self.refresh.clear()
                if self.refresh.pop(token, None) != form["client_id"]:
                    return _no("invalid_grant", "the refresh token was already used")
                self.spent.add(token)
                return self._fresh(form["client_id"])
            case kind if kind == DEVICE_GRANT:
                return self._approved(form)
            case _:
                return _no("unsupported_grant_type")

    def _fresh(self, client: str) -> Answer:
        access, refresh = self._access(), f"refresh-{secrets.token_urlsafe(8)}"
        self.access.add(access)
        self.refresh[refresh] = client
        lasts = {} if self.lasts_s is None else {"expires_in": self.lasts_s}
        return (
            200,
            {},
            {"access_token": access, "token_type": "Bearer", "refresh_token": refresh, "team_id": next(iter(self.teams), None), **lasts},
        )

    def _access(self) -> str:
        claims = base64.urlsafe_b64encode(json.dumps({"email": PERSON, "sub": "u1"}).encode()).rstrip(b"=").decode()
        return f"eyJhbGciOiJIUzI1NiJ9.{claims}.{secrets.token_urlsafe(8)}"

    def _device(self, form: dict[str, str]) -> Answer:
        if form["client_id"] != "claude_code":
            return _no("invalid_client")
        code, shown = secrets.token_urlsafe(16), f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        self.devices[code] = _Device(shown)
        page = f"{self.url}/device"
        begun = {"device_code": code, "user_code": shown, "verification_uri": page, "expires_in": 600, "interval": 5}
        return 200, {}, {**begun, "verification_uri_complete": f"{page}?user_code={shown}"}

    def _approved(self, form: dict[str, str]) -> Answer:
        device = self.devices.get(form["device_code"])
        if self.asks_slower:
            self.asks_slower -= 1
            return _no("slow_down")
        if device is None:
            return _no("expired_token")
        if device.state == "approved":
            del self.devices[form["device_code"]]
            return self._fresh(form["client_id"])
        return _no(device.state)

    def _start(self) -> Answer:
        login = f"cli-{secrets.token_urlsafe(8)}"
        self.logins[login] = _Login(secrets.token_urlsafe(16), f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper())
        begun = {"login_id": login, "poll_secret": self.logins[login].secret, "user_code": self.logins[login].user_code}
        return 200, {}, {**begun, "expires_in": 600}

    def _poll(self, seen: Seen) -> Answer:
        name = seen.path.rsplit("/", 1)[1]
        login = self.logins.get(name)
        if login is None:
            return 400, {}, {"detail": "CLI login session not found or expired"}
        if seen.headers.get("x-litellm-cli-poll-secret") != login.secret:
            return 403, {}, {"detail": "Invalid CLI polling secret"}
        if not login.approved:
            return 200, {}, {"status": "pending"}
        team = seen.query.get("team_id") or (self.teams[0] if len(self.teams) == 1 else None)
        if team is None and self.teams:
            details = self.names or tuple({"team_id": each, "team_alias": None} for each in self.teams)
            told = {"status": "ready", "requires_team_selection": True, "user_id": PERSON, "teams": self.teams}
            return 200, {}, {**told, "team_details": details}
        if team is not None and team not in self.teams:
            return 403, {}, {"detail": f"User does not belong to team: {team}"}
        del self.logins[name]
        return (
            200,
            {},
            {"status": "ready", "key": f"litellm_login_{team or 'alone'}", "user_id": PERSON, "team_id": team, "teams": self.teams},
        )


def _no(error: str, description: str = "in the words of this server, which are nobody else's") -> Answer:
    return 400, {}, {"error": error, "error_description": description}


async def browse(url: str) -> httpx.Response:
    """Open an address as a browser does, and go where it leads; return the page at the end."""
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True, timeout=20) as client:
        return await client.get(url)
