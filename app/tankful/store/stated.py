"""Prices responses with what the gateways that they went through state for their models."""

import sqlite3
from collections.abc import Callable
from decimal import Decimal

from tankful.core.offered import by_name, offered_cost
from tankful.core.usage import UsageEvent
from tankful.store.accounts import Accounts


def stated_costs(connection: sqlite3.Connection) -> Callable[[UsageEvent], Decimal | None]:
    """Return what says, in dollars, what the stated prices make of a response; `None`: no gateway on its way states one.

    It goes by what the ledger holds now.
    """
    accounts = Accounts(connection)
    offered = {account: by_name(accounts.offered(account)) for account in accounts.offering()}
    routing = accounts.routing()

    def stated(event: UsageEvent) -> Decimal | None:
        for account in routing.accounts(agent=event.agent, project=event.project, route=event.route):
            cost = offered_cost(event, offered.get(account, {}))
            if cost is not None:
                return cost
        return None

    return stated
