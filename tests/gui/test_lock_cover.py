"""A sign-in page while the program is locked: covered, deaf, and afterwards just as it was."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.gui.lock_cover import LockCover, cover_sign_in_pages, uncover_sign_in_pages
from tests.gui.sign_in_site import OpenView, Site, Visit, page


def value(here: Visit) -> str:
    """What stands in the page's field."""
    assert here.view.pane is not None
    found: list[str] = []
    here.view.pane.page.runJavaScript("document.querySelector('input').value", 0, found.append)
    here.wait(lambda: bool(found))
    return found[0]


def type_in(here: Visit, text: str) -> None:
    assert here.view.pane is not None
    target = here.view.pane.web_view.focusProxy()
    assert target is not None
    target.setFocus()
    QTest.keyClicks(target, text)


def test_what_was_typed_is_covered_and_not_lost(qtbot: QtBot, site: Site, visit: OpenView) -> None:
    site.replies["/authorize"] = page("Password <input autofocus>")
    here = visit()
    here.begin(site.url("/authorize"))
    here.wait_for_text("Password")
    assert here.view.pane is not None
    type_in(here, "s3cret")
    here.wait(lambda: value(here) == "s3cret")
    asked: list[bool] = []

    cover_sign_in_pages(lambda: asked.append(True))
    web_view = here.view.pane.web_view
    cover = here.view.findChild(LockCover)
    assert isinstance(cover, LockCover)
    assert cover.isVisible()
    assert cover.geometry() == web_view.geometry()
    assert not web_view.isEnabled()
    assert here.view.pane.childAt(web_view.geometry().center()) is not web_view
    QTest.keyClicks(QApplication.focusWidget() or cover, "more")
    assert value(here) == "s3cret"
    here.view.window().resize(700, 640)
    here.wait(lambda: cover.geometry() == web_view.geometry())

    unlock = here.view.findChild(QPushButton, "coverUnlock")
    assert isinstance(unlock, QPushButton)
    QTest.mouseClick(unlock, Qt.MouseButton.LeftButton)
    assert asked == [True]

    uncover_sign_in_pages()
    assert web_view.isEnabled()
    assert not cover.isVisible()
    type_in(here, "!")
    here.wait(lambda: value(here) == "s3cret!")
    here.view.cancel()


def test_without_a_sign_in_nothing_is_covered(qapp: QApplication) -> None:
    cover_sign_in_pages(lambda: None)
    assert not [widget for widget in QApplication.allWidgets() if isinstance(widget, LockCover)]
