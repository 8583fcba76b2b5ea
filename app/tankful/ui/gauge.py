"""Paints a gauge at any size: arc, tank, percent or one colour, legible on panels of any colour."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap

from tankful.core.choices import IconStyle
from tankful.core.pace import Tone
from tankful.present.gauge import GaugeView
from tankful.ui.theme import Colours

SIZES = (16, 22, 24, 32, 44, 48, 64)
"""Pixels that tray hosts ask for."""
DIGITS_FROM = 22
"""Pixels below which two digits cannot be read: there the arc stands alone, thicker."""
START, SWEEP = 225.0, 270.0
"""Degrees, counter-clockwise from three o'clock: where the arc begins (lower left) and how far it runs clockwise."""

_MARKS = {Tone.WATCH: 1, Tone.ACT: 2}
_DIM = 0.5
_BADGE = QColor("#cc79a7")
"""Of the palette by Okabe and Ito, and none of the tones."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of one gauge: `ink` for digits and ticks, `halo` around them in the contrary colour."""

    fill: QColor
    track: QColor
    ink: QColor
    halo: QColor


def inks(view: GaugeView, colours: Colours) -> Inks:
    """Return the inks for this view; one colour means the ink alone, on a track of the same ink, thinned."""
    ink, halo = (QColor("#ffffff"), QColor("#14171a")) if colours.dark else (QColor("#14171a"), QColor("#ffffff"))
    # Half transparent grey stands out from a white panel as from a black one.
    track = QColor(128, 134, 142, 125)
    if view.style is IconStyle.MONOCHROME:
        track = QColor(ink)
        track.setAlpha(75)
        return Inks(ink, track, ink, halo)
    return Inks(QColor(colours.tones[view.tone]), track, ink, halo)


def icon(view: GaugeView, colours: Colours, ratios: Iterable[float] = (1.0,)) -> QIcon:
    """Return the icon with a picture for every size a host may ask for on screens of these pixel ratios."""
    made = QIcon()
    for size in sorted({round(size * ratio) for size in SIZES for ratio in ratios}):
        made.addPixmap(pixmap(view, size, colours))
    return made


def pixmap(view: GaugeView, size: int, colours: Colours, ratio: float = 1.0) -> QPixmap:
    """Return the gauge as a square picture of `size` logical pixels, transparent around it."""
    pixels = round(size * ratio)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_icon(painter, float(pixels), view, inks(view, colours))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def paint_icon(painter: QPainter, size: float, view: GaugeView, with_inks: Inks) -> None:
    """Paint the gauge in its style into the square from the origin to `size` device pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if view.dimmed:
        painter.setOpacity(_DIM)
    match view.style:
        case IconStyle.ARC | IconStyle.MONOCHROME:
            _paint_arc_icon(painter, size, view, with_inks)
        case IconStyle.TANK:
            _paint_tank(painter, size, view, with_inks)
        case IconStyle.PERCENT:
            _paint_percent(painter, size, view, with_inks)
    if view.badge:
        painter.setOpacity(1.0)
        _paint_badge(painter, size, with_inks)


def _paint_badge(painter: QPainter, size: float, with_inks: Inks) -> None:
    """Paint a dot into the upper right corner: something in the inbox is new."""
    reach, edge = max(2.4, size * 0.12), max(1.0, size * 0.04)
    middle = QPointF(size - reach - edge, reach + edge)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_inks.halo)
    painter.drawEllipse(middle, reach + edge, reach + edge)
    painter.setBrush(_BADGE if with_inks.fill.rgb() != with_inks.ink.rgb() else with_inks.ink)
    painter.drawEllipse(middle, reach, reach)


def paint_arc(painter: QPainter, square: QRectF, width: float, view: GaugeView, with_inks: Inks, *, rounded: bool = False) -> None:
    """Paint track, used share and even-pace tick along the inside of a square; `width` is the stroke's."""
    ring = square.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    cap = Qt.PenCapStyle.RoundCap if rounded else Qt.PenCapStyle.FlatCap
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if view.style is IconStyle.MONOCHROME and view.used:
        # The one colour may be the panel's own: an edge keeps it visible.
        _paint_share(painter, ring, view.used, QPen(with_inks.halo, width + max(1.5, width * 0.3), Qt.PenStyle.SolidLine, cap))
    painter.setPen(QPen(with_inks.track, width, Qt.PenStyle.SolidLine, cap))
    painter.drawArc(ring, round(START * 16), round(-SWEEP * 16))
    if view.used:
        _paint_share(painter, ring, view.used, QPen(with_inks.fill, width, Qt.PenStyle.SolidLine, cap))
    if view.even is not None:
        _paint_tick(painter, ring, width, view.even, with_inks)


def _paint_share(painter: QPainter, ring: QRectF, share: float, pen: QPen) -> None:
    painter.setPen(pen)
    painter.drawArc(ring, round(START * 16), round(-SWEEP * 16 * share))


