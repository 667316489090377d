from PySide6.QtWidgets import QApplication
from desktop_app.core.profile import Method
from tests.gui.conftest import *
from tests.gui.driving import named
from tests.gui.test_wizard_saving import go_to_name
import traceback
def test_x(desk):
    go_to_name(desk)
    desk.world.save_pat("release PIPELINE")
    desk.keyboard.go_to(desk.next_button)
    def ch(a,b):
        print("  focus", a and named(a), "->", b and named(b), b and b.isVisible(), QApplication.activeWindow()); traceback.print_stack(limit=8)
    QApplication.instance().focusChanged.connect(ch)
    desk.keyboard.push(desk.next_button)
    desk.checked()
    print(QApplication.activeWindow(), QApplication.focusWidget(), desk.wizard.focusWidget())
