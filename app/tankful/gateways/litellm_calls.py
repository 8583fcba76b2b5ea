"""Lists our own calls as LiteLLM booked them: its `request_id` is the `message.id` that Claude Code writes into its log."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from tankful.core.allocation import BookedCall, BookedCalls, Via
from tankful.core.errors import GatewayConfused
from tankful.core.model_names import are_one
from tankful.gateways.figures import dollars, instant
from tankful.gateways.gateway import Asked
from tankful.gateways.grants import bearer
from tankful.gateways.litellm_fetch import Owner, owner_of
from tankful.gateways.litellm_refusals import exceeded, refused

_PAGE = 100
_MOST_PAGES = 20
_MOST_BYTES = 8_000_000
"""A row holds what else is known of a call, which is not read here."""
_AHEAD = timedelta(days=1)
"""The gateway's clock may be ahead of ours."""
_WRITTEN = "%Y-%m-%d %H:%M:%S"


class _Row(msgspec.Struct, frozen=True):
    """Of a call's row: neither its text, if the gateway keeps it, nor who asked from where."""

    request_id: str
    spend: object
    startTime: object  # noqa: N815 - as LiteLLM writes it
    model: str | None = None
    model_group: str | None = None
    user: str | None = None
    api_key: str | None = None
    team_id: str | None = None
    status: str | None = None


class _Page(msgspec.Struct, frozen=True):
    data: tuple[_Row, ...]
    total_pages: int = 1


async def calls(asked: Asked, since: datetime) -> BookedCalls | None:
    """Return our own calls that began since, the newest 2,000 first; `None` where the key may not list them.

    Raises:
        GatewayError: the gateway does not answer, or not as it should.
    """
    owner = await owner_of(asked)
    user, key = owner.user, sha256(bearer(asked.secret).encode()).hexdigest()
    mine = {"user_id": user} if user else {"api_key": key}
    span = {"start_date": _time(since), "end_date": _time(asked.now + _AHEAD)}
    booked: dict[str, BookedCall] = {}
    page, pages = 1, 1
    while page <= min(pages, _MOST_PAGES):
        # The newest first: they matter most, and what is booked in between moves rows to a later page, where they are met again.
        turn = {"page": str(page), "page_size": str(_PAGE), "sort_by": "startTime", "sort_order": "desc"}
        reply = await asked.http.get(
            f"{asked.link.url}/spend/logs/v2", secret=bearer(asked.secret), params={**mine, **span, **turn}, most_bytes=_MOST_BYTES
        )
        if reply.status in {401, 403, 404} or exceeded(reply) is not None:
            return None
        if reply.status != 200:
            raise refused(reply)
        told = reply.as_a(_Page)
        pages = told.total_pages
        for row in told.data:
            own = row.user == user if user else row.api_key == key
            if own and row.status != "failure":
                booked[row.request_id] = _call(row, _via(row, owner, key))
        page += 1
    whole = page > pages
    return BookedCalls(tuple(booked.values()), None if whole else min((call.at for call in booked.values()), default=asked.now))


def _via(row: _Row, owner: Owner, key: str) -> Via:
    """Return how near a call of the user's is to the linked key: a gateway lists what all of the user's keys did."""
    if row.api_key == key:
        return Via.KEY
    return Via.PURSE if (row.team_id or "") == owner.team else Via.USER


def _call(row: _Row, via: Via) -> BookedCall:
    at = instant(row.startTime, "startTime")
    if at is None:
        raise GatewayConfused("The gateway's startTime is no time", "It may be of a version that Tankful does not know.")
    model = row.model_group or row.model or ""
    # After a fallback both are those of the model that answered (seen with 1.106); what was asked for stands in the agent's log.
    deployment = "" if not row.model or are_one(row.model, model) else row.model
    return BookedCall(row.request_id, dollars(row.spend, "spend"), model, at, via, deployment)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_WRITTEN)
