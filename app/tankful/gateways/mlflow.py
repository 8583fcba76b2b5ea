"""Reads budgets from an MLflow AI gateway, which shows everybody's to everybody: only ours and those of all are looked at.

Found by running 3.17: times are epoch milliseconds, money is dollars, spend is booked at once, the sign-in is user and password.
A poll asks for what is spent; the limits are asked for when a budget comes or goes, and every ten minutes.
"""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from tankful.core.allocation import Allocation, OfferedModel, ScopeKind, Statement
from tankful.core.errors import GatewayConfused, LinkRejected
from tankful.core.links import Method
from tankful.gateways.figures import UNITS, clock, dollars, number, since_1970
from tankful.gateways.gateway import Asked, Detected, Gateway
from tankful.gateways.http import Http, Reply, refusal
from tankful.gateways.learnt import kept, to_keep
from tankful.gateways.scopes import span_words, told_apart

KIND = "mlflow"
_API = "/api/3.0/mlflow/gateway"
_PAGES_MOST = 20
_BOOKS_WITHIN = timedelta(seconds=5)

T = TypeVar("T", bound=msgspec.Struct)


class _Duration(msgspec.Struct):
    unit: str
    value: int = 1

    @property
    def words(self) -> str:
        """`a day`, `3 months`; what is not known as it is written."""
        unit = self.unit.lower().removesuffix("s")
        return span_words(self.value, unit) if unit in UNITS else f"{self.value} {self.unit}"


class _Policy(msgspec.Struct):
    budget_policy_id: str
    budget_unit: str
    budget_amount: Any
    duration: _Duration
    target_scope: str
    target_value: str = ""
    budget_action: str = ""


class _Policies(msgspec.Struct):
    budget_policies: list[_Policy] = msgspec.field(default_factory=list[_Policy])
    next_page_token: str | None = None


class _Window(msgspec.Struct):
    budget_policy_id: str
    window_start_ms: Any
    window_end_ms: Any
    current_spend: Any


class _Windows(msgspec.Struct):
    windows: list[_Window] = msgspec.field(default_factory=list[_Window])


class _Known(msgspec.Struct):
    """What is not asked for with every poll: the limits that are ours, and which budgets there were at all."""

    user: str
    there: str
    policies: list[_Policy]


class _Tag(msgspec.Struct):
    key: str
    value: str | None = None


class _Endpoint(msgspec.Struct):
    name: str
    tags: list[_Tag] = msgspec.field(default_factory=list[_Tag])


class _Endpoints(msgspec.Struct):
    endpoints: list[_Endpoint] = msgspec.field(default_factory=list[_Endpoint])


async def _detect(http: Http, url: str) -> Detected | None:
    reply = await http.get(f"{url}{_API}/budgets/windows")
    asks_for_password = reply.status == 401 and 'realm="mlflow"' in reply.headers.get("www-authenticate", "").lower()
    return Detected(KIND, url, (Method.KEY,)) if asks_for_password else None


async def _fetch(asked: Asked) -> Statement:
    user = _user(asked)
    given, reply = await _read(asked, "/budgets/windows", _Windows)
    now = clock(reply.headers, asked.now)
    windows = {each.budget_policy_id: each for each in given.windows}
    known, learnt = kept(asked, _Known) or (None, {})
    if known is None or (known.user, known.there) != (user, _there(windows)):
        # A policy without a window was just made, and nothing is counted against it yet.
        policies = [each for each in await _policies(asked) if each.budget_policy_id in windows and _whose(each, user) is not None]
        known = _Known(user, _there(windows), policies)
        learnt = to_keep(asked, known)
    allocations = told_apart(
        _allocation(asked, now, policy, windows[policy.budget_policy_id], kind)
        for policy in known.policies
        if policy.budget_unit.upper() == "USD" and (kind := _whose(policy, user)) is not None
    )
    return Statement(
        asked.link.name,
        asked.now,
        who=user,
        allocations=allocations,
        books_within=_BOOKS_WITHIN,
        poll_after_s=reply.poll_after_s,
        learnt=learnt,
    )


