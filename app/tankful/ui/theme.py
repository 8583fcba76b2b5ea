"""Light and dark: every colour of the windows, and the palettes that widgets take theirs from."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from tankful.core.choices import Theme
from tankful.core.pace import Tone


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme as `#rrggbb` words; `tones` are for surfaces and lines, `tone_words` for text in that tone."""

    dark: bool
    window: str
    card: str
    line: str
    track: str
    text: str
    muted: str
    accent: str
    accent_text: str
    edge: str
    """Of fields and ticks: clearer than a line."""
    tones: dict[Tone, str]
    tone_words: dict[Tone, str]


# Hues of the palette by Okabe and Ito, which colour-blind people can tell apart; darker for text on light, lighter on dark.
LIGHT = Colours(
    dark=False,
    window="#fcfcfd",
    card="#f1f3f6",
    line="#dfe2e7",
    track="#dde1e6",
    text="#1b1e23",
    muted="#5b6370",
    accent="#0067a3",
    accent_text="#ffffff",
    edge="#a9b0ba",
    tones={Tone.CALM: "#0072b2", Tone.WATCH: "#e69f00", Tone.ACT: "#d55e00", Tone.UNKNOWN: "#8a919c"},
    tone_words={Tone.CALM: "#00639c", Tone.WATCH: "#8a5a00", Tone.ACT: "#b34700", Tone.UNKNOWN: "#5b6370"},
)
DARK = Colours(
    dark=True,
    window="#1f2226",
    card="#292d33",
    line="#363b43",
    track="#3a4048",
    text="#eceef1",
    muted="#a3abb7",
    accent="#6cbcf0",
    accent_text="#10202c",
    edge="#59616c",
    tones={Tone.CALM: "#4aa8e0", Tone.WATCH: "#f0b429", Tone.ACT: "#f27a2e", Tone.UNKNOWN: "#7f8793"},
    tone_words={Tone.CALM: "#6cbcf0", Tone.WATCH: "#f0b429", Tone.ACT: "#ff9452", Tone.UNKNOWN: "#a3abb7"},
)


def colours(theme: Theme, desktop: QPalette) -> Colours:
    """Return the colours of this theme; `SYSTEM` asks the desktop, and where it has no word on it, its own window colour."""
    if theme is Theme.SYSTEM:
        return DARK if _is_dark(desktop) else LIGHT
    return DARK if theme is Theme.DARK else LIGHT


def palette(chosen: Colours) -> QPalette:
    """Return the widget palette of these colours."""
    made = QPalette()
    role = QPalette.ColorRole
    for part, colour in (
        (role.Window, chosen.window),
        (role.Base, chosen.window),
        (role.AlternateBase, chosen.card),
        (role.ToolTipBase, chosen.card),
        (role.Button, chosen.card),
        (role.WindowText, chosen.text),
        (role.Text, chosen.text),
        (role.ButtonText, chosen.text),
        (role.ToolTipText, chosen.text),
        (role.BrightText, chosen.text),
        (role.PlaceholderText, chosen.muted),
        (role.Highlight, chosen.accent),
        (role.HighlightedText, chosen.accent_text),
        (role.Accent, chosen.accent),
        (role.Link, chosen.accent),
        (role.LinkVisited, chosen.accent),
        (role.Light, chosen.window),
        (role.Midlight, chosen.line),
        (role.Mid, chosen.line),
        (role.Dark, chosen.muted),
    ):
        made.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, part, QColor(chosen.muted))
    return made


def apply(app: QApplication, theme: Theme, desktop: QPalette) -> Colours:
    """Dress the whole program; `desktop` is the palette it had before we first changed it.

    `QStyleHints.setColorScheme` would be shorter but has no effect on a bare X desktop.
    """
    chosen = colours(theme, desktop)
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(chosen))
    fields = palette(chosen)
    # The style draws their edges 1.4 times as dark as their window's colour, which in the dark is no edge at all.
    fields.setColor(QPalette.ColorRole.Window, QColor(chosen.edge).lighter(140))
    for kind in ("QLineEdit", "QAbstractSpinBox", "QComboBox", "QCheckBox", "QRadioButton", "QPlainTextEdit", "QTableView"):
        app.setPalette(fields, kind)  # pyright: ignore[reportArgumentType] - PySide6 declares bytes, and takes both
    return chosen


def _is_dark(desktop: QPalette) -> bool:
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme is not Qt.ColorScheme.Unknown:
        return scheme is Qt.ColorScheme.Dark
    return desktop.color(QPalette.ColorRole.Window).lightness() < 128
