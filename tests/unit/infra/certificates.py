"""Certificates with a fault each, for a server to show: a private key and a chain as PEM."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
NOW = datetime.now(UTC)

_OVERWRITTEN = int.from_bytes(b"B" * 8, "big")


def issued(
    authority: trustme.CA, *names: str, start: datetime | None = None, end: datetime | None = None, whole: bool = False
) -> bytes:
    """By `authority`, valid from `start` to `end`; `whole` chains hold the authority's own certificate too."""
    leaf = authority.issue_cert(*(names or (HOST,)), not_before=start, not_after=end)
    chain = leaf.private_key_and_cert_chain_pem.bytes()
    return chain + authority.cert_pem.bytes() if whole else chain


def self_signed(**names: str) -> bytes:
    """By nobody else. `names`: common_name, organization_name."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _key_pem(key) + _certificate(key, key, _name(**names), _name(**names), plain=False)


def without_key_identifiers() -> tuple[bytes, bytes]:
    """An authority, and what it issued in the manner of older company authorities: legal, but not by strict rules."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _name(common_name="Contoso Old Root")
    root = _certificate(authority_key, authority_key, authority, authority, plain=True, is_authority=True)
    leaf = _certificate(key, authority_key, _name(common_name=HOST), authority, plain=True)
    return root, _key_pem(key) + leaf


def with_negative_serial_number() -> bytes:
    """As some old roots have it: made with another number, which is then overwritten; its own signature is void."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(common_name="Contoso Very Old Root")
    pem = _certificate(key, key, name, name, plain=False, is_authority=True, serial_number=_OVERWRITTEN)
    der = ssl.PEM_cert_to_DER_cert(pem.decode())
    return ssl.DER_cert_to_PEM_cert(der.replace(b"\x02\x08BBBBBBBB", b"\x02\x08\x80BBBBBBB")).encode()


def _name(common_name: str = "", organization_name: str = "") -> x509.Name:
    parts = ((NameOID.COMMON_NAME, common_name), (NameOID.ORGANIZATION_NAME, organization_name))
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    subject: x509.Name,
    issuer: x509.Name,
    *,
    plain: bool,
    is_authority: bool = False,
    serial_number: int = 0,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial_number or x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=not plain)
    )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
