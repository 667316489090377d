"""A private certificate authority and a certificate for Microsoft's host names, for one test run."""

from __future__ import annotations

from pathlib import Path

import trustme

HOSTS = (
    "login.microsoftonline.com",
    "dev.azure.com",
    "vssps.dev.azure.com",
    "vsrm.dev.azure.com",
    "vsaex.dev.azure.com",
    "app.vssps.visualstudio.com",
    "graph.microsoft.com",
)
CHAIN, KEY, AUTHORITY = "chain.pem", "key.pem", "authority.pem"


def write_certificate(folder: Path) -> None:
    """Write the chain, its key and the authority that a system would have to trust."""
    authority = trustme.CA(organization_name="Private authority of a test")
    leaf = authority.issue_cert(*HOSTS)
    authority.cert_pem.write_to_path(folder / AUTHORITY)
    leaf.private_key_pem.write_to_path(folder / KEY)
    for number, pem in enumerate(leaf.cert_chain_pems):
        pem.write_to_path(folder / CHAIN, append=number > 0)
