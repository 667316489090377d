"""A request for a passkey, with the interface of the web engine's own, which nothing but an authenticator can cause.

Import it only where the web engine may be loaded.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWebEngineCore import QWebEngineWebAuthUxRequest

State = QWebEngineWebAuthUxRequest.WebAuthUxState
Reason = QWebEngineWebAuthUxRequest.PinEntryReason
PinError = QWebEngineWebAuthUxRequest.PinEntryError
Failure = QWebEngineWebAuthUxRequest.RequestFailureReason


class PinRequest:
    """As QWebEngineWebAuthPinRequest."""

    def __init__(
        self, reason: Reason = Reason.Challenge, error: PinError = PinError.NoError, left: int = 8, shortest: int = 4
    ) -> None:
        self.reason, self.error, self.remainingAttempts, self.minPinLength = reason, error, left, shortest


class Request(QObject):
    """As QWebEngineWebAuthUxRequest, which only the web engine can make."""

    stateChanged = Signal(QWebEngineWebAuthUxRequest.WebAuthUxState)

    def __init__(self, state: State, pin: PinRequest | None = None, failure: Failure = Failure.Timeout) -> None:
        super().__init__()
        self._state, self._pin, self._failure = state, pin or PinRequest(), failure
        self.pins: list[str] = []
        self.chosen: list[str] = []
        self.retries = 0
        self.cancels = 0

    def state(self) -> State:
        return self._state

    def go(self, state: State) -> None:
        self._state = state
        self.stateChanged.emit(state)

    def ask_pin(self, pin: PinRequest) -> None:
        self._pin = pin
        self.go(State.CollectPin)

    def relyingPartyId(self) -> str:
        return "login.example"

    def userNames(self) -> list[str]:
        return ["dana@contoso.example", "admin@contoso.example"]

    def pinRequest(self) -> PinRequest:
        return self._pin

    def requestFailureReason(self) -> Failure:
        return self._failure

    def setPin(self, pin: str) -> None:
        self.pins.append(pin)

    def setSelectedAccount(self, account: str) -> None:
        self.chosen.append(account)

    def retry(self) -> None:
        self.retries += 1

    def cancel(self) -> None:
        self.cancels += 1
