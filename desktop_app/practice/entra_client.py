"""How an app proves itself at the token endpoint: with its client secret, or, if it is public, by having none."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from werkzeug.wrappers import Request

from desktop_app.core.credential import Secret
from desktop_app.practice.directory import AppRegistration
from desktop_app.practice.entra_errors import EntraFault
from desktop_app.practice.state import CloudState


def basic_credentials(request: Request) -> dict[str, str]:
    """client_secret_basic: id and secret, each form-encoded, in an Authorization header (RFC 6749 section 2.3.1)."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}


def check_secret(state: CloudState, app: AppRegistration, form: Mapping[str, str]) -> None:
    """EntraFault 7000218 (none sent), 7000215 (wrong, or too new to be known yet), 7000222 (expired)."""
    if "client_secret" not in form:
        raise EntraFault(
            7000218,
            "invalid_client",
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    presented = Secret(form["client_secret"])
    known = [one for one in app.secrets if one.known_from is None or one.known_from <= state.now()]
    match = next((one for one in known if one.value == presented), None)
    if match is None:
        raise EntraFault(
            7000215,
            "invalid_client",
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            "not "
            f"the client secret ID, for a secret added to app '{app.client_id}'.",
        )
    if match.expires_at <= state.now():
        raise EntraFault(
            7000222,
            "invalid_client",
            f"The provided client secret keys for app '{app.client_id}' are expired. Visit the Azure portal to "
            "create new "
            "keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added "
            "security: https://aka.ms/certCreds.",
        )


def refuse_secret(form: Mapping[str, str], app: AppRegistration) -> None:
    """EntraFault 700025 if a public client presents a secret."""
    if "client_secret" in form or "client_assertion" in form:
        raise EntraFault(
            700025,
            "invalid_client",
            f"Client '{app.client_id}' is public so neither 'client_assertion' nor 'client_secret' should be "
            "presented.",
        )


def authenticate(state: CloudState, app: AppRegistration, form: Mapping[str, str], *, needs_secret: bool) -> None:
    """Wants the secret of a Web app; refuses any from a public one."""
    if needs_secret:
        check_secret(state, app, form)
    else:
        refuse_secret(form, app)
