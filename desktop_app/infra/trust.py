"""The certificate authorities of a Linux system, for the network layer and for the sign-in view.

On Linux the view trusts Chromium's own list, Python the system's; `verify_chain` answers for the view what Python would
say, and refuses everything that is not proved. Elsewhere the view asks the operating system itself, so there are no
system roots to add here.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    Subject,
    VerificationError,
)

# Where Linux distributions keep their bundle when OpenSSL's own setting names no file.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_HASHED_NAME = re.compile(r"[0-9a-fA-F]{8}\.[0-9]")


def load_system_authorities(context: ssl.SSLContext) -> None:
    """Make `context` trust what the system trusts, as OpenSSL finds it (SSL_CERT_FILE and SSL_CERT_DIR count)."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile or _hashed_files(paths.capath):
        context.set_default_verify_paths()
        return
    for bundle in _other_bundle():
        context.load_verify_locations(cafile=bundle)


def verify_chain(
    chain_der: Sequence[bytes], host: str, at: datetime, extra_ca_pem: bytes | None, use_system: bool
) -> bool:
    """True if `chain_der` (the server's certificate first) proves `host`, a DNS name or an IP address, at `at` (UTC).

    Trusted are the authorities in `extra_ca_pem` and, with `use_system`, those of OpenSSL's bundle (SSL_CERT_FILE and
    SSL_CERT_DIR count). Rules: RFC 5280, with the few liberties that OpenSSL takes and companies' authorities need.
    """
    roots = list(_certificates(extra_ca_pem or b""))
    if use_system:
        roots += _system_roots()
    try:
        leaf, *between = [x509.load_der_x509_certificate(der) for der in chain_der]
        policy = PolicyBuilder().store(Store(roots)).time(at)
        policy = policy.extension_policies(ca_policy=_authority_policy(), ee_policy=_server_policy())
        policy.build_server_verifier(_subject(host)).verify(leaf, between)
    except (ValueError, VerificationError):  # ValueError: no chain, no roots, no certificate, no host name
        return False
    return True


def _authority_policy() -> ExtensionPolicy:
    """As for public authorities, but key identifiers and usages may be missing and nothing need be marked critical."""
    either = Criticality.AGNOSTIC
    return (
        ExtensionPolicy.webpki_defaults_ca()
        .require_present(x509.BasicConstraints, either, None)
        .may_be_present(x509.AuthorityKeyIdentifier, either, None)
        .may_be_present(x509.SubjectKeyIdentifier, either, None)
        .may_be_present(x509.KeyUsage, either, _signs_certificates)
        .may_be_present(x509.ExtendedKeyUsage, either, _serves)
    )


def _server_policy() -> ExtensionPolicy:
    """As above; the library itself compares the names of the certificate with the host."""
    either = Criticality.AGNOSTIC
    return (
        ExtensionPolicy.webpki_defaults_ee()
        .require_present(x509.SubjectAlternativeName, either, None)
        .may_be_present(x509.AuthorityKeyIdentifier, either, None)
        .may_be_present(x509.ExtendedKeyUsage, either, _serves)
    )


def _signs_certificates(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("the key may not sign certificates")


def _serves(policy: Policy, certificate: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    allowed = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if usage is not None and allowed.isdisjoint(usage):
        raise ValueError("the certificate is not for servers")


def _subject(host: str) -> Subject:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host.rstrip("."))


def system_roots() -> list[x509.Certificate]:
    """The authorities of OpenSSL's bundle (SSL_CERT_FILE and SSL_CERT_DIR count)."""
    return _system_roots()


def _system_roots() -> list[x509.Certificate]:
    paths = ssl.get_default_verify_paths()
    files = [Path(paths.cafile)] if paths.cafile else []
    files += _hashed_files(paths.capath)
    return [root for path in files or _other_bundle() for root in _certificates(_read(path))]


def _hashed_files(folder: str | None) -> list[Path]:
    """Those that OpenSSL would look at in a folder of certificates."""
    if not folder or not Path(folder).is_dir():
        return []
    return [path for path in Path(folder).iterdir() if _HASHED_NAME.fullmatch(path.name)]


def _other_bundle() -> list[Path]:
    """The bundle of a distribution that keeps it elsewhere than this Python's OpenSSL was built to look."""
    return [path for path in map(Path, _BUNDLES) if path.is_file()][:1]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _certificates(pem: bytes) -> Iterator[x509.Certificate]:
    """Those that can be read: one old root with a flaw must not hide the others."""
    _accept_odd_serial_numbers()
    blocks: Iterable[bytes] = _PEM.findall(pem)
    for block in blocks:
        try:
            yield x509.load_pem_x509_certificate(block)
        except ValueError:
            continue


def _accept_odd_serial_numbers() -> None:
    """Some systems still bring along a root whose serial number is 0 or less; nobody here can do anything about it.

    The filter stays: taking it away again (catch_warnings) would disturb what other threads filter meanwhile.
    """
    warnings.filterwarnings(
        "ignore", "Parsed a serial number which wasn't positive", CryptographyDeprecationWarning, __name__
    )
