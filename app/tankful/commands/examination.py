"""Looks at everything that `sources` and `doctor` talk about; what fails is a finding, not the end."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from tankful import __version__
from tankful.commands.own_files import looks_at_own_files
from tankful.commands.scanning import ScanBar
from tankful.commands.terminal import Terminal
from tankful.core.errors import LedgerDamaged, LinksUnreadable, SettingsUnreadable, TankfulError
from tankful.core.health import FeedHealth
from tankful.core.heard import disagrees
from tankful.core.report import By
from tankful.core.settings import Settings
from tankful.engine.closed_folders import is_hidden
from tankful.engine.foreseen import Question
from tankful.engine.kept_failures import last_failure
from tankful.engine.named_folders import why_passed_over
from tankful.engine.reading import Reading, open_reading
from tankful.engine.remembered_settings import going_by, remember
from tankful.engine.served_otherwise import changes_since
from tankful.engine.usable_settings import usable
from tankful.present.doctor import AccountsFacts, Findings, FlawFacts, Folder, LedgerFacts, PassedOver, SourceFacts, Trouble
from tankful.present.served import change_words
from tankful.present.telemetry import disagreement_words
from tankful.pricing.table import read_table
from tankful.sources.registry import SOURCES
from tankful.sources.source import AgentSource
from tankful.store.links_file import LinksFile
from tankful.store.policy_file import PolicyFile
from tankful.store.setting_lines import line_of
from tankful.store.settings_file import SettingsFile
from tankful.system import doorbell
from tankful.system.display import display
from tankful.system.found_gauge import found_gauge, silent
from tankful.system.log_file import log_path
from tankful.system.paths import Folders, resource
from tankful.watch.folders import WRITE_AHEAD

_CHANGES = timedelta(days=30)
_DAMAGED = "Quit Tankful and move the file away; what the logs still hold is read again."


def sources_of(reading: Reading) -> tuple[SourceFacts, ...]:
    """Return every agent as this machine shows it."""
    feeds = {feed.feed: feed for feed in reading.feeds()}
    forgotten = reading.ledger.forgotten()
    return tuple(_source(source, reading, feeds.get(source.id), forgotten.get(source.id, 0)) for source in SOURCES)


def examine(folders: Folders, terminal: Terminal) -> Findings:
    """Scan what is new and return everything there is to say."""
    troubles: list[Trouble] = []
    file = SettingsFile(folders.settings)
    prices, notes, ledger = "", dict[str, str](), LedgerFacts(str(folders.ledger), _size(folders.ledger))
    sources: tuple[SourceFacts, ...] = ()
    changes: tuple[str, ...] = ()
    holds = True
    try:
        settings = usable(file)
    except SettingsUnreadable as unreadable:
        holds = False
        settings, meanwhile = going_by(file, folders.ledger)
        troubles.append(Trouble(unreadable.title.removesuffix("."), f"{unreadable.hint} {meanwhile}".strip()))
    with _noted(troubles):
        PolicyFile(folders.policy).read()
    with _noted(troubles):
        table = read_table(resource("prices.json"))
        prices, notes = table.generated.isoformat(), {row.id: row.note for row in table.rows if row.note}
    with _noted(troubles), open_reading_of(folders, settings, terminal) as reading:
        with _noted(troubles), ScanBar(terminal) as bar:
            reading.scan(bar.advance)
            if holds:
                remember(reading.ledger, settings)
                reading.keep_tidy()
            reading.look_at_text()
        ledger, damage = _ledger(reading, folders, notes)
        troubles += [Trouble(f"The ledger is damaged: {' '.join(damage.split())}", _DAMAGED)] if damage else []
        sources = sources_of(reading)
        troubles += _dearer(reading)
        changes = _changes(reading, terminal)
        troubles += _unanswered(reading, folders)
    accounts = AccountsFacts(str(folders.links))
    with _noted(troubles):
        accounts = _accounts(folders, terminal, troubles)
    for look in looks_at_own_files(folders):
        with _noted(troubles):
            look()
    gauge = found_gauge(folders.state, doorbell.SETTINGS)
    if gauge is not None and not gauge.answers:
        silence = silent(gauge.process)
        troubles.append(Trouble(silence.title, silence.hint))
    return Findings(
        version=f"{__version__}, Python {'.'.join(map(str, sys.version_info[:3]))}, {sys.platform}",
        sources=sources,
        ledger=ledger,
        prices=prices,
        settings=str(folders.settings),
        has_settings=folders.settings.exists(),
        unknown_settings=(*file.unknown, *_unknown_agents(settings)),
        display=", ".join(display(terminal.environ).answering),
        desktop=terminal.environ.get("XDG_CURRENT_DESKTOP", ""),
        running=gauge is not None,
        answers=gauge is not None and gauge.answers,
        troubles=tuple(troubles),
        accounts=accounts,
        log=str(log_path(folders.state)),
        has_log=log_path(folders.state).exists(),
        policy=str(folders.policy) if folders.policy.exists() else "",
        model_changes=changes,
    )


@contextmanager
def open_reading_of(folders: Folders, settings: Settings, terminal: Terminal) -> Generator[Reading]:
    """Yield a reading that has read nothing yet, and close it."""
    reading = open_reading(folders, settings, terminal.now, terminal.environ)
    try:
        yield reading
    finally:
        reading.close()


@contextmanager
def _noted(troubles: list[Trouble]) -> Generator[None]:
    """Keep an expected failure as a trouble and go on behind the block."""
    try:
        yield
    except LedgerDamaged:
        raise  # all is looked at again, with an empty one
    except TankfulError as error:
        trouble = Trouble(error.title.removesuffix("."), error.hint)
        if trouble not in troubles:
            troubles.append(trouble)


def _source(source: AgentSource, reading: Reading, health: FeedHealth | None, forgotten: int) -> SourceFacts:
    roots = tuple(Folder(str(root.path), root.origin, _is_there(root.path), is_hidden(str(root.path))) for root in reading.roots_of(source))
    kept_days = max(reading.settings.keep_sums_days, reading.settings.keep_events_days)
    passed_over = () if health is None else _passed_over(source.id, reading)
    return SourceFacts(source.id, source.title, roots, health, source.exactness, source.note, forgotten, kept_days, passed_over)


def _passed_over(agent: str, reading: Reading) -> tuple[PassedOver, ...]:
    """Return the folders that the settings name for an agent and nothing is read below."""
    reasons = ((named, why_passed_over(named)) for named in reading.settings.folders.get(agent, ()))
    return tuple(PassedOver(named, line_of(reading.folders.settings, agent, named), why) for named, why in reasons if why)


def _unknown_agents(settings: Settings) -> tuple[str, ...]:
    """Return what the settings say of agents that there are not: somebody may think that one is switched off."""
    known = {source.id for source in SOURCES}
    off = (f"sources.off {name!r}" for name in settings.sources_off if name not in known)
    return (*off, *(f"sources.folders.{name}" for name in settings.folders if name not in known))


def _is_there(folder: Path) -> bool:
    """Say whether a folder is there; one that cannot be asked for is not."""
    try:
        return folder.is_dir()
    except OSError:
        return False


def _ledger(reading: Reading, folders: Folders, notes: Mapping[str, str]) -> tuple[LedgerFacts, str]:
    damage = reading.ledger.flaws_inside()
    passed_over = [FlawFacts(problem.flaw, problem.path, problem.line, 1) for problem in reading.passed_over()]
    noted = [FlawFacts(each.problem.flaw, each.problem.path, each.problem.line, each.times) for each in reading.ledger.problems()]
    facts = LedgerFacts(
        path=str(folders.ledger),
        size=_size(folders.ledger),
        set_aside=tuple(sorted(str(path) for path in folders.data.glob("ledger.damaged-*.sqlite"))),
        flaws=(*passed_over, *noted),
        polled=tuple((each.folder, each.reason) for each in reading.polled()),
        unpriced_models=reading.snapshot().unpriced_models,
        stand_ins=_stand_ins(reading, notes),
    )
    return facts, damage


def _stand_ins(reading: Reading, notes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the models that were called and have a note, but for those that the user has priced."""
    own = {*reading.settings.prices, *reading.settings.aliases}
    called = {row.model for row in reading.rows(Question((By.MODEL,), None, None, reading.zone, ()))}
    return tuple((name, note) for name, note in notes.items() if name in called - own)


