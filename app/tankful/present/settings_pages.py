"""The pages of the settings, decided: what each says beside its settings."""

from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal

from tankful.core.errors import TankfulError
from tankful.core.exactness import Exactness
from tankful.core.health import Condition, FeedHealth
from tankful.core.meter import Meter
from tankful.core.nudges.effect import Nudged
from tankful.core.organisation import Policy
from tankful.core.setting_rows import Section
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words
from tankful.present.nudged import nudged_text
from tankful.present.organisation import overruled, policy_facts
from tankful.present.settings import Choice, Errand, Fact, Known, PageView, row_views, rows_of


@dataclass(frozen=True, slots=True)
class Machine:
    """What the pages say of this installation; all of it fit to be shown and copied."""

    version: str
    runtime: str
    """Python, Qt and system, with their versions."""
    prices: str
    """Date of the price table; empty when it cannot be read."""
    ledger: str
    settings: str
    state: str
    """Paths."""
    is_one_folder: bool = False
    """Whether all three lie in one folder that was chosen by hand."""
    policy: Policy | TankfulError = field(default_factory=Policy)
    """What the organisation says, or why that cannot be read."""
    policy_path: str = ""


INTROS = {
    Section.ACCOUNTS: "Where your allocation comes from. Keys stay in the system keyring.",
    Section.BUDGETS: "What you may spend, and on which days you spend it.",
    Section.NOTICES: "What Tankful tells you, and where.",
    Section.SOURCES: "The agents whose logs are read, and what their requests cost.",
    Section.NUDGES: "Suggestions for spending less.",
    Section.APPEARANCE: "How the gauge and the windows look.",
    Section.PRIVACY: "What is kept, where, and for how long.",
    Section.ABOUT: "This version, and what to say when something is wrong.",
}
_FACTS_FIRST = {Section.BUDGETS, Section.PRIVACY}
_ALSO = {
    Section.ACCOUNTS: "link unlink gateway sign in log in login key token quota plan company",
    Section.NOTICES: "notifications alerts warnings snooze silence",
    Section.NUDGES: "suggestions cheaper models",
    Section.PRIVACY: "delete remove folders data",
    Section.ABOUT: "version licence license help report",
}


def settings_pages(
    settings: Settings, stated: frozenset[str], snapshot: Snapshot | None, machine: Machine, zone: tzinfo
) -> tuple[PageView, ...]:
    """Return all pages in order; `stated` are the settings that the file states."""
    accounts = () if snapshot is None else tuple(account.link.name for account in snapshot.accounts)
    rows = row_views(settings, stated, Known(_sources(snapshot, settings), accounts, overruled(machine.policy)))
    facts = {
        Section.BUDGETS: _budgets(snapshot, zone),
        Section.NOTICES: _NOTICES,
        Section.NUDGES: _nudges(snapshot),
        Section.PRIVACY: _privacy(machine),
        Section.ABOUT: _about(machine, snapshot),
    }
    return tuple(
        PageView(section, intro, rows_of(section, rows), facts.get(section, ()), section in _FACTS_FIRST, _ALSO.get(section, ""))
        for section, intro in INTROS.items()
    )


def _sources(snapshot: Snapshot | None, settings: Settings) -> tuple[Choice, ...]:
    from tankful.sources import registry  # noqa: PLC0415 - the sources are heavy, and the windows open before they are needed

    feeds = {} if snapshot is None else {feed.feed: feed for feed in snapshot.feeds}
    return tuple(
        Choice(source.id, source.title, "not read" if source.id in settings.sources_off else _found(feeds.get(source.id), source.exactness))
        for source in sorted(registry.SOURCES, key=lambda source: _is_absent(feeds.get(source.id)))
    )


def _is_absent(feed: FeedHealth | None) -> bool:
    return feed is None or feed.condition is Condition.WAITING


def _found(feed: FeedHealth | None, exactness: Exactness) -> str:
    if feed is None:
        return ""
    if feed.condition is Condition.FAILING:
        return feed.title
    if feed.condition is Condition.WAITING:
        return "not used here yet"
    counts = f"{words.counted(feed.events, 'request')} in {words.counted(feed.files, 'log')}"
    if feed.prompts and not feed.events:
        counts = f"{words.counted(feed.prompts, 'prompt')} seen, cost unknown here"
    return f"{counts} · {exactness}"


def _budgets(snapshot: Snapshot | None, zone: tzinfo) -> tuple[Fact, ...]:
    """Return every meter in a sentence, the binding one first."""
    meters = () if snapshot is None else sorted(snapshot.meters, key=lambda meter: not meter.binding)
    return tuple(
        Fact(_whose(meter), _stands(meter, meter.allocation.limit, zone)) for meter in meters if meter.allocation.limit is not None
    )


