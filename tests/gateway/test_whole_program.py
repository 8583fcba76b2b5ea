"""The program's own engine between the real LiteLLM and Claude Code's log: link, spend, watch the gauge move and settle."""

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
from tankful.core.meter import Meter
from tankful.core.settings import Settings
from tankful.engine.engine import Engine
from tankful.engine.linking import Linked, Linking

SAMPLE_S = 0.1
CALLS = 6
SETTLES_WITHIN_S = 90.0
"""A turn ends after 12 s, and nobody is asked oftener than every 15."""


def link(engine: Engine, url: str, key: str) -> Linked:
    async def with_key(linking: Linking) -> Linked:
        return await linking.with_key(await linking.find(url), key, session_only=True)

    return engine.call(with_key).result(30)


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
