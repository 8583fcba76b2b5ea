"""Where Continue keeps what it counts, and where it calls its models, by its `util/paths.ts`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once, named_folders
from tankful.sources.path_texts import file_name
from tankful.sources.source import Places, Root

ID = "continue"
COUNTED = "tokensGenerated.jsonl"
DATABASE = "devdata.sqlite"
_DATA = "dev_data"


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


def addresses_of(path: str) -> Mapping[str, str]:
    """Return the addresses of providers by the settings beside the data of this log."""
    from tankful.sources.provider_addresses import addresses_in  # noqa: PLC0415 - most scans find no line to read

    for folder in PurePath(path).parents:
        if folder.name == _DATA:
            home = Path(folder.parent)
            return addresses_in(home / "config.yaml", home / "config.json")
    return {}


def route(_places: Places, _root: Root) -> str:
    """Return nothing: every count names its provider, and Continue's settings give its address."""
    return ""
