"""What the real LiteLLM says of a person's budgets, read as the program reads it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.claude_caller import CALL, ClaudeCaller
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import CLAUDE, IN_HOUSE, RunningLiteLLM
from tankful.core.allocation import Allocation, OfferedModel, ScopeKind
from tankful.core.errors import LinkRejected, NotAllowed
from tankful.core.links import Method
from tankful.core.usage import TokenUsage
from tankful.gateways.gateway import Detected
from tankful.gateways.http import open_http
from tankful.gateways.litellm import GATEWAY

TINY = 0.01
"""A budget in dollars that one call exceeds."""


def spent_is(amount: Decimal) -> Callable[[Allocation], bool]:
    return lambda budget: budget.settled == amount


@pytest.fixture
def account(litellm: RunningLiteLLM, administrator: Administrator) -> LinkedAccount:
    """A person with $10 and a key."""
    return LinkedAccount(litellm.url, administrator.new_key(administrator.new_person(max_budget=10, budget_duration="30d")))


def test_it_is_recognised_with_all_its_ways_to_sign_in(litellm: RunningLiteLLM) -> None:
    async def once() -> Detected | None:
        async with open_http() as http:
            return await GATEWAY.detect(http, litellm.url)

    found = asyncio.run(once())
    assert found is not None
    assert (found.kind, found.url, found.methods) == ("litellm", litellm.url, (Method.BROWSER, Method.KEY))


def test_spend_rises_to_the_cent(account: LinkedAccount) -> None:
    spent = Decimal(0)
    for calls in (1, 2):
        spent += account.spend(calls)
        budget = account.until("all of it is booked", ScopeKind.YOU, spent_is(spent))
        assert budget.limit == 10
    assert spent == 3 * CALL


def test_a_month_ends_on_the_first(account: LinkedAccount) -> None:
    month = account.budget(ScopeKind.YOU)
    assert month.resets_at is not None
    assert (month.resets_at.day, month.period_start.day) == (1, 1)
    assert timedelta(28) <= month.resets_at - month.period_start <= timedelta(31)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_call_is_booked_under_the_id_that_claude_code_logs(account: LinkedAccount, streamed: bool) -> None:
    with account.caller() as http:
        calls = {ClaudeCaller(http).call(streamed=streamed).call for _ in range(2)}
    wait_until("both are booked", lambda: account.booked() == dict.fromkeys(calls, CALL))


def test_somebody_without_a_budget_has_no_limit(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person()))
    spent = account.spend()
    account.until("it is booked", ScopeKind.YOU, spent_is(spent))
    (only,) = account.poll().allocations
    assert only.limit is None


def key_budget(administrator: Administrator) -> str:
    return administrator.new_key(administrator.new_person(), max_budget=TINY)


def user_budget(administrator: Administrator) -> str:
    return administrator.new_key(administrator.new_person(max_budget=TINY))


def team_budget(administrator: Administrator) -> str:
    person, team = administrator.new_person(), administrator.new_team(max_budget=TINY)
    administrator.add_member(team, person)
    return administrator.new_key(person, team_id=team)


def member_budget(administrator: Administrator) -> str:
    person, team = administrator.new_person(), administrator.new_team(max_budget=100)
    administrator.add_member(team, person, max_budget_in_team=TINY)
    return administrator.new_key(person, team_id=team)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (key_budget, ScopeKind.KEY),
        (user_budget, ScopeKind.YOU),
        (team_budget, ScopeKind.TEAM),
        (member_budget, ScopeKind.MEMBER),
    ],
)
def test_a_budget_that_is_used_up_is_a_reading(
    litellm: RunningLiteLLM, administrator: Administrator, made: Callable[[Administrator], str], kind: ScopeKind
) -> None:
    account = LinkedAccount(litellm.url, made(administrator))
    assert account.budget(kind).settled == 0
    with account.caller() as http:
        caller = ClaudeCaller(http)
        caller.spend()
        wait_until("the gateway refuses", lambda: caller.call().refused_for == "budget_exceeded")
    used_up = account.until("it is booked", kind, lambda budget: budget.settled >= CALL)
    assert used_up.limit == Decimal(str(TINY))
    assert used_up.enforced


def test_a_personal_budget_does_not_stop_the_key_of_a_team(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person, team = administrator.new_person(max_budget=TINY), administrator.new_team(max_budget=100)
    administrator.add_member(team, person)
    account = LinkedAccount(litellm.url, administrator.new_key(person, team_id=team))
    spent = account.spend(2)
    teams = account.until("it is booked", ScopeKind.TEAM, spent_is(spent))
    own = account.until("it is counted there too", ScopeKind.YOU, spent_is(spent), is_binding=False)
    assert (own.limit, own.enforced) == (Decimal(str(TINY)), False)
    assert (teams.limit, teams.enforced) == (100, True)


def test_a_budget_that_is_reset_starts_again_while_the_program_runs(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person(), max_budget=1, budget_duration="15s"))
    spent = account.spend()
    before = account.until("it is booked", ScopeKind.KEY, spent_is(spent))
    after = account.until("it is reset", ScopeKind.KEY, spent_is(Decimal(0)))
    assert before.resets_at is not None
    assert after.resets_at is not None
    assert after.resets_at > before.resets_at
    assert not after.resetting
    assert after.period_start >= before.resets_at


def test_a_blocked_key_is_told_as_blocked(account: LinkedAccount, administrator: Administrator) -> None:
    account.poll()
    administrator.do("/key/block", key=account.secret)
    with pytest.raises(LinkRejected, match="The key is blocked"):
        account.poll()
    administrator.do("/key/unblock", key=account.secret)
    account.poll()


def test_an_expired_key_is_told_as_run_out(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person(), duration="2s"))
    account.poll()

    def refused() -> str:
        try:
            account.poll()
        except LinkRejected as rejected:
            return rejected.title
        return ""

    assert wait_until("it has run out", refused) == "The key or sign-in has run out"


def test_a_key_that_was_never_made_is_told_as_unknown(litellm: RunningLiteLLM) -> None:
    with pytest.raises(LinkRejected, match="The gateway does not know this key"):
        LinkedAccount(litellm.url, "sk-nobody-made-this-one").poll()


def test_a_key_for_reading_reads_what_another_key_spends(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    person = administrator.new_person(max_budget=5)
    reader = LinkedAccount(litellm.url, administrator.new_key(person, key_type="read_only"))
    with reader.caller() as http:
        assert ClaudeCaller(http).call().status == 403
    spent = LinkedAccount(litellm.url, administrator.new_key(person)).spend()
    reader.until("it is booked", ScopeKind.YOU, spent_is(spent))


def test_the_key_of_a_coding_tool_spends_and_may_not_read(litellm: RunningLiteLLM, administrator: Administrator) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person(), key_type="llm_api"))
    account.spend()
    with pytest.raises(NotAllowed, match="This key may not read its own spend"):
        account.poll()


def test_the_models_come_with_their_prices_and_the_house_s_own_is_marked(account: LinkedAccount) -> None:
    offered = {model.name: model for model in account.ask(GATEWAY.models)}
    assert (offered[CLAUDE].input, offered[CLAUDE].output, offered[CLAUDE].in_house) == (Decimal("0.000003"), Decimal("0.000015"), False)
    assert offered[IN_HOUSE] == OfferedModel(
        name=IN_HOUSE,
        input=Decimal("0.0000001"),
        output=Decimal("0.0000004"),
        in_house=True,
        alternative_to=(CLAUDE,),
        good_for=("tests", "small edits"),
        title="Orchard Coder",
        documentation="https://wiki.example.com/orchard-coder",
    )


def test_a_call_s_price_on_another_model_can_be_asked_for(account: LinkedAccount) -> None:
    tokens = TokenUsage(10_000, 2_000)
    assert account.ask(lambda asked: GATEWAY.estimate(asked, CLAUDE, tokens)) == CALL
    assert account.ask(lambda asked: GATEWAY.estimate(asked, IN_HOUSE, tokens)) == Decimal("0.0018")


def test_a_day_is_broken_down_by_model(account: LinkedAccount) -> None:
    with account.caller() as http:
        ClaudeCaller(http).spend(2)
        question = {"model": IN_HOUSE, "messages": [{"role": "user", "content": "IN=10000 OUT=2000"}]}
        assert http.post("/v1/chat/completions", json=question).is_success

    def today() -> dict[str, tuple[Decimal, int]]:
        now = datetime.now(UTC).date()
        days = account.ask(lambda asked: GATEWAY.breakdown(asked, now - timedelta(days=1), now))
        assert days is not None
        return {day.model: (day.cost, day.calls) for day in days}

    wait_until("all is summed", lambda: today() == {CLAUDE: (2 * CALL, 2), IN_HOUSE: (Decimal("0.0018"), 1)})


def test_the_administrator_s_message_has_a_new_revision_each_time(account: LinkedAccount, administrator: Administrator) -> None:
    def put(text: str) -> None:
        shown = {"enabled": bool(text), "message": text, "severity": "warning"}
        assert administrator.http.patch("/update/user_banner", json=shown).is_success

    try:
        revisions: set[str] = set()
        for text in ("**Orchard Coder** is free this week", "Budgets are halved on Monday"):
            put(text)
            banner = account.ask(GATEWAY.message)
            assert banner is not None
            assert (banner.text, banner.severity) == (text, "warning")
            revisions.add(banner.revision)
        assert len(revisions) == 2
    finally:
        put("")
    assert account.ask(GATEWAY.message) is None
