"""A company's own authority as a file."""

from pathlib import Path

import pytest
import trustme
from cryptography import x509

from desktop_app.infra.certificate_faults import shown_name


@pytest.fixture
def company_ca(tmp_path: Path) -> tuple[Path, str]:
    """(PEM file, its name)"""
    authority = trustme.CA(organization_name="Contoso Web Gateway")
    file = tmp_path / "company.pem"
    file.write_bytes(authority.cert_pem.bytes())
    return file, shown_name(x509.load_pem_x509_certificate(authority.cert_pem.bytes()).subject)
