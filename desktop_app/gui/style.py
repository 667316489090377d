"""The look of the program: colours for light and dark, the Fusion style, one style sheet, one interface font.

Colours are named once, here; widgets, the style sheet and icons ask for them by name. The look follows the desktop's
colour scheme while the program runs, unless a scheme was forced.
"""

from __future__ import annotations

import sys
from string import Template
from typing import ClassVar, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.resources import resource

BASE_POINTS = 10.0
"""Size of the interface font; macOS keeps its own, which counts points differently (72 to the inch)."""
HEADING_RATIO = 1.4
STYLE = "Fusion"
STARTED_IN_STYLE = "startedInStyle"
"""Set on an application that took STYLE from its command line: `setStyle` returns the style as a Python object, for
which PySide first prepares every style class there is."""


class Tokens(NamedTuple):
    """Colours by use, as "#RRGGBB". `..._ground` is what text of that colour stands on.

    `border` parts surfaces; `outline` is the stronger edge of what can be filled in (3 : 1 at least, WCAG 1.4.11).
    A named tuple: a dataclass of so many fields costs each start milliseconds.
    """

    ground: str
    surface: str
    border: str
    outline: str
    text: str
    soft: str
    disabled: str
    hover: str
    pressed: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_ground: str
    on_accent: str
    good: str
    good_ground: str
    attention: str
    attention_ground: str
    bad: str
    bad_ground: str
    neutral_ground: str
    practice: str
    practice_ground: str


LIGHT = Tokens(
    ground="#F6F7F9",
    surface="#FFFFFF",
    border="#DDE1E7",
    outline="#828A95",
    text="#1B1F24",
    soft="#57606A",
    disabled="#8C949E",
    hover="#EEF1F5",
    pressed="#E3E7ED",
    accent="#2457D6",
    accent_hover="#1D48B5",
    accent_pressed="#183C99",
    accent_ground="#E8EEFC",
    on_accent="#FFFFFF",
    good="#1A7F37",
    good_ground="#E8F5EC",  # a touch lighter than #E6F4EA, on which this green reaches 4.47 : 1 only
    attention="#8A5A00",
    attention_ground="#FFF4D6",
    bad="#B42318",
    bad_ground="#FDE8E6",
    neutral_ground="#EAEDF1",
    practice="#6941C6",
    practice_ground="#F0EBFB",
)
DARK = Tokens(
    ground="#15171B",
    surface="#1D2026",
    border="#343941",
    outline="#757D89",
    text="#E7E9EC",
    soft="#9BA5B3",
    disabled="#6B7480",
    hover="#262A31",
    pressed="#2F343C",
    accent="#7AA2FF",
    accent_hover="#94B4FF",
    accent_pressed="#AAC4FF",
    accent_ground="#22304F",
    on_accent="#15171B",
    good="#56C98D",
    good_ground="#16301F",
    attention="#E7B948",
    attention_ground="#33290F",
    bad="#FF8A80",
    bad_ground="#3A1B1A",
    neutral_ground="#2A2F37",
    practice="#BFA6FF",
    practice_ground="#272040",
)


class Look(QObject):
    """The look in use, one per QApplication.

    Signals:
        changed: the tokens are others now; whoever draws with them draws again.
    """

    changed = Signal()
    _NAME: ClassVar[str] = "look"

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName(self._NAME)
        self._app = app
        self._forced: Qt.ColorScheme | None = None
        self._applied = False
        self.tokens = LIGHT
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def dark(self) -> bool:
        return self.tokens is DARK

    def apply(self, forced: Qt.ColorScheme | None) -> None:
        """Dress the application in `forced`, or in the desktop's scheme and whatever it changes to later."""
        self._forced = forced
        if not self._applied:
            self._applied = True
            if not self._app.property(STARTED_IN_STYLE):
                self._app.setStyle(STYLE)
            self._app.setFont(_interface_font())
        self._dress()

    def _follow(self) -> None:
        if self._applied and self._forced is None:
            self._dress()

    def _desktop_scheme(self) -> Qt.ColorScheme:
        return self._app.styleHints().colorScheme()

    def _dress(self) -> None:
        scheme = self._forced if self._forced is not None else self._desktop_scheme()
        self.tokens = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self.tokens, self._app.font().pointSizeF()))
        self.changed.emit()


def look() -> Look:
    """The look of the running application; light until `apply_style` was called."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("there is no look without a QApplication")
    found = app.findChild(Look, Look._NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, Look) else Look(app)


def apply_style(app: QApplication, scheme: Qt.ColorScheme | None = None) -> Look:
    """Give `app` its look. `scheme` forces light or dark; None follows the desktop, also when it changes later."""
    found = app.findChild(Look, Look._NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    dressed = found if isinstance(found, Look) else Look(app)
    dressed.apply(scheme)
    return dressed


def style_sheet(tokens: Tokens, points: float) -> str:
    """The style sheet in these colours; `points` is the size of the interface font."""
    template = Template(resource("style/app.qss").read_text(encoding="utf-8"))
    scheme = "dark" if tokens is DARK else "light"
    return template.substitute(
        tokens._asdict(),
        heading_points=f"{points * HEADING_RATIO:g}",
        images=resource("style").as_posix(),
        scheme=scheme,
    )


def _interface_font() -> QFont:
    """The desktop's interface font; Inter where the desktop names none. Qt skips families that are not installed."""
    font = QGuiApplication.font()
    if sys.platform == "darwin":
        return font
    font.setPointSizeF(BASE_POINTS)
    if sys.platform != "win32" and font.family().lower() in {"", "sans", "sans serif", "sans-serif"}:
        font.setFamilies(["Inter", "sans-serif"])
    return font


def _palette(tokens: Tokens) -> QPalette:
    """What widgets draw with where the style sheet says nothing."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for target, colour in {
        role.Window: tokens.ground,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.hover,
        role.Text: tokens.text,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.ToolTipBase: tokens.text,
        role.ToolTipText: tokens.ground,
        role.PlaceholderText: tokens.soft,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.border,
        role.Dark: tokens.outline,
        role.Shadow: tokens.border,
    }.items():
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, target, QColor(tokens.disabled))
    palette.setColor(group.Disabled, role.Highlight, QColor(tokens.pressed))
    palette.setColor(group.Disabled, role.HighlightedText, QColor(tokens.disabled))
    return palette


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the style sheet asks for (`primary`, `invalid`, ...), and dress the widget anew."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it has not been dressed yet
    widget.style().unpolish(widget)
    widget.style().polish(widget)