def _dearer(reading: Reading) -> list[Trouble]:
    """Return where agents say that calls cost something else than at our prices, but for models that the user has priced."""
    own = {*reading.settings.prices, *reading.settings.aliases}
    titles = {source.id: source.title for source in SOURCES}
    said = [each for each in reading.ledger.compared() if each.model not in own and disagrees(each)]
    return [Trouble(*disagreement_words(each, titles.get(each.agent, each.agent))) for each in said]


def _changes(reading: Reading, terminal: Terminal) -> tuple[str, ...]:
    """Return where another model answered than the one that was asked."""
    now = terminal.now()
    with reading.ledger.history() as history:
        found = changes_since(history, now - _CHANGES, lambda: reading.price)
    return tuple(change_words(change, now, reading.zone) for change in found)


def _unanswered(reading: Reading, folders: Folders) -> list[Trouble]:
    """Return what the accounts met that could not be read the last time somebody asked; none is asked now."""
    with suppress(LinksUnreadable):  # which is a trouble of its own
        failures = ((link.name, last_failure(reading.ledger, link.name)) for link in LinksFile(folders.links).read())
        return [Trouble(f"{name}: {error.title.removesuffix('.')}", error.hint) for name, error in failures if error is not None]
    return []


def _accounts(folders: Folders, terminal: Terminal, troubles: list[Trouble]) -> AccountsFacts:
    """Return which accounts are linked, and whether their keys are there; the keyring is not made to ask, and no gateway is."""
    file = LinksFile(folders.links)
    links = file.read()
    kept = [link for link in links if link.method.keeps_secret and not link.session_only]
    if kept:
        with _noted(troubles):
            from tankful.commands.linked_accounts import keys_missing  # noqa: PLC0415 - few have accounts, and it brings all that they need

            missing = keys_missing(folders, terminal, kept)
            troubles += [Trouble(f"No key is kept for {name}", "Link it again.") for name in missing]
    return AccountsFacts(str(folders.links), tuple(link.name for link in links), file.unknown)


def _size(path: Path) -> int:
    """Return how much the ledger takes, with what a running gauge has written ahead of it; 0 when it is not there."""
    size = 0
    for file in (path, path.with_name(f"{path.name}{WRITE_AHEAD}")):
        with suppress(OSError):
            size += file.stat().st_size
    return size
