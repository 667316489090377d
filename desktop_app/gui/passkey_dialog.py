"""What a sign-in page asks when it wants a passkey: which account, the key's PIN, a touch, or why it did not work.

Driven by the states of QWebEngineWebAuthUxRequest alone. A PIN goes from the field to the request and is kept nowhere.
Import this module only where the web engine is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWebEngineCore import QWebEngineWebAuthPinRequest, QWebEngineWebAuthUxRequest
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from desktop_app.app.i18n import _, ngettext
from desktop_app.gui.announce import announce
from desktop_app.gui.style import mark
from desktop_app.gui.widgets import Heading, SoftText, prepare_list, primary_button

_State = QWebEngineWebAuthUxRequest.WebAuthUxState
_Reason = QWebEngineWebAuthUxRequest.PinEntryReason
_PinError = QWebEngineWebAuthUxRequest.PinEntryError
_Failure = QWebEngineWebAuthUxRequest.RequestFailureReason

# Another key, or the same one once more, may do. After the others the page itself must ask again.
_WORTH_A_RETRY = frozenset(
    {
        _Failure.KeyNotRegistered,
        _Failure.KeyAlreadyRegistered,
        _Failure.SoftPinBlock,
        _Failure.AuthenticatorRemovedDuringPinEntry,
        _Failure.AuthenticatorMissingResidentKeys,
        _Failure.AuthenticatorMissingUserVerification,
        _Failure.AuthenticatorMissingLargeBlob,
    }
)
ACCOUNTS_HEIGHT = 9
WIDTH = 26
"""In line heights of the interface font."""


class PasskeyDialog(QDialog):
    """One request, from its first question to its end; closes by itself then. Closing it cancels the request."""

    def __init__(self, request: QWebEngineWebAuthUxRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._request: QWebEngineWebAuthUxRequest | None = request
        self.setObjectName("passkeyDialog")
        self.setWindowTitle(_("Passkey"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.title = Heading("", sub=True)
        self.words = SoftText()
        self.accounts = QListWidget()
        self.accounts.setObjectName("passkeyAccounts")
        self.accounts.setAccessibleName(_("Accounts"))
        prepare_list(self.accounts)
        self.accounts.setMaximumHeight(ACCOUNTS_HEIGHT * self.fontMetrics().height())
        self.accounts.itemDoubleClicked.connect(lambda _item: self._go_on())
        self.pin = _secret_line(_("PIN of the security key"), "passkeyPin")
        self.again = _secret_line(_("The same PIN again"), "passkeyPinAgain")
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        mark(self.fault, "role", "fault")
        self.forward = primary_button(_("Continue"))
        self.forward.setObjectName("passkeyForward")
        self.forward.setDefault(True)
        self.forward.clicked.connect(self._go_on)
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setObjectName("passkeyCancel")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self._lay_out()
        request.stateChanged.connect(self._show_state)
        request.destroyed.connect(self._over)
        self._show_state(request.state())

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        for part in (self.title, self.words, self.accounts, self.pin, self.again, self.fault):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(WIDTH * self.fontMetrics().height())

    # -- what the request says ----------------------------------------------------------------------------------------

    def _show_state(self, state: QWebEngineWebAuthUxRequest.WebAuthUxState) -> None:
        request = self._request
        if request is None:
            return
        shows: dict[QWebEngineWebAuthUxRequest.WebAuthUxState, Callable[[QWebEngineWebAuthUxRequest], None]] = {
            _State.SelectAccount: self._ask_account,
            _State.CollectPin: self._ask_pin,
            _State.FinishTokenCollection: self._ask_touch,
            _State.RequestFailed: self._show_failure,
        }
        for part in (self.accounts, self.pin, self.again, self.fault, self.forward):
            part.hide()
        self.pin.clear()
        self.again.clear()
        if state in shows:
            shows[state](request)
            self.setAccessibleDescription(self.words.text())
            if self.isVisible():
                self._say()
        elif state in {_State.Completed, _State.Cancelled}:
            self._over()

    def _ask_account(self, request: QWebEngineWebAuthUxRequest) -> None:
        self.title.setText(_("Choose a passkey"))
        self.words.setText(
            _("There are several passkeys for {site} on this key. Which account do you want to sign in with?").format(
                site=request.relyingPartyId()
            )
        )
        self.accounts.clear()
        self.accounts.addItems(request.userNames())
        self.accounts.setCurrentRow(0)
        self._offer(_("Continue"), self.accounts)

    def _ask_pin(self, request: QWebEngineWebAuthUxRequest) -> None:
        asked = request.pinRequest()
        is_new = asked.reason is not _Reason.Challenge
        if is_new:
            self.title.setText(_("Choose a PIN for your security key"))
            self.words.setText(
                ngettext(
                    "{site} wants a passkey. Choose a PIN of {count} character or more, and remember it well.",
                    "{site} wants a passkey. Choose a PIN of {count} characters or more, and remember it well.",
                    asked.minPinLength,
                ).format(site=request.relyingPartyId(), count=asked.minPinLength)
            )
        else:
            self.title.setText(_("Enter the PIN of your security key"))
            self.words.setText(
                _("{site} wants a passkey. The PIN stays between this window and your key.").format(
                    site=request.relyingPartyId()
                )
            )
        self._show_fault(_pin_fault(asked))
        self.again.setVisible(is_new)
        self._offer(_("Continue"), self.pin)

    def _ask_touch(self, request: QWebEngineWebAuthUxRequest) -> None:
        self.title.setText(_("Touch your security key"))
        self.words.setText(
            _("{site} wants to see that you are there. Touch the button or the contact on your key.").format(
                site=request.relyingPartyId()
            )
        )
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_failure(self, request: QWebEngineWebAuthUxRequest) -> None:
        reason = request.requestFailureReason()
        self.title.setText(_("The passkey was not accepted"))
        self.words.setText(_failure_words(reason))
        if reason in _WORTH_A_RETRY:
            self._offer(_("Try again"), self.forward)
        else:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self, label: str, focus: QWidget) -> None:
        self.forward.setText(label)
        self.forward.show()
        focus.show()
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_fault(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
        self.pin.setAccessibleDescription(words)
        mark(self.pin, "invalid", bool(words))

    def _say(self) -> None:
        parts = (self.title.text(), self.words.text(), self.fault.text() if self.fault.isVisible() else "")
        announce(self, ". ".join(part for part in parts if part))

    # -- what the person says -----------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        request = self._request
        if request is None or not Shiboken.isValid(request):
            return
        match request.state():
            case _State.SelectAccount:
                chosen = self.accounts.currentItem()
                if chosen is not None:
                    request.setSelectedAccount(chosen.text())
            case _State.CollectPin:
                self._send_pin(request)
            case _State.RequestFailed:
                request.retry()
            case _:
                pass

    def _send_pin(self, request: QWebEngineWebAuthUxRequest) -> None:
        pin = self.pin.text()
        shortest = request.pinRequest().minPinLength
        if len(pin) < shortest:
            self._show_fault(_too_short(shortest))
        elif self.again.isVisible() and pin != self.again.text():
            self._show_fault(_("The two PINs are not the same."))
        else:
            self.pin.clear()
            self.again.clear()
            request.setPin(pin)
            return
        self._say()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape, Cancel, or the window's own button: the page is told that the person does not want to."""
        request, self._request = self._request, None
        if request is not None and Shiboken.isValid(request):
            request.cancel()
        super().reject()

    def _over(self) -> None:
        self._request = None
        self.accept()


