"""One change of an agent's files from its proposal to its undo: what a window shows, makes and takes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Journal
from tankful.switch.machine import Machine
from tankful.switch.models import PURPOSE, Offer, Step, Switcher, plans_for
from tankful.switch.plans import Plan


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would become of an agent's files; nothing was changed yet."""

    switcher: Switcher
    offer: Offer | None
    """`None`: what was switched is taken back."""
    plans: tuple[Plan, ...]
    """Those that change something."""
    steps: tuple[Step, ...] = ()
    """What is left for the user to do then."""


class ModelChanges:
    """Gives agents other models and takes that back; every write is somebody's click. All may raise `NotSwitched`."""

    def __init__(self, journal: Journal, machine: Machine, now: Callable[[], datetime]) -> None:
        """Read nothing yet."""
        self.journal = journal
        self._machine = machine
        self._now = now

    def used_here(self, switchers: Sequence[Switcher]) -> tuple[Switcher, ...]:
        """Return those of these agents that have a folder on this machine."""
        return tuple(each for each in switchers if any(folder.exists() for folder in each.folders(self._machine)))

    def propose(self, switcher: Switcher, offer: Offer) -> Proposal:
        """Look what giving an agent another model would change."""
        plans = tuple(each for each in plans_for(switcher, self._machine, offer) if each.is_needed)
        return Proposal(switcher, offer, plans, switcher.steps(self._machine, offer))

    def propose_undo(self, switcher: Switcher) -> Proposal:
        """Look what taking it back would change: of each file the newest change first."""
        newest = {entry.path: entry for entry in self.journal.of(switcher.agent, PURPOSE)}
        if not newest:
            raise NotSwitched(f"Tankful has given {switcher.title} no model that could be taken back", "")
        return Proposal(switcher, None, tuple(each for each in map(self.journal.undoing, newest.values()) if each is not None))

    def carry_out(self, proposal: Proposal) -> None:
        """Make what was proposed, if the files still are what they were then."""
        if proposal.offer is None:
            self.undo(proposal.switcher)
            return
        note = f"{proposal.offer.model} of {proposal.offer.account}"
        self.journal.carry_out(proposal.switcher.agent, PURPOSE, proposal.plans, self._now(), note)

    def undo(self, switcher: Switcher) -> None:
        """Take everything back that an agent was given."""
        for entry in reversed(self.journal.of(switcher.agent, PURPOSE)):
            self.journal.undo(entry)
