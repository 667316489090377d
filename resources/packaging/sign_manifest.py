"""Prints the signed manifest of a release, to be put where desktop_app/core/publisher.py says it is.

    ADO_CONNECT_UPDATE_KEY="$(cat key.pem)" python -m resources.packaging.sign_manifest 0.2.0 > manifest.json

The key is an Ed25519 private key in PEM (`openssl genpkey -algorithm ed25519`). It comes in an environment variable,
never on the command line, which other users of a computer can read.
"""

from __future__ import annotations

import base64
import json
import os
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from desktop_app.infra.update_manifest import PRODUCT


def manifest(version: str, key_pem: bytes) -> str:
    """The manifest of `version`. Raises TypeError for a key of another kind, ValueError for what is none."""
    key = load_pem_private_key(key_pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the key is not of the kind Ed25519")
    signed = json.dumps({"product": PRODUCT, "version": version})
    signature = base64.b64encode(key.sign(signed.encode())).decode()
    return json.dumps({"signed": signed, "signature": signature}) + "\n"


if __name__ == "__main__":
    sys.stdout.write(manifest(sys.argv[1], os.environ["ADO_CONNECT_UPDATE_KEY"].encode()))
