"""The page where a person signs in: the embedded view, and behind the same interface their own browser.

The web engine is imported when this page is first opened, and not at all where it can not run.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.app.drafts import OAuthDraft
from desktop_app.app.guidance import ActionKind
from desktop_app.app.i18n import _
from desktop_app.auth.aadsts import problem_from_number
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Grant
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_engine import sign_in_unavailable
from desktop_app.gui.widgets import Banner, Card, SoftText
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import TaskPage

if TYPE_CHECKING:
    from desktop_app.app.workspace import BrowserSurface
    from desktop_app.gui.sign_in_view import SignInView


class SignInPage(TaskPage[OAuthDraft]):
    """Signs in on entry, goes on by itself when that worked, and remembers it while the values stay the same."""

    def __init__(self, context: WizardContext, draft: OAuthDraft) -> None:
        super().__init__(
            context,
            draft,
            title=_("Sign in"),
            purpose=_("Sign in with the account the connection shall act as, and accept the permissions."),
        )
        self._view: SignInView | None = None
        self._opener = _Opener(context, self)
        self._opener.failed.connect(self._no_browser)
        self._remembered_hosts: set[str] = set()
        self.signed_in = Banner("info", "", "", _("Sign in again"))
        self.signed_in.setObjectName("signedInBanner")
        self.signed_in.pressed.connect(self._start_embedded)
        self.waiting = _WaitingCard()
        self.waiting.here.clicked.connect(self._start_embedded)
        self.body.addWidget(self.signed_in)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.waiting)
        self._view_place = QVBoxLayout()
        self.body.addLayout(self._view_place, 1)
        self.body.addStretch(0)  # takes the room where there is no view

    # -- FlowPage -----------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        if self.draft.grant is not None:
            self._show_signed_in(self.draft.grant)
        else:
            self._start_embedded()

    def leave(self) -> None:
        self.stop()
        self._close_view()

    def obstacle(self) -> str:
        if self.draft.grant is not None:
            return ""
        return _("Finish the sign-in above to go on.") if self.busy else _("Sign in to go on.")

    def act(self, kind: ActionKind) -> None:
        if kind is ActionKind.CONTINUE_IN_BROWSER:
            self._start_in_browser()
        else:
            self._start_embedded()

    # -- the two ways -------------------------------------------------------------------------------------------------

    def _start_embedded(self) -> None:
        self.signed_in.hide()
        self.waiting.hide()
        unavailable = sign_in_unavailable()
        if unavailable is not None:
            self._close_view()
            self.show_problem(unavailable)
            return
        view = self._open_view()
        view.show()
        surface, draft, connections = view.surface(), self.draft, self.context.workspace.connections
        key, redirect_uri = draft.sign_in_key, draft.redirect_uri
        self.start(
            lambda cancel, progress: connections.sign_in(draft, surface, redirect_uri, cancel),
            lambda grant: self._signed_in(key, grant),
        )

    def _start_in_browser(self) -> None:
        """Beside the redirect URI of the form, the app registration must list http://localhost for this."""
        self.stop()
        self._close_view()
        self.signed_in.hide()
        self.waiting.show()
        self.waiting.here.setFocus()  # else it goes to Cancel when the view goes
        draft, connections, open_browser = self.draft, self.context.workspace.connections, self._opener.open
        key = draft.sign_in_key
        make_surface = self.context.workspace.browser_surface

        def work(cancel: Cancel, progress: object) -> Grant:
            place: AbstractContextManager[BrowserSurface] = make_surface(open_browser)
            with place as surface:
                return connections.sign_in(draft, surface, surface.redirect_uri, cancel)

        self.start(work, lambda grant: self._signed_in(key, grant))

    def _no_browser(self) -> None:
        """Nothing opened, so nobody would ever answer."""
        self.stop()
        self._failed(ConnectionProblem(Problem.LOOPBACK_UNAVAILABLE, {"reason": "browser-not-opened"}))

    def _signed_in(self, key: object, grant: Grant) -> None:
        self.draft.last_sign_in = (key, grant)
        self._show_signed_in(grant)
        self.refresh()
        if self.draft.grant is not None:
            self.flow_wizard().next()

    def _failed(self, failure: ConnectionProblem) -> None:
        self.waiting.hide()
        if self._view is not None and "aadsts" not in failure.facts:
            self._close_view()  # of all pages, only Entra's own words stay readable below the explanation
        super()._failed(failure)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def _show_signed_in(self, grant: Grant) -> None:
        self._close_view()
        self.waiting.hide()
        self.problem.hide()
        who = grant.account.username if grant.account else ""
        self.signed_in.show_words("info", _("You are signed in as {account}.").format(account=who))
        self.signed_in.show()

    def _open_view(self) -> SignInView:
        from desktop_app.gui.sign_in_view import SignInTarget, SignInView, sign_in_hosts

        self._close_view()
        draft = self.draft
        target = SignInTarget(
            organization=draft.organization,
            tenant=draft.tenant,
            login_host=urlsplit(draft.cloud.login).hostname or "",
            allowed_hosts=sign_in_hosts(draft.cloud),
            account=draft.editing.account if draft.editing else "",
        )
        self._view = SignInView(
            target,
            classify=problem_from_number,
            trusts=self.context.workspace.trusts,
            remembered_hosts=self._remembered_hosts,
        )
        self._view.setMinimumHeight(380)
        self._view.browser_requested.connect(self._start_in_browser)
        self._view.start_again_requested.connect(self._start_embedded)
        self._view_place.addWidget(self._view)
        return self._view

    def _close_view(self) -> None:
        if self._view is not None:
            self._view.cancel()
            self._view_place.removeWidget(self._view)
            self._view.hide()
            self._view.deleteLater()
            self._view = None


class _WaitingCard(Card):
    """Shown while the person signs in elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("waitingForBrowser")
        title = QLabel(_("Your browser has been opened"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self.here = QPushButton(_("Sign in here instead"))
        self.here.setObjectName("signInHere")
        self.body.addWidget(title)
        self.body.addWidget(
            SoftText(
                _(
                    "Finish the sign-in there within five minutes; this page goes on by itself. The "
                    "app registration must "
                    "list http://localhost as a redirect URI for this."
                )
            )
        )
        self.body.addWidget(self.here, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()


class _Opener(QObject):
    """Opens an address from a worker thread: only the GUI thread may ask the desktop for it."""

    failed = Signal()
    _wanted = Signal(str)

    def __init__(self, context: WizardContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def open(self, url: str) -> bool:
        self._wanted.emit(url)
        return True

    def _open(self, url: str) -> None:
        if not self._context.open_url(url):
            self.failed.emit()
