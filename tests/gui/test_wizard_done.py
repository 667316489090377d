"""The last page: what was made, and nothing left to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWizard

from tests.gui.driving import Desk


def test_last_page_ends_with_one_key(desk: Desk) -> None:
    desk.check_pat(desk.world.pat())
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.wait(lambda: desk.keyboard.focus is desk.wizard.button(QWizard.WizardButton.FinishButton))

    desk.keyboard.press(Qt.Key.Key_Space)

    desk.wait(lambda: desk.window.wizard is None and desk.window.profile is not None)
