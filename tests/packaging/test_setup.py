"""What `packaging/run` and `packaging/test` share."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parent.parent.parent / "packaging" / "setup"


@pytest.mark.skipif(shutil.which("bash") is None, reason="it is for bash")
@pytest.mark.parametrize(
    ("folder", "locale", "then"),
    [("käse", "C", "C.UTF-8"), ("käse", "POSIX", "C.UTF-8"), ("käse", "de_DE.UTF-8", "de_DE.UTF-8"), ("a b'~", "C", "C")],
)
def test_a_checkout_in_a_folder_of_any_name_starts_in_any_locale(tmp_path: Path, folder: str, locale: str, then: str) -> None:
    there = tmp_path / folder / "packaging"
    there.mkdir(parents=True)
    shutil.copy(SETUP, there)
    said = subprocess.run(
        ["bash", "-c", '. "$1"; printf %s "$LC_ALL"', "bash", str(there / "setup")],
        env={**os.environ, "LC_ALL": locale},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == then