async def _policies(asked: Asked) -> list[_Policy]:
    policies: list[_Policy] = []
    token: str | None = None
    for _ in range(_PAGES_MOST):
        page, _ = await _read(asked, "/budgets/list", _Policies, {"page_token": token} if token else None)
        policies += page.budget_policies
        token = page.next_page_token
        if not token:
            break
    return policies


def _there(windows: Iterable[str]) -> str:
    """Return what changes when a budget comes or goes, anybody's; no id can be read out of it."""
    return sha256("\n".join(sorted(windows)).encode("utf-8", "replace")).hexdigest()


def _whose(policy: _Policy, user: str) -> ScopeKind | None:
    """Return whose budget it is, `None` when it is another's: then nothing of it may be looked at."""
    if policy.target_scope.upper() == "GLOBAL":
        return ScopeKind.EVERYBODY
    mine = policy.target_scope.upper() == "USER" and policy.target_value == user
    return ScopeKind.YOU if mine else None


def _allocation(asked: Asked, now: datetime, policy: _Policy, window: _Window, kind: ScopeKind) -> Allocation:
    end = since_1970(number(window.window_end_ms, "window_end_ms") / 1000, "window_end_ms")
    return Allocation(
        account=asked.link.name,
        scope=f"{kind}, {policy.duration.words}",
        limit=dollars(policy.budget_amount, "budget_amount"),
        settled=dollars(window.current_spend, "current_spend"),
        period_start=since_1970(number(window.window_start_ms, "window_start_ms") / 1000, "window_start_ms"),
        resets_at=end,
        kind=kind,
        enforced=policy.budget_action.upper() == "REJECT",
        owner_id=policy.budget_policy_id,
        resetting=end <= now,
    )


async def _models(asked: Asked) -> tuple[OfferedModel, ...]:
    """Return the endpoints; their tags `in_house`, `alternative_to`, `good_for`, `display_name` and `docs_url` say the rest."""
    listed, _ = await _read(asked, "/endpoints/list", _Endpoints)
    return tuple(_model(endpoint.name, {tag.key: tag.value or "" for tag in endpoint.tags}) for endpoint in listed.endpoints)


def _model(name: str, tags: dict[str, str]) -> OfferedModel:
    def several(tag: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in tags.get(tag, "").split(",") if word.strip())

    return OfferedModel(
        name=name,
        in_house=tags.get("in_house", "").lower() == "true",
        alternative_to=several("alternative_to"),
        good_for=several("good_for"),
        title=tags.get("display_name", ""),
        documentation=tags.get("docs_url", ""),
    )


async def _read(asked: Asked, path: str, shape: type[T], params: dict[str, str] | None = None) -> tuple[T, Reply]:
    """Return an answer, and how it came."""
    signed = base64.b64encode(asked.secret.encode()).decode()
    reply = await asked.http.get(f"{asked.link.url}{_API}{path}", headers={"Authorization": f"Basic {signed}"}, params=params)
    if reply.status == 401:
        raise LinkRejected("MLflow does not accept this user and password", "Link it again with USER:PASSWORD as the key.")
    if reply.status == 404:
        raise GatewayConfused("This MLflow has no budgets", "They come with version 3.17; ask its administrator.")
    if reply.status != 200:
        raise refusal(reply)
    given = reply.as_a(dict[str, msgspec.Raw])
    if given and shape.__struct_fields__[0] not in given:  # of empty lists MLflow says nothing at all
        raise GatewayConfused("The address answers as something else than MLflow", "Check the address and the kind.")
    return reply.as_a(shape), reply


def _user(asked: Asked) -> str:
    user, colon, _ = asked.secret.partition(":")
    if not user or not colon:
        raise LinkRejected("MLflow needs a user and a password", "Give the key as USER:PASSWORD.")
    return user


GATEWAY = Gateway(
    kind=KIND,
    title="MLflow AI gateway",
    methods=(Method.KEY,),
    detect=_detect,
    fetch=_fetch,
    models=_models,
    hint="The key is USER:PASSWORD of your MLflow account; budgets for users need its sign-in turned on.",
)
