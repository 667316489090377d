"""What a person sees and hears of the widgets on screen: their words, their names, and the order Tab visits them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from tests.gui.driving import Desk, named


def words_of(widget: QWidget) -> Iterator[str]:
    """Everything this one widget shows or says, whether it is on screen now or not."""
    yield from (widget.windowTitle(), widget.toolTip(), widget.statusTip(), widget.whatsThis())
    yield from (widget.accessibleName(), widget.accessibleDescription())
    spoken = QAccessible.queryAccessibleInterface(widget)
    if spoken is not None:
        kinds = QAccessible.Text
        yield from (spoken.text(kind) for kind in (kinds.Name, kinds.Description, kinds.Value, kinds.Help))
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield from (widget.displayText(), widget.placeholderText())
    elif isinstance(widget, QPlainTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(index) for index in range(widget.count()))
    elif isinstance(widget, QListView):
        model = widget.model()
        for row in range(model.rowCount()):
            yield from (
                str(model.index(row, 0).data(role) or "")
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
            )


def all_words() -> str:
    """Everything that any widget of the program shows or says."""
    return "\n".join(words for widget in QApplication.allWidgets() for words in words_of(widget) if words)


def visible_words(place: QWidget) -> str:
    """The text on screen in one place."""
    widgets = [place, *place.findChildren(QWidget)]
    shown = [widget for widget in widgets if widget.isVisible()]
    return "\n".join(words for widget in shown for words in words_of(widget) if words)


def assert_nowhere(secrets: Iterable[str]) -> None:
    """No widget shows or says any of these. The texts themselves stay out of the message."""
    words = all_words()
    shown = [number for number, secret in enumerate(secrets, start=1) if secret and secret in words]
    assert not shown, f"secrets on screen: number {shown}"


def assert_everything_is_named(place: QWidget) -> None:
    """A screen reader has a name for everything that takes the focus."""
    nameless = []
    for widget in place.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() is Qt.FocusPolicy.NoFocus:
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        if isinstance(widget, QScrollArea) or spoken is None:
            continue
        if not spoken.text(QAccessible.Text.Name).strip():
            nameless.append(named(widget))
    assert not nameless, f"without a name: {nameless}"


def assert_tab_order_is_reading_order(desk: Desk, place: QWidget) -> list[QWidget]:
    """Tab visits what `place` holds from top to bottom, and from left to right where things stand side by side."""
    chain = desk.keyboard.chain()
    inside = [widget for widget in chain if place.isAncestorOf(widget)]
    assert inside, f"Tab reaches nothing in {named(place)}"
    for _round in range(3):  # what was just unfolded gets its place from its parent's parent
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    spots = {widget: _spot(widget, place) for widget in inside}
    leaps = [
        f"{named(before)} at {spots[before]} to {named(after)} at {spots[after]}"
        for before, after in zip(inside, [*inside[1:], inside[0]], strict=True)
        if not _follows(spots[before], spots[after])
    ]
    assert len(leaps) <= 1, f"Tab goes back up more than once: {leaps}"  # once it starts anew
    reachable = {
        widget
        for widget in place.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    missed = [named(widget) for widget in reachable - set(chain) if not _is_one_of_a_group(widget)]
    assert not missed, f"Tab never reaches {missed}"
    return inside


def _spot(widget: QWidget, place: QWidget) -> QRect:
    """Where a widget stands in `place` if every scroll area in it were as tall as its content."""
    spot = QRect(widget.mapTo(place, QPoint(0, 0)), widget.size())
    for area in place.findChildren(QScrollArea):
        content, view = area.widget(), area.viewport()
        if not area.isVisible() or content is None:
            continue
        if content.isAncestorOf(widget):
            spot.translate(0, area.verticalScrollBar().value())
        elif view.mapTo(place, QPoint(0, view.height())).y() <= spot.top():
            spot.translate(0, content.height() - view.height())
    return spot


def _follows(first: QRect, second: QRect) -> bool:
    side_by_side = first.top() <= second.bottom() and second.top() <= first.bottom()
    return second.left() > first.left() if side_by_side else second.top() > first.top()


def _is_one_of_a_group(widget: QWidget) -> bool:
    """Radio buttons are reached together, by the one that is chosen."""
    return isinstance(widget, QAbstractButton) and widget.group() is not None


def inspect_page(desk: Desk, secrets: Iterable[str] = ()) -> None:
    """All that holds for every page of every wizard."""
    wizard = desk.wizard
    assert_everything_is_named(wizard)
    assert_tab_order_is_reading_order(desk, wizard)
    assert_nowhere(secrets)
