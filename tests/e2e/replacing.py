"""The ways of a person with a mouse from a connection's page to another secret, and back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox, QPushButton, QWidget

from desktop_app.core.profile import Profile
from desktop_app.gui.renewal_dialog import RenewalDialog, State
from tests.e2e import ways
from tests.e2e.people import EmbeddedPage
from tests.e2e.program import Program, child, click, wait_until
from tests.e2e.witness import Witness


def saved(program: Program, name: str) -> Profile:
    return next(profile for profile in program.connections.load() if profile.name == name)


def settled(program: Program) -> None:
    wait_until(lambda: program.runner.active == 0, "the end of what runs")


def choose_way(program: Program, words: str) -> None:
    """Open the menu of the button Replace and click the entry with these words."""
    settled(program)
    button = program.window.connection_page.replace
    wait_until(button.isEnabled, "a page on which nothing runs")
    menu = button.menu()
    assert isinstance(menu, QMenu)
    menu.popup(button.mapToGlobal(QPoint(0, button.height())))
    wait_until(menu.isVisible, "the menu")
    (action,) = (action for action in menu.actions() if action.isVisible() and action.text() == words)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def open_renewal(program: Program, words: str) -> RenewalDialog:
    choose_way(program, words)
    dialog = child(program.window, RenewalDialog, "renewalDialog")
    wait_until(lambda: dialog.state is not State.LOOKING, "whether it can be renewed")
    return dialog


def renew(program: Program, words: str, ends: State = State.DONE) -> RenewalDialog:
    """Renew with what the dialog suggests, and wait for how it ends."""
    dialog = open_renewal(program, words)
    assert dialog.state is State.ASKING, dialog.problem.accessibleName()
    click(dialog.go_on)
    over = {State.DONE, State.FAILED, State.UNDONE}
    wait_until(lambda: dialog.state in over, "the end of the renewal")
    assert dialog.state is ends, dialog.problem.accessibleName()
    return dialog


def close(program: Program, dialog: RenewalDialog) -> None:
    click(dialog.go_on if dialog.state is State.DONE else dialog.leave)
    settled(program)


def use_it(program: Program) -> None:
    """From the checks of the wizard to its end."""
    program.reach("ChecksPage")
    wait_until(lambda: not program.page.busy, "the end of the checks")
    program.press_next()
    program.reach("PutInPlacePage")
    program.press_next()
    program.finish()
    settled(program)


def notice(program: Program) -> str:
    """What the page says about the old secret."""
    settled(program)
    kept = program.window.connection_page.kept
    return kept.accessibleName() if kept.isVisible() else ""


def answer(program: Program, button: QPushButton, box: str) -> None:
    """Press a button of the notice, and say yes to what is asked."""
    click(button)
    asked: QWidget = child(program.window, QMessageBox, box)
    click(child(asked, QPushButton, "confirm"))
    settled(program)


def sign_in(program: Program, witness: Witness, name: str) -> None:
    """A connection by OAuth."""
    ways.open_sign_in(program, witness).sign_in()
    program.go_through_checks_and_save(name)
    settled(program)


def sign_in_with_hint(program: Program) -> None:
    """Pick the account that the connection had."""
    page = EmbeddedPage(program)
    page.wait_for("Pick an account")
    page.click("Contoso Administrator")
