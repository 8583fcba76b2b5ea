"""Opens the window in which an agent is given another model, or has that taken back; for a suggestion's button and for the settings."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtWidgets import QWidget

from tankful.core.accounts import AccountState
from tankful.core.allocation import OfferedModel
from tankful.core.links import Link
from tankful.present.switch_choice import switch_choice
from tankful.switch.changes import ModelChanges, Proposal
from tankful.switch.errors import NotSwitched
from tankful.switch.journal import Journal
from tankful.switch.machine import this_machine
from tankful.switch.models import Switcher
from tankful.switch.registry import SWITCHERS, switcher_of
from tankful.system.paths import Folders
from tankful.ui.switch_chooser import SwitchChooser
from tankful.ui.switch_dialog import SwitchDialog
from tankful.ui.theme import Colours


class Switching:
    """What the windows need to change agents' files: where the journal is, and the machine as agents see it."""

    def __init__(self, folders: Folders, now: Callable[[], datetime], environ: Mapping[str, str] | None = None) -> None:
        """Read nothing yet; `environ`: another environment than this program's own."""
        self._folders = folders
        self.changes = ModelChanges(Journal.below(folders.data), this_machine(os.environ if environ is None else environ), now)

    def open_switch(
        self, agent: str, link: Link, model: str, colours: Colours, *, offered: OfferedModel | None = None, parent: QWidget | None = None
    ) -> SwitchDialog:
        """Show what giving an agent a model of this account would change; nothing is changed before somebody confirms it."""
        from tankful.engine.switching import Found, offer_of, refuse_strangers  # noqa: PLC0415 - loads what talks to gateways

        def propose() -> Proposal:
            switcher, found = _known(agent), Found(link, offered)
            refuse_strangers(switcher, found)
            return self.changes.propose(switcher, offer_of(found, model, self._folders))

        return self._shown(propose, colours, parent)

    def open_choice(
        self, states: Sequence[AccountState], colours: Colours, parent: QWidget | None, changed: Callable[[str], None]
    ) -> SwitchChooser:
        """Let somebody choose agent and model, then show what that would change; `changed` hears of an agent whose files are others now."""
        from tankful.engine.switching import passing_on  # noqa: PLC0415 - loads what talks to gateways

        choice = switch_choice(self.changes.used_here(SWITCHERS), states, passing_on([state.link for state in states]))
        chooser = SwitchChooser(choice, colours, parent)

        def show(agent: str, link: Link, model: str, offered: OfferedModel | None) -> None:
            self.open_switch(agent, link, model, colours, offered=offered, parent=parent).changed.connect(changed)

        chooser.chosen.connect(show)
        chooser.open()
        return chooser

    def open_undo(self, agent: str, colours: Colours, parent: QWidget | None = None) -> SwitchDialog:
        """Show what taking an agent's other model back would change."""
        return self._shown(lambda: self.changes.propose_undo(_known(agent)), colours, parent)

    def _shown(self, propose: Callable[[], Proposal], colours: Colours, parent: QWidget | None) -> SwitchDialog:
        dialog = SwitchDialog(self.changes, propose, colours, parent)
        dialog.open()  # only the window that it belongs to waits for it
        return dialog


def _known(agent: str) -> Switcher:
    found = switcher_of(agent)
    if found is None:
        raise NotSwitched(f"{agent} cannot be given another model from outside", "Choose the model in its own settings.")
    return found
