"""The field in which a budget is typed."""

from decimal import Decimal

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDoubleSpinBox

from tankful.ui.text import figures, scaled

_MOST = 10_000_000.0


class AmountField(QDoubleSpinBox):
    """Dollars, with cents only when there are any."""

    def __init__(self, dollars: Decimal) -> None:
        """Start with this amount."""
        super().__init__()
        # Money reads the same here as everywhere else in the program, whatever the desktop's language.
        self.setLocale(QLocale.c())
        self.setGroupSeparatorShown(True)
        self.setDecimals(2)
        self.setRange(0.0, _MOST)
        self.setPrefix("$")
        self.setSingleStep(10.0)
        self.setFont(figures(scaled(self.font(), 1.25, bold=True)))
        self.setValue(float(dollars))

    def textFromValue(self, val: float) -> str:  # noqa: N802 - Qt's name
        """Drop the cents of a whole amount."""
        return f"{val:,.2f}".removesuffix(".00")

    def dollars(self) -> Decimal:
        """Return the amount, exactly as shown."""
        return Decimal(f"{self.value():.2f}")
