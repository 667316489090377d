"""Whether somebody on the way looks into the connections: a company's proxy, or a security program on this computer.

Public authorities never issue a server's certificate with their root itself (CA/Browser Forum Baseline Requirements
6.1.7), and a cloud's hosts have certificates of several authorities. One issuer for all of them which is itself a
trusted root was therefore added to this computer, or is the connection's own certificate file. Information, no problem.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from desktop_app.core.checks import Undecided
from desktop_app.core.diagnosis import Answer, DiagnosisName, Results, Skipped, of_name

if TYPE_CHECKING:
    from cryptography import x509


def inspection(authorities: Callable[[], frozenset[str]]) -> Callable[[Results], Answer]:
    """Judges after the connections. Facts: inspected ("yes" or "no") and issuer. `authorities` names all trusted roots.

    Undecided (issuer) where one issuer that is no root vouches for every host, and where fewer than two told theirs;
    Skipped where nothing leaves this computer.
    """

    def run(results: Results) -> Answer:
        known = {
            _bare(result.line.host): result.facts["issuer"]
            for result in of_name(results, DiagnosisName.CONNECTION)
            if result.facts.get("issuer")
        }
        if known and all(_is_here(host) for host in known):
            return Skipped()
        issuers = set(known.values())
        if len(issuers) > 1:
            return {"inspected": "no"}
        if len(known) < 2:
            return Undecided()
        (issuer,) = issuers
        return {"inspected": "yes", "issuer": issuer} if issuer in authorities() else Undecided({"issuer": issuer})

    return run


def root_names(ca_file: str = "") -> frozenset[str]:
    """The names of the authorities in the system's store (Windows and Linux) and in a PEM file, as
    certificate_faults.issuer_name shows them."""
    from desktop_app.infra.certificate_faults import shown_name

    return frozenset(shown_name(root.subject) for root in (*_system_roots(), *_roots_of(ca_file))) - {""}


def _system_roots() -> Iterator[x509.Certificate]:
    if sys.platform == "win32":
        import ssl

        from cryptography import x509

        for der, encoding, _trust in ssl.enum_certificates("ROOT"):
            if encoding == "x509_asn":
                try:
                    yield x509.load_der_x509_certificate(der)
                except ValueError:
                    continue
    else:
        from desktop_app.infra.trust import system_roots

        yield from system_roots()


def _roots_of(ca_file: str) -> list[x509.Certificate]:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(Path(ca_file).read_bytes()) if ca_file else []
    except (OSError, ValueError):
        return []


def _bare(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
