"""The panel that opens from the tray: what is left, whether it lasts, and who spent it today."""

import re
from dataclasses import replace
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from tankful.core.pace import Tone
from tankful.present.glance import Card, GlanceView, Pill
from tankful.present.marks import MARKS
from tankful.present.menu import Command
from tankful.present.pace import PaceWords
from tankful.present.working import last_spent
from tankful.ui.bars import TodayBars
from tankful.ui.big_gauge import BigGauge
from tankful.ui.budget_rows import BudgetRows
from tankful.ui.burndown import BurndownChart
from tankful.ui.buttons import QuietButton
from tankful.ui.cards import CardBox
from tankful.ui.compositing import blends
from tankful.ui.pairs import PairRows
from tankful.ui.rule import Rule
from tankful.ui.scrolling import ScrollingColumn
from tankful.ui.text import MUTED, PLAIN, ElidedLabel, figures, label, line_height, scaled
from tankful.ui.theme import LIGHT, Colours

_NO_LIMIT = (1 << 24) - 1
"""Qt's own largest height of a widget, `QWIDGETSIZE_MAX`."""
_WIDTH = 23.5
"""Lines of text from edge to edge."""
_LEAST_BODY = 6
"""So many lines of what scrolls are seen on any screen."""


class GlancePanel(QWidget):
    """A frameless window; `asked` carries what its buttons want, `closed` says it went away and `resized` that it grew."""

    asked = Signal(Command)
    closed = Signal()
    resized = Signal()

    def __init__(self) -> None:
        """Build every part once; `render_view` fills them."""
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowTitle("Tankful")
        self.setObjectName("glance")
        # Where nothing blends windows a mask cuts the corners: less smooth, but not black.
        self._cut = not blends()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, not self._cut)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        # The keyboard starts at the panel, not at its first button: Return right after opening does nothing.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._colours = LIGHT
        self._cards: tuple[Card, ...] | None = None
        self._boxes: tuple[CardBox, ...] = ()
        self._most = _NO_LIMIT
        self._line = line_height(self)
        line = self._line
        self._title = ElidedLabel()
        self._period = label(role=MUTED)
        self._pill = _PillLabel()
        self._gauge = BigGauge()
        self._headline = label(2.0, bold=True)
        self._headline.setFont(figures(self._headline.font()))
        self._note = label(role=MUTED, wraps=True)
        self._pace = label(0.92, wraps=True)
        self._pace.setTextFormat(Qt.TextFormat.RichText)
        self._chart = BurndownChart()
        self._budgets_title = label(bold=True)
        self._budgets_title.setText("Budgets")
        self._budgets = BudgetRows()
        self._today_title = label(bold=True)
        self._today_title.setText("Today")
        self._today = label(0.96, role=MUTED)
        self._bars = TodayBars()
        self._nothing = label(role=MUTED)
        self._working = PairRows()
        self._column, self._body, self._card_column = QVBoxLayout(self), ScrollingColumn(), QVBoxLayout()
        self._remarks = label(0.88, role=MUTED, wraps=True)
        self._footer = label(0.88, role=MUTED, wraps=True)
        self._lay_out(line)
        self._lay_out_body(line)
        self.setFixedWidth(round(line * _WIDTH))

    def _lay_out(self, line: float) -> None:
        edge = round(line * 1.05)
        self._refresh = self._link("Refresh", Command.REFRESH)
        self._ask = self._link("", Command.ASK_FOR_MORE, 0.92)
        # Links have room around their words, so all else is laid in by that much.
        self._column.setContentsMargins(edge, edge, edge - self._refresh.side, round(line * 0.7))
        self._column.setSpacing(0)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, self._refresh.side, 0)
        column.setSpacing(0)
        self._column.addLayout(column)
        column.addLayout(_row(self._title, self._period, None, self._pill, spacing=round(line * 0.4)))
        column.addSpacing(round(line * 0.75))
        beside = QVBoxLayout()
        beside.setSpacing(0)
        for part in (self._headline, self._note, self._pace):
            part.setContentsMargins(self._ask.side, 0, 0, 0)
        for part in (self._headline, self._note):
            beside.addWidget(part)
        beside.addSpacing(round(line * 0.45))
        beside.addWidget(self._pace)
        beside.addWidget(self._ask, alignment=Qt.AlignmentFlag.AlignLeft)
        beside.addStretch()
        top = QHBoxLayout()
        top.setSpacing(round(line * 1.1) - self._ask.side)
        top.addWidget(self._gauge, alignment=Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        column.addLayout(top)
        column.addSpacing(round(line * 0.55))
        column.addWidget(self._chart)
        column.addSpacing(round(line * 0.6))
        column.addWidget(self._body)
        column.addSpacing(round(line * 0.8))
        column.addWidget(Rule(self))
        column.addSpacing(round(line * 0.35))
        self._door = QuietButton("Budget…", self, link=True, factor=0.88)
        self._behind_door = Command.BUDGET
        self._door.clicked.connect(lambda: self.asked.emit(self._behind_door))
        self._inbox = self._link("Inbox", Command.INBOX)
        row = _row(self._footer, self._inbox, self._door, self._refresh, spacing=round(line * 0.1))
        row.setStretch(0, 1)  # what it says takes two lines rather than being cut off
        self._column.addLayout(row)

    def _lay_out_body(self, line: float) -> None:
        body = self._body.column
        self._budgets_rule = Rule(self._body.inside)
        body.addWidget(self._budgets_rule)
        self._budgets_title.setContentsMargins(0, round(line * 0.7), 0, round(line * 0.25))
        body.addWidget(self._budgets_title)
        body.addWidget(self._budgets)
        self._rule = Rule(self._body.inside)
        body.addWidget(self._rule)
        self._today_title.setContentsMargins(0, round(line * 0.7), 0, round(line * 0.25))
        self._today.setContentsMargins(0, round(line * 0.7), 0, round(line * 0.25))
        body.addLayout(_row(self._today_title, None, self._today))
        body.addWidget(self._bars)
        body.addWidget(self._nothing)
        body.addWidget(self._working)
        self._card_column.setSpacing(round(line * 0.6))
        body.addLayout(self._card_column)
        body.addWidget(self._remarks)
        self._body.setFixedHeight(0)

    def _link(self, text: str, command: Command, factor: float = 0.88) -> QuietButton:
        button = QuietButton(text, self, link=True, factor=factor)
        button.clicked.connect(lambda: self.asked.emit(command))
        return button

    def render_view(self, view: GlanceView, colours: Colours) -> None:
        """Show this view; only what changed is painted again."""
        redressed = colours != self._colours
        self._colours = colours
        self._title.setText(view.title)
        self._period.setText(f"· {view.period}")
        self._pill.render_view(view.pill, colours)
        self._gauge.render_view(view.gauge, view.percent, view.percent_note, view.description, colours)
        self._headline.setText(view.headline)
        self._headline.setForegroundRole(MUTED if view.dimmed else PLAIN)
        self._note.setText(view.headline_note)
        self._pace.setVisible(view.pace is not None)
        if view.pace is not None:
            self._pace.setText(_pace_html(view.pace, colours))
            self._pace.setAccessibleName(view.pace.plain)
            self._pace.setToolTip(view.score)
        self._ask.setText(view.ask)
        self._ask.setVisible(bool(view.ask))
        self._chart.setVisible(view.chart is not None)
        if view.chart is not None:
            self._chart.render_view(view.chart, colours, dimmed=view.dimmed)
        self._budgets.render_view(view.budgets, colours, dimmed=view.dimmed)
        for part in (self._budgets_rule, self._budgets_title, self._budgets):
            part.setVisible(bool(view.budgets))
        spent_before = bool(view.bars or view.nothing_today)
        for part in (self._rule, self._today_title, self._today):
            part.setVisible(spent_before)
        self._today.setText(view.today)
        self._bars.render_view(view.bars, colours, dimmed=view.dimmed)
        self._bars.setVisible(bool(view.bars))
        self._nothing.setText(view.nothing_today)
        self._nothing.setVisible(bool(view.nothing_today))
        self._working.render_view(tuple((row.whose, row.spent) for row in view.working), colours)
        self._working.setToolTip(last_spent(view.working))
        self._working.setAccessibleDescription(last_spent(view.working))
        self._working.setVisible(bool(view.working))
        self._show_cards(view.cards, redressed=redressed)
        self._remarks.setText("\n".join(f"• {remark}" for remark in view.remarks))
        self._remarks.setContentsMargins(0, round(self._line * 0.6), 0, 0)
        self._remarks.setVisible(bool(view.remarks))
        self._footer.setText(view.footer)
        words, self._behind_door = view.door
        self._door.setText(words)
        self._inbox.setText(view.inbox)
        self.setAccessibleDescription(view.description)
        self._fit()
        if redressed:
            self.update()

    def limit_height(self, most: int) -> None:
        """Be no higher than so many pixels: what does not fit scrolls."""
        self._most = most
        self._fit()

    def _show_cards(self, cards: tuple[Card, ...], *, redressed: bool) -> None:
        if cards == self._cards and not redressed:
            return
        same = not redressed and self._cards is not None and [*map(_unchanging, cards)] == [*map(_unchanging, self._cards)]
        self._cards = cards
        if same:  # whoever is about to press its button still has it under the pointer
            for box, card in zip(self._boxes, cards, strict=True):
                box.retell(card)
            return
        while (item := self._card_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._card_column.setContentsMargins(0, round(self._line * 0.6) if cards else 0, 0, 0)
        self._boxes = tuple(CardBox(card, self._colours, self) for card in cards)
        for box in self._boxes:
            box.asked.connect(self.asked)
            box.grew.connect(self._fit)
            self._card_column.addWidget(box)
            box.show()  # else it is shown only later, and has no height until then

    def _fit(self) -> None:
        inside = self.width() - 2 * self._column.contentsMargins().left()
        self._column.activate()
        around = self._column.totalHeightForWidth(self.width()) - self._body.minimumHeight()
        most = max(round(_LEAST_BODY * self._line), self._most - around)
        self._body.limit(inside, most, round(self._line * 0.5))
        self._column.activate()
        height = self._column.totalHeightForWidth(self.width())
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut the corners anew and say so: a panel above its icon grows upwards."""
        super().resizeEvent(event)
        if self._cut:
            self.setMask(QRegion(self._outline(0).toFillPolygon().toPolygon()))
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the window itself: a rounded sheet with a thin edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._cut:
            painter.fillRect(self.rect(), QColor(self._colours.line))
        painter.fillPath(self._outline(0.5), QBrush(QColor(self._colours.window)))
        painter.strokePath(self._outline(0.5), QPen(QColor(self._colours.line), 1))
        painter.end()

    def _outline(self, inset: float) -> QPainterPath:
        path = QPainterPath()
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        path.addRoundedRect(box, self._line * 0.6, self._line * 0.6)
        return path

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Close when the user turns to another window."""
        if event.type() == QEvent.Type.WindowDeactivate and self.isVisible():
            self.hide()
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Say that the panel went away."""
        super().hideEvent(event)
        self.closed.emit()


class _PillLabel(QWidget):
    """A dot and a word in a rounded edge."""

    def __init__(self) -> None:
        super().__init__()
        self._pill, self._colours = Pill("", Tone.UNKNOWN), LIGHT
        self.setFont(figures(scaled(self.font(), 0.82)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def render_view(self, pill: Pill, colours: Colours) -> None:
        if (pill, colours) == (self._pill, self._colours):
            return
        self._pill, self._colours = pill, colours
        self.setAccessibleName(pill.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        line = line_height(self)
        return QSize(round(self.fontMetrics().horizontalAdvance(self._pill.text) + line * 2.0), round(line * 1.5))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, box = line_height(self), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(self._colours.line), 1))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.tones[self._pill.tone]))
        painter.drawEllipse(QPointF(line * 0.8, box.center().y()), line * 0.24, line * 0.24)
        painter.setPen(QColor(self._colours.muted))
        words = QRectF(line * 1.3, 0, self.width() - line * 1.3, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._pill.text)
        painter.end()


def _unchanging(card: Card) -> Card:
    """Return what a card keeps while it tells how things go on."""
    return replace(card, text="…" if card.text else "", progress=None if card.progress is None else 0.0)


def _pace_html(pace: PaceWords, colours: Colours) -> str:
    lead = f'<b style="color:{colours.tone_words[pace.tone]}">{MARKS[pace.tone]} {escape(pace.lead)}.</b>'
    rest = "".join(f"<b>{escape(run.text)}</b>" if run.strong else escape(run.text) for run in pace.rest)
    # A day and its month stay on one line.
    return re.sub(r"(?<=\d) (?=[A-Z])", "&nbsp;", f"{lead} {rest}")


def _row(*parts: QLabel | QWidget | None, spacing: int = 0) -> QHBoxLayout:
    """Lay parts side by side; `None` is a spring."""
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for part in parts:
        if part is None:
            row.addStretch()
        else:
            row.addWidget(part)
    return row
