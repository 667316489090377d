"""What happens when Chromium does not accept a certificate.

It is refused, with one exception: the authority is unknown to Chromium and an injected judge, who verifies the whole
chain, says that the person's own settings trust it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QDateTime, QObject, Qt, Signal
from PySide6.QtWebEngineCore import QWebEngineCertificateError, QWebEnginePage

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.gui.sign_in_rules import host_of

_Fault = QWebEngineCertificateError.Type
_PROBLEMS = {
    _Fault.CertificateDateInvalid: Problem.CERTIFICATE_EXPIRED,
    _Fault.CertificateCommonNameInvalid: Problem.CERTIFICATE_WRONG_HOST,
    _Fault.CertificateWeakSignatureAlgorithm: Problem.CERTIFICATE_STRICT,
    _Fault.CertificateWeakKey: Problem.CERTIFICATE_STRICT,
    _Fault.CertificateValidityTooLong: Problem.CERTIFICATE_STRICT,
}

Trusts = Callable[[str, int, list[bytes]], bool]
"""(host, port, chain as DER, leaf first) -> trusted. Called in a thread of its own. It must check the host's name and
the dates as well: Chromium names only the gravest fault, and an unknown authority hides a wrong name."""


def trust_nothing_more(host: str, port: int, chain: list[bytes]) -> bool:
    """The judge of a person without extra authorities."""
    return False


class CertificateDecisions(QObject):
    """Answers one page's certificate errors; undecided ones are refused when `refuse_all` is called.

    Signals:
        refused(ConnectionProblem): the page's own address was not opened because of its certificate.
    """

    refused = Signal(object)
    _decided = Signal(int, bool)

    def __init__(self, page: QWebEnginePage, trusts: Trusts, parent: QObject) -> None:
        super().__init__(parent)
        self._trusts = trusts
        self._undecided: dict[int, QWebEngineCertificateError] = {}
        self._count = 0
        page.certificateError.connect(self._on_error)
        self._decided.connect(self._on_decided, Qt.ConnectionType.QueuedConnection)

    def refuse_all(self) -> None:
        """The page goes away: nothing waits any longer."""
        while self._undecided:
            self._undecided.popitem()[1].rejectCertificate()

    def _on_error(self, error: QWebEngineCertificateError) -> None:
        if error.type() is not QWebEngineCertificateError.Type.CertificateAuthorityInvalid:
            self._refuse(error)
            return
        error.defer()
        self._count += 1
        self._undecided[self._count] = error
        chain = [bytes(certificate.toDer().data()) for certificate in error.certificateChain()]
        question = (self._count, host_of(error.url()), error.url().port(443), chain)
        threading.Thread(target=self._decide, args=question, name="certificate-decision", daemon=True).start()

    def _decide(self, number: int, host: str, port: int, chain: list[bytes]) -> None:
        trusted = False
        try:
            trusted = self._trusts(host, port, chain)
        finally:
            with suppress(RuntimeError):  # the page was closed meanwhile, and this object with it
                self._decided.emit(number, trusted)

    def _on_decided(self, number: int, trusted: bool) -> None:
        error = self._undecided.pop(number, None)
        if error is None:
            return
        if trusted:
            error.acceptCertificate()
        else:
            self._refuse(error)

    def _refuse(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        if error.isMainFrame():
            self.refused.emit(problem_of(error))


def problem_of(error: QWebEngineCertificateError) -> ConnectionProblem:
    """Chromium names the gravest fault alone; who issued the certificate is read from it as it was shown."""
    facts = {"host": host_of(error.url()), "description": error.type().name}
    problem = _PROBLEMS.get(error.type(), Problem.CERTIFICATE_UNTRUSTED)
    chain = error.certificateChain()
    if chain:
        issuer = _readable(chain[0].issuerDisplayName())
        facts |= {"issuer": issuer} if issuer else {}
        if problem is Problem.CERTIFICATE_EXPIRED and chain[0].effectiveDate() > QDateTime.currentDateTimeUtc():
            problem = Problem.CERTIFICATE_NOT_YET_VALID
    return ConnectionProblem(problem, facts)


def _readable(name: str) -> str:
    """Anybody can write anything into a certificate."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
