"""What is wrong with a server's certificate, and who issued it.

Branches on the number the verifier gave, never on its words. The issuer is read over a second connection on which
nothing is checked and nothing is sent after the handshake: what is read there is shown to a person and decides nothing.
"""

from __future__ import annotations

import ssl
from contextlib import closing
from enum import StrEnum
from http.client import HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from desktop_app.core.problems import Problem

ISSUER_WAIT_S = 3.0
"""For each step of the second connection; the person already waits for words about the first."""

_MAX_ISSUER = 80  # a name is shown within a sentence


class CertificateFault(StrEnum):
    """The fact `certificate_fault`."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_HOST = "wrong-host"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"
    STRICT_RULES = "strict-rules"
    OTHER = "other"


PROBLEM_OF_FAULT: Final = {
    CertificateFault.EXPIRED: Problem.CERTIFICATE_EXPIRED,
    CertificateFault.NOT_YET_VALID: Problem.CERTIFICATE_NOT_YET_VALID,
    CertificateFault.WRONG_HOST: Problem.CERTIFICATE_WRONG_HOST,
    CertificateFault.SELF_SIGNED: Problem.CERTIFICATE_UNTRUSTED,
    CertificateFault.UNKNOWN_ISSUER: Problem.CERTIFICATE_UNTRUSTED,
    CertificateFault.STRICT_RULES: Problem.CERTIFICATE_STRICT,
    CertificateFault.OTHER: Problem.CERTIFICATE_UNTRUSTED,
}

_FAULT_OF_CODE: Final[dict[int, CertificateFault]] = {
    # OpenSSL, include/openssl/x509_vfy.h, X509_V_ERR_*
    9: CertificateFault.NOT_YET_VALID,
    10: CertificateFault.EXPIRED,
    18: CertificateFault.SELF_SIGNED,
    19: CertificateFault.SELF_SIGNED,
    2: CertificateFault.UNKNOWN_ISSUER,
    20: CertificateFault.UNKNOWN_ISSUER,
    21: CertificateFault.UNKNOWN_ISSUER,
    62: CertificateFault.WRONG_HOST,
    64: CertificateFault.WRONG_HOST,  # the host is an address
    # The same, as "security level errors": keys and signatures that are too weak for the system's settings.
    **dict.fromkeys((66, 67, 68), CertificateFault.STRICT_RULES),
    # The same, for X509_V_FLAG_X509_STRICT. 79, an authority that is none, is refused without it too.
    **dict.fromkeys((78, *range(80, 95)), CertificateFault.STRICT_RULES),
    # Windows, winerror.h: CERT_E_EXPIRED (too early as well), _UNTRUSTEDROOT, _CHAINING, _CN_NO_MATCH
    0x800B0101: CertificateFault.EXPIRED,
    0x800B0109: CertificateFault.UNKNOWN_ISSUER,
    0x800B010A: CertificateFault.UNKNOWN_ISSUER,
    0x800B010F: CertificateFault.WRONG_HOST,
    # macOS, SecBase.h: errSecCertificateExpired, NotValidYet, errSecHostNameMismatch, errSecNotTrusted
    -67818: CertificateFault.EXPIRED,
    -67819: CertificateFault.NOT_YET_VALID,
    -67602: CertificateFault.WRONG_HOST,
    -67843: CertificateFault.UNKNOWN_ISSUER,
}


def fault_of(error: ssl.SSLCertVerificationError) -> CertificateFault:
    """By the verifier's number; OTHER for one that is missing or unknown."""
    return _FAULT_OF_CODE.get(getattr(error, "verify_code", 0), CertificateFault.OTHER)


def presented_issuer(url: str, proxy: str = "", wait_s: float = ISSUER_WAIT_S) -> str:
    """Who issued the certificate that the server of `url` shows, in words; empty if that can not be found out.

    `proxy` is the address of the proxy on the way, if there is one. Its user name and password are not sent.
    """
    try:
        return issuer_name(_presented_leaf(url, proxy, wait_s))
    except (OSError, ValueError, HTTPException):
        return ""


def issuer_name(certificate_der: bytes) -> str:
    """The common name of the issuer, else its organization, fit to be shown. Raises ValueError for no certificate."""
    return shown_name(x509.load_der_x509_certificate(certificate_der).issuer)


def shown_name(of: x509.Name) -> str:
    """The same for a name that was read already."""
    names = [*of.get_attributes_for_oid(NameOID.COMMON_NAME)]
    names += of.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    readable = [_readable(str(name.value)) for name in names]
    return next((name for name in readable if name), "")


def _readable(name: str) -> str:
    """Anybody can write anything into a certificate: one line, nothing that changes the direction of text."""
    text = " ".join("".join(character if character.isprintable() else " " for character in name).split())
    return text if len(text) <= _MAX_ISSUER else text[: _MAX_ISSUER - 1].rstrip() + "…"


def _presented_leaf(url: str, proxy: str, wait_s: float) -> bytes:
    """The server's own certificate as DER. Raises OSError, ValueError or HTTPException."""
    with closing(_connection(url, proxy, wait_s)) as connection:
        connection.connect()  # as far as the handshake: a request is never made
        leaf: bytes | None = connection.sock.getpeercert(binary_form=True)
    if not leaf:
        raise ValueError("no certificate")
    return leaf


def _connection(url: str, proxy: str, wait_s: float) -> HTTPSConnection:
    """Not opened yet. Raises ValueError for a proxy that is no plain HTTP one."""
    there = urlsplit(url)
    host, port = there.hostname or "", there.port or 443
    context = _context_that_only_looks()
    if not proxy:
        return HTTPSConnection(host, port, timeout=wait_s, context=context)
    way = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if way.scheme != "http":
        raise ValueError("another kind of proxy")
    connection = HTTPSConnection(way.hostname or "", way.port or 80, timeout=wait_s, context=context)
    connection.set_tunnel(host, port)
    return connection


def _context_that_only_looks() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
