"""What Warp's agent is called, where its database is, and who reads it."""

from pathlib import Path

from tankful.sources.configured import each_once, no_route
from tankful.sources.path_texts import files_named
from tankful.sources.source import AgentSource, Exactness, Log, Places, Root, StoreParser

ID = "warp"
_DATABASE = "warp.sqlite"
_CHANNELS = (("warp-terminal", "dev.warp.Warp-Stable", "Warp"), ("warp-terminal-preview", "dev.warp.Warp-Preview", "WarpPreview"))


def _roots(places: Places) -> tuple[Root, ...]:
    found = [Root(folder, "settings", 0) for folder in places.extra.get(ID, ())]
    for linux, mac, windows in _CHANNELS:
        if places.platform == "win32":
            local = places.environ.get("LOCALAPPDATA", "")
            found.append(Root((Path(local) if local else places.home / "AppData" / "Local") / "warp" / windows / "data", "warp", 0))
        elif places.platform == "darwin":
            inner = Path("Library/Application Support") / mac
            found.append(Root(places.home / "Library/Group Containers/2BBY89MBSN.dev.warp" / inner, "~/Library/Group Containers", 0))
            found.append(Root(places.home / inner, "~/Library/Application Support", 0))
        else:
            state = places.home / (places.environ.get("XDG_STATE_HOME", "") or ".local/state")
            found.append(Root(state / linux, f"~/.local/state/{linux}", 0))
    return each_once(found)


def _parser(log: Log, fields: bytes | None) -> StoreParser:
    from tankful.sources.warp import WarpParser  # noqa: PLC0415 - slow to load, and most scans find nothing new

    return WarpParser(log, fields)


SOURCE = AgentSource(
    id=ID,
    title="Warp",
    roots=_roots,
    logs=files_named(_DATABASE),
    parser=_parser,
    route=no_route,
    hint="Use Warp's agent once; it keeps `warp.sqlite` in its own folder.",
    suffixes=(_DATABASE,),
    exactness=Exactness.ESTIMATE,
    where="`warp.sqlite` in `~/.local/state/warp-terminal`, `~/Library/Group Containers/…dev.warp` or `%LOCALAPPDATA%\\warp\\Warp\\data`",
    note="One sum for each conversation and model, without a split unless Warp says what it charged: it is taken as uncached input.",
    tested="databases made after Warp's public source",
    rest_s=10,
)
