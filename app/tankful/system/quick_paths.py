"""Finds the ledger, the settings and the state without loading a library, for a line that is printed many times a minute."""

import os
import sys
from collections.abc import Mapping


def quick_paths(chosen: str | None, environ: Mapping[str, str] = os.environ) -> tuple[str, str, str]:
    """Return the paths of the ledger, of the settings file and of the folder for our state, the same as `paths.folders` finds."""
    if chosen is None and sys.platform in {"win32", "darwin"}:  # pragma: no cover - their folders need asking the system
        from tankful.system.paths import folders  # noqa: PLC0415 - see the module's sentence

        own = folders(None)
        return str(own.ledger), str(own.settings), str(own.state)
    if chosen is not None:
        data = config = state = os.path.abspath(os.path.expanduser(chosen))  # noqa: PTH100, PTH111 - pathlib is slow to load
    else:
        data = os.path.join(_base("XDG_DATA_HOME", "~/.local/share", environ), "tankful")  # noqa: PTH118 - same
        config = os.path.join(_base("XDG_CONFIG_HOME", "~/.config", environ), "tankful")  # noqa: PTH118 - same
        state = os.path.join(_base("XDG_STATE_HOME", "~/.local/state", environ), "tankful")  # noqa: PTH118 - same
    return os.path.join(data, "ledger.sqlite"), os.path.join(config, "settings.toml"), state  # noqa: PTH118 - same


def _base(name: str, otherwise: str, environ: Mapping[str, str]) -> str:
    said = environ.get(name, "").strip()
    return said if os.path.isabs(said) else os.path.expanduser(otherwise)  # noqa: PTH111, PTH117 - pathlib is slow to load
