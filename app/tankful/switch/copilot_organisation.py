"""Where an organisation settles what Copilot's programs report, by GitHub's page on enterprise managed settings.

What is settled by GitHub's server, macOS' profiles or Windows' registry is in no file and is not seen.
"""

from pathlib import Path
from typing import Any

from tankful.switch.machine import Machine
from tankful.switch.telemetry import has

_FILE = "managed-settings.json"


def managed_file(machine: Machine) -> Path:
    """Return the file that beats variables and the user's settings, for editors and for the terminal."""
    return machine.managed(linux=f"github-copilot/{_FILE}", mac=f"GitHubCopilot/{_FILE}", windows=f"Program Files/GitHubCopilot/{_FILE}")


def decides(said: dict[str, Any]) -> bool:
    """Say whether it decides about reports."""
    return has(said, ("telemetry",))
