"""The web page of one sign-in and the profile it lives in, with everything a sign-in does not need switched off.

Nothing of it reaches the disk, no script of ours runs in it, and the redirect that ends a sign-in is caught before any
request for it leaves.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineClientCertificateSelection,
    QWebEngineDownloadRequest,
    QWebEngineFullScreenRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)

from desktop_app.gui.sign_in_rules import NavigationRules, Verdict, host_of
from desktop_app.gui.sign_in_surface import SignInLimits
from desktop_app.infra.core_dumps import children_in_sandbox

_Attribute = QWebEngineSettings.WebAttribute
_OFF = (
    _Attribute.PluginsEnabled,
    _Attribute.PdfViewerEnabled,
    _Attribute.LocalContentCanAccessFileUrls,
    _Attribute.LocalContentCanAccessRemoteUrls,
    _Attribute.JavascriptCanOpenWindows,  # without a click; with one it still can
    _Attribute.JavascriptCanAccessClipboard,
    _Attribute.JavascriptCanPaste,
    _Attribute.FullScreenSupportEnabled,
    _Attribute.ScreenCaptureEnabled,
    _Attribute.WebGLEnabled,
    _Attribute.HyperlinkAuditingEnabled,
    _Attribute.DnsPrefetchEnabled,
    _Attribute.NavigateOnDropEnabled,
    _Attribute.AllowRunningInsecureContent,
    _Attribute.AllowGeolocationOnInsecureOrigins,
    _Attribute.AllowWindowActivationFromJavaScript,
    _Attribute.AutoLoadIconsForPage,
    _Attribute.TouchIconsEnabled,
    _Attribute.ErrorPageEnabled,  # the view says in its own words what went wrong
)
_ON = (_Attribute.WebRTCPublicInterfacesOnly, _Attribute.PlaybackRequiresUserGesture)


def sign_in_profile() -> QWebEngineProfile:
    """A profile that forgets everything when it is deleted. Its page must be deleted first (Qt docs)."""
    with children_in_sandbox():  # the first profile starts Chromium's processes
        profile = QWebEngineProfile()  # without a storage name: off the record
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    settings = profile.settings()
    for attribute in _OFF:
        settings.setAttribute(attribute, False)
    for attribute in _ON:
        settings.setAttribute(attribute, True)
    settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes)
    profile.downloadRequested.connect(_refuse_download)
    return profile


class SignInPage(QWebEnginePage):
    """A page that goes only where the rules let it.

    Signals:
        caught(str): the full redirect URL. It holds the authorization code: never logged, never shown.
        host_unknown(QUrl, bool): it wants to go to a host nobody named yet; True if a form's contents would be lost.
        refused(str): it wanted to go to an address that is never opened; its host, empty where it had none.
        window_wanted(QWebEngineNewWindowRequest): it wants a second window, for an address that may be opened or asked
            about. The request is good only until the call returns.
        restless(): it wants more than a sign-in can need, such as one page after another without end. Once; it gets
            nothing more.
    """

    caught = Signal(str)
    host_unknown = Signal(QUrl, bool)
    refused = Signal(str)
    window_wanted = Signal(object)
    restless = Signal()

    def __init__(
        self,
        profile: QWebEngineProfile,
        rules: NavigationRules,
        limits: SignInLimits,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(profile, parent)
        self._rules = rules
        self._limits = limits
        self._wishes: deque[float] = deque(maxlen=limits.wishes)
        self._frozen = False
        self.verdict = Verdict.OPEN
        """What the rules said of the last navigation at the top level."""
        self.newWindowRequested.connect(self._on_window_wanted)
        self.permissionRequested.connect(_deny)
        self.fullScreenRequested.connect(_refuse_full_screen)
        self.selectClientCertificate.connect(_send_no_certificate)
        self.authenticationRequired.connect(self._stop_for_password)

    @property
    def rules(self) -> NavigationRules:
        return self._rules

    @property
    def limits(self) -> SignInLimits:
        return self._limits

    def note_wish(self) -> bool:
        """The page wants something. False once it wanted too much."""
        now = time.monotonic()
        full = len(self._wishes) == self._wishes.maxlen
        if full and now - self._wishes[0] < self._limits.wishes_s and not self._frozen:
            self._frozen = True
            self.restless.emit()
        self._wishes.append(now)
        return not self._frozen

    def freeze(self) -> None:
        """From now on the page stays where it is: the sign-in has ended, only its last words are left to read."""
        self._frozen = True

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        """Qt asks here before the first byte of a request, and again before each redirect is followed."""
        if self._frozen or (is_main_frame and not self.note_wish()):
            return False
        target = QUrl(url)
        verdict = self._rules.judge(target, main_frame=is_main_frame)
        if is_main_frame:
            self.verdict = verdict
        match verdict:
            case Verdict.CATCH:
                self._frozen = True
                self.caught.emit(target.toString(QUrl.ComponentFormattingOption.FullyEncoded))
            case Verdict.ASK:
                self.host_unknown.emit(target, kind is QWebEnginePage.NavigationType.NavigationTypeFormSubmitted)
            case Verdict.REFUSE if is_main_frame:
                self.refused.emit(host_of(target))
        return verdict is Verdict.OPEN

    def _stop_for_password(self) -> None:
        """A server wants a name and a password outside of its page. Left alone, Qt would send empty ones thirty times,
        and with NTLM the name of this computer; there is no way to say no but to stop."""
        self.triggerAction(QWebEnginePage.WebAction.Stop)

    def _on_window_wanted(self, request: QWebEngineNewWindowRequest) -> None:
        if self._frozen or not self.note_wish():
            return
        target = request.requestedUrl()
        # Asked here too: Qt runs a `javascript:` address in a new window without asking.
        if target.isEmpty() or self._rules.judge(target, main_frame=True) is not Verdict.REFUSE:
            self.window_wanted.emit(request)
        else:
            self.refused.emit(host_of(target))

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Dropped: what a page writes there may hold a token, and Qt would log it."""

    def javaScriptAlert(self, origin: QUrl | str, message: str) -> None:
        """No box that looks like the program's own."""

    def javaScriptConfirm(self, origin: QUrl | str, message: str) -> bool:
        return False

    def javaScriptPrompt(self, origin: QUrl | str, message: str, default: str) -> tuple[bool, str]:
        return False, ""

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old_files: Sequence[str], accepted_types: Sequence[str]
    ) -> list[str]:
        return []


def _refuse_download(download: QWebEngineDownloadRequest) -> None:
    download.cancel()


def _deny(permission: QWebEnginePermission) -> None:
    permission.deny()


def _refuse_full_screen(request: QWebEngineFullScreenRequest) -> None:
    request.reject()


def _send_no_certificate(selection: QWebEngineClientCertificateSelection) -> None:
    """A certificate names a person: it is not handed to whoever asks."""
    selection.selectNone()
