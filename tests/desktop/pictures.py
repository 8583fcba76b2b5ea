"""Keeps what a test saw as a picture for README."""

import os
import shutil
from pathlib import Path

from desktop.screen import ARTEFACTS


def keep_for_readme(name: str) -> None:
    """Copy a picture to where README looks for it, if that was asked for."""
    chosen = os.environ.get("TANKFUL_PICTURES")
    if chosen:
        Path(chosen).mkdir(parents=True, exist_ok=True)
        shutil.copy(ARTEFACTS / f"{name}.png", chosen)
