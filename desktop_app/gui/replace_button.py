"""The button of a connection's page that renews or replaces its secret, with a menu of the ways to do that."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.app.i18n import _
from desktop_app.core.profile import Method
from desktop_app.gui.icons import bind_icon


class ReplaceButton(QPushButton):
    """Signals:
    renew_requested(): by Azure, for a token or client secret.
    enter_requested(): a new one is typed in.
    sign_in_requested(): the person signs in again.
    """

    renew_requested = Signal()
    enter_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("replaceSecret")
        bind_icon(self, "refresh")
        menu = QMenu(self)
        menu.setObjectName("replaceMenu")
        self.renew = menu.addAction("")
        self.renew.triggered.connect(self.renew_requested)
        self.sign_in = menu.addAction(_("Sign in again…"))
        self.sign_in.triggered.connect(self.sign_in_requested)
        self.enter = menu.addAction("")
        self.enter.triggered.connect(self.enter_requested)
        self.setMenu(menu)
        self.show_method(Method.PAT)

    def show_method(self, method: Method, app_has_secret: bool = True) -> None:
        """Name everything for a connection of this method. A sign-in to an app without a client secret has none to
        enter anew: `app_has_secret`, of a sign-in only."""
        label, renew, enter = _labels(method)
        self.setText(label)
        self.renew.setText(renew)
        self.renew.setVisible(bool(renew))
        self.sign_in.setVisible(method is Method.OAUTH)
        self.enter.setText(enter)
        self.enter.setVisible(method is not Method.OAUTH or app_has_secret)


def _labels(method: Method) -> tuple[str, str, str]:
    """Of the button, of having a new one made, and of entering one."""
    match method:
        case Method.PAT:
            return _("Replace token"), _("Renew this token for me…"), _("Enter a new token…")
        case Method.CLIENT_SECRET:
            return _("Replace client secret"), _("Renew this secret for me…"), _("Enter a new secret…")
        case Method.OAUTH:
            return _("Renew sign-in"), "", _("Enter a new client secret of the app…")
        case _:
            assert_never(method)
