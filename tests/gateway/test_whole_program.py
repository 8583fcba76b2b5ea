"""The program's own engine between the real LiteLLM and Claude Code's log: link, spend, watch the gauge move and settle, and go on."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from desktop.waiting import wait_until
from engine_rig import Machine, Watcher
from gateway.administrator import Administrator
from gateway.claude_caller import CALL, ClaudeCaller
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import RunningLiteLLM
from tankful.core.accounts import AccountState
from tankful.core.allocation import ScopeKind
from tankful.core.health import Condition
from tankful.core.meter import Meter
from tankful.core.settings import Settings
from tankful.engine.engine import Engine
from tankful.engine.linking import Linked, Linking
from tankful.engine.messages import RefreshAsked

SAMPLE_S = 0.1
CALLS = 6
SETTLES_WITHIN_S = 90.0
"""A turn ends after 12 s, and nobody is asked oftener than every 15."""


def link(engine: Engine, url: str, key: str) -> Linked:
    async def with_key(linking: Linking) -> Linked:
        return await linking.with_key(await linking.find(url), key, session_only=True)

    return engine.call(with_key).result(30)


def account_of(audience: Watcher) -> AccountState:
    (account,) = audience.latest.accounts
    return account


def binding(audience: Watcher) -> Meter:
    meter = audience.latest.binding
    assert meter is not None
    return meter


def test_spend_moves_the_gauge_at_once_and_settles_to_the_cent(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path
) -> None:
    key = administrator.new_key(administrator.new_person(max_budget=10, budget_duration="30d"))
    account, machine, begun = LinkedAccount(litellm.url, key), Machine(tmp_path), Decimal(0)
    machine.environ["ANTHROPIC_BASE_URL"] = litellm.url
    still = threading.Event()

    with machine.engine(Settings()) as (engine, audience), account.caller() as http, ThreadPoolExecutor(1) as elsewhere:
        name = link(engine, litellm.url, key).link.name
        wait_until("the gateway's budget is shown", lambda: binding(audience).allocation.account == name)
        assert (binding(audience).allocation.limit, binding(audience).spent) == (10, 0)
        caller = ClaudeCaller(http, machine.log)
        for _ in range(CALLS):
            begun += CALL
            call = elsewhere.submit(caller.spend)
            while not call.done():
                assert binding(audience).spent <= begun
                still.wait(SAMPLE_S)
            call.result()
        wait_until("the gauge has moved", lambda: binding(audience).spent == begun)
        deadline = time.monotonic() + SETTLES_WITHIN_S
        while binding(audience).pending:
            assert binding(audience).spent == begun
            assert time.monotonic() < deadline, audience.latest
            still.wait(SAMPLE_S)
        assert binding(audience).allocation.settled == begun == CALLS * CALL
        assert audience.latest.outside_gateway == 0


def test_a_gateway_that_is_killed_in_the_middle_of_a_poll_goes_on_where_it_was(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path
) -> None:
    key = administrator.new_key(administrator.new_person(max_budget=10))
    account, machine = LinkedAccount(litellm.url, key), Machine(tmp_path)
    machine.environ["ANTHROPIC_BASE_URL"] = litellm.url
    with machine.engine(Settings()) as (engine, audience), account.caller() as http:
        caller = ClaudeCaller(http, machine.log)
        spent = caller.spend()
        account.until("it is booked", ScopeKind.YOU, lambda budget: budget.settled == spent)
        name = link(engine, litellm.url, key).link.name
        wait_until("the gateway's budget is shown", lambda: binding(audience).allocation.account == name)
        booked = binding(audience).allocation
        assert booked.settled == spent

        litellm.freeze()
        engine.post(RefreshAsked())
        wait_until("a question is on its way", lambda: litellm.has_unread_question, within_s=SETTLES_WITHIN_S)
        litellm.kill()
        wait_until("the failure is told", lambda: account_of(audience).health.condition is Condition.FAILING)
        assert account_of(audience).health.title == "The gateway cannot be reached"
        assert binding(audience).allocation == booked
        estimated = spent + machine.spend()
        wait_until("our own estimate goes on", lambda: binding(audience).spent == estimated)

        litellm.start()
        engine.post(RefreshAsked())
        wait_until("it answers again", lambda: account_of(audience).health.condition is Condition.OK, within_s=SETTLES_WITHIN_S)
        assert binding(audience).allocation == booked
        spent += caller.spend()
        account.until("it is booked", ScopeKind.YOU, lambda budget: budget.settled == spent)
