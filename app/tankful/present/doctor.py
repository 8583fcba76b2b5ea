"""What `sources` and `doctor` say: what was found where, what is wrong, and what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tankful.core.exactness import Exactness
from tankful.core.health import Condition, FeedHealth
from tankful.core.pace import Tone
from tankful.core.problems import Flaw
from tankful.present import format as words
from tankful.present.marks import MARKS
from tankful.present.status import Line, Piece, Role

_FLAWS_SHOWN = 20
_NAME_SHOWN = 200
_OWN_PRICE = 'Give a price with [prices."MODEL"], or say which model it stands for with [aliases], in the settings.'


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that an agent may write below; `origin` says how we know of it."""

    path: str
    origin: str
    exists: bool
    is_closed: bool = False
    """Nobody can tell whether it is there, because a folder above it cannot be entered."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A folder that the settings name and nothing is read below."""

    path: str
    line: int
    """In the settings file, counted from 1; 0: it cannot be told."""
    why: str
    """To follow its name in a sentence."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One agent as this machine shows it; `health` is `None` when the settings say not to read it."""

    id: str
    title: str
    folders: tuple[Folder, ...]
    health: FeedHealth | None
    exactness: Exactness = Exactness.EXACT
    note: str = ""
    """What is read and what cannot be known."""
    forgotten: int = 0
    """Requests that were too old to be kept, when they were read or since."""
    kept_days: int = 0
    """How long sums are kept."""
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def is_absent(self) -> bool:
        """Say whether nothing of this agent was ever found here, nor looked for in vain where somebody said that it is."""
        return self.health is not None and self.health.condition is Condition.WAITING and not self.passed_over


@dataclass(frozen=True, slots=True)
class FlawFacts:
    """A flaw in a log, where it was met last, and how often."""

    flaw: Flaw
    path: str
    line: int
    times: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not work, and the way out."""

    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What the ledger is and what it remembers of trouble."""

    path: str
    size: int
    """Bytes; 0 when it cannot be read."""
    set_aside: tuple[str, ...] = ()
    """Damaged ledgers that were moved away."""
    flaws: tuple[FlawFacts, ...] = ()
    """In logs, newest first."""
    polled: tuple[tuple[str, str], ...] = ()
    """Folders that the running gauge looks at on a timer, each with the reason."""
    unpriced_models: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()
    """Names in it under which other models answer, each with which ones its price goes by."""


@dataclass(frozen=True, slots=True)
class AccountsFacts:
    """Which accounts are linked."""

    path: str
    """Of the file that says so."""
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """What means nothing in the file."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that `doctor` looked at."""

    version: str
    sources: tuple[SourceFacts, ...]
    ledger: LedgerFacts
    prices: str
    """Date of the price table."""
    settings: str
    has_settings: bool
    unknown_settings: tuple[str, ...]
    display: str
    """What a window could be shown on; empty: nothing."""
    desktop: str
    running: bool
    """Whether a gauge runs on this data."""
    troubles: tuple[Trouble, ...]
    accounts: AccountsFacts
    log: str = ""
    """Where the program writes what went wrong inside it."""
    has_log: bool = False
    policy: str = ""
    """The organisation's file; empty: there is none."""
    model_changes: tuple[str, ...] = ()
    """Where another model answered than the one that was asked, in the last 30 days, in sentences."""
    answers: bool = True
    """Whether the gauge that runs answers."""


def findings_json(found: Findings) -> dict[str, object]:
    """Return the findings for programs; the shape follows the fields and may grow."""
    return {"schema": "tankful.doctor/1", **asdict(found), "sources": [_described(source) for source in found.sources]}


def sources_json(sources: Sequence[SourceFacts]) -> dict[str, object]:
    """Return the sources for programs; the shape may grow."""
    return {"schema": "tankful.sources/1", "sources": [_described(source) for source in sources]}


def _described(source: SourceFacts) -> dict[str, object]:
    health = source.health
    return {
        "agent": source.id,
        "name": source.title,
        "folders": [asdict(folder) for folder in source.folders],
        "passed_over": [asdict(folder) for folder in source.passed_over],
        "read": health is not None,
        "condition": None if health is None else health.condition.value,
        "title": "" if health is None else health.title,
        "hint": "" if health is None else health.hint,
        "files": 0 if health is None else health.files,
        "events": 0 if health is None else health.events,
        "prompts": 0 if health is None else health.prompts,
        "undated": 0 if health is None else health.undated,
        "forgotten": source.forgotten,
        "exactness": source.exactness.value,
        "note": source.note,
    }


