"""The certificate the practice cloud shows, made at start by an authority that exists in memory only.

Nothing is installed anywhere: whoever talks to the practice cloud trusts `ca_pem` for that one conversation. What makes
and reads certificates is imported when the first one is made.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOOPBACK_NAMES = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What a TLS server needs, and the public parts that its visitors need."""

    context: ssl.SSLContext
    ca_pem: bytes
    leaf_der: bytes


def make_certificate(names: Iterable[str] = ()) -> ServerCertificate:
    """A new authority (EC key) and a certificate for the loopback names and `names`."""
    import trustme

    authority = trustme.CA(organization_name="ADO Connect practice cloud")
    leaf = authority.issue_cert(*LOOPBACK_NAMES, *names, organization_name="ADO Connect practice cloud")
    context = _server_context()
    leaf.configure_cert(context)
    return ServerCertificate(context, authority.cert_pem.bytes(), _first_der(leaf.cert_chain_pems[0].bytes()))


def load_certificate(chain_file: Path, key_file: Path, ca_file: Path) -> ServerCertificate:
    """A certificate made elsewhere: `chain_file` (PEM, leaf first), its key, and the authority to trust."""
    context = _server_context()
    context.load_cert_chain(chain_file, key_file)
    return ServerCertificate(context, ca_file.read_bytes(), _first_der(chain_file.read_bytes()))


def _first_der(pem: bytes) -> bytes:
    """The first certificate of a chain as DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
