"""The panel that opens from the tray, decided: every word and number on it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from tankful.core.choices import IconStyle
from tankful.core.exactness import Exactness
from tankful.core.health import LEDGER, SETTINGS, Condition
from tankful.core.meter import PERSONAL, Meter
from tankful.core.nudges.nudge import Nudge
from tankful.core.pace import Tone
from tankful.core.settings import Settings
from tankful.core.snapshot import AgentSpend, Scan, Snapshot
from tankful.present import format as words
from tankful.present.bar import BarView
from tankful.present.budget import no_budget
from tankful.present.burndown import BurndownView, burndown_view
from tankful.present.failures import failures
from tankful.present.first_start import has_looked
from tankful.present.gauge import GaugeView, gauge_view, is_dimmed, smooth, tooltip
from tankful.present.inbox import inbox_link
from tankful.present.menu import Command
from tankful.present.meters import budget_bars, difference_words, gateway_line, pending_words, scope_words, severity_words
from tankful.present.nudges import nudge_text, nudge_title, nudge_why
from tankful.present.pace import PaceWords, Run, pace_words, safe_words, score_words, tone_of
from tankful.present.period import period_name
from tankful.present.served import change_remarks
from tankful.present.spikes import spike_text, spike_title, spike_why
from tankful.present.statusline import unpriced_beside
from tankful.present.unpriced import unpriced_words
from tankful.present.working import WorkingRow, working_rows

_LIVE_WITHIN_S = 600
_SEVERITY = {"warning": Tone.WATCH, "error": Tone.ACT}
_OLD_AFTER_S = 60
_BARS_SHOWN = 7
_CLASSES = {Exactness.RECORDED: "recorded by the agent", Exactness.ESTIMATE: "estimate"}
"""What is said beside a figure; exact ones need no word."""


@dataclass(frozen=True, slots=True)
class Pill:
    """The small word on how fresh the numbers are; `tone` colours its dot."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Card:
    """Something to know: a title, what it means, how far it is (0 to 1) and what can be done about it."""

    title: str
    text: str
    tone: Tone = Tone.UNKNOWN
    progress: float | None = None
    action: str = ""
    command: Command | None = None
    second: tuple[str, Command] | None = None
    """What else can be done about it."""
    why: str = ""
    """What is said to whoever asks why it is there."""


@dataclass(frozen=True, slots=True)
class GlanceView:
    """Everything on the panel."""

    title: str
    period: str
    pill: Pill
    gauge: GaugeView
    percent: str
    percent_note: str
    headline: str
    headline_note: str
    pace: PaceWords | None
    ask: str
    """What the link says that leads to a request for more; empty while there is enough."""
    chart: BurndownView | None
    budgets: tuple[BarView, ...]
    """Further budgets and quota windows."""
    today: str
    bars: tuple[BarView, ...]
    nothing_today: str
    working: tuple[WorkingRow, ...]
    """Sessions at work: whose and where, and what it spent since somebody typed."""
    cards: tuple[Card, ...]
    remarks: tuple[str, ...]
    footer: str
    door: tuple[str, Command]
    """What the button at the bottom says, and where it leads: to where the limit can be changed."""
    dimmed: bool
    description: str
    """The gauge in one sentence, for those who cannot see it."""
    score: str
    """How true the forecasts were; empty while there are too few to say."""
    inbox: str = "Inbox"
    """What opens the inbox is called."""


def glance_view(snapshot: Snapshot | None, settings: Settings, now: datetime, zone: tzinfo) -> GlanceView:
    """Return the panel as it reads at `now`."""
    seen = Snapshot(as_of=now, scan=Scan(0, 0)) if snapshot is None else snapshot
    meter = seen.binding
    headline, note = (words.UNKNOWN, "one moment…") if snapshot is None else _headline(seen, meter, settings)
    return GlanceView(
        title=_title(seen, meter, settings),
        period=period_name(seen, settings, zone),
        pill=_pill(seen, now),
        gauge=smooth(gauge_view(seen, IconStyle.ARC), seen),
        percent=words.percent(None if meter is None else meter.used_share),
        percent_note=_percent_note(snapshot, meter, settings),
        headline=headline,
        headline_note=note,
        pace=_pace(seen, meter, zone),
        ask="Ask for more…" if tone_of(seen) in {Tone.WATCH, Tone.ACT} else "",
        chart=None if seen.last_event is None else burndown_view(seen, zone),
        budgets=budget_bars(seen, zone),
        today=_today(seen),
        bars=_bars(seen),
        nothing_today="" if seen.today or seen.last_event is None else "Nothing spent yet today.",
        working=working_rows(seen.working, now),
        cards=_cards(seen, meter, settings, now),
        remarks=(*_remarks(seen, meter), *change_remarks(seen.changes, now, zone)),
        footer="" if snapshot is None or seen.is_blank else gateway_line(seen, meter, now, zone) or _checked(now - _looked_at(seen)),
        door=("Settings…", Command.SETTINGS) if seen.accounts else ("Budget…", Command.BUDGET),
        dimmed=is_dimmed(seen),
        description=tooltip(snapshot, zone),
        score="" if seen.score is None else score_words(seen.score),
        inbox=inbox_link(snapshot),
    )