def _whose(meter: Meter) -> str:
    allocation = meter.allocation
    return "So far in this period" if allocation.account == "personal" else f"{allocation.account}: {allocation.scope}"


def _stands(meter: Meter, limit: Decimal, zone: tzinfo) -> str:
    headroom = limit - meter.spent
    left = f"{words.money(headroom)} left" if headroom >= 0 else f"{words.money(-headroom)} over"
    ends = meter.allocation.resets_at
    resets = "" if ends is None else f", resets {words.short_day(ends.astimezone(zone))}"
    return f"{words.money(meter.spent)} of {words.round_money(limit)} used, {left}{resets}"


_NOTICES = (
    Fact("In the tray", "The icon's colour and shape say whether the budget lasts, its tooltip says it in a sentence."),
    Fact("In the panel", "Logs and accounts that cannot be read, and requests without a price, each with what to do about it."),
    Fact("In the inbox", "Everything that was said or kept back, with the reason; the tray's icon has a dot while something in it is new."),
    Fact("What pops up", "A budget that is likely to run out, 90% and 100% of it, a limit that stops your agents, and unusual spend."),
    Fact(
        "Who decides",
        "While the desktop is not to be disturbed, nothing pops up. A snooze is shown, and ended, in menu and inbox.",
    ),
)
_NUDGES = Fact(
    "What they are",
    "List price estimates, same work assumed, not a bill; what they are made of is one click away, and so is every other model. "
    "On one day in five nothing is suggested, so that what suggestions change can be told.",
)


def _nudges(snapshot: Snapshot | None) -> tuple[Fact, ...]:
    return _NUDGES, Fact("What became of them", nudged_text(snapshot.nudged or Nudged() if snapshot is not None else Nudged()))


def _privacy(machine: Machine) -> tuple[Fact, ...]:
    kept = "Times, models, token counts, costs, session ids and working folders. Never anything of a prompt, an answer or a tool call."
    connections = (
        "To the accounts that you linked, and to nothing else. Without an account, none. "
        "It listens to nobody but the agents of this machine, and only if you switch that on."
    )
    folders = (
        (Fact("Everything", machine.ledger, "Open folder", Errand.OPEN_FOLDER, machine.ledger),)
        if machine.is_one_folder
        else (
            Fact("Ledger", machine.ledger, "Open folder", Errand.OPEN_FOLDER, machine.ledger),
            Fact("Settings and accounts", machine.settings, "Open folder", Errand.OPEN_FOLDER, machine.settings),
            Fact("Window places and logs", machine.state, "Open folder", Errand.OPEN_FOLDER, machine.state),
        )
    )
    how = (
        "Unlink your accounts, which takes their keys out of the keyring; quit Tankful; delete what is listed above. Nothing else is left."
    )
    return (Fact("What is kept", kept), Fact("Connections", connections), *folders, Fact("To remove everything", how))


def _about(machine: Machine, snapshot: Snapshot | None) -> tuple[Fact, ...]:
    prices = f"Public list prices of {machine.prices}." if machine.prices else "The price table cannot be read. Install Tankful again."
    return (
        Fact(f"Tankful {machine.version}", machine.runtime),
        Fact("Licence", "MIT: free to use, change and pass on."),
        Fact("Prices", prices),
        *policy_facts(machine.policy, machine.policy_path),
        Fact("Data", machine.ledger, "Open folder", Errand.OPEN_FOLDER, machine.ledger),
        Fact(
            "Diagnostics",
            "Versions, and how each agent and account does: no names, addresses or figures. `tankful doctor` says more.",
            "Copy diagnostics",
            Errand.COPY,
            diagnostics(machine, snapshot),
        ),
    )


def diagnostics(machine: Machine, snapshot: Snapshot | None) -> str:
    """Return what to paste into a report: nothing in it tells who the user is or what they spend."""
    lines = [f"Tankful {machine.version}, {machine.runtime}", f"Prices: {machine.prices or 'unreadable'}"]
    if snapshot is None:
        return "\n".join([*lines, "Starting."])
    lines += [f"{feed.feed}: {feed.condition}{_without_paths(feed.title)}" for feed in snapshot.feeds]
    lines += [
        f"account {number}: {account.link.kind}, by {account.link.method}, {account.health.condition}"
        for number, account in enumerate(snapshot.accounts, 1)
    ]
    return "\n".join([*lines, f"{words.counted(snapshot.unpriced_requests, 'request')} without a price"])


def _without_paths(title: str) -> str:
    return f" ({title})" if title and not any(sign in title for sign in "/\\@") else ""