def _paint_tick(painter: QPainter, ring: QRectF, width: float, share: float, with_inks: Inks) -> None:
    inner, outer = along(ring, share, -width * 0.75), along(ring, share, width * 0.5)
    thickness = max(1.4, width * 0.3)
    for colour, extra in ((with_inks.halo, max(1.6, width * 0.28)), (with_inks.ink, 0.0)):
        painter.setPen(QPen(colour, thickness + extra, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(inner, outer)


def along(ring: QRectF, share: float, outwards: float = 0.0) -> QPointF:
    """Return the point at this share of the arc, moved outwards from the middle of the stroke."""
    angle = radians(START - SWEEP * share)
    reach = ring.width() / 2 + outwards
    return QPointF(ring.center().x() + reach * cos(angle), ring.center().y() - reach * sin(angle))


def _paint_arc_icon(painter: QPainter, size: float, view: GaugeView, with_inks: Inks) -> None:
    readable = size >= DIGITS_FROM
    width = max(2.5, size * (0.125 if readable else 0.2))
    paint_arc(painter, QRectF(0, 0, size, size), width, view, with_inks)
    if readable:
        room = size - 2 * width
        _paint_digits(painter, QPointF(size / 2, size * 0.51), room * 0.84, view.digits, with_inks)
    _paint_marks(painter, QPointF(size / 2, size * 0.995), size * (0.17 if readable else 0.25), view.tone, with_inks)


def _paint_digits(painter: QPainter, centre: QPointF, width: float, digits: str, with_inks: Inks) -> None:
    """Paint two digits as wide as `width`; sizes come from the outline of the widest pair so that nothing jumps."""
    font = QFont().toString()
    path, box = _outline(digits, font)
    _, height = _outline("00", font)
    scale = width / height.width()
    painter.save()
    painter.translate(centre)
    painter.scale(scale, scale)
    painter.translate(-box.center().x(), -height.center().y())
    halo = QPen(with_inks.halo, 2 * max(1.0, width * 0.055) / scale)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, halo)
    painter.fillPath(path, with_inks.ink)
    painter.restore()


@lru_cache(4)
def _outline(text: str, font: str) -> tuple[QPainterPath, QRectF]:
    """Return the outline of a text a hundred pixels high, and its box; all sizes of an icon are made of the same two."""
    bold = QFont()
    bold.fromString(font)
    bold.setBold(True)
    bold.setPixelSize(100)
    path = QPainterPath()
    path.addText(0, 0, bold, text)
    return path, path.boundingRect()


def _paint_marks(painter: QPainter, foot: QPointF, side: float, tone: Tone, with_inks: Inks, *, stacked: bool = False) -> None:
    """Paint one triangle for watch and two for act, the lowest standing on `foot`: the tone without its colour."""
    count = _MARKS.get(tone, 0)
    step = side * 1.15
    for place in range(count):
        x = foot.x() if stacked else foot.x() + (place - (count - 1) / 2) * step
        y = foot.y() - place * step if stacked else foot.y()
        mark = QPainterPath(QPointF(x - side / 2, y))
        mark.lineTo(x, y - side * 0.95)
        mark.lineTo(x + side / 2, y)
        mark.closeSubpath()
        if stacked:
            painter.strokePath(mark, QPen(with_inks.halo, max(1.0, side * 0.25)))
        painter.fillPath(mark, with_inks.fill)


def _paint_tank(painter: QPainter, size: float, view: GaugeView, with_inks: Inks) -> None:
    """Paint what is left as fuel in a tank, and where the fuel would stand at an even pace."""
    line = max(1.5, size * 0.075)
    shell = QRectF(size * 0.18, line, size * 0.64, size - 2 * line)
    body = QPainterPath()
    body.addRoundedRect(shell, size * 0.15, size * 0.15)
    painter.fillPath(body, with_inks.track)
    if view.used is not None:
        fuel = QRectF(shell.left(), shell.top() + shell.height() * view.used, shell.width(), shell.height() * (1 - view.used))
        painter.save()
        painter.setClipPath(body)
        painter.fillRect(fuel, with_inks.fill)
        painter.restore()
    for colour, width in ((with_inks.halo, line + max(1.2, size * 0.04)), (with_inks.ink, line)):
        painter.strokePath(body, QPen(colour, width))
        if view.even is not None:
            level = shell.top() + shell.height() * view.even
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(shell.left(), level), QPointF(shell.left() + shell.width() * 0.45, level))
    if view.used is None and size >= DIGITS_FROM:
        _paint_digits(painter, shell.center(), shell.width() * 0.6, view.digits, with_inks)
    # Beside the tick, one above the other, edged because fuel may stand behind them.
    side = size * 0.24
    foot = QPointF(size * 0.635, size * 0.5 + side * (0.5 if view.tone is Tone.WATCH else 1.1))
    _paint_marks(painter, foot, side, view.tone, with_inks, stacked=True)


def _paint_percent(painter: QPainter, size: float, view: GaugeView, with_inks: Inks) -> None:
    """Paint the digits as large as they go, and below them a bar of what is used."""
    _paint_digits(painter, QPointF(size / 2, size * 0.4), size * 0.92, view.digits, with_inks)
    height = max(2.0, round(size * 0.14))
    marks = _MARKS.get(view.tone, 0)
    bar = QRectF(0, size - height, size - marks * height * 1.6, height)
    painter.fillRect(bar, with_inks.track)
    painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * (view.used or 0.0), height), with_inks.fill)
    if view.even is not None:
        wide = float(max(1, round(size / 24)))
        tick = QRectF(round(bar.left() + bar.width() * view.even - wide / 2), bar.top() - round(height * 0.4), wide, height * 1.4)
        painter.fillRect(tick.adjusted(-1, -1, 1, 0), with_inks.halo)
        painter.fillRect(tick, with_inks.ink)
    _paint_marks(painter, QPointF(size - marks * height * 0.7, size), height * 1.2, view.tone, with_inks)
