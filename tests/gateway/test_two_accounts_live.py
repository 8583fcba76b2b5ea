"""A team's key that spends and a personal key that only reads, of one person at the real LiteLLM, put together as the program does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from desktop.waiting import wait_until
from gateway.administrator import Administrator
from gateway.claude_caller import CALL, ClaudeCaller
from gateway.claude_caller import price as dollars
from gateway.linked_account import LinkedAccount
from gateway.running_litellm import RunningLiteLLM
from ledger_rig import batch
from tankful.core.allocation import BookedCalls, ScopeKind
from tankful.core.links import Link, Method
from tankful.core.listing import looks_left
from tankful.core.parsing import FileTimes, Findings
from tankful.core.usage import Basis, UsageEvent
from tankful.engine.account_book import AccountBook, Stand
from tankful.engine.messages import StatementFetched
from tankful.gateways.litellm import GATEWAY
from tankful.sources.claude_code_source import SOURCE
from tankful.sources.source import Log
from tankful.store.ledger import Ledger

CALLS = 3


def price(event: UsageEvent) -> tuple[int, Basis]:
    """Return what the gateway's price list says."""
    return int(dollars(event.tokens.input, event.tokens.output) * 1_000_000_000), Basis.PRICED


@dataclass
class Both:
    """The two accounts, the first one linked first, and what is shown of them."""

    url: str
    accounts: dict[str, LinkedAccount]
    folder: Path
    looks: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self.links = {name: Link(name, GATEWAY.kind, self.url, Method.KEY) for name in self.accounts}
        self.ledger = Ledger(self.folder / "ledger.sqlite", lambda: datetime.now(UTC))
        self.book = AccountBook()
        self.book.adopt(self.ledger, tuple(self.links.values()), {}, lambda: price)

    def log(self, file: Path) -> None:
        """Book what the agent has logged, as if it had been pointed at the gateway."""
        found, now = Findings(), datetime.now(UTC)
        SOURCE.parser(Log(SOURCE.id, str(file), self.url), None).read(file.read_bytes().splitlines(), 1, FileTimes(now, now), found)
        self.ledger.record([batch([event._replace(route=self.url) for event in found.events], str(file))], price)

    def poll(self, name: str) -> None:
        """Ask one account as the gateway feed does, its list of calls too where that is needed."""
        account = self.accounts[name]
        (known,) = [each for each in self.stand().routed if each.account == name]
        before = account.last
        said = account.poll()
        self.looks[name] = looks_left(self.looks.get(name, 0), before, said, known.waiting)
        calls: BookedCalls | None = None
        if known.waiting is not None and self.looks[name]:
            since = known.waiting.since - timedelta(minutes=10)
            calls = account.ask(lambda asked: GATEWAY.calls(asked, since))
        now = datetime.now(UTC)
        self.book.hear(self.ledger, [StatementFetched(self.links[name], said, now, calls)], lambda: price, now)

    def stand(self) -> Stand:
        with self.ledger.history() as history:
            return self.book.stand(history, datetime.now(UTC))

    def shown(self, name: str, kind: ScopeKind) -> tuple[Decimal, Decimal]:
        """Return what is settled and what is pending in a budget of an account."""
        (meter,) = [each for each in self.stand().meters if (each.allocation.account, each.allocation.kind) == (name, kind)]
        return meter.allocation.settled, meter.pending


def test_what_a_teams_key_spent_is_its_own_however_late_its_share_is_told(
    litellm: RunningLiteLLM, administrator: Administrator, tmp_path: Path
) -> None:
    person, team = administrator.new_person(max_budget=100), administrator.new_team(max_budget=200)
    administrator.add_member(team, person, max_budget_in_team=25)
    both = Both(
        litellm.url,
        {
            "reader": LinkedAccount(litellm.url, administrator.new_key(person, key_type="read_only")),
            "team": LinkedAccount(litellm.url, administrator.new_key(person, team_id=team)),
        },
        tmp_path,
    )
    for name in both.accounts:
        both.poll(name)
    log, spent = tmp_path / "projects/-home-grace-orchard/session.jsonl", CALLS * CALL
    with both.accounts["team"].caller() as http:
        caller = ClaudeCaller(http, log)
        for _ in range(CALLS):
            caller.call()
            both.log(log)

    def reads_all() -> bool:
        for name in both.accounts:
            both.poll(name)
        return both.shown("reader", ScopeKind.YOU)[0] == spent

    wait_until("the person's own budget has risen by all of it", reads_all, every_s=1)

    def team_has_all() -> bool:
        both.poll("team")
        return sum(both.shown("team", ScopeKind.MEMBER)) == spent

    wait_until("the team's key has it, booked or not", team_has_all, within_s=5, every_s=1)
    for _ in range(3):
        both.poll("reader")
        both.poll("team")
        assert sum(both.shown("team", ScopeKind.MEMBER)) == spent
        assert both.shown("reader", ScopeKind.YOU) == (spent, 0)
    both.ledger.close()