def _title(seen: Snapshot, meter: Meter | None, settings: Settings) -> str:
    if meter is not None and meter.allocation.account not in {"", PERSONAL}:
        return scope_words(seen, meter)
    limited = settings.budget_usd is not None if meter is None else meter.allocation.limit is not None
    return "My budget" if limited else "My spend"


def _percent_note(snapshot: Snapshot | None, meter: Meter | None, settings: Settings) -> str:
    if snapshot is None:
        return ""
    if snapshot.is_blank and settings.budget_usd is not None:
        return ""
    return ("unknown" if snapshot.fails(SETTINGS) else "no budget") if meter is None or meter.used_share is None else "used"


def _headline(seen: Snapshot, meter: Meter | None, settings: Settings) -> tuple[str, str]:
    if seen.is_blank:
        what = "was spent" if settings.budget_usd is None else f"is left of {words.money(settings.budget_usd)}"
        return "Unknown", f"what {what}"
    if meter is None or meter.headroom is None or meter.allocation.limit is None:
        spent = sum((day.cost for day in seen.days), Decimal(0)) if meter is None else meter.spent
        if seen.unpriced_requests and not spent:
            return words.UNPRICED, f"{words.counted(seen.unpriced_requests, 'request')} so far"
        return words.money(spent), f"spent so far{unpriced_beside(seen.unpriced_requests, over=True)}"
    limit = words.money(meter.allocation.limit)
    pending = f" · {waiting}" if (waiting := pending_words(meter)) else ""
    unpriced = 0 if meter.allocation.account != PERSONAL else seen.unpriced_requests
    if meter.headroom < 0:
        return words.money(-meter.headroom), f"over {limit}{pending}{unpriced_beside(unpriced, over=True)}"
    return words.money(meter.headroom), f"left of {limit}{pending}{unpriced_beside(unpriced, over=False)}"


def _pace(seen: Snapshot, meter: Meter | None, zone: tzinfo) -> PaceWords | None:
    if meter is not None and meter.allocation.limit is not None:
        said, safe = pace_words(seen, zone), safe_words(seen.forecast)
        if said is None or not safe or (seen.unpriced_requests and meter.allocation.account == PERSONAL):  # more is gone than is known
            return said
        return replace(said, rest=(*said.rest, Run(f" {safe}")))
    if not seen.last_30_days and not seen.unpriced_30_days:
        return None
    rest = (Run("The last 30 days came to "), Run(words.spend(seen.last_30_days, seen.unpriced_30_days), strong=True), Run("."))
    return PaceWords(Tone.UNKNOWN, no_budget(seen), rest)


def _pill(seen: Snapshot, now: datetime) -> Pill:
    if seen.scan is not None:
        share = _progress(seen.scan)
        return Pill("reading" if share is None else f"reading · {round(share * 100)}%", Tone.CALM)
    failing = [feed for feed in seen.feeds if feed.condition is Condition.FAILING]
    if failing:
        oldest = min((feed.as_of for feed in failing if feed.as_of is not None), default=now)
        passed = now - oldest
        return Pill(f"old · {words.age(passed)}" if passed.total_seconds() >= _OLD_AFTER_S else "incomplete", Tone.WATCH)
    if seen.last_event is None:
        return Pill("waiting", Tone.UNKNOWN)
    passed = now - seen.last_event
    live = passed.total_seconds() < _LIVE_WITHIN_S
    return Pill(f"{'live' if live else 'quiet'} · {words.age(passed)}", Tone.CALM if live else Tone.UNKNOWN)


def _today(seen: Snapshot) -> str:
    if not seen.today:
        return ""
    known = [spend.cost for spend in seen.today if spend.cost is not None]
    total = words.spend(seen.spent_today, seen.unpriced_today) if known else words.UNPRICED
    active = f"{words.counted(seen.active_agents, 'agent')} active" if seen.active_agents else words.counted(len(seen.today), "agent")
    return f"{total} · {active}"


def _bars(seen: Snapshot) -> tuple[BarView, ...]:
    """Return a row for each agent of today, the smaller ones together where they are many."""
    rows = [_bar(spend, seen.spent_today) for spend in seen.today]
    if len(rows) <= _BARS_SHOWN:
        return tuple(rows)
    rest = seen.today[_BARS_SHOWN - 1 :]
    known = [spend.cost for spend in rest if spend.cost is not None]
    unpriced = sum(spend.unpriced_requests for spend in rest)
    cost = sum(known, Decimal(0)) if known else None
    share = float(cost / seen.spent_today) if cost else 0.0
    note = f"{words.counted(unpriced, 'request')} without a price" if unpriced else ""
    return (*rows[: _BARS_SHOWN - 1], BarView(f"{len(rest)} more agents", words.money(cost), share, note))


