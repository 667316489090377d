"""verify_chain: accepts what is proved and nothing else."""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from desktop_app.infra.trust import verify_chain
from tests.unit.infra.certificates import with_negative_serial_number

NOW = datetime.now(UTC)
HOST = "dev.azure.example"
PEM_OF_NOTHING = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def der(*pems: trustme.Blob) -> list[bytes]:
    return [x509.load_pem_x509_certificate(pem.bytes()).public_bytes(Encoding.DER) for pem in pems]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def chain(authority: trustme.CA) -> Sequence[bytes]:
    return der(*authority.issue_cert(HOST, "127.0.0.1", "::1").cert_chain_pems)


@pytest.mark.parametrize("host", [HOST, HOST.upper(), f"{HOST}.", "127.0.0.1", "::1", "[::1]"])
def test_chain_of_the_extra_authority_is_accepted_for_its_hosts(
    authority: trustme.CA, chain: Sequence[bytes], host: str
) -> None:
    assert verify_chain(chain, host, NOW, authority.cert_pem.bytes(), use_system=False)


@pytest.mark.parametrize("host", ["dev.azure.example.evil.example", "azure.example", "127.0.0.2", "", "a b", "*"])
def test_other_host_is_refused(authority: trustme.CA, chain: Sequence[bytes], host: str) -> None:
    assert not verify_chain(chain, host, NOW, authority.cert_pem.bytes(), use_system=False)


@pytest.mark.parametrize("years", [-200, 2_000])  # the test authority is valid from 2000 to 3000
def test_other_time_is_refused(authority: trustme.CA, chain: Sequence[bytes], years: int) -> None:
    at = NOW + timedelta(days=365 * years)

    assert not verify_chain(chain, HOST, at, authority.cert_pem.bytes(), use_system=False)


def test_expired_certificate_is_refused(authority: trustme.CA) -> None:
    expired = der(*authority.issue_cert(HOST, not_after=NOW - timedelta(days=1)).cert_chain_pems)

    assert not verify_chain(expired, HOST, NOW, authority.cert_pem.bytes(), use_system=False)


def test_other_authority_of_the_same_name_is_refused(chain: Sequence[bytes]) -> None:
    assert not verify_chain(chain, HOST, NOW, trustme.CA().cert_pem.bytes(), use_system=False)


@pytest.mark.parametrize("pem", [None, b"", b"no certificate", b"\xff", PEM_OF_NOTHING])
def test_no_authority_accepts_nothing(chain: Sequence[bytes], pem: bytes | None) -> None:
    assert not verify_chain(chain, HOST, NOW, pem, use_system=False)


@pytest.mark.parametrize("chain", [[], [b""], [b"garbage"]])
def test_no_chain_is_refused(authority: trustme.CA, chain: list[bytes]) -> None:
    assert not verify_chain(chain, HOST, NOW, authority.cert_pem.bytes(), use_system=False)


def test_intermediate_of_the_chain_is_used_and_needed(authority: trustme.CA) -> None:
    leaf, between = der(*authority.create_child_ca().issue_cert(HOST).cert_chain_pems)
    root = authority.cert_pem.bytes()

    assert verify_chain([leaf, between], HOST, NOW, root, use_system=False)
    assert not verify_chain([leaf], HOST, NOW, root, use_system=False)


def test_readable_authorities_of_a_file_count_in_spite_of_a_broken_one(
    authority: trustme.CA, chain: Sequence[bytes]
) -> None:
    pem = PEM_OF_NOTHING + trustme.CA().cert_pem.bytes() + authority.cert_pem.bytes()

    assert verify_chain(chain, HOST, NOW, pem, use_system=False)


