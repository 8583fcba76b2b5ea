"""Links an account step by step: address, what answers there, signing in, and at once what is left."""

import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from tankful.core.errors import SecretsUnavailable, TankfulError
from tankful.core.links import Link, Method
from tankful.core.pace import Tone
from tankful.present.accounts import available_words, linked_words, options_of, statement_details, way_words
from tankful.ui.buttons import QuietButton
from tankful.ui.settings.link_fields import AddressFields, KeyFields, MethodFields
from tankful.ui.settings.outcome import Outcome
from tankful.ui.settings.sign_in_step import SignInStepBox
from tankful.ui.surroundings import Call
from tankful.ui.tasks import Task, Tasks
from tankful.ui.text import MUTED, label, line_height
from tankful.ui.theme import Colours

if TYPE_CHECKING:
    from tankful.engine.linking import Linked, Linking
    from tankful.gateways.gateway import Detected, Gateway

T = TypeVar("T")


class LinkPanel(QWidget):
    """Closed until `begin`; whatever takes long is done elsewhere and can be cancelled."""

    closed = Signal()

    def __init__(self, call: Call, tasks: Tasks, gateways: "Sequence[Gateway]", state: Path, zone: tzinfo, colours: Colours) -> None:
        """`state` is our own folder for what other programs told us."""
        super().__init__()
        self._call, self._tasks, self._state, self._zone = call, tasks, state, zone
        self._gateways = {gateway.kind: gateway for gateway in gateways}
        self._detected: Detected | None = None
        self._task: Task | None = None
        self._again: Callable[[], None] | None = None
        """Does the last step once more, keeping the key for this session only."""
        self._typed_into: QWidget | None = None
        """What had the keyboard before something that takes long began."""
        line = line_height(self)
        title = label(bold=True)
        title.setText("Link an account")
        self._close = QuietButton("Close", self, link=True, factor=0.92)
        self._close.clicked.connect(self.end)
        self._address = AddressFields([(gateway.kind, gateway.title) for gateway in gateways])
        self._address.finding.connect(self._find)
        self._address.edited.connect(self._start_over)
        self._methods, self._key, self._step = MethodFields(), KeyFields(), SignInStepBox(zone)
        self._methods.chosen.connect(self._take_way)
        self._key.given.connect(self._link_with_key)
        self._cancel = QuietButton("Cancel", self, outlined=True, factor=0.92)
        self._cancel.clicked.connect(self.cancel)
        self._busy, self._doing = self._progress(line)
        self._outcome = Outcome(colours)
        self._session = QuietButton("Keep it for this session only", self._outcome, factor=0.92)
        self._session.clicked.connect(self._for_this_session)
        self._other = QuietButton("", self._outcome, factor=0.92)
        self._other.clicked.connect(self._take_other)
        self._outcome.add(self._session)
        self._outcome.add(self._other)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(line * 0.6))
        column.addLayout(head)
        for part in (self._address, self._methods, self._key, self._step, self._busy, self._outcome):
            column.addWidget(part)
        self._start_over()
        self.hide()

    def _progress(self, line: float) -> tuple[QWidget, Callable[[str], None]]:
        """Return what shows that something goes on, and how to say what."""
        busy, words, bar = QWidget(), label(0.92, role=MUTED), QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedSize(round(line * 6), round(line * 0.5))
        row = QHBoxLayout(busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(line * 0.8))
        for part in (bar, words, self._cancel):
            row.addWidget(part)
        row.addStretch()
        return busy, words.setText

    def begin(self, link: Link | None = None) -> None:
        """Ask for an address; or link an account again whose address is known."""
        self.cancel()
        self._start_over()
        self._address.address.setText("" if link is None else link.url)
        self._address.kind.setCurrentIndex(max(0, self._address.kind.findData("" if link is None else link.kind)))
        self._methods.name.setText("" if link is None else link.name)
        self._methods.options.setPlainText("" if link is None else "\n".join(f"{name}={value}" for name, value in link.options.items()))
        self.show()
        self._address.address.setFocus(Qt.FocusReason.OtherFocusReason)
        if link is not None:
            self._find()

    def end(self) -> None:
        """Close it; nothing goes on behind it, and no key stays in it."""
        self.cancel()
        self._start_over()
        self.hide()
        self.closed.emit()

    @property
    def is_busy(self) -> bool:
        """Whether something goes on that can be cancelled."""
        return self._task is not None

    def cancel(self) -> None:
        """End what goes on."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._busy.hide()
        self._step.hide()
        self._allow(allowed=True)
        self._give_keyboard_back()

    def dress(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._outcome.dress(colours)

    def _start_over(self) -> None:
        """Go back to the address: what was found belongs to another one."""
        self._detected, self._again = None, None
        self._key.key.clear()
        for part in (self._methods, self._key, self._step, self._busy, self._outcome):
            part.hide()

    def _allow(self, *, allowed: bool) -> None:
        for part in (self._address, self._methods, self._key):
            part.setEnabled(allowed)

    def _give_keyboard_back(self) -> None:
        """Let it be where it was: what cannot be typed into loses it, and a key that is corrected blindly would land elsewhere."""
        before, self._typed_into = self._typed_into, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _run(self, doing: str, work: "Callable[[Linking], Awaitable[T]]", done: Callable[[T], None]) -> None:
        """Do what takes long, and say meanwhile what it is."""
        self._outcome.hide()
        self._doing(doing)
        self._busy.show()
        self._typed_into = self.focusWidget()
        self._cancel.setFocus(Qt.FocusReason.OtherFocusReason)  # left to Qt, it goes to a setting, which what is typed would change
        self._allow(allowed=False)

        def finished(result: T) -> None:
            self._task = None
            self.cancel()
            done(result)

        def failed(error: TankfulError) -> None:
            self._task = None
            self.cancel()
            self._fail(error)

        self._task = self._tasks.follow(self._call(work), finished, failed)

    def _find(self) -> None:
        text, kind = self._address.address.text(), str(self._address.kind.currentData() or "")
        if not text.strip() and not kind:
            self._address.address.setFocus()
            return
        self._start_over()
        self._run("Looking who answers there…", lambda linking: linking.find(text, kind), self._show_found)

    def _show_found(self, detected: "Detected") -> None:
        self._detected = detected
        gateway = self._gateways.get(detected.kind)
        title = detected.kind if gateway is None else gateway.title
        ways = {method: way_words(method, self._file(method)) for method in detected.methods}
        options = () if gateway is None else gateway.options
        where = f" at {detected.url}" if detected.url else ""
        self._methods.show_ways(f"{title}{where}", available_words(detected.methods), ways, options)
        if detected.methods == (Method.KEY,):
            self._take_way(Method.KEY)

    def _file(self, method: Method) -> str:
        """Return the file of another program that this way would read."""
        if method.keeps_secret or self._detected is None:
            return ""
        from tankful.gateways.gateway import Machine  # noqa: PLC0415 - it loads what talks to gateways

        file = self._gateways[self._detected.kind].file(Machine(Path.home(), os.environ, sys.platform, self._state), method)
        return "" if file is None else str(file)

    def _take_way(self, method: Method) -> None:
        if method is Method.KEY:
            self._outcome.hide()
            self._key.show()
            self._key.key.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._sign_in(method)

    def _options(self) -> dict[str, str] | None:
        """Return what was said of the link; `None` when it means nothing, which is told then."""
        try:
            return options_of(self._methods.options.toPlainText()) if not self._methods.options.isHidden() else {}
        except TankfulError as wrong:
            self._fail(wrong)
            return None

    def _link_with_key(self, *, session_only: bool = False) -> None:
        detected, key, name, options = self._detected, self._key.take(), self._methods.name.text(), self._options()
        if detected is None or options is None or not key.strip():
            return
        self._again = lambda: self._link_with_key(session_only=True)
        self._run(
            "Asking what is left…" if session_only else "Asking what is left; a locked keyring asks for its password…",
            lambda linking: linking.with_key(detected, key, name=name, session_only=session_only, options=options),
            self._succeed,
        )

    def _sign_in(self, method: Method, *, session_only: bool = False) -> None:
        detected, name, options = self._detected, self._methods.name.text(), self._options()
        if detected is None or options is None:
            return
        if file := self._file(method):
            options["file"] = file
        self._again = lambda: self._sign_in(method, session_only=session_only or method.keeps_secret)
        tell = self._tasks.here(self._show_step)
        self._key.hide()
        self._run(
            "Waiting until you have signed in…" if method.keeps_secret else "Asking what is left…",
            lambda linking: linking.sign_in(detected, method, tell, name=name, session_only=session_only, options=options),
            self._succeed,
        )

    def _show_step(self, step: object) -> None:
        from tankful.gateways.gateway import SignInStep  # noqa: PLC0415 - it loads what talks to gateways

        if isinstance(step, SignInStep) and self.is_busy:
            self._step.show_step(step)

    def _for_this_session(self) -> None:
        if self._again is not None:
            self._again()

    def _take_other(self) -> None:
        detected, self._detected = self._detected, None
        if detected is not None:
            self._outcome.hide()
            self._show_found(detected)

    def _succeed(self, linked: "Linked") -> None:
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)  # as above: the field of the key goes
        self._start_over()
        until = ("It is linked until Tankful quits.",) if linked.link.session_only else ()
        details = "\n".join((*statement_details(linked.statement, self._zone), *until))
        self._session.hide()
        self._other.hide()
        self._outcome.say(f"{linked_words(linked.link, linked.statement, self._zone)}.", details, Tone.CALM)

    def _fail(self, error: TankfulError) -> None:
        from tankful.engine.finding import WrongKind  # noqa: PLC0415 - it loads what talks to gateways

        self._session.setVisible(isinstance(error, SecretsUnavailable) and self._again is not None)
        self._other.hide()
        if isinstance(error, WrongKind):
            self._detected = error.found
            gateway = self._gateways.get(error.found.kind)
            self._other.setText(f"Link it as {error.found.kind if gateway is None else gateway.title}")
            self._other.show()
        self._outcome.say(f"{error.title.rstrip('.')}.", error.hint, Tone.ACT)
