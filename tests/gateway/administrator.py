"""What the administrator of a LiteLLM does: teams, people, keys and limits, all through its own API."""

import base64
import json
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Administrator:
    """Speaks with the master key."""

    http: httpx.Client

    def do(self, path: str, /, **words: object) -> dict[str, Any]:
        """Post to a path of the API and return what it says."""
        answer = self.http.post(path, json=words)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def move_in(self) -> None:
        """Become a person of one's own gateway, as who invites others must be; LiteLLM calls the master key's owner so."""
        self.do("/user/new", user_id="default_user_id", user_role="proxy_admin", auto_create_key=False)

    def new_person(self, **limits: object) -> str:
        """Make somebody nobody knows yet; return the user id."""
        name = f"grace-{uuid.uuid4().hex[:8]}@example.com"
        self.do("/user/new", user_id=name, user_email=name, user_role="internal_user", auto_create_key=False, **limits)
        return name

    def new_team(self, **limits: object) -> str:
        """Make a team; return its id."""
        return str(self.do("/team/new", team_alias=f"orchard-{uuid.uuid4().hex[:8]}", **limits)["team_id"])

    def add_member(self, team: str, person: str, **limits: object) -> None:
        """Put somebody into a team."""
        self.do("/team/member_add", team_id=team, member=[{"role": "user", "user_id": person}], **limits)

    def new_key(self, person: str, **words: object) -> str:
        """Make a key for somebody."""
        return str(self.do("/key/generate", user_id=person, key_alias=f"key-{uuid.uuid4().hex[:8]}", **words)["key"])

    def invite(self, person: str) -> str:
        """Invite somebody who accepts; return the password they chose."""
        password = f"Orchard-{uuid.uuid4().hex}!"
        invitation = self.do("/invitation/new", user_id=person)["id"]
        visit = self.http.get("/onboarding/get_token", params={"invite_link": invitation}).json()["token"]
        claims = json.loads(base64.urlsafe_b64decode(visit.split(".")[1] + "=="))
        accepted = self.http.post(
            "/onboarding/claim_token",
            json={"invitation_link": invitation, "user_id": person, "password": password},
            headers={"Authorization": f"Bearer {claims['key']}"},
        )
        assert accepted.is_success, accepted.text
        return password


@contextmanager
def administrator_of(url: str, master_key: str) -> Generator[Administrator]:
    """Give the administrator of a running gateway."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {master_key}"}, timeout=60) as http:
        yield Administrator(http)
