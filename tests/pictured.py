"""Made-up snapshots, one for each state a window can be in, for tests and for the pictures in the documentation."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tankful.core.accounts import AccountState
from tankful.core.allocation import Allocation, Banner, QuotaWindow, ScopeKind, Statement
from tankful.core.calibration import Calibration, Group
from tankful.core.counterfactual import PriceSheet, Rates, compare
from tankful.core.difference import Difference, Reason
from tankful.core.health import Condition, FeedHealth
from tankful.core.inbox import Inbox, InboxEntry, NoticeClass, Outcome, Rule, Snooze
from tankful.core.links import Link, Method
from tankful.core.meter import Meter
from tankful.core.notices import BudgetFact, Notice, OtherFact
from tankful.core.nudges.effect import Nudged, effect
from tankful.core.nudges.nudge import Nudge, Tool
from tankful.core.nudges.policy import Score
from tankful.core.pace import Forecast, Pace, Tone
from tankful.core.presence import WorkingSession
from tankful.core.prospect import Prospect
from tankful.core.served import ModelChange
from tankful.core.settings import Settings
from tankful.core.snapshot import AgentSpend, DaySpend, Scan, Snapshot
from tankful.core.spike import Cause, Channel, Evidence, Spike
from tankful.core.tokenizers import ratio
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.present.notices import notice_words

ZONE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 20, 13, 2, 30, tzinfo=UTC)
BUDGETED = Settings(budget_usd=Decimal(600))


def _rates(*prices: str) -> Rates:
    return Rates(*(Decimal(price) / 1_000_000 for price in prices))


def _suggested() -> Nudge:
    """Three sessions of real work, one of them with more cached context than it is worth elsewhere."""
    sheet = PriceSheet("genai-prices 0.2.3", date(2026, 11, 20))
    opus, house = _rates("5", "25", "0.5", "6.25", "10"), _rates("0.6", "2.4", "0.45", "0.6", "0.6")
    work = (
        ("a", TokenUsage(9_000, 1_400, 20_000, 12_000, 4_000), 40),
        ("b", TokenUsage(200, 90, 160_000, 500), 6),
        ("c", TokenUsage(4_000, 900), 15),
    )
    requests = [
        UsageEvent("claude-code", (), NOW - timedelta(days=4 - place, minutes=number), tokens, "claude-opus-4-5", session, "/src/checkout")
        for place, (session, tokens, count) in enumerate(work)
        for number in range(count)
    ]
    compared = compare(requests, lambda _: opus, lambda _: house, ratio("claude-opus-4-5", "metacode-1"))
    assert compared is not None
    tool = Tool(
        "metacode-1",
        "MetaCode",
        ("claude-opus-4-5",),
        ("tests", "refactoring"),
        "https://wiki.example.com/ai/metacode",
        house,
        sheet,
        account="work",
    )
    about = ("claude-code", "/src/checkout", "claude-opus-4-5")
    return Nudge("cheaper-in-house", "k", *about, compared.saving, compared.requests, tool, compared, sheet)


NUDGE = _suggested()
COLD = Nudge(
    "cold-cache",
    "c",
    "claude-code",
    "/src/checkout",
    "claude-opus-4-5",
    Decimal("3.47"),
    5,
    prices=PriceSheet("genai-prices 0.2.3", date(2026, 11, 20)),
)
LONG = replace(COLD, rule="long-context", key="l", agent="own-agent", project="")
UNATTENDED = replace(COLD, rule="unattended", key="u", amount=Decimal("14.20"), times=88, stretches=3)
PARALLEL = replace(COLD, rule="parallel", key="p", amount=Decimal("6.85"), times=130, stretches=4)
NUDGED = Nudged(
    (("cheaper-in-house", Score(6, 3, 2, 1)), ("cold-cache", Score(4, 0, 2))),
    effect([*map(Decimal, range(8, 18))], [Decimal(12), Decimal(19)]),
)

_START = datetime(2026, 10, 31, 23, tzinfo=UTC)
_END = datetime(2026, 11, 30, 23, tzinfo=UTC)
_DAYS = (
    "18.2",
    "22.40",
    "31.15",
    "29.9",
    "6.1",
    "0",
    "2.3",
    "34.5",
    "41.2",
    "27.8",
    "25.6",
    "19.75",
    "0",
    "0",
    "21.9",
    "30.33",
    "33.5",
    "20.08",
    "15.98",
)
_TODAY = Decimal("21.46")
FEEDS = (
    FeedHealth("claude-code", Condition.OK, NOW - timedelta(seconds=4), files=350, events=18_204),
    FeedHealth("codex", Condition.OK, NOW - timedelta(minutes=3), files=41, events=1_377),
)


def allocation(settled: Decimal, limit: Decimal | None = Decimal(600)) -> Allocation:
    """Return the personal budget of November with this much of it gone."""
    return Allocation("personal", "personal", limit, settled, _START, _END)


def _days() -> tuple[DaySpend, ...]:
    past = tuple(DaySpend(date(2026, 11, number), Decimal(cost)) for number, cost in enumerate(_DAYS, 1))
    return (*past, DaySpend(date(2026, 11, 20), _TODAY))


_SPENT = sum((day.cost for day in _days()), Decimal(0))

_NEWEST = NOW - timedelta(seconds=4)

WATCH = Snapshot(
    as_of=NOW - timedelta(seconds=4),
    meters=(Meter(allocation(_SPENT), binding=True),),
    burn_per_hour=Decimal("5.4"),
    pace=Pace(_SPENT / 600, Decimal("0.58"), Tone.WATCH),
    forecast=Forecast(Decimal(560), Decimal("668.4"), Decimal(790), 0.82, datetime(2026, 11, 26, 14, tzinfo=UTC)),
    today=(
        AgentSpend("claude-code", "Claude Code", Decimal("16.72"), 212, 0),
        AgentSpend("codex", "Codex CLI", Decimal("4.11"), 48, 0),
        AgentSpend("metacode", "MetaCode", Decimal("0.63"), 31, 0),
    ),
    working=(
        WorkingSession("claude-code", "Claude Code", "one", "/home/grace/orchard", _NEWEST, NOW - timedelta(minutes=4), Decimal("1.42")),
        WorkingSession("codex", "Codex CLI", "two", "/home/grace/ledger", NOW - timedelta(minutes=2), None, Decimal("3.07")),
        WorkingSession("metacode", "MetaCode", "three", "", NOW - timedelta(minutes=8), NOW - timedelta(minutes=9), Decimal("0.11")),
    ),
    days=_days(),
    feeds=FEEDS,
    last_30_days=Decimal("611.40"),
    last_event=NOW - timedelta(seconds=4),
)
CALM = replace(
    WATCH,
    meters=(Meter(allocation(sum((day.cost for day in _days()[:10]), Decimal(0))), binding=True),),
    pace=Pace(Decimal("213.55") / 600, Decimal("0.38"), Tone.CALM),
    forecast=Forecast(Decimal(380), Decimal(455), Decimal(540), 0.04, None),
    as_of=datetime(2026, 11, 10, 13, 2, 26, tzinfo=UTC),
    days=_days()[:10],
    last_event=datetime(2026, 11, 10, 10, 40, tzinfo=UTC),
    today=(AgentSpend("claude-code", "Claude Code", Decimal("25.10"), 212, 0), AgentSpend("codex", "Codex CLI", Decimal("2.70"), 48, 0)),
    working=(),
)
ACT = replace(
    WATCH,
    meters=(Meter(allocation(Decimal("564.03")), binding=True),),
    pace=Pace(Decimal("564.03") / 600, Decimal("0.66"), Tone.ACT),
    forecast=Forecast(Decimal(690), Decimal(860), Decimal(990), 0.99, datetime(2026, 11, 21, 9, tzinfo=UTC)),
    days=tuple(replace(day, cost=day.cost * Decimal("564.03") / _SPENT) for day in _days()),
)
OVER = replace(
    WATCH,
    meters=(Meter(allocation(Decimal("652.30")), binding=True),),
    pace=Pace(Decimal("652.30") / 600, Decimal("0.66"), Tone.ACT),
    forecast=Forecast(Decimal(790), Decimal(960), Decimal(1090), 1.0, NOW - timedelta(days=2)),
    days=tuple(replace(day, cost=day.cost * Decimal("652.30") / _SPENT) for day in _days()),
)
UNPRICED = replace(
    WATCH,
    today=(*WATCH.today, AgentSpend("hermes", "Hermes Agent", None, 12, 12)),
    unpriced_requests=12,
    unpriced_models=("", "brand-new-9", "local-llama", "x-1"),
    placeholder_requests=31,
)
FAILING = replace(
    WATCH,
    as_of=NOW - timedelta(minutes=12),
    last_event=NOW - timedelta(minutes=14),
    feeds=(
        FEEDS[0]._replace(
            condition=Condition.FAILING,
            as_of=NOW - timedelta(minutes=12),
            title="Claude Code's logs cannot be read",
            hint="Permission denied for ~/.claude/projects. Give yourself read access, then try again.",
        ),
        FEEDS[1],
    ),
)
QUIET = replace(WATCH, today=(), working=(), last_event=NOW - timedelta(hours=19))
NO_LIMIT = replace(WATCH, meters=(Meter(allocation(_SPENT, None), binding=True),), pace=None, forecast=None)
NO_AGENTS = Snapshot(
    as_of=NOW,
    meters=(Meter(allocation(Decimal(0)), binding=True),),
    pace=Pace(Decimal(0), Decimal("0.66"), Tone.CALM),
    days=tuple(DaySpend(date(2026, 11, number), Decimal(0)) for number in range(1, 21)),
    feeds=tuple(FeedHealth(feed.feed, Condition.WAITING, NOW) for feed in FEEDS),
)
SCANNING = Snapshot(
    as_of=NOW,
    meters=(Meter(allocation(Decimal("96.12")), binding=True),),
    days=(DaySpend(date(2026, 11, 1), Decimal("96.12")),),
    feeds=FEEDS,
    last_event=NOW - timedelta(days=3),
    scan=Scan(212_000_000, 640_000_000),
)


def now_of(snapshot: Snapshot | None) -> datetime:
    """Return when this picture is looked at: the calm one is from earlier in the month."""
    return datetime(2026, 11, 10, 13, 2, 30, tzinfo=UTC) if snapshot is CALM else NOW


_BROKEN = FeedHealth("settings", Condition.FAILING, None, "settings.toml is not valid TOML", "Correct that line.")
UNSET = replace(NO_LIMIT, feeds=(*FEEDS, _BROKEN))
"""The settings cannot be read: there may be a budget."""
BLANK = Snapshot(
    as_of=NOW,
    feeds=(FeedHealth("ledger", Condition.FAILING, None, "The disk is full", "Make room; nothing that was recorded is lost."),),
)


STATES: dict[str, tuple[Snapshot | None, Settings]] = {
    "watch": (WATCH, BUDGETED),
    "calm": (CALM, BUDGETED),
    "act": (ACT, BUDGETED),
    "over": (OVER, BUDGETED),
    "unpriced": (UNPRICED, BUDGETED),
    "failing": (FAILING, BUDGETED),
    "quiet": (QUIET, BUDGETED),
    "no_limit": (NO_LIMIT, Settings()),
    "no_agents": (NO_AGENTS, BUDGETED),
    "scanning": (SCANNING, BUDGETED),
    "starting": (None, BUDGETED),
    "blank": (BLANK, BUDGETED),
    "unset": (UNSET, Settings()),
}

COMPANY = Link("ai.example.com", "litellm", "https://ai.example.com", Method.BROWSER, who="alice@example.com", linked_at=_START)
PLAN = Link("claude-plan", "claude-quota", "https://api.anthropic.com", Method.FILE, linked_at=_START)


def _company(scope: str, settled: str, limit: str | None, kind: ScopeKind, **more: Any) -> Allocation:
    return Allocation("ai.example.com", scope, None if limit is None else Decimal(limit), Decimal(settled), _START, _END, kind, **more)


_MINE = _company("you", "398.94", "600", ScopeKind.YOU)
_TEAM = _company("team platform", "3118.40", "5000", ScopeKind.TEAM)
_SPOKE = NOW - timedelta(seconds=30)
_AHEAD = Forecast(Decimal("4120.5"), Decimal(4630), Decimal(5480), 0.28, None)
LINKED = replace(
    WATCH,
    prospects=(Prospect("ai.example.com", "team platform", _AHEAD, Decimal("5.4")),),
    meters=(
        Meter(_MINE, pending=Decimal("3.20"), binding=True),
        Meter(_TEAM, pending=Decimal("3.20")),
        Meter(_company("key alice, a day", "21.46", "30", ScopeKind.KEY), unpriced=2),
    ),
    accounts=(
        AccountState(
            COMPANY,
            FeedHealth("ai.example.com", Condition.OK, _SPOKE),
            Statement("ai.example.com", _SPOKE, "alice@example.com", (_MINE, _TEAM), books_within=timedelta(seconds=12)),
        ),
        AccountState(
            PLAN,
            FeedHealth("claude-plan", Condition.OK, _SPOKE),
            Statement(
                "claude-plan",
                _SPOKE,
                windows=(
                    QuotaWindow("claude-plan", "5 hours", Decimal(41), NOW + timedelta(hours=2)),
                    QuotaWindow("claude-plan", "week", Decimal(63), NOW + timedelta(days=3)),
                ),
            ),
        ),
    ),
    outside_gateway=Decimal("12.40"),
)
_LOST = FeedHealth(
    "ai.example.com",
    Condition.FAILING,
    NOW - timedelta(minutes=23),
    "The gateway cannot be reached",
    "Check the address, your connection or VPN.",
)
OFFLINE = replace(
    LINKED,
    meters=(Meter(_MINE, pending=Decimal("9.87"), binding=True), Meter(_TEAM, pending=Decimal("9.87"))),
    accounts=(
        AccountState(
            COMPANY,
            _LOST,
            Statement("ai.example.com", NOW - timedelta(minutes=23), "alice@example.com", (_MINE, _TEAM)),
            banner=Banner("Budgets close on Friday at noon. Try MetaCode for tests.", "warning", "1"),
            difference=Difference(Decimal("18.30"), (Reason.OTHER_MACHINE, Reason.SHARED_KEY)),
        ),
    ),
    feeds=(*FEEDS, _LOST),
)
SPIKE = Spike(
    at=NOW - timedelta(minutes=21),
    start=NOW - timedelta(minutes=52),
    channel=Channel.PRICE,
    cause=Cause.COLD_CACHE,
    evidence=Evidence(4.1, now=0.11, before=0.92),
    agent="claude-code",
    session="one",
    project="/home/grace/orchard",
    model="claude-opus-4-1",
    actual=Decimal("14.2"),
    expected=Decimal("3.4"),
)
SPIKING = replace(WATCH, spikes=(SPIKE,))
SCORED = replace(WATCH, score=Calibration((Group(0.05, 0.0, 24), Group(0.82, 0.79, 38)), 0.81, 62, 3))


def _entry(number: int, minutes: int, rule: Rule, about: BudgetFact | Spike | OtherFact, outcome: Outcome, **more: Any) -> InboxEntry:
    at = NOW - timedelta(minutes=minutes)
    kinds = {Rule.SPIKE: NoticeClass.ACT, Rule.OTHER: NoticeClass.SYSTEM}
    kind = kinds.get(rule, NoticeClass.STATE)
    said = notice_words(Notice(at, kind, rule, str(number), about, 90), ZONE)
    return InboxEntry(str(number), at, kind, rule, said.title, said.text, said.why, outcome, **more)


_TOLD = BudgetFact("personal", Decimal(600), Decimal("402.17"), _START, _END, WATCH.forecast)
_REFUSED = OtherFact(NoticeClass.SYSTEM, "feed", "ai.example.com: The sign-in has run out. Sign in again.")
INBOX = Inbox(
    (
        _entry(1, 21, Rule.SPIKE, SPIKE, Outcome.SHOWN, is_open=True, is_new=True, subject="project:/home/grace/orchard"),
        _entry(2, 190, Rule.RUN_OUT, _TOLD, Outcome.HELD, detail="do-not-disturb", is_open=True, is_new=True, subject="budget:personal"),
        _entry(3, 60 * 20, Rule.OTHER, _REFUSED, Outcome.HELD, detail="inbox-only", is_open=True),
        _entry(4, 60 * 28, Rule.SPIKE, replace(SPIKE, project="/home/grace/ledger"), Outcome.ANSWERED, detail="expected"),
        _entry(5, 60 * 76, Rule.LEVEL, replace(_TOLD, name="team platform at ai.example.com"), Outcome.WITHDRAWN),
    ),
    (Snooze("project:/home/grace/orchard", _END),),
)
"""One of everything."""
TOLD = replace(SPIKING, inbox=INBOX)
CHANGED = replace(
    WATCH,
    changes=(
        ModelChange(
            "claude-code",
            "one",
            "/home/grace/orchard",
            "claude-opus-4-1",
            "claude-sonnet-4-5",
            NOW - timedelta(minutes=57),
            NOW - timedelta(minutes=1),
            12,
            Decimal("-4.8062"),
            "ai.example.com",
        ),
        ModelChange(
            "copilot-vscode",
            "two",
            "/home/grace/ledger",
            "gpt-5",
            "gpt-5-mini",
            NOW - timedelta(hours=5),
            NOW - timedelta(hours=3),
            7,
            None,
        ),
        ModelChange(
            "copilot-cli", "three", "", "gpt-5-mini", "gpt-5", NOW - timedelta(hours=22), NOW - timedelta(hours=22), 1, Decimal("0.3")
        ),
    ),
)
STATES["changed"] = (CHANGED, BUDGETED)
STATES["told"] = (TOLD, BUDGETED)
STATES["scored"] = (SCORED, BUDGETED)
STATES["spiking"] = (SPIKING, BUDGETED)
STATES["linked"], STATES["offline"] = (LINKED, BUDGETED), (OFFLINE, Settings())
