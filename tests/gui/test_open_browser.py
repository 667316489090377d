"""An address to sign in with is opened without being written anywhere."""

import os
import subprocess
import sys

import pytest

ADDRESS = "https://login.localhost/authorize?state=not-for-the-terminal"
OPEN = """
import os, sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
app = QGuiApplication([])
if sys.argv[2] == "product":
    from desktop_app.gui.application import open_in_desktop
    opened = open_in_desktop(sys.argv[1])
else:
    opened = QDesktopServices.openUrl(QUrl(sys.argv[1]))
print(opened)
os.write(2, b"still heard")
"""


def opened_by(whom: str, environment: dict[str, str]) -> tuple[str, str]:
    """What a process of its own says on standard output and standard error."""
    command = [sys.executable, "-c", OPEN, ADDRESS, whom]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return ended.stdout.strip(), ended.stderr


@pytest.fixture
def without_browser() -> dict[str, str]:
    """Qt's platform without a desktop, which can open nothing and says so."""
    return os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default=true"}


def test_an_address_that_can_not_be_opened_is_not_written_to_standard_error(without_browser: dict[str, str]) -> None:
    said, heard = opened_by("product", without_browser)

    assert said == "False"
    assert ADDRESS not in heard
    assert "still heard" in heard
    assert ADDRESS in opened_by("qt", without_browser)[1]  # else there is nothing to keep quiet


def test_a_process_without_standard_error_can_open_a_browser(without_browser: dict[str, str]) -> None:
    script = "import os; os.close(2)\n" + OPEN.replace('os.write(2, b"still heard")', "")
    command = [sys.executable, "-c", script, ADDRESS, "product"]

    ended = subprocess.run(command, env=without_browser, stdout=subprocess.PIPE, text=True, timeout=60, check=True)

    assert ended.stdout.strip() == "False"
