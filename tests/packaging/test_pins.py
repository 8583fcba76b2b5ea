"""The pinned versions that the two commands install."""

import re
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
CONSTRAINTS = ROOT / "packaging/constraints.txt"
BUILDERS = ("hatchling", "editables")


def pins() -> dict[str, str]:
    lines = (line.strip() for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines if line and not line.startswith("#"))}


def add_needed(line: str, extras: frozenset[str], seen: set[str]) -> None:
    """Add the package that one requirement names, if it is for this machine, and everything that it needs to `seen`."""
    requirement = Requirement(line)
    marker = requirement.marker
    if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
        return
    name = canonicalize_name(requirement.name)
    if name in seen and not requirement.extras:
        return
    seen.add(name)
    with suppress(PackageNotFoundError):
        for further in requires(name) or []:
            add_needed(further, frozenset(requirement.extras), seen)


def test_everything_that_gets_installed_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    seen: set[str] = set()
    for line in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        add_needed(line, frozenset(), seen)
    assert len(seen) > 20
    assert seen - pins().keys() == set()


def test_every_pin_names_one_exact_version() -> None:
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", version) for version in pins().values())
    assert pins().keys() >= set(BUILDERS)
