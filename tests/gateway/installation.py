"""Installs the test gateway once, in the user's cache, exactly as its lock files say."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOCKED = Path(__file__).parent / "litellm"
QUERY_ENGINE = LOCKED / "engine" / "query-engine"
_RECIPE = "1"
"""Raised when the way of installing changes."""
_DONE = "installed"


class CannotInstall(Exception):
    """A tool is missing, or a registry does not give what the lock files name."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the gateway is."""

    root: Path

    @property
    def python(self) -> Path:
        """The interpreter that has LiteLLM."""
        return self.root / "venv/bin/python"

    @property
    def modules(self) -> Path:
        """Node's packages."""
        return self.root / "node/node_modules"

    @property
    def migrations(self) -> list[Path]:
        """The steps that make LiteLLM's tables, in their order."""
        return sorted(self.root.glob("venv/lib/python*/site-packages/litellm_proxy_extras/migrations/*/migration.sql"))

    @property
    def environment(self) -> dict[str, str]:
        """What LiteLLM and its database client have to know; nothing of the user's own besides the path."""
        return {
            "PATH": f"{self.python.parent}:{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "NODE_PATH": str(self.modules),
            "PRISMA_QUERY_ENGINE_BINARY": str(QUERY_ENGINE),
            "PRISMA_SCHEMA_ENGINE_BINARY": str(QUERY_ENGINE),
            "PRISMA_BINARY_CACHE_DIR": str(self.modules.parent),
            "PRISMA_HIDE_UPDATE_MESSAGE": "1",
            "CHECKPOINT_DISABLE": "1",
            "DISABLE_SCHEMA_UPDATE": "true",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "DO_NOT_TRACK": "1",
        }


def missing() -> str:
    """Return why the gateway cannot run on this machine, or nothing."""
    if not sys.platform.startswith("linux"):
        return "the test gateway is started on Linux only"
    if postgresql_programs() is None:
        return "PostgreSQL is missing; packaging/test installs it"
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "Node is missing; packaging/test installs it"
    return ""


def postgresql_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest if there are several; Debian keeps them off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda place: float(place.parts[-3]))
    named = shutil.which("initdb")
    if places:
        return places[-1].parent
    return Path(named).resolve().parent if named else None


def install() -> Installation:
    """Return the gateway's place, after installing it there if it is not yet; two test runs at once install it once.

    Raises:
        CannotInstall: with the last lines of what the failing tool said.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tankful-tests"
    root = cache / f"litellm-{_digest()}"
    if (root / _DONE).exists():
        return Installation(root)
    root.mkdir(parents=True, exist_ok=True)
    with (cache / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / _DONE).exists():
            _install(Installation(root))
            (root / _DONE).touch()
    return Installation(root)


def _digest() -> str:
    parts = [_RECIPE, sys.version, sys.base_prefix]
    parts += [(LOCKED / name).read_text(encoding="utf-8") for name in ("requirements.txt", "package-lock.json")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _install(here: Installation) -> None:
    shutil.rmtree(here.root)
    (here.root / "home").mkdir(parents=True)
    node = here.modules.parent
    node.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKED / name, node)
    _run([sys.executable, "-m", "venv", here.root / "venv"])
    # Nothing is built and nothing besides the named files is taken; what LiteLLM imports is compiled when it first does.
    how = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--quiet", "--no-input", "--disable-pip-version-check"]
    _run([here.python, "-m", "pip", "install", *how, "--requirement", LOCKED / "requirements.txt"])
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=node)
    schema = next(here.root.glob("venv/lib/python*/site-packages/litellm/proxy/schema.prisma"))
    _run([here.python, "-m", "prisma", "generate", "--schema", schema], environment=here.environment)


def _run(command: Sequence[str | Path], *, cwd: Path | None = None, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise CannotInstall(f"{Path(command[0]).name} failed with {done.returncode}:\n{said}")


if __name__ == "__main__":
    print(install().root)  # noqa: T201 - whoever calls it by hand wants to know
