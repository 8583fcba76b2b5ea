"""Runs a certified authorization server on this machine, installed once in the user's cache exactly as its lock file says."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.programs import found

OIDC = Path(__file__).parent / "oidc"
_FILES = ("package.json", "package-lock.json", "provider.mjs")
_INSTALL_S = 240
_OLDEST_NODE = 20


def too_old() -> str:
    """Return why this machine's Node cannot run it, or nothing."""
    version = subprocess.run([found("node"), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return f"Node {version} is too old for the authorization server" if int(version.lstrip("v").split(".")[0]) < _OLDEST_NODE else ""


def installed() -> Path:
    """Return the folder it runs in; of two test runs at once, the one that is done first installs it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tankful-tests"
    parts = [(OIDC / name).read_bytes() for name in _FILES]
    root = cache / f"oidc-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"
    if root.exists():
        return root
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache) as folder:
        made = Path(folder) / "made"
        made.mkdir()
        for name in _FILES:
            shutil.copy(OIDC / name, made)
        command = [found("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=made, stdin=subprocess.DEVNULL, check=True, timeout=_INSTALL_S)
        try:
            made.rename(root)
        except OSError:
            if not root.exists():
                raise
    return root


@contextmanager
def certified() -> Generator[str]:
    """Run it, and give its address; it ends with the block, and with these tests however they end."""
    with subprocess.Popen(
        [found("node"), "--no-warnings", "provider.mjs"],
        cwd=installed(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as node:
        assert node.stdout is not None
        address = node.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), f"it did not start: {address!r}"
        try:
            yield address
        finally:
            node.communicate()  # it goes when nobody is there any more
