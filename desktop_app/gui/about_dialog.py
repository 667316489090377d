"""About: the versions a support person asks for first."""

from __future__ import annotations

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app import __version__
from desktop_app.app.i18n import _


def engine_versions() -> str:
    """The Chromium inside the sign-in page. Loads the web engine's library, so it is asked for here only."""
    try:
        from PySide6.QtWebEngineCore import qWebEngineChromiumSecurityPatchVersion, qWebEngineChromiumVersion
    except ImportError:
        return _("not installed")
    return "{} ({})".format(*map(str, (qWebEngineChromiumVersion(), qWebEngineChromiumSecurityPatchVersion())))


class AboutDialog(QMessageBox):
    """Not modal for anything: it only tells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle(_("About ADO Connect"))
        self.setText(_("ADO Connect {version}").format(version=__version__))
        self.setInformativeText(
            "\n".join(
                (
                    _("Sets up, proves, keeps and hands out connections to Azure DevOps."),
                    "",
                    f"Qt {qVersion()}, PySide6 {pyside_version}",
                    f"Chromium {engine_versions()}",
                    f"Python {platform.python_version()}, {platform.system()} {platform.release()}",
                )
            )
        )
        self.setStandardButtons(QMessageBox.StandardButton.Close)
