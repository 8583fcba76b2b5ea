"""The real LiteLLM goes away in the middle of a poll and comes back."""

from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import RunningLiteLLM
from tankful.core.allocation import ScopeKind
from tankful.core.errors import GatewayUnreachable


def asks(port: int) -> bool:
    """Say whether this process has a connection to a port."""
    ours = psutil.Process().net_connections("tcp4")
    return any(each.status == psutil.CONN_ESTABLISHED and each.raddr and each.raddr.port == port for each in ours)


def test_a_gateway_that_is_killed_in_the_middle_of_a_poll_goes_on_where_it_was(
    litellm: RunningLiteLLM, administrator: Administrator
) -> None:
    account = LinkedAccount(litellm.url, administrator.new_key(administrator.new_person(max_budget=10)))
    spent = account.spend(2)
    before = account.until("it is booked", ScopeKind.YOU, lambda budget: budget.settled == spent)
    administrator.http.close()
    with ThreadPoolExecutor(1) as elsewhere:
        litellm.freeze()
        try:
            poll = elsewhere.submit(account.poll)
            wait_until("the question is on its way", lambda: asks(litellm.port))
        finally:
            litellm.kill()
        with pytest.raises(GatewayUnreachable):
            poll.result()
    with pytest.raises(GatewayUnreachable):
        account.poll()
    assert account.last is not None
    assert before in account.last.allocations
    litellm.start()
    assert account.budget(ScopeKind.YOU) == before
    spent += account.spend()
    account.until("it is booked", ScopeKind.YOU, lambda budget: budget.settled == spent)
