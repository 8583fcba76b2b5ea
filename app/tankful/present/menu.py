"""The tray's menu as data: what it says, what each row commands, what is ticked."""

from dataclasses import dataclass
from enum import StrEnum

from tankful.core.choices import IconStyle, Theme
from tankful.core.inbox import Span
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.present import format as words
from tankful.present.budget import no_budget
from tankful.present.meters import left_words, scope_words
from tankful.present.nudges import nudge_title


class Command(StrEnum):
    """What a row of the menu asks for."""

    OPEN = "open"
    REFRESH = "refresh"
    BUDGET = "budget"
    SETTINGS = "settings"
    ICON_STYLE = "icon_style"
    THEME = "theme"
    COPY = "copy"
    INBOX = "inbox"
    SNOOZE = "snooze"
    SNOOZE_END = "snooze_end"
    BANNER_SEEN = "banner_seen"
    SPIKE_EXPECTED = "spike_expected"
    SHOW_SESSION = "show_session"
    ASK_FOR_MORE = "ask_for_more"
    NUDGE_COMPARE = "nudge_compare"
    NUDGE_LATER = "nudge_later"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One row; without a command it is a heading, with children a submenu, without text a line between groups."""

    text: str = ""
    command: Command | None = None
    value: str = ""
    """The choice that the command makes, for `ICON_STYLE`, `THEME` and `SNOOZE`; the page of `SETTINGS`, empty for the first."""
    ticked: bool | None = None
    """`None`: not a choice."""
    children: tuple["MenuItem", ...] = ()


SPANS = {Span.HOUR: "For 1 hour", Span.TODAY: "Today", Span.PERIOD: "Until the reset"}
_STYLES = {IconStyle.ARC: "Arc", IconStyle.TANK: "Tank", IconStyle.PERCENT: "Percent", IconStyle.MONOCHROME: "One colour"}
_THEMES = {Theme.SYSTEM: "As the desktop", Theme.LIGHT: "Light", Theme.DARK: "Dark"}


def menu_view(snapshot: Snapshot | None, settings: Settings) -> tuple[MenuItem, ...]:
    """Return the rows from top to bottom; the first one tells the figure, for desktops that show no tooltips."""
    styles = tuple(MenuItem(text, Command.ICON_STYLE, style, settings.icon_style is style) for style, text in _STYLES.items())
    themes = tuple(MenuItem(text, Command.THEME, theme, settings.theme is theme) for theme, text in _THEMES.items())
    return (
        MenuItem(figure(snapshot)),
        *(MenuItem(line) for line in _further(snapshot)),
        MenuItem(),
        MenuItem("Open", Command.OPEN),
        MenuItem("Refresh now", Command.REFRESH),
        MenuItem("Copy summary", Command.COPY),
        MenuItem(),
        *_suggestion(snapshot),
        MenuItem(_inbox(snapshot), Command.INBOX),
        _snooze(snapshot),
        MenuItem(),
        MenuItem("Budget…", Command.BUDGET),
        MenuItem("Ask for more…", Command.ASK_FOR_MORE),
        MenuItem("Settings…", Command.SETTINGS),
        MenuItem("Icon style", children=styles),
        MenuItem("Colours", children=themes),
        MenuItem(),
        MenuItem("Quit", Command.QUIT),
    )


def _suggestion(snapshot: Snapshot | None) -> tuple[MenuItem, ...]:
    """Return what is suggested now, which the panel has more of; it is never said outside the windows."""
    nudge = None if snapshot is None else snapshot.nudge
    return () if nudge is None else (MenuItem(f"{nudge_title(nudge)}…", Command.OPEN),)


def _inbox(snapshot: Snapshot | None) -> str:
    unread = 0 if snapshot is None else snapshot.inbox.unread
    return f"Inbox ({unread} new)…" if unread else "Inbox…"


def _snooze(snapshot: Snapshot | None) -> MenuItem:
    if snapshot is not None and snapshot.inbox.snoozes:
        return MenuItem("End snooze", Command.SNOOZE_END)
    return MenuItem("Snooze notices", children=tuple(MenuItem(text, Command.SNOOZE, span) for span, text in SPANS.items()))


def _further(snapshot: Snapshot | None) -> tuple[str, ...]:
    """Return every other budget, and every quota window, in a few words each."""
    if snapshot is None or not snapshot.accounts:
        return ()
    budgets = (f"{scope_words(snapshot, meter)}: {left_words(meter)}" for meter in snapshot.meters if not meter.binding)
    windows = (
        f"{state.link.name}, {window.title}: {words.percent(window.used_percent / 100)} used"
        for state in snapshot.accounts
        if state.statement is not None
        for window in state.statement.windows
    )
    return (*budgets, *windows)


def figure(snapshot: Snapshot | None) -> str:
    """Return what is left in a few words."""
    meter = None if snapshot is None else snapshot.binding
    if snapshot is None:
        return "Starting…"
    if snapshot.is_blank:
        return "Spend unknown"
    if meter is None or meter.allocation.limit is None or meter.headroom is None:
        return no_budget(snapshot)
    limit = words.round_money(meter.allocation.limit)
    if meter.headroom < 0:
        return f"{words.money(-meter.headroom)} over {limit}"
    return f"{words.money(meter.headroom)} left of {limit}"
