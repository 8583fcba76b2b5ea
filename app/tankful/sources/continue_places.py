"""Where Continue keeps what it counts, and where it calls its models, by its `util/paths.ts`."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path, PurePath

from tankful.sources.configured import each_once, named_folders
from tankful.sources.path_texts import file_name
from tankful.sources.source import Places, Root

ID = "continue"
COUNTED = "tokensGenerated.jsonl"
DATABASE = "devdata.sqlite"
_DATA = "dev_data"
_ANY_MODEL = ("AUTODETECT", "")
"""What stands for all models that a provider has."""


def roots(places: Places) -> tuple[Root, ...]:
    """Return the folder of development data: in `CONTINUE_GLOBAL_DIR`, else in `~/.continue`, and in those from the settings."""
    chosen = named_folders(places.environ.get("CONTINUE_GLOBAL_DIR", ""), places.home)
    found = [Root(folder / _DATA, "CONTINUE_GLOBAL_DIR") for folder in chosen] or [Root(places.home / ".continue" / _DATA, "~/.continue")]
    for folder in places.extra.get(ID, ()):
        data = folder / _DATA
        found.append(Root(data if data.is_dir() else folder, "settings"))
    return each_once(found)


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield the counts, and the database that older versions kept and newer ones keep beside them."""
    return (path for path in paths if file_name(path) in {COUNTED, DATABASE})


def addresses_of(path: str) -> Callable[[str, str], str]:
    """Return what says where a provider's model is called, by the settings beside the data of this log.

    Two models of one provider may be called under different addresses. Of a model that the settings do not name, only an address that
    all models of its provider share is known. Settings in YAML take the place of those in JSON.
    """
    from tankful.sources.provider_addresses import entries_in  # noqa: PLC0415 - most scans find no line to read

    home = next((Path(folder.parent) for folder in PurePath(path).parents if folder.name == _DATA), None)
    files = () if home is None else (entries_in(home / "config.yaml"), entries_in(home / "config.json"))

    @cache
    def address(provider: str, model: str) -> str:
        of_files = ([entry for entry in entries if entry.provider == provider] for entries in files)
        theirs = next(filter(None, of_files), None) or ()
        for name in (model, *_ANY_MODEL):
            for entry in theirs:
                if entry.model == name:
                    return entry.address
        shared = {entry.address for entry in theirs}
        return shared.pop() if len(shared) == 1 else ""

    return address


def route(_places: Places, _root: Root) -> str:
    """Return nothing: every count names its provider, and Continue's settings give its address."""
    return ""
