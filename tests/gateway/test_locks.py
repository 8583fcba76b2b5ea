"""What the test gateway is installed from."""

import json
import re

from gateway.installation import LOCKED

REQUIREMENTS = (LOCKED / "requirements.txt").read_text(encoding="utf-8")
NODE = json.loads((LOCKED / "package-lock.json").read_text(encoding="utf-8"))
PINNED = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]* [^\n]*\\(?:\s+--hash=sha256:[0-9a-f]{64}(?: \\)?)+")


def test_litellm_is_the_one_version_that_was_looked_into() -> None:
    assert re.findall(r"^litellm==(\S+)", REQUIREMENTS, re.MULTILINE) == ["1.106.1"]


def test_every_python_package_is_pinned_with_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", REQUIREMENTS)
    packages = [block for block in blocks if not block.startswith("#")]
    assert len(packages) > 100
    assert [block for block in packages if not PINNED.fullmatch(block.strip())] == []


def test_every_node_package_is_pinned_with_its_hash() -> None:
    packages = {place: said for place, said in NODE["packages"].items() if place}
    assert len(packages) > 15
    assert [place for place, said in packages.items() if not said["integrity"].startswith("sha512-")] == []


def test_no_registry_is_named() -> None:
    assert "://" not in REQUIREMENTS
    assert not any("resolved" in said for said in NODE["packages"].values())
