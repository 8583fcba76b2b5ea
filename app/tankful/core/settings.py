"""Every setting: its type, default, limits, storage, form row and documentation in one declaration."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Annotated, Any, get_args, get_type_hints

from tankful.core.choices import Digest, IconStyle, Period, Theme
from tankful.core.own_models import InHouse, PriceOverride
from tankful.core.setting_rows import Form, Row, Section

_PRICES = (
    'Write [prices."MODEL"] with dollars per million tokens: input, output, cache_read, cache_write, cache_write_1h; '
    "the first two are needed, and none is above 1,000,000."
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user wants; the defaults make a working program."""

    poll_active_s: Annotated[
        int,
        Row(
            "accounts.poll_active_s",
            Section.ACCOUNTS,
            "Ask while agents work every",
            "How often a gateway is asked while something is spent through it. A gateway may set its own pace.",
            Form.NUMBER,
            30,
            3600,
            "s",
        ),
    ] = 60
    poll_idle_s: Annotated[
        int,
        Row(
            "accounts.poll_idle_s",
            Section.ACCOUNTS,
            "Ask otherwise every",
            "How often a gateway is asked while nothing is spent through it.",
            Form.NUMBER,
            30,
            3600,
            "s",
        ),
    ] = 300
    routes: Annotated[
        Mapping[str, str],
        Row(
            "routes",
            Section.ACCOUNTS,
            "What goes through which account",
            "Agents tell this themselves. Where they do not, name the agent or a project's folder, and the account, or none. "
            "Of several accounts at one address the first has what neither this nor the gateway's list of calls tells apart.",
            Form.TABLE,
            example='claude-code = "ai.example.com"',
            allowed='Write [routes] with accounts by agent or folder, such as claude-code = "ai.example.com" or "/src/own" = "none".',
        ),
    ] = field(default_factory=dict[str, str])
    budget_usd: Annotated[
        Decimal | None,
        Row(
            "budget.usd",
            Section.BUDGETS,
            "Your own budget",
            "What you may spend in a period. Empty: no budget.",
            Form.AMOUNT,
            0,
            10_000_000,
            "$",
            example='"400"',
        ),
    ] = None
    budget_period: Annotated[
        Period,
        Row(
            "budget.period",
            Section.BUDGETS,
            "Period",
            "How long your own budget lasts.",
            Form.CHOICE,
            words={Period.MONTH: "Month", Period.WEEK: "Week"},
        ),
    ] = Period.MONTH
    budget_start_day: Annotated[
        int,
        Row(
            "budget.start_day",
            Section.BUDGETS,
            "Starts on day",
            "Day of the month (1-31; in a shorter month its last day), or of the week (1 is Monday).",
            Form.NUMBER,
            1,
            31,
        ),
    ] = 1
    working_days: Annotated[
        str,
        Row(
            "budget.working_days",
            Section.BUDGETS,
            "Working days",
            "Days that count fully for pace and forecast: digits, 1 is Monday.",
            Form.WEEKDAYS,
            example='"12345"',
            allowed='Use digits from 1 (Monday) to 7, such as "12345".',
        ),
    ] = "12345"
    ask_for_more_url: Annotated[
        str,
        Row(
            "budget.ask_url",
            Section.BUDGETS,
            "Requests go to",
            "Web address that a request for more is sent to when you press Send, as JSON with one field, text. Empty: none is sent.",
            Form.TEXT,
            example='"https://budget.example.com/requests"',
            allowed='Write an address that begins with https://, such as "https://budget.example.com/requests", or nothing.',
        ),
    ] = ""
    ask_for_more_mail: Annotated[
        str,
        Row(
            "budget.ask_mail",
            Section.BUDGETS,
            "Requests are mailed to",
            "Who a request for more is addressed to when you press Mail. Empty: you fill it in.",
            Form.TEXT,
            example='"budget@example.com"',
            allowed='Write one mail address, such as "budget@example.com", or nothing.',
        ),
    ] = ""
    pop_ups: Annotated[
        bool,
        Row(
            "notices.pop_ups",
            Section.NOTICES,
            "Pop-ups",
            "Seldom, and only where there is something to decide: the desktop's own notifications. Off: the inbox and the badge alone.",
            Form.SWITCH,
            words={"true": "On", "false": "Off"},
        ),
    ] = True
    notices_a_day: Annotated[
        int,
        Row(
            "notices.a_day",
            Section.NOTICES,
            "At most a day",
            "Spikes, and budgets that stop your agents, come beside these, three a day at most.",
            Form.NUMBER,
            0,
            20,
        ),
    ] = 2
    notices_a_week: Annotated[
        int,
        Row("notices.a_week", Section.NOTICES, "At most a week", "What is too much waits in the inbox.", Form.NUMBER, 0, 100),
    ] = 6
    quiet_from_h: Annotated[
        int,
        Row(
            "notices.quiet_from_h",
            Section.NOTICES,
            "Quiet from",
            "Nothing pops up from this hour on, 0 to 23. The same hour twice: never quiet.",
            Form.NUMBER,
            0,
            23,
            "h",
        ),
    ] = 20
    quiet_to_h: Annotated[
        int,
        Row("notices.quiet_to_h", Section.NOTICES, "Quiet until", "What is still true then is said then.", Form.NUMBER, 0, 23, "h"),
    ] = 8
    notice_days: Annotated[
        str,
        Row(
            "notices.days",
            Section.NOTICES,
            "Days for notices",
            "On other days nothing pops up: digits, 1 is Monday.",
            Form.WEEKDAYS,
            example='"12345"',
            allowed='Use digits from 1 (Monday) to 7, such as "12345".',
        ),
    ] = "12345"
    spikes_at_night: Annotated[
        bool,
        Row(
            "notices.spikes_at_night",
            Section.NOTICES,
            "Spikes at any time",
            "Unusual spend, and budgets that stop your agents, are said in quiet hours too.",
            Form.SWITCH,
            words={"true": "On", "false": "Off"},
        ),
    ] = False
    digest: Annotated[
        Digest,
        Row(
            "notices.digest",
            Section.NOTICES,
            "Summary",
            "One quiet notice of what was held back: daily, or on the first day for notices of each week.",
            Form.CHOICE,
            words={Digest.OFF: "Off", Digest.DAILY: "Daily", Digest.WEEKLY: "Weekly"},
        ),
    ] = Digest.DAILY
    digest_h: Annotated[
        int,
        Row("notices.digest_h", Section.NOTICES, "Summary at", "From this hour on.", Form.NUMBER, 0, 23, "h"),
    ] = 17
    icon_style: Annotated[
        IconStyle,
        Row(
            "appearance.icon",
            Section.APPEARANCE,
            "Tray icon",
            "An arc, a tank, the percentage, or an arc in one colour.",
            Form.CHOICE,
            words={IconStyle.ARC: "Arc", IconStyle.TANK: "Tank", IconStyle.PERCENT: "Percent", IconStyle.MONOCHROME: "One colour"},
        ),
    ] = IconStyle.ARC
    theme: Annotated[
        Theme,
        Row(
            "appearance.theme",
            Section.APPEARANCE,
            "Colours",
            "Light, dark, or what the desktop says.",
            Form.CHOICE,
            words={Theme.SYSTEM: "As the desktop", Theme.LIGHT: "Light", Theme.DARK: "Dark"},
        ),
    ] = Theme.SYSTEM
    timezone: Annotated[
        str,
        Row(
            "appearance.timezone",
            Section.APPEARANCE,
            "Time zone",
            "Zone in which days begin and end. Empty: this machine's.",
            Form.ZONE,
            example='"Europe/Berlin"',
        ),
    ] = ""
    sources_off: Annotated[
        tuple[str, ...],
        Row(
            "sources.off",
            Section.SOURCES,
            "Agents",
            "Whose logs Tankful reads; the file names those that it leaves alone.",
            Form.SOURCES,
            example='["codex"]',
            allowed='Use a list of names, such as ["codex"].',
        ),
    ] = ()
    folders: Annotated[
        Mapping[str, tuple[str, ...]],
        Row(
            "sources.folders",
            Section.SOURCES,
            "More folders",
            "Further folders that an agent keeps its logs in.",
            Form.TABLE,
            example='{codex = ["/mnt/disk/.codex"]}',
            allowed='Write [sources.folders] with lists, such as codex = ["/mnt/disk/.codex"].',
        ),
    ] = field(default_factory=dict[str, tuple[str, ...]])
    rescan_minutes: Annotated[
        int,
        Row(
            "sources.rescan_minutes",
            Section.SOURCES,
            "Look again every",
            "A slow rescan finds what file notifications miss.",
            Form.NUMBER,
            1,
            120,
            "min",
        ),
    ] = 5
    receive_telemetry: Annotated[
        bool,
        Row(
            "telemetry.receive",
            Section.SOURCES,
            "Listen to agents",
            "Agents that are told to with `tankful telemetry on AGENT` report each call within seconds, to this machine alone. "
            "Only counts, models, ids and times are taken.",
            Form.SWITCH,
            words={"true": "On", "false": "Off"},
        ),
    ] = False
    prices: Annotated[
        Mapping[str, PriceOverride],
        Row(
            "prices",
            Section.SOURCES,
            "Own prices",
            "Dollars per million tokens by model; they beat every other price.",
            Form.TABLE,
            0,
            1_000_000,
            example='"team/large" = {input = "3", output = "15"}',
            allowed=_PRICES,
        ),
    ] = field(default_factory=dict[str, PriceOverride])
    aliases: Annotated[
        Mapping[str, str],
        Row(
            "aliases",
            Section.SOURCES,
            "Model aliases",
            "What a gateway's own model name stands for in the price table.",
            Form.TABLE,
            example='team-sonnet = "claude-sonnet-4-5"',
            allowed='Write [aliases] with names in quotes, such as team-sonnet = "claude-sonnet-4-5".',
        ),
    ] = field(default_factory=dict[str, str])
    nudges: Annotated[
        bool,
        Row(
            "nudges.offer",
            Section.NUDGES,
            "Suggestions",
            "At most one a day, at the start of a session or after a pause, in the panel alone. Nothing is changed by itself.",
            Form.SWITCH,
            words={"true": "On", "false": "Off"},
        ),
    ] = True
    in_house: Annotated[
        Mapping[str, InHouse],
        Row(
            "in_house",
            Section.NUDGES,
            "In-house models",
            "Models that may be suggested, beside your organisation's and a gateway's. Say what they cost under the own prices.",
            Form.TABLE,
            example='"metacode-1" = {title = "MetaCode", alternative_to = ["claude-opus-4-5"], good_for = ["tests"]}',
            allowed='Write [in_house."MODEL"] with title and docs_url in quotes, and alternative_to and good_for as lists of names.',
        ),
    ] = field(default_factory=dict[str, InHouse])
    keep_events_days: Annotated[
        int,
        Row(
            "privacy.keep_events_days",
            Section.PRIVACY,
            "Keep single requests for",
            "Older requests are folded into sums.",
            Form.NUMBER,
            35,
            3650,
            "days",
        ),
    ] = 180
    keep_sums_days: Annotated[
        int,
        Row("privacy.keep_sums_days", Section.PRIVACY, "Keep sums for", "Older sums are deleted for good.", Form.NUMBER, 62, 36500, "days"),
    ] = 400


def _declared() -> dict[str, tuple[Any, Row]]:
    hints = get_type_hints(Settings, include_extras=True)
    return {each.name: get_args(hints[each.name]) for each in fields(Settings)}


TYPES: dict[str, Any] = {name: kind for name, (kind, _) in _declared().items()}
"""The type of each setting."""
ROWS: dict[str, Row] = {name: row for name, (_, row) in _declared().items()}
"""The declaration of each setting, in order."""
