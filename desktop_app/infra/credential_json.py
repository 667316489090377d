"""A Credential as the one text that is kept in the keyring, and back."""

from __future__ import annotations

import json

from desktop_app.core.credential import ClientSecretCredential, Credential, OAuthCredential, PatCredential, Secret
from desktop_app.core.problems import ConnectionProblem, Problem


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
    except (ValueError, KeyError, TypeError):
        pass  # a decoding error quotes its input: no chaining
    raise ConnectionProblem(Problem.KEYRING_DAMAGED)
