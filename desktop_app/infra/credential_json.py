"""A Credential, or an access token, as the one text that is kept in the keyring, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop_app.core.credential import (
    AccessToken,
    ClientSecretCredential,
    Credential,
    OAuthCredential,
    PatCredential,
    Scheme,
    Secret,
)
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.moments import moment_of


def encode_credential(credential: Credential) -> Secret:
    """The text to store. It is itself a Secret."""
    fields: dict[str, str]
    match credential:
        case OAuthCredential():
            fields = {"kind": "oauth", "refresh_token": credential.refresh_token.reveal()}
            if credential.client_secret is not None:
                fields["client_secret"] = credential.client_secret.reveal()
        case PatCredential():
            fields = {"kind": "pat", "token": credential.token.reveal()}
        case ClientSecretCredential():
            fields = {"kind": "client-secret", "client_secret": credential.client_secret.reveal()}
    return Secret(json.dumps(fields))


def decode_credential(stored: Secret) -> Credential:
    """What `encode_credential` wrote. Raises ConnectionProblem(KEYRING_DAMAGED) for anything else, without quoting
    it."""
    try:
        fields = json.loads(stored.reveal())
        match fields["kind"]:
            case "oauth":
                secret = fields.get("client_secret")
                return OAuthCredential(Secret(fields["refresh_token"]), Secret(secret) if secret else None)
            case "pat":
                return PatCredential(Secret(fields["token"]))
            case "client-secret":
                return ClientSecretCredential(Secret(fields["client_secret"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # a decoding error quotes its input: no chaining
    raise ConnectionProblem(Problem.KEYRING_DAMAGED)


@dataclass(frozen=True, slots=True)
class ObtainedToken:
    """An access token, when it was obtained (aware UTC), and the credential it was obtained with.

    `of` is `fingerprint` of that credential: a token is of no use once another one took its place.
    """

    token: AccessToken
    obtained_at: datetime
    of: str


def fingerprint(credential: Credential) -> str:
    """Tells whether a token belongs to a credential. Kept in the keyring only, beside the credential itself."""
    return hashlib.sha256(encode_credential(credential).reveal().encode("utf-8", "surrogatepass")).hexdigest()


def encode_token(obtained: ObtainedToken) -> Secret:
    """The text to store."""
    token = obtained.token
    fields = {
        "kind": "token",
        "token": token.value.reveal(),
        "scheme": token.scheme.value,
        "scopes": sorted(token.scopes),
        "expires_at": token.expires_at.astimezone(UTC).isoformat() if token.expires_at else None,
        "obtained_at": obtained.obtained_at.astimezone(UTC).isoformat(),
        "of": obtained.of,
    }
    return Secret(json.dumps(fields))


def decode_token(stored: Secret) -> ObtainedToken | None:
    """What `encode_token` wrote; None for anything else: a token can be fetched anew."""
    try:
        fields = json.loads(stored.reveal())
        ends, obtained_at = moment_of(fields["expires_at"]), moment_of(fields["obtained_at"])
        if obtained_at is None or (ends is None and fields["expires_at"] is not None):
            return None
        token = AccessToken(
            Secret(str(fields["token"])),
            Scheme(fields["scheme"]),
            frozenset(str(scope) for scope in fields["scopes"]),
            ends,
        )
        return ObtainedToken(token, obtained_at, str(fields["of"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
