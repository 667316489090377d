"""Parts of pages that attack whoever shows them, and of the tests that look on."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.gui.sign_in_surface import SignInLimits
from tests.fakes.tls_server import Answer
from tests.gui.sign_in_site import Site, Visit, page

SOON = SignInLimits(reread_s=0.05, settle_s=0.0, wishes=12)
"""Limits that attacks run into soon."""
EVENTS = 50
"""So many things a person does while an attack goes on."""


def begins(script: str, *, words: str = "hello") -> Answer:
    """A page that tells its server that it has begun, and then runs `script`."""
    tell = "const told = new XMLHttpRequest(); told.open('GET', '/begun', false); told.send();"
    return page(f"{words}<script>onload = () => setTimeout(() => {{ {tell} {script} }})</script>")


def has_begun(site: Site) -> Callable[[], bool]:
    site.replies.setdefault("/begun", Answer(204))
    return lambda: "/begun" in site.paths()


def gui_answers(here: Visit, events: int = EVENTS) -> None:
    """Everything a person does is heard, one after the other, although the page does what it can."""
    heard: list[int] = []

    def hear() -> None:
        heard.append(len(heard))
        if len(heard) < events:
            QTimer.singleShot(1, hear)

    QTimer.singleShot(0, hear)
    here.wait(lambda: len(heard) == events)


def windows() -> list[QWidget]:
    """Every window on screen."""
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def settle() -> None:
    """Whatever waits to be handled is handled."""
    for _ in range(10):
        QCoreApplication.processEvents()