def source_lines(sources: Sequence[SourceFacts], *, everything: bool = False) -> tuple[Line, ...]:
    """Return a block of lines for each agent that was found here, and one for all others unless `everything` is wanted."""
    lines: list[Line] = []
    absent = () if everything else tuple(source for source in sources if source.is_absent)
    for source in sources:
        if source not in absent:
            lines += _source(source, everything=everything)
    if absent:
        lines.append(_fine(f"  {MARKS[Tone.UNKNOWN]} Not found here: {', '.join(source.title for source in absent)}."))
        if len(absent) == len(sources):
            lines.append(_fine("    Use one of them once, or name its folder in the settings."))
        lines.append(_fine("    `tankful sources --all` says where is looked."))
    return tuple(lines)


def doctor_lines(found: Findings) -> tuple[Line, ...]:
    """Return everything in the order in which one would ask, and at the end what does not work at all."""
    ledger = found.ledger
    settings = found.settings if found.has_settings else f"{found.settings} (not there: everything is at its default)"
    lines: list[Line] = [
        (Piece(f"Tankful {found.version}", Role.STRONG),),
        (),
        *(_read(found) if found.sources else _UNREAD),
        (),
        _heading("Kept"),
        _fact("Ledger", f"{ledger.path} ({_size(ledger.size)})"),
        *(_warning(f"A damaged ledger was set aside as {path}.", "Delete it when you miss nothing.") for path in ledger.set_aside),
        _fact("Settings", settings),
        *(_warning(f"{name} in the settings means nothing.", "Correct or delete it.") for name in found.unknown_settings),
        *((_fact("Policy", f"{found.policy} (your organisation's)"),) if found.policy else ()),
        _fact("Accounts", f"{found.accounts.path} ({', '.join(found.accounts.names) or 'none is linked'})"),
        *(_warning(f"{name} in the accounts means nothing.", "Correct or delete it.") for name in found.accounts.unknown),
        _fact("Log", found.log if found.has_log else f"{found.log} (not there: nothing went wrong)"),
        _fact("Prices", f"table of {found.prices or 'no date'}"),
        *(_fine(f"            {name}: {note} {_OWN_PRICE}") for name, note in ledger.stand_ins),
        *_unpriced(ledger.unpriced_models),
        (),
        _heading("Desktop"),
        _fact("Display", " on ".join(filter(None, (found.desktop, found.display))) or "none"),
        _fact("Gauge", ("running" if found.answers else "running, but it does not answer") if found.running else "not running"),
        *_tray(found),
        (),
    ]
    failing = (source.health for source in found.sources if source.health and source.health.condition is Condition.FAILING)
    broken = (*found.troubles, *(Trouble(health.title, health.hint) for health in failing))
    return (*lines, *([_warning(f"{trouble.title}.", trouble.hint) for trouble in broken] or [_fine("Nothing is broken.")]))


def _read(found: Findings) -> tuple[Line, ...]:
    """Return what was found by reading what agents wrote."""
    return (
        _heading("Agents"),
        *source_lines(found.sources),
        (),
        _heading("Logs"),
        *_flaws(found.ledger.flaws),
        *(_warning(f"{folder} is looked at on a timer: {reason}.") for folder, reason in found.ledger.polled),
        (),
        _heading("Models"),
        *_changes(found.model_changes),
    )


def _source(source: SourceFacts, *, everything: bool) -> list[Line]:
    """Return what is said of one agent; folders that are not there only where `everything` is wanted, or none is."""
    health = source.health
    if health is None:
        state = (Piece(f"{MARKS[Tone.UNKNOWN]} not read: switched off in the settings", Role.FAINT),)
    elif health.condition is Condition.OK:
        state = (Piece(f"{MARKS[Tone.CALM]} {_counts(source, health)}", Role.TONE, Tone.CALM), Piece(f" · {source.exactness}", Role.FAINT))
    elif health.condition is Condition.WAITING:
        state = (Piece(f"{MARKS[Tone.UNKNOWN]} {health.title}. ", Role.FAINT), Piece(health.hint, Role.FAINT))
    else:
        state = (Piece(f"{MARKS[Tone.ACT]} {health.title}.", Role.TONE, Tone.ACT), Piece(f" {health.hint}"))
    folders = [
        (Piece(f"    {folder.path}", Role.PLAIN if folder.exists else Role.FAINT), Piece(_known_from(folder), Role.FAINT))
        for folder in source.folders
        if everything or folder.exists or folder.is_closed or not any(each.exists or each.is_closed for each in source.folders)
    ]
    notes = [] if health is None or health.condition is Condition.WAITING else _notes(source, health)
    passed_over = [_passed_over(folder) for folder in source.passed_over]
    return [(Piece(f"  {source.title} ({source.id})  ", Role.STRONG), *state), *notes, *folders, *passed_over]


