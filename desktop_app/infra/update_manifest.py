"""Asks the publisher which version is the newest, and believes only what is signed.

The answer is JSON: `{"signed": TEXT, "signature": BASE64}`. TEXT is JSON too, `{"product": "ado-connect", "version":
"0.2.0"}`; the signature is Ed25519 (RFC 8032) over its UTF-8 bytes. resources/packaging/sign_manifest.py makes one.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from desktop_app.core.ports import HttpSession, Request, Timeout
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.publisher import Publisher

PRODUCT = "ado-connect"
_OK = 200


class SignedManifest:
    """Implements the port UpdateSource. Sends one GET, without anything that tells who asks."""

    def __init__(self, http: HttpSession, publisher: Publisher) -> None:
        self._http = http
        self._publisher = publisher

    def newest(self) -> str:
        url = self._publisher.manifest_url
        answer = self._http.send(Request("GET", url, Timeout(), {"Accept": "application/json"}))
        if answer.status != _OK:
            raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"url": url, "status": str(answer.status)})
        try:
            return version_in(answer.body, self._publisher.public_key)
        except ValueError as error:
            raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"url": url, "detail": str(error)}) from error


def version_in(body: bytes, public_key: str) -> str:
    """The version that a manifest names. Raises ValueError for one that is not whole, or not signed with the key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    manifest = _object(body, "signed", "signature")
    signed = manifest["signed"].encode()
    try:
        signature = base64.b64decode(manifest["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, signed)
    except (InvalidSignature, binascii.Error) as error:
        raise ValueError("the signature is not the publisher's") from error
    told = _object(signed, "product", "version")
    if told["product"] != PRODUCT:
        raise ValueError("it is about another product")
    return told["version"]


def _object(text: bytes, *names: str) -> dict[str, str]:
    """A JSON object with texts of these names at least."""
    try:
        found: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in names):
        raise ValueError(f"it does not tell {' and '.join(names)}")
    return {name: found[name] for name in names}