def _bar(spend: AgentSpend, in_all: Decimal) -> BarView:
    if spend.exactness is Exactness.ACTIVITY and not spend.requests:
        return BarView(spend.title, words.UNKNOWN, 0.0, detail=f"{words.counted(spend.prompts, 'prompt')} seen, cost unknown here")
    note = f"{words.counted(spend.unpriced_requests, 'request')} without a price" if spend.unpriced_requests else ""
    share = float(spend.cost / in_all) if spend.cost else 0.0
    return BarView(spend.title, words.money(spend.cost), share, note, _CLASSES.get(spend.exactness, ""))


def _cards(seen: Snapshot, meter: Meter | None, settings: Settings, now: datetime) -> tuple[Card, ...]:
    cards: list[Card] = []
    if seen.scan is not None:
        text = (
            "Figures grow until this is done."
            if seen.last_event is not None
            else "The first look takes a moment; after that it is instant."
        )
        cards.append(Card("Reading your agents' logs", text, Tone.CALM, _progress(seen.scan)))
    cards += (
        Card(
            spike_title(spike),
            spike_text(spike, now),
            Tone.WATCH if spike.learning else Tone.ACT,
            action="That is expected",
            command=Command.SPIKE_EXPECTED,
            second=("Show session", Command.SHOW_SESSION) if spike.session else None,
            why=spike_why(spike),
        )
        for spike in seen.spikes
    )
    cards += () if seen.nudge is None else (_nudge_card(seen.nudge),)
    # Of two accounts at one gateway each is told the same.
    messages = dict.fromkeys((state.banner.text, state.banner.severity) for state in seen.accounts if state.banner is not None)
    cards += (
        Card(
            "From your administrator",
            text,
            _SEVERITY.get(severity, Tone.CALM),
            action="Got it",
            command=Command.BANNER_SEEN,
        )
        for text, severity in messages
    )
    cards += (Card(title, hint, Tone.WATCH, action="Try again", command=Command.REFRESH) for title, hint in failures(seen))
    unused = seen.last_event is None and not any(feed.files or feed.events or feed.condition is Condition.FAILING for feed in seen.feeds)
    if unused and has_looked(seen):
        cards.append(
            Card(
                "No agents found yet",
                "Use Claude Code, Codex or another coding agent once, and the gauge starts by itself.",
                action="Look again",
                command=Command.REFRESH,
            )
        )
    elif settings.budget_usd is None and not seen.fails(SETTINGS) and (meter is None or meter.allocation.limit is None):
        text = "With a monthly limit the gauge shows what is left, and whether it lasts."
        cards.append(Card("No budget set", text, action="Set a budget…", command=Command.BUDGET))
    return tuple(cards)


def _nudge_card(nudge: Nudge) -> Card:
    card = Card(nudge_title(nudge), nudge_text(nudge), Tone.CALM, why=nudge_why(nudge))
    if nudge.comparison is None:
        return replace(card, action="Not now", command=Command.NUDGE_LATER)
    return replace(card, action="Compare…", command=Command.NUDGE_COMPARE, second=("Not now", Command.NUDGE_LATER))


def _remarks(seen: Snapshot, meter: Meter | None) -> tuple[str, ...]:
    remarks = [said] if (said := difference_words(seen, meter)) else []
    if meter is not None and (marked := severity_words(meter.allocation.severity)):
        remarks.insert(0, f"{marked[:1].upper()}{marked[1:]}.")
    if seen.unpriced_requests:
        remarks.append(f"{unpriced_words(seen)}: not in the figure.")
    if seen.placeholder_requests:
        remarks.append(f"{words.counted(seen.placeholder_requests, 'request')} recorded without an output count: estimated low.")
    remarks += (f"{feed.title}. {feed.hint}".strip() for feed in seen.feeds if feed.condition is Condition.OK and feed.title)
    if seen.outside_gateway:
        remarks.append(f"{words.money(seen.outside_gateway)} was spent outside the gateway: not in the figure.")
    return tuple(remarks)


def _looked_at(seen: Snapshot) -> datetime:
    """Return how far the figures reach: while nothing can be booked, to when that began."""
    stuck = (feed.as_of for feed in seen.feeds if feed.feed == LEDGER and feed.condition is Condition.FAILING and feed.as_of is not None)
    return min((seen.as_of, *stuck))


def _checked(passed: timedelta) -> str:
    return f"Checked {words.age(passed)} ago" if passed.total_seconds() >= 1 else "Checked just now"


def _progress(scan: Scan) -> float | None:
    return min(1.0, scan.done / scan.total) if scan.total else None
