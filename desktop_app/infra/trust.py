"""Verifies a certificate chain that the sign-in view was shown, when its browser does not know the authority.

On Linux the view trusts Chromium's own list, Python the system's; this answers for the view what Python would say.
Everything that is not proved is refused. Elsewhere the view asks the operating system itself, so there are no system
roots to add here.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, Subject, VerificationError

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


def verify_chain(
    chain_der: Sequence[bytes], host: str, at: datetime, extra_ca_pem: bytes | None, use_system: bool
) -> bool:
    """True if `chain_der` (the server's certificate first) proves `host`, a DNS name or an IP address, at `at` (UTC).

    Trusted are the authorities in `extra_ca_pem` and, with `use_system`, those of OpenSSL's bundle (SSL_CERT_FILE and
    SSL_CERT_DIR count). Rules: RFC 5280 as the CA/Browser Forum narrows it (cryptography.x509.verification).
    """
    roots = list(_certificates(extra_ca_pem or b""))
    if use_system:
        roots += _system_roots()
    try:
        leaf, *between = [x509.load_der_x509_certificate(der) for der in chain_der]
        verifier = PolicyBuilder().store(Store(roots)).time(at).build_server_verifier(_subject(host))
        verifier.verify(leaf, between)
    except (ValueError, VerificationError):  # ValueError: no chain, no roots, no certificate, no host name
        return False
    return True


def _subject(host: str) -> Subject:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host.rstrip("."))


def _system_roots() -> list[x509.Certificate]:
    paths = ssl.get_default_verify_paths()
    files: list[Path] = []
    if paths.cafile:
        files.append(Path(paths.cafile))
    if paths.capath and Path(paths.capath).is_dir():
        files += [path for path in Path(paths.capath).iterdir() if _HASHED_NAME.fullmatch(path.name)]
    if not files:
        files = [path for path in map(Path, _BUNDLES) if path.is_file()][:1]
    return [root for path in files for root in _certificates(_read(path))]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _certificates(pem: bytes) -> Iterator[x509.Certificate]:
    """Those that can be read: one old root with a flaw must not hide the others."""
    blocks: Iterable[bytes] = _PEM.findall(pem)
    for block in blocks:
        try:
            yield x509.load_pem_x509_certificate(block)
        except ValueError:
            continue