def _secret_line(name: str, object_name: str) -> QLineEdit:
    editor = QLineEdit()
    editor.setObjectName(object_name)
    editor.setEchoMode(QLineEdit.EchoMode.Password)
    editor.setPlaceholderText(name)
    editor.setAccessibleName(name)
    editor.setDragEnabled(False)
    hints = Qt.InputMethodHint
    editor.setInputMethodHints(hints.ImhHiddenText | hints.ImhSensitiveData | hints.ImhNoPredictiveText)
    return editor


def _pin_fault(asked: QWebEngineWebAuthPinRequest) -> str:
    """What was wrong with the PIN before, and how often one may still try."""
    left = asked.remainingAttempts
    tries = (
        ngettext("You have {count} try left.", "You have {count} tries left.", left).format(count=left)
        if left > 0 and asked.reason is _Reason.Challenge
        else ""
    )
    said = {
        _PinError.NoError: "",
        _PinError.InternalUvLocked: _("The fingerprint reader of the key is locked; its PIN is needed."),
        _PinError.WrongPin: _("That PIN is not right."),
        _PinError.TooShort: _too_short(asked.minPinLength),
        _PinError.InvalidCharacters: _("The key does not take one of these characters."),
        _PinError.SameAsCurrentPin: _("That is the PIN the key has already. Choose another."),
    }.get(asked.error, "")
    shows_tries = bool(said) or 0 < left <= _FEW_TRIES
    return " ".join(part for part in (said, tries if shows_tries else "") if part)


_FEW_TRIES = 3
"""From here on it is said before the first wrong one, too."""


def _too_short(shortest: int) -> str:
    return ngettext("A PIN has {count} character at least.", "A PIN has {count} characters at least.", shortest).format(
        count=shortest
    )


def _failure_words(reason: QWebEngineWebAuthUxRequest.RequestFailureReason) -> str:
    words = {
        _Failure.Timeout: _("It took too long. Start the sign-in again."),
        _Failure.KeyNotRegistered: _("This key does not belong to your account. Try another key."),
        _Failure.KeyAlreadyRegistered: _("This key is registered already. You can use it to sign in."),
        _Failure.SoftPinBlock: _(
            "The key is locked, because a wrong PIN was entered too often. Take it out, put it in again, and try again."
        ),
        _Failure.HardPinBlock: _(
            "The key is locked for good, because a wrong PIN was entered too often. Ask your IT team for help."
        ),
        _Failure.AuthenticatorRemovedDuringPinEntry: _("The key was taken out. Put it in again, and try again."),
        _Failure.AuthenticatorMissingResidentKeys: _("This key can not keep passkeys. Try another key."),
        _Failure.AuthenticatorMissingUserVerification: _("This key can not check who you are. Try another key."),
        _Failure.AuthenticatorMissingLargeBlob: _("This key can not keep what the site wants. Try another key."),
        _Failure.NoCommonAlgorithms: _("The site and this key do not understand each other. Use another key."),
        _Failure.StorageFull: _("There is no room for another passkey on this key."),
        _Failure.UserConsentDenied: _("The request was declined on the key."),
        _Failure.WinUserCancelled: _("The request was cancelled."),
    }
    return words.get(reason, _("The key did not answer as expected. Start the sign-in again, or use your browser."))