@pytest.fixture
def system_bundle(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return bundle


@pytest.mark.usefixtures("system_bundle")
def test_authority_of_the_system_counts_only_when_asked_for(chain: Sequence[bytes]) -> None:
    assert verify_chain(chain, HOST, NOW, None, use_system=True)
    assert verify_chain(chain, HOST, NOW, trustme.CA().cert_pem.bytes(), use_system=True)
    assert not verify_chain(chain, HOST, NOW, None, use_system=False)


def test_authority_in_the_systems_folder_counts(
    authority: trustme.CA, chain: Sequence[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0a1b2c3d.0").write_bytes(authority.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    assert verify_chain(chain, HOST, NOW, None, use_system=True)


# --- companies' own authorities

Extension = tuple[x509.ExtensionType, bool]
AUTHORITY = x509.BasicConstraints(ca=True, path_length=None)
NAMES: Extension = (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)


class Issued:
    """A certificate and its key, with exactly the extensions asked for."""

    def __init__(self, name: str, issuer: "Issued | None", *extensions: Extension) -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        builder = x509.CertificateBuilder(
            issuer_name=issuer.name if issuer else self.name,
            subject_name=self.name,
            public_key=self.key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=NOW - timedelta(days=1),
            not_valid_after=NOW + timedelta(days=30),
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        certificate = builder.sign((issuer or self).key, hashes.SHA256())
        self.der, self.pem = (certificate.public_bytes(encoding) for encoding in (Encoding.DER, Encoding.PEM))


def accepted(root: Issued, *chain: Issued) -> bool:
    return verify_chain([issued.der for issued in chain], HOST, NOW, root.pem, use_system=False)


@pytest.mark.parametrize("critical", [True, False])
def test_authority_with_the_bare_minimum_is_accepted_as_openssl_does(critical: bool) -> None:
    root = Issued("Root", None, (AUTHORITY, critical))

    assert accepted(root, Issued("Server", root, (NAMES[0], critical)))


def key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(True, False, False, False, False, signs, False, False, False)


NOT_AN_AUTHORITY: dict[str, list[Extension]] = {
    "says no": [(x509.BasicConstraints(ca=False, path_length=None), True)],
    "says nothing": [],
    "key may not sign": [(AUTHORITY, True), (key_usage(signs=False), True)],
    "for clients only": [(AUTHORITY, True), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)],
    "for other names": [(AUTHORITY, True), (x509.NameConstraints([x509.DNSName("other.example")], None), True)],
}


@pytest.mark.parametrize("extensions", NOT_AN_AUTHORITY.values(), ids=NOT_AN_AUTHORITY)
def test_certificate_that_may_not_issue_others_does_not_vouch_for_a_server(extensions: list[Extension]) -> None:
    root = Issued("Root", None, (AUTHORITY, True))
    good = Issued("Intermediate", root, (AUTHORITY, True), (key_usage(signs=True), True))
    bad = Issued("Intermediate", root, *extensions)

    assert accepted(root, Issued("Server", good, NAMES), good)
    assert not accepted(root, Issued("Server", bad, NAMES), bad)


def test_path_that_is_too_long_is_refused() -> None:
    root = Issued("Root", None, (x509.BasicConstraints(ca=True, path_length=0), True))
    between = Issued("Intermediate", root, (AUTHORITY, True))

    assert not accepted(root, Issued("Server", between, NAMES), between)


@pytest.mark.parametrize(
    "extension",
    [
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
    ],
    ids=["for clients only", "something critical that nobody knows"],
)
def test_certificate_that_is_not_for_a_server_is_refused(extension: Extension) -> None:
    root = Issued("Root", None, (AUTHORITY, True))

    assert not accepted(root, Issued("Server", root, NAMES, extension))


def test_old_root_with_negative_serial_number_is_no_news(authority: trustme.CA, chain: Sequence[bytes]) -> None:
    odd = with_negative_serial_number()
    with pytest.warns(CryptographyDeprecationWarning, match="wasn't positive"):
        x509.load_pem_x509_certificate(odd)

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert verify_chain(chain, HOST, NOW, odd + authority.cert_pem.bytes(), use_system=False)

    assert heard == []
