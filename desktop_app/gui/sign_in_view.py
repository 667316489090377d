"""The embedded sign-in page with what belongs around it: whose sign-in it is, the address, and the ways out.

Import this module only when a sign-in page is opened: it loads the web engine. A sign-in runs through the surface;
this widget shows it, and always shows words or a page, never an empty area.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.app.i18n import _
from desktop_app.app.proxy_logins import ProxyLogins
from desktop_app.core.cancel import Cancelled
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.proxy_dialog import ProxyDialog
from desktop_app.gui.sign_in_pane import SignInPane, SignInTarget
from desktop_app.gui.sign_in_rules import Verdict, sign_in_hosts
from desktop_app.gui.sign_in_surface import EmbeddedSignIn, SignInAttempt, SignInLimits, SignInRelay
from desktop_app.gui.sign_in_trust import Trusts, trust_nothing_more
from desktop_app.gui.sign_in_watch import Classify
from desktop_app.gui.sign_in_widgets import AddressLine, QuestionBar

__all__ = ["SignInLimits", "SignInTarget", "SignInView", "sign_in_hosts"]

_DEFAULT_LIMITS = SignInLimits()


class SignInView(QWidget):
    """Shows sign-ins, one after the other, each in a browser of its own.

    Signals:
        start_again_requested(): they want to start again and no sign-in is running; whoever runs it should.
    """

    start_again_requested = Signal()

    def __init__(
        self,
        target: SignInTarget,
        *,
        classify: Classify,
        trusts: Trusts = trust_nothing_more,
        remembered_hosts: set[str] | None = None,
        proxy_logins: ProxyLogins | None = None,
        limits: SignInLimits = _DEFAULT_LIMITS,
        parent: QWidget | None = None,
    ) -> None:
        """`remembered_hosts` grows by each host the person agrees to; hand the same set in to not ask twice."""
        super().__init__(parent)
        self._target = target
        self._classify = classify
        self._trusts = trusts
        self._remembered = set() if remembered_hosts is None else remembered_hosts
        self._proxy_logins = ProxyLogins() if proxy_logins is None else proxy_logins
        self._limits = limits
        self._attempt: SignInAttempt | None = None
        self._pane: SignInPane | None = None
        self._proxy_dialog: ProxyDialog | None = None
        relay = SignInRelay(self)
        relay.opened.connect(self._open, Qt.ConnectionType.QueuedConnection)
        relay.closed.connect(self._close, Qt.ConnectionType.QueuedConnection)
        self._surface = EmbeddedSignIn(self, relay, limits)
        if (application := QCoreApplication.instance()) is not None:
            # At exit Python deletes what is left in any order; Chromium wants the page gone before its profile.
            application.aboutToQuit.connect(self._on_quit)
        self._build()

    def _build(self) -> None:
        self.setObjectName("signInView")
        title = QLabel(_title(self._target), self)
        title.setObjectName("signInTitle")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        self._address = AddressLine(self)
        self._question = QuestionBar(self, settle_s=self._limits.settle_s)
        self._question.agreed.connect(self._agree)
        self._question.declined.connect(self._decline)
        self._words = QLabel(_("The sign-in page opens here."), self)
        self._words.setObjectName("signInWords")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self._address)
        column.addWidget(self._question)
        column.addWidget(self._stack, 1)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        again = QPushButton(_("Start again"), self)
        again.setObjectName("signInAgain")
        again.setAccessibleName(_("Start again"))
        again.clicked.connect(self._start_again)
        self._again = again
        row = QHBoxLayout()
        row.addWidget(again)
        row.addStretch(1)
        return row

    @property
    def last_button(self) -> QPushButton:
        """What Tab reaches last in this view."""
        return self._again

    @property
    def pane(self) -> SignInPane | None:
        """The browser on screen, if there is one."""
        return self._pane

    @property
    def is_idle(self) -> bool:
        """True if no sign-in is running or waiting to be closed."""
        return self._attempt is None

    def surface(self) -> EmbeddedSignIn:
        """What a worker thread calls `show()` on."""
        return self._surface

    def cancel(self) -> None:
        """End the running sign-in at once: its `show()` raises Cancelled."""
        self._surface.cancel()
        if self._attempt is not None:
            self._close(self._attempt)

    def _on_quit(self) -> None:
        self._surface.cancel()
        pane, self._pane, self._attempt = self._pane, None, None
        if pane is not None:
            pane.dispose_now()

    def _open(self, attempt: SignInAttempt) -> None:
        self._drop_pane()
        self._attempt = attempt
        if attempt.ended:
            return  # and about to be closed
        pane = SignInPane(
            attempt=attempt,
            target=self._target,
            remembered_hosts=self._remembered,
            classify=self._classify,
            trusts=self._trusts,
            proxy_logins=self._proxy_logins,
            limits=self._limits,
            parent=self._stack,
        )
        self._pane = pane
        pane.opening.connect(self._address.show_opening)
        pane.came_up.connect(self._on_came_up)
        pane.stuck.connect(self._question.tell_stuck)
        pane.stayed.connect(self._show_address)
        pane.host_unknown.connect(self._question.ask)
        pane.refused.connect(self._question.tell_refused)
        pane.download_refused.connect(self._question.tell_download)
        pane.proxy_wanted.connect(self._ask_proxy, Qt.ConnectionType.QueuedConnection)
        self._say(_("The sign-in page is being opened. This takes a few seconds."))
        self._stack.addWidget(pane)
        pane.start()

    def _close(self, attempt: SignInAttempt) -> None:
        """The attempt has ended. Of all its pages only Entra's own words are left to read."""
        if attempt is not self._attempt:
            return
        self._attempt = None
        if self._proxy_dialog is not None:
            self._proxy_dialog.reject()
        self._question.hide()
        reason = attempt.outcome.exception()
        if self._pane is not None and isinstance(reason, ConnectionProblem) and "aadsts" in reason.facts:
            self._pane.freeze()
            return
        self._drop_pane()
        self._say(_last_words(reason))

    def _on_came_up(self) -> None:
        if self._pane is not None:
            if self._pane.page.verdict is Verdict.OPEN:  # not if it is this page that wants to go elsewhere
                self._question.hide()
            self._bring_up(self._pane)
            self._show_address()

    def _bring_up(self, pane: SignInPane) -> None:
        """The first page takes the focus from the buttons below it, so that a person can type at once."""
        if self._stack.currentWidget() is pane:
            return
        self._stack.setCurrentWidget(pane)
        if self.isAncestorOf(self.window().focusWidget()):
            pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_address(self) -> None:
        if self._pane is not None and self._pane.page.url().scheme() == "https":
            self._address.show_secure(self._pane.page.url())
        else:
            self._address.show_nothing()

    def _start_again(self) -> None:
        if self._attempt is None or self._attempt.ended:
            self.start_again_requested.emit()
        else:
            self._open(self._attempt)

    def _agree(self) -> None:
        self._question.hide()
        if self._pane is not None:
            self._pane.agree()

    def _decline(self) -> None:
        if self._pane is not None:
            self._pane.decline()

    def _ask_proxy(self, proxy: str, refused: bool) -> None:
        """Not from within the page's signal: the page is replaced by one that knows the answer."""
        attempt = self._attempt
        if attempt is None or attempt.ended or self._proxy_dialog is not None:
            return
        dialog = ProxyDialog(proxy, refused=refused, parent=self.window())
        self._proxy_dialog = dialog

        def answered(result: int) -> None:
            self._proxy_dialog = None
            dialog.deleteLater()
            if attempt is not self._attempt:
                return
            if result == ProxyDialog.DialogCode.Accepted:
                self._proxy_logins.keep(proxy, dialog.name, dialog.password)
                self._open(attempt)
            else:
                attempt.fail(ConnectionProblem(Problem.PROXY_AUTHENTICATION, {"host": proxy}))

        dialog.finished.connect(answered)
        dialog.open()

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._stack.setCurrentWidget(self._words)

    def _drop_pane(self) -> None:
        self._question.hide()
        self._address.show_nothing()
        pane, self._pane = self._pane, None
        if pane is not None:
            self._stack.removeWidget(pane)
            pane.dispose()


def _title(target: SignInTarget) -> str:
    if target.account:
        words = _("Sign in to {organization} (directory {tenant}) as {account}")
    else:
        words = _("Sign in to {organization} (directory {tenant})")
    return words.format(organization=target.organization, tenant=target.tenant, account=target.account)


def _last_words(reason: BaseException | None) -> str:
    """What stands where the page was."""
    match reason:
        case None:
            return _("The sign-in page is done. The connection is being finished.")
        case Cancelled():
            return _("The sign-in was cancelled.")
        case ConnectionProblem(problem=Problem.SIGN_IN_TIMED_OUT):
            return _("The sign-in took too long and was ended. Choose Start again to begin anew.")
        case ConnectionProblem(problem=Problem.SIGN_IN_HOST_REFUSED):
            return _("The sign-in was ended because you did not recognize the address it led to.")
        case _:
            return _("The sign-in page could not be opened. Choose Start again, or Continue in browser.")
