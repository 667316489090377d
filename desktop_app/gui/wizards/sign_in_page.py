"""The page where a person signs in: the embedded view, their own browser, or a code for another device.

The web engine is imported when this page is first opened, and not at all where it can not run. Whatever happens, the
other ways and Cancel stay on screen.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.app.drafts import OAuthDraft
from desktop_app.app.guidance import ActionKind
from desktop_app.app.i18n import _
from desktop_app.auth.aadsts import problem_from_number
from desktop_app.auth.device_code import DeviceCode
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Grant
from desktop_app.core.ports import Progress
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.device_code_card import DeviceCodeCard
from desktop_app.gui.sign_in_engine import sign_in_unavailable
from desktop_app.gui.widgets import Banner
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.flow_wizard import TaskPage
from desktop_app.gui.wizards.sign_in_ways import BrowserOpener, SignInWays, WaitingCard

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
        self._opener = BrowserOpener(context, self)
        self._opener.failed.connect(self._no_browser)
        self._last_way = self._start_embedded
        self.signed_in = Banner("info", "", "", _("Sign in again"))
        self.signed_in.setObjectName("signedInBanner")
        self.signed_in.pressed.connect(self._start_embedded)
        self.waiting = WaitingCard()
        self.device = DeviceCodeCard(context.workspace.clock.now, context.open_url, context.clipboard.copy_plain)
        self.device.cancelled.connect(self._cancel_code)
        for part in (self.signed_in, self.problem, self.waiting, self.device):
            self.body.addWidget(part)
        self._view_place = QVBoxLayout()
        self.body.addLayout(self._view_place, 1)
        self.body.addStretch(0)  # takes the room where there is no view
        self._add_ways()

    def _add_ways(self) -> None:
        """Below what scrolls: they are never out of sight."""
        self.ways = SignInWays()
        self.ways.here_wanted.connect(self._start_embedded)
        self.ways.browser_wanted.connect(self._start_in_browser)
        self.ways.code_wanted.connect(self._start_elsewhere)
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(column.indexOf(self._reason), self.ways)

    # -- FlowPage -----------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        if self.draft.grant is not None:
            self._show_signed_in(self.draft.grant)
        else:
            self._start_embedded()

    def leave(self) -> None:
        self.stop()
        self._clear()

    def obstacle(self) -> str:
        if self.draft.grant is not None:
            return ""
        return _("Finish the sign-in above to go on.") if self.busy else _("Sign in to go on.")

    def act(self, kind: ActionKind) -> None:
        match kind:
            case ActionKind.CONTINUE_IN_BROWSER:
                self._start_in_browser()
            case ActionKind.USE_DEVICE_CODE:
                self._start_elsewhere()
            case ActionKind.TRY_AGAIN:
                self._last_way()
            case _:
                self._start_embedded()

    # -- the three ways -----------------------------------------------------------------------------------------------

    def _start_embedded(self) -> None:
        self._last_way = self._start_embedded
        self.stop()
        self._clear()
        unavailable = sign_in_unavailable()
        if unavailable is not None:
            self.show_problem(unavailable)
            return
        hosts: set[str] = set()
        view = self._open_view(hosts)
        view.show()
        surface, draft, connections = view.surface(), self.draft, self.context.workspace.connections
        key, redirect_uri = draft.sign_in_key, draft.redirect_uri
        remembered, place = self.context.workspace.remembered_hosts, _place_of(draft)

        def work(cancel: Cancel, progress: object) -> Grant:
            hosts.update(remembered.of(place))
            try:
                return connections.sign_in(draft, surface, redirect_uri, cancel)
            finally:
                remembered.remember(place, frozenset(hosts))

        self.start(work, lambda grant: self._signed_in(key, grant))

    def _start_in_browser(self) -> None:
        """Beside the redirect URI of the form, the app registration must list http://localhost for this."""
        self._last_way = self._start_in_browser
        self.stop()
        self._clear()
        self.waiting.show()
        self.ways.here.setFocus(Qt.FocusReason.OtherFocusReason)  # else it goes to Cancel when the view goes
        draft, connections, open_browser = self.draft, self.context.workspace.connections, self._opener.open
        key = draft.sign_in_key
        make_surface = self.context.workspace.browser_surface

        def work(cancel: Cancel, progress: object) -> Grant:
            place: AbstractContextManager[BrowserSurface] = make_surface(open_browser)
            with place as surface:
                return connections.sign_in(draft, surface, surface.redirect_uri, cancel)

        self.start(work, lambda grant: self._signed_in(key, grant))

    def _start_elsewhere(self) -> None:
        """The app registration must allow public client flows for this, and the company must not block it."""
        self._last_way = self._start_elsewhere
        self.stop()
        self._clear()
        self.device.wait_for_code()
        self.device.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
        draft, connections = self.draft, self.context.workspace.connections
        key = draft.sign_in_key

        def work(cancel: Cancel, progress: Progress) -> Grant:
            return connections.sign_in_elsewhere(draft, progress, cancel)

        self.start(work, lambda grant: self._signed_in(key, grant), self._show_code)

    def _show_code(self, code: object) -> None:
        if isinstance(code, DeviceCode):
            self.device.show_code(code)

    def _cancel_code(self) -> None:
        self.stop()
        self._clear()
        self.ways.here.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

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
        self.device.dismiss()
        if self._view is not None and "aadsts" not in failure.facts:
            self._close_view()  # of all pages, only Entra's own words stay readable below the explanation
        self.ways.mark_embedded(self._view is not None)
        super()._failed(failure)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        """Nothing of the way that was gone before is left."""
        self._close_view()
        self.device.dismiss()
        for part in (self.signed_in, self.waiting, self.problem):
            part.hide()
        self.ways.mark_embedded(False)
        self.ways.show()

    def _show_signed_in(self, grant: Grant) -> None:
        self._clear()
        self.ways.hide()
        who = grant.account.username if grant.account else ""
        self.signed_in.show_words("info", _("You are signed in as {account}.").format(account=who))
        self.signed_in.show()

    def _open_view(self, hosts: set[str]) -> SignInView:
        """`hosts` are those the person agrees to; it grows while the sign-in runs."""
        from desktop_app.gui.sign_in_view import SignInTarget, SignInView, sign_in_hosts

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
            remembered_hosts=hosts,
            proxy_logins=self.context.workspace.proxy_logins,
        )
        self._view.setMinimumHeight(380)
        self._view.start_again_requested.connect(self._start_embedded)
        self._view_place.addWidget(self._view)
        self.ways.follow(self._view.last_button)
        self.ways.mark_embedded(True)
        return self._view

    def _close_view(self) -> None:
        if self._view is not None:
            self._view.cancel()
            self._view_place.removeWidget(self._view)
            self._view.hide()
            self._view.deleteLater()
            self._view = None


def _place_of(draft: OAuthDraft) -> str:
    """Under which name the hosts of this tenant's sign-in are remembered."""
    return f"{urlsplit(draft.cloud.login).hostname or ''}/{draft.tenant.lower()}"
