"""Makes the dialogs in which something is done beyond showing, loading them only then."""

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tankful.core.at_work import at_work
from tankful.core.nudges.nudge import Answer, Nudge
from tankful.core.settings import Settings
from tankful.core.snapshot import Snapshot
from tankful.ui.surroundings import Surroundings
from tankful.ui.theme import Colours

if TYPE_CHECKING:
    from tankful.ui.switch_dialog import SwitchDialog
    from tankful.ui.tasks import Tasks


class Errands(QObject):
    """Keeps what carries the outcome of their work, as long as the windows last."""

    def __init__(self, around: Surroundings, parent: QObject | None = None) -> None:
        """Load nothing yet."""
        super().__init__(parent)
        self._around = around
        self._kept: Tasks | None = None

    @property
    def _tasks(self) -> "Tasks":
        if self._kept is None:
            from tankful.ui.tasks import Tasks  # noqa: PLC0415 - most starts never get here

            self._kept = Tasks(self)
        return self._kept

    def session(self, snapshot: Snapshot, zone: tzinfo, colours: Colours) -> QDialog | None:
        """Return the dialog about the session of the spike that runs, else about the one that was last at work; `None` without one."""
        sessions = at_work(snapshot.working, snapshot.spikes)
        if not sessions:
            return None
        from tankful.present.served import of_session  # noqa: PLC0415 - see above
        from tankful.ui.session import SessionDialog  # noqa: PLC0415 - same

        around = self._around
        now, session = around.now(), sessions[0]
        changed = of_session(snapshot.changes, session.agent, session.session, now, zone)
        return SessionDialog(
            session, around.means, self._tasks, colours, now=now, zone=zone, open_folder=around.open_folder, changed=changed
        )

    def comparison(self, seen: Snapshot, zone: tzinfo, colours: Colours, answer: Callable[[Answer], None]) -> QDialog | None:
        """Return the comparison behind what is suggested, `None` where there is none; `answer` hears what the user makes of it."""
        from tankful.present.nudges import comparison_view  # noqa: PLC0415 - see above
        from tankful.ui.comparison import ComparisonDialog  # noqa: PLC0415 - same

        nudge = seen.nudge
        view = None if nudge is None else comparison_view(nudge, zone)
        if nudge is None or view is None:
            return None
        opened = self._switch_of(nudge, seen, colours)
        dialog = ComparisonDialog(view, colours, can_switch=opened is not None)
        dialog.answered.connect(answer)
        if opened is not None:

            def accept(_agent: str) -> None:
                answer(Answer.ACCEPTED)

            def switch() -> None:
                opened(dialog).switched.connect(accept)

            dialog.switch_asked.connect(switch)
        return dialog

    def _switch_of(self, nudge: Nudge, seen: Snapshot, colours: Colours) -> "Callable[[QDialog], SwitchDialog] | None":
        """Return what opens the window in which the agent is given the model; `None`: no account offers it, or the agent takes none."""
        from tankful.switch.registry import switcher_of  # noqa: PLC0415 - see above
        from tankful.ui.switching import Switching  # noqa: PLC0415 - same

        wanted = None if nudge.tool is None else nudge.tool.model
        offers = ((state.link, model) for state in seen.accounts for model in state.models if model.name == wanted)
        link, offered = next(offers, (None, None))
        if link is None or offered is None or switcher_of(nudge.agent) is None:
            return None
        switching = Switching(self._around.folders, self._around.now)
        return lambda parent: switching.open_switch(nudge.agent, link, offered.name, colours, offered=offered, parent=parent)

    def request(self, snapshot: Snapshot, settings: Settings, zone: tzinfo, colours: Colours) -> QDialog:
        """Return the dialog in which more is asked for."""
        from tankful.engine.addressees import addressed  # noqa: PLC0415 - see above
        from tankful.engine.spending import spending  # noqa: PLC0415 - same
        from tankful.present.request import period_of, request  # noqa: PLC0415 - same
        from tankful.ui.request import RequestDialog  # noqa: PLC0415 - same

        around = self._around
        start, end = period_of(snapshot)
        return RequestDialog(
            lambda known: request(snapshot, settings, zone, known),
            lambda: spending(around.folders, around.now, start, end),
            addressed(settings, around.folders.policy),
            around.means,
            self._tasks,
            colours,
        )
