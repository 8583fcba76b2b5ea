"""Paints the pictures of the documentation from made-up snapshots: panel, icons, first start and settings, light and dark.

Run it with the folder to write to (`resources/pictures` by default); it needs no screen.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_SCALE_FACTOR", "2")
_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT / "tests"))

from PySide6.QtCore import QPointF, QRectF, QSize, Qt  # noqa: E402 - the scale must be set before Qt starts
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPixmap  # noqa: E402 - same
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402 - same

from linked import WITH_ACCOUNTS  # noqa: E402 - lies beside the tests
from linking_rig import nobody  # noqa: E402 - same
from pictured import ACT, BUDGETED, CALM, FEEDS, NO_AGENTS, NOW, OVER, TOLD, WATCH, ZONE, now_of  # noqa: E402 - same
from tankful.core.choices import IconStyle, Theme  # noqa: E402 - same
from tankful.core.snapshot import Snapshot  # noqa: E402 - same
from tankful.present.first_start import first_start_view  # noqa: E402 - same
from tankful.present.gauge import gauge_view  # noqa: E402 - same
from tankful.present.glance import glance_view  # noqa: E402 - same
from tankful.system.paths import folders  # noqa: E402 - same
from tankful.ui import gauge, theme  # noqa: E402 - same
from tankful.ui.first_start import FirstStartDialog  # noqa: E402 - same
from tankful.ui.glance import GlancePanel  # noqa: E402 - same
from tankful.ui.inbox import InboxWindow  # noqa: E402 - same
from tankful.ui.settings.window import SettingsWindow  # noqa: E402 - same
from tankful.ui.surroundings import Surroundings  # noqa: E402 - same
from tankful.ui.tasks import Tasks  # noqa: E402 - same
from tankful.ui.theme import Colours  # noqa: E402 - same

_BACKDROPS = {Theme.LIGHT: "#c9d2de", Theme.DARK: "#3d4753"}
_PANELS = {Theme.LIGHT: "#f1f1f1", Theme.DARK: "#24272b"}
_RATIO = 2.0
_EDGE = 28
_SOFT = 12


def main(folder: Path) -> None:
    """Write all pictures into the folder."""
    app = QApplication.instance() or QApplication(["pictures"])
    assert isinstance(app, QApplication)  # noqa: S101 - tells the type checker what it is
    folder.mkdir(parents=True, exist_ok=True)
    desktop = QPalette(app.palette())
    sheets: list[QImage] = []
    for chosen, backdrop in _BACKDROPS.items():
        colours = theme.apply(app, chosen, desktop)
        _on_backdrop([_grabbed(lambda colours=colours: _panel(WATCH, colours))], backdrop).save(str(folder / f"glance-{chosen}.png"))
        trio = [_grabbed(lambda shown=shown, colours=colours: _panel(shown, colours)) for shown in (CALM, ACT, OVER)]
        _on_backdrop(trio, backdrop).save(str(folder / f"states-{chosen}.png"))
        told = _grabbed(lambda colours=colours: _inbox(colours))
        _on_backdrop([told], backdrop).save(str(folder / f"inbox-{chosen}.png"))
        first = _grabbed(lambda colours=colours: _first_start(colours))
        _on_backdrop([first], backdrop).save(str(folder / f"first-start-{chosen}.png"))
        with TemporaryDirectory() as place:
            settings = _grabbed(lambda colours=colours, place=place: _settings(colours, Path(place)))
        _on_backdrop([settings], backdrop).save(str(folder / f"settings-{chosen}.png"))
        sheets.append(_icons(chosen, colours))
    _above(sheets).save(str(folder / "icons.png"))


def _panel(shown: Snapshot, colours: Colours) -> QWidget:
    panel = GlancePanel()
    panel.render_view(glance_view(shown, BUDGETED, now_of(shown), ZONE), colours)
    return panel


def _inbox(colours: Colours) -> QWidget:
    window = InboxWindow()
    window.render_state(TOLD, NOW, ZONE, colours)
    window.resize(window.width(), 620)
    return window


def _first_start(colours: Colours) -> QWidget:
    return FirstStartDialog(first_start_view(replace(WATCH, feeds=(FEEDS[0], NO_AGENTS.feeds[1]))), colours)


def _settings(colours: Colours, place: Path) -> QWidget:
    around = Surroundings(lambda _: BUDGETED, lambda: BUDGETED, lambda: frozenset({"budget_usd"}), nobody, folders(place), lambda: NOW)
    window = SettingsWindow(around, Tasks(), WITH_ACCOUNTS, BUDGETED, ZONE, colours)
    window.open_at()
    window.resize(840, 540)
    return window


def _grabbed(make: Callable[[], QWidget]) -> QPixmap:
    widget = make()
    widget.show()
    QApplication.processEvents()
    picture = widget.grab()
    widget.close()
    widget.deleteLater()
    return picture


def _on_backdrop(pictures: list[QPixmap], backdrop: str) -> QImage:
    """Lay windows side by side on a desktop, with the soft shadow that desktops draw."""
    sizes = [picture.deviceIndependentSize() for picture in pictures]
    width = sum(size.width() + _EDGE for size in sizes) + _EDGE
    image = _blank(QSize(round(width), round(max(size.height() for size in sizes)) + 2 * _EDGE), backdrop, _RATIO)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 5))
    left = float(_EDGE)
    for picture, size in zip(pictures, sizes, strict=True):
        window = QRectF(QPointF(left, _EDGE), size)
        for reach in range(_SOFT, 0, -1):
            painter.drawRoundedRect(window.adjusted(-reach, -reach + 4, reach, reach + 4), 9 + reach, 9 + reach)
        painter.drawPixmap(window.topLeft(), picture)
        left += size.width() + _EDGE
    painter.end()
    return image


def _icons(chosen: Theme, colours: Colours) -> QImage:
    """Paint every style at every size, as tray hosts on a plain screen show them."""
    shown = (CALM, WATCH, ACT)
    row = 84
    width = sum(3 * size + 34 for size in gauge.SIZES) + 20
    image = _blank(QSize(width, row * len(IconStyle) + 16), _PANELS[chosen], 1.0)
    painter = QPainter(image)
    for line, style in enumerate(IconStyle):
        left = 20
        for size in gauge.SIZES:
            for snapshot in shown:
                picture = gauge.pixmap(gauge_view(snapshot, style), size, colours)
                painter.drawPixmap(QPointF(left, 8 + line * row + (row - size) / 2), picture)
                left += size + 6
            left += 16
    painter.end()
    return image


def _above(images: list[QImage]) -> QImage:
    sizes = [image.deviceIndependentSize().toSize() for image in images]
    whole = _blank(QSize(max(size.width() for size in sizes), sum(size.height() for size in sizes)), "#ffffff", 1.0)
    painter = QPainter(whole)
    top = 0
    for image, size in zip(images, sizes, strict=True):
        painter.drawImage(QPointF(0, top), image)
        top += size.height()
    painter.end()
    return whole


def _blank(size: QSize, colour: str, ratio: float) -> QImage:
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(colour))
    return image


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else _ROOT / "resources" / "pictures")
