"""Which gateway Claude Code is told to call in a project: by the settings that lie in the project's own folder."""

import os
import re
import sys
from functools import lru_cache
from pathlib import Path, PurePath

from tankful.sources.agent_settings import settings_in, state_of, word
from tankful.sources.claude_code_organisation import organisation_settings
from tankful.sources.configured import without_secrets
from tankful.sources.source import Log, Places

BASE_URL = "ANTHROPIC_BASE_URL"
SETTINGS = ("settings.local.json", "settings.json")
"""In a `.claude` folder; the first beats the second."""
_SLUG_MAX = 200
"""Longer names of a project's folder of logs are cut, and end in a digest."""
_TRANSCRIPTS = "transcripts"
_SANDBOXES = "local-agent-mode-sessions"
"""Sessions of Claude Desktop work in folders of a machine of their own."""


class ProjectRoutes:
    """Says where the sessions of one log call their models; a folder is looked into once."""

    def __init__(self, log: Log, places: Places | None = None) -> None:
        """Look at nothing yet; `places` says where an organisation settles something, on this machine if left out."""
        folders = PurePath(log.path).parts[:-1]
        self._usual = log.route
        self._names = frozenset(folders)
        self._is_flat = folders[-1:] == (_TRANSCRIPTS,)
        self._places = places
        self._known: dict[str, str] = {}
        if _SANDBOXES in folders:
            self._names = frozenset[str]()

    def of(self, project: str) -> str:
        """Return the address for a session that works in this folder now, the log's usual one where the project says none.

        Claude Code goes by the folder that it was started in, which names the log's folder; a session may move on below it. What an
        organisation settles beats a project, its `settings.local.json` its `settings.json`, and both the user's own (Claude Code's
        page on settings).
        """
        known = self._known.get(project)
        if known is None:
            folder = self._settings_folder(project)
            said = "" if folder is None else base_url_in(folder)
            known = self._known[project] = self._usual if not said or self._is_settled() else said
        return known

    def _settings_folder(self, project: str) -> Path | None:
        # A share on another machine is not asked: one that does not answer would hold us up.
        if not os.path.isabs(project) or project.startswith(("//", "\\\\")) or not project.isprintable():  # noqa: PTH117 - a path costs more
            return None
        folders = [Path(project)] if self._is_flat else [Path(project), *Path(project).parents]
        return next((folder / ".claude" for folder in folders if self._is_flat or self._is_named_after(str(folder))), None)

    def _is_named_after(self, folder: str) -> bool:
        name = slug(folder)
        if len(name) <= _SLUG_MAX:
            return name in self._names
        return any(each.startswith(name[:_SLUG_MAX]) for each in self._names)

    def _is_settled(self) -> bool:
        places = self._places
        if places is None:
            home = Path.home()
            places = Places(home, {}, sys.platform, system=Path(home.anchor))
        return any(map(base_url, organisation_settings(places)))


def slug(folder: str) -> str:
    """Return what Claude Code calls the folder of a project's logs."""
    return re.sub(r"[^a-zA-Z0-9]", "-", folder)


def base_url_in(folder: Path) -> str:
    """Return the address that the settings in a folder name, `settings.local.json` first; empty where they name none."""
    return next((url for name in SETTINGS if (url := base_url(folder / name))), "")


def base_url(settings: Path) -> str:
    """Return the address that a settings file names, without any password in it; read once until it changes."""
    state = state_of(settings)
    return _base_url(settings, *state) if any(state) else ""


@lru_cache(maxsize=1024)
def _base_url(settings: Path, _modified_ns: int, _size: int) -> str:
    return without_secrets(word(settings_in(settings), "env", BASE_URL))
