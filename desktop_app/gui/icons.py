"""Draws the program's own icons in the colours of the look, sharp at every scale.

Each icon is one small SVG on a 24-pixel grid, stroked in `currentColor`; it is read and drawn when first asked for.
Pixmaps are kept in Qt's pixmap cache by name, colour and size, so a change of colours needs no clearing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap, QPixmapCache
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.gui.style import Tokens, look
from desktop_app.resources import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QIcon, QPaintEvent
    from PySide6.QtWidgets import QAbstractButton

SIZES = (16, 20, 24, 32)
"""Logical sizes a QIcon is prepared for."""
APP_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def icon(name: str, role: str = "text") -> QIcon:
    """The icon `name` (a file of resources/icons without ".svg") in the colour of the token `role`.

    It keeps the colours of this moment; `bind_icon` follows the look. Raises FileNotFoundError or AttributeError where
    there is no such icon or token.
    """
    from PySide6.QtGui import QIcon

    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}
    drawn = QIcon()
    for pixels in sorted({round(size * ratio) for size in SIZES for ratio in ratios}):
        drawn.addPixmap(_pixmap(name, _colour(role), pixels))
        if role == "on_accent":  # Qt's own way of greying it out would be lost on a disabled button
            drawn.addPixmap(_pixmap(name, _colour("disabled"), pixels), QIcon.Mode.Disabled)
    return drawn


def pixmap(name: str, role: str, size: int, ratio: float) -> QPixmap:
    """The icon at exactly `size` logical pixels on a screen with `ratio` device pixels to one of them."""
    drawn = QPixmap(_pixmap(name, _colour(role), round(size * ratio)))
    drawn.setDevicePixelRatio(ratio)
    return drawn


def bind_icon(target: QAbstractButton | QAction, name: str, role: str = "text") -> None:
    """Give `target` the icon and keep it in the look's colours; a later call replaces it."""
    bound = target.findChild(_Binding, "", Qt.FindChildOption.FindDirectChildrenOnly)
    if isinstance(bound, _Binding):
        bound.choose(name, role)
    else:
        _Binding(target, name, role)


def app_icon() -> QIcon:
    """The program's own icon; its files are opened when a size is needed."""
    from PySide6.QtGui import QIcon

    drawn = QIcon()
    for size in APP_ICON_SIZES:
        drawn.addFile(str(resource(f"icons/ado-connect-{size}.png")), QSize(size, size))
    return drawn


class IconLabel(QWidget):
    """A still icon of `size` logical pixels. Decoration: the words beside it say the same."""

    def __init__(self, name: str, role: str = "text", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._role = role
        self._size = size
        self.setFixedSize(size, size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def choose(self, name: str, role: str) -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        painter = QPainter(self)
        painter.drawPixmap(0, 0, pixmap(self._name, self._role, self._size, self.devicePixelRatioF()))
        painter.end()


class _Binding(QObject):
    """Redraws the icon of its parent when the look changes; ends with it."""

    def __init__(self, target: QAbstractButton | QAction, name: str, role: str) -> None:
        super().__init__(target)
        self._target = target
        self._name = name
        self._role = role
        look().changed.connect(self._draw)
        self._draw()

    def choose(self, name: str, role: str) -> None:
        self._name, self._role = name, role
        self._draw()

    def _draw(self) -> None:
        self._target.setIcon(icon(self._name, self._role))


def _colour(role: str) -> str:
    if role not in Tokens._fields:
        raise AttributeError(f"the look has no colour called {role!r}")
    return str(getattr(look().tokens, role))


def _pixmap(name: str, colour: str, pixels: int) -> QPixmap:
    key = f"ado-connect/{name}/{colour}/{pixels}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    from PySide6.QtSvg import QSvgRenderer

    source = resource(f"icons/{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
    drawn = QPixmap(pixels, pixels)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(source)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    QPixmapCache.insert(key, drawn)
    return drawn
