"""What every bench is given: where to work, how much of everything, and the peer if there is one."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from claude_logs import Plan, generate
from claude_session import Answer


@dataclass(slots=True)
class Bench:
    """The setting of one run; generated logs are kept for the benches that follow and gone at the end."""

    work: Path
    """A folder of our own with room for about 2 GB."""
    peer: Path | None
    scale: float = 1.0
    """1 runs the numbers that count; less is for trying the benches out."""
    _made: dict[str, tuple[Path, Answer]] = field(default_factory=dict[str, tuple[Path, Answer]])

    def times(self, count: int) -> int:
        """Return how often to repeat what counts when repeated this often."""
        return max(2, round(count * self.scale)) if self.scale < 1 else count

    def logs(self, name: str, plan: Plan) -> tuple[Path, Answer]:
        """Return a Claude Code folder with these logs and their answer; made once per name."""
        if name not in self._made:
            folder = self.work / name
            self._made[name] = (folder, generate(folder, plan))
        return self._made[name]

    def forget(self, name: str) -> None:
        """Delete logs that no later bench needs."""
        if made := self._made.pop(name, None):
            shutil.rmtree(made[0])

    def new_data(self, name: str = "data") -> Path:
        """Return an empty folder for a ledger."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def size(self, of: int) -> int:
        """Return a size in bytes, scaled."""
        return int(of * self.scale)
