"""The pictures of the documentation come out of this build."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

ROOT = Path(__file__).parent.parent.parent


def test_the_pictures_of_the_documentation_are_painted_by_one_command(tmp_path: Path) -> None:
    environ = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "pictures.py"), str(tmp_path)], env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    painted = {path.name: QImage(str(path)) for path in tmp_path.iterdir()}
    assert painted
    assert set(painted) <= {path.name for path in (ROOT / "resources" / "pictures").glob("*.png")}, "the documentation lacks a new picture"
    for name, picture in painted.items():
        corners = {picture.pixelColor(x, y).name() for x in (0, picture.width() - 1) for y in (0, picture.height() - 1)}
        assert picture.width() > 600, name
        assert len(corners) <= 2, name
        # More than a backdrop: words, lines and bars make many colours.
        assert len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}) > 40, name