def _passed_over(folder: PassedOver) -> Line:
    shown = folder.path if len(folder.path) <= _NAME_SHOWN else f"{folder.path[:_NAME_SHOWN]}…"
    line = f", line {folder.line}" if folder.line else ""
    said = Piece(f"    {MARKS[Tone.WATCH]} {shown!r} {folder.why}.", Role.TONE, Tone.WATCH)
    return (said, Piece(f" It is named in the settings{line}."))


def _counts(source: SourceFacts, health: FeedHealth) -> str:
    files = words.counted(health.files, "file")
    if source.exactness is Exactness.ACTIVITY:
        return f"{files}, {words.counted(health.prompts, 'prompt')} seen, cost unknown here"
    return f"{files}, {words.counted(health.events, 'response')}"


def _notes(source: SourceFacts, health: FeedHealth) -> list[Line]:
    notes = [_fine(f"    {source.note}")] if source.note else []
    if health.undated:
        what = "response was" if health.undated == 1 else "responses were"
        notes.append(_fine(f"    {health.undated:,} {what} booked at the last change of a session's sum: nothing says when it grew."))
    if source.forgotten:
        older = f"{words.counted(source.forgotten, 'request')} {'was' if source.forgotten == 1 else 'were'} too old to be kept"
        kept = f"sums are kept for {words.counted(source.kept_days, 'day')} (keep_sums_days in [privacy])"
        notes.append(_fine(f"    {older}, and no figure holds {'it' if source.forgotten == 1 else 'them'}: {kept}."))
    return notes


def _known_from(folder: Folder) -> str:
    state = "" if folder.exists else ", closed to you" if folder.is_closed else ", not there"
    return f"  from {folder.origin}{state}"


def _flaws(flaws: Sequence[FlawFacts]) -> list[Line]:
    if not flaws:
        return [_fine("  No flaws.")]
    lines = [_warning(_flaw(flaw)) for flaw in flaws[:_FLAWS_SHOWN]]
    if len(flaws) > _FLAWS_SHOWN:
        lines.append(_fine(f"  and {len(flaws) - _FLAWS_SHOWN:,} more; --json lists them."))
    return lines


def _changes(changes: Sequence[str]) -> list[Line]:
    if not changes:
        return [_fine("  No other model answered than was asked for, as far as agents and gateways tell both.")]
    lines = [_warning(change) for change in changes[:_FLAWS_SHOWN]]
    if len(changes) > _FLAWS_SHOWN:
        lines.append(_fine(f"  and {len(changes) - _FLAWS_SHOWN:,} more; --json lists them."))
    return lines


def _flaw(flaw: FlawFacts) -> str:
    line = f", line {flaw.line}" if flaw.line else ""
    times = f" ({flaw.times:,} times)" if flaw.times > 1 else ""
    return f"{flaw.path}{line}: {flaw.flaw.value}{times}."


def _unpriced(models: Sequence[str]) -> list[Line]:
    named = [model for model in models if model]
    nameless = "" in models
    return [
        *([_warning(f"No price is known for {', '.join(named)}.", _OWN_PRICE)] if named else []),
        *([_warning("No price is known for requests without a model name.", "Their log does not say more.")] if nameless else []),
    ]


def _tray(found: Findings) -> list[Line]:
    if not found.display:
        return [_warning("Without a display there is no tray.", "`tankful status --watch` shows the gauge in the terminal.")]
    if "gnome" in found.desktop.lower() and "ubuntu" not in found.desktop.lower():
        hint = "Install the extension AppIndicator and KStatusNotifierItem Support; until then a small window stands in."
        return [_warning("GNOME shows tray icons only with an extension.", hint)]
    return []


def _heading(text: str) -> Line:
    return (Piece(text, Role.STRONG),)


def _fact(name: str, value: str) -> Line:
    return (Piece(f"  {name:<10}"), Piece(value))


def _fine(text: str) -> Line:
    return (Piece(text, Role.FAINT),)


def _warning(text: str, hint: str = "") -> Line:
    return (Piece(f"  {MARKS[Tone.WATCH]} {text}", Role.TONE, Tone.WATCH), Piece(f" {hint}" if hint else ""))


_UNREAD: tuple[Line, ...] = (_heading("Agents"), _fine("  Not looked at: without the ledger nothing can be read."))


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{count / 1000:,.0f} kB" if count else "not there yet"
    return f"{count / 1_000_000:,.1f} MB"
