"""The linked accounts as cards, and what links another one."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from tankful.core.accounts import AccountState
from tankful.core.errors import TankfulError
from tankful.core.pace import Tone
from tankful.present.accounts import AccountView, account_views
from tankful.ui.buttons import QuietButton
from tankful.ui.settings.account_card import AccountCard
from tankful.ui.settings.link_panel import LinkPanel
from tankful.ui.settings.outcome import Outcome
from tankful.ui.surroundings import Call
from tankful.ui.tasks import Task, Tasks
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

if TYPE_CHECKING:
    from tankful.gateways.gateway import Gateway

_NOTHING = "No account is linked. Your own budget is the allocation, and all that your agents spend here counts."


class AccountsPanel(QWidget):
    """A card for each account; `render_accounts` keeps them up to date."""

    def __init__(self, call: Call, tasks: Tasks, kinds: "Callable[[], Sequence[Gateway]]", state: Path, colours: Colours) -> None:
        """Show nothing yet; `state` is our own folder for what other programs told us."""
        super().__init__()
        self._call, self._tasks, self._kinds, self._state, self._colours = call, tasks, kinds, state, colours
        self._states: tuple[AccountState, ...] = ()
        self._cards: list[AccountCard] = []
        self._unlinking: list[Task] = []
        self._panel: LinkPanel | None = None
        self._zone: tzinfo | None = None
        line = line_height(self)
        self.button = QuietButton("Link an account…")
        self.button.clicked.connect(self.begin)
        self._nothing = label(role=MUTED, wraps=True)
        self._nothing.setText(_NOTHING)
        self._outcome = Outcome(colours)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(round(line * 0.7))
        self._column.addWidget(self._nothing)
        self._column.addWidget(self._outcome)

    def render_accounts(self, states: tuple[AccountState, ...], now: datetime, zone: tzinfo, colours: Colours) -> None:
        """Show the accounts as they are now; cards that stay keep the keyboard."""
        self._states, self._zone, self._colours = states, zone, colours
        titles = {gateway.kind: gateway.title for gateway in self._kinds()} if states else {}
        views = account_views(states, titles, now, zone)
        if [view.name for view in views] != [card.name for card in self._cards]:
            self._rebuild(views)
        for card, view in zip(self._cards, views, strict=True):
            card.render_view(view, colours)
        self._nothing.setVisible(not views)
        self._outcome.dress(colours)
        if self._panel is not None:
            self._panel.dress(colours)

    def begin(self) -> None:
        """Open what links an account."""
        self._link(None)

    @property
    def is_busy(self) -> bool:
        """Whether an account is being linked."""
        return self._panel is not None and self._panel.is_busy

    def cancel(self) -> None:
        """Let no linking go on."""
        if self._panel is not None:
            self._panel.cancel()

    def stop(self) -> None:
        """The window closes: nothing is heard of any more, and no key stays in a field."""
        if self._panel is not None:
            self._panel.end()
        for task in self._unlinking:
            task.is_dropped = True  # what was agreed to is done, whoever looks
        self._unlinking.clear()

    def _rebuild(self, views: tuple[AccountView, ...]) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for place, view in enumerate(views):
            card = AccountCard(view, self._colours)
            card.again.connect(self._link_again)
            card.unlinking.connect(self._unlink)
            self._column.insertWidget(place, card)
            self._cards.append(card)

    def _link_again(self, name: str) -> None:
        self._link(next((state for state in self._states if state.link.name == name), None))

    def _link(self, state: AccountState | None) -> None:
        if self._zone is None:
            return
        if self._panel is None:
            self._panel = LinkPanel(self._call, self._tasks, self._kinds(), self._state, self._zone, self._colours)
            self._panel.closed.connect(self.button.setFocus)
            self._column.addWidget(self._panel)
        self._outcome.hide()
        self._panel.begin(None if state is None else state.link)

    def _unlink(self, name: str) -> None:
        self._outcome.hide()

        def done(_: None) -> None:
            """The next picture is without it."""

        def failed(error: TankfulError) -> None:
            for card in self._cards:
                card.stay()
            self._outcome.say(f"{error.title.rstrip('.')}.", error.hint, Tone.ACT)

        self._unlinking.append(self._tasks.follow(self._call(lambda linking: linking.unlink(name)), done, failed))
