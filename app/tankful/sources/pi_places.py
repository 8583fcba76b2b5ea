"""Where Pi and Oh My Pi keep their sessions, by pi-mono's `config.ts` and oh-my-pi's `dirs.ts`."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tankful.sources.configured import each_once, named_folders
from tankful.sources.source import Places, Root

PI = "pi"
OMP = "omp"
SESSIONS = "sessions"


def pi_roots(places: Places) -> tuple[Root, ...]:
    """Return Pi's folder of sessions: `PI_CODING_AGENT_SESSION_DIR` is one, `PI_CODING_AGENT_DIR` (or `PI_AGENT_DIR`) holds one."""
    found = _chosen(places, "PI_CODING_AGENT_SESSION_DIR", within=False)
    if not found:
        for name in ("PI_CODING_AGENT_DIR", "PI_AGENT_DIR"):
            # Both agents obey this variable; a folder that is Oh My Pi's own is not Pi's.
            found += [root for root in _chosen(places, name, within=True) if ".omp" not in root.path.parts]
    if not found:
        found = [Root(places.home / ".pi" / "agent" / SESSIONS, "~/.pi")]
    return each_once([*found, *_from_settings(places, PI)])


def omp_roots(places: Places) -> tuple[Root, ...]:
    """Return Oh My Pi's folders of sessions, those of its profiles too.

    `PI_CONFIG_DIR` names its folder below the user's home; with `XDG_DATA_HOME` it may have moved to `omp/sessions` there.
    """
    name = places.environ.get("PI_CONFIG_DIR", "").strip() or ".omp"
    own = places.home / name
    found = [root for root in _chosen(places, "PI_CODING_AGENT_DIR", within=True) if name in root.path.parts]
    found.append(Root(own / "agent" / SESSIONS, f"~/{name}"))
    found += [Root(folder / "agent" / SESSIONS, f"~/{name}") for folder in _profiles(own)]
    for data in named_folders(places.environ.get("XDG_DATA_HOME", ""), places.home):
        found.append(Root(data / "omp" / SESSIONS, "XDG_DATA_HOME"))
        found += [Root(folder / SESSIONS, "XDG_DATA_HOME") for folder in _profiles(data / "omp")]
    return each_once([*found, *_from_settings(places, OMP)])


def _chosen(places: Places, name: str, *, within: bool) -> list[Root]:
    folders = named_folders(places.environ.get(name, ""), places.home)
    return [Root(folder / SESSIONS if within else folder, name) for folder in folders]


def _profiles(folder: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder / "profiles") if entry.is_dir())
    except OSError:
        return []


def _from_settings(places: Places, agent: str) -> list[Root]:
    """Return the folders from the settings: each is a folder of sessions, or an agent's that holds one."""
    found: list[Root] = []
    for folder in places.extra.get(agent, ()):
        candidates = (folder / SESSIONS, folder / "agent" / SESSIONS)
        found.append(Root(next((each for each in candidates if each.is_dir()), folder), "settings"))
    return found


def logs(_root: Root, paths: Sequence[str]) -> Iterator[str]:
    """Yield every `.jsonl` file."""
    return iter(paths)


def name_of(path: str) -> str:
    """Return a session's id as its file's name has it: `<time>_<id>.jsonl`."""
    stem = PurePath(path).stem
    return stem.partition("_")[2] or stem


def settings_of(path: str) -> tuple[Path, ...]:
    """Return the files in which the agent of this session names its providers, existing or not."""
    for folder in PurePath(path).parents:
        if folder.name == SESSIONS:
            agent = Path(folder.parent)
            return (agent / "models.json", agent / "models.yml", agent / "models.yaml")
    return ()


def is_sub_agent(path: str) -> bool:
    """Say whether this is the session of a sub-agent, which Oh My Pi keeps in a folder named like the session that began it."""
    upwards = PurePath(path).parts[::-1]
    return SESSIONS in upwards and upwards.index(SESSIONS) > 2


def route(_places: Places, _root: Root) -> str:
    """Return nothing: every response names its provider, and the agent's settings give its address."""
    return ""
