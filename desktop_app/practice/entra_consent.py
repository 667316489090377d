"""Entra's admin consent endpoints and the device code endpoint: other ways into the same sign-in pages."""

from __future__ import annotations

import secrets

from werkzeug.wrappers import Request, Response

from desktop_app.core.cloud import AZURE_DEVOPS_RESOURCE
from desktop_app.practice.entra_authorize import registered_platform
from desktop_app.practice.entra_errors import EntraFault
from desktop_app.practice.entra_metadata import find_app, missing_parameter, resolve_tenant
from desktop_app.practice.entra_pages import account_picker, device_code_page
from desktop_app.practice.entra_sign_in import (
    DEVICE_CODE_LIFETIME,
    DeviceGrant,
    DeviceStatus,
    Purpose,
    SignIn,
    remember,
)
from desktop_app.practice.http import json_response
from desktop_app.practice.scopes import RequestedScopes, ScopeFault, read_scopes
from desktop_app.practice.state import CloudState, opaque

_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_POLL_INTERVAL_S = 5


def admin_consent_v1(state: CloudState, request: Request, tenant: str) -> Response:
    """GET /{tenant}/adminconsent: for every permission the registration lists."""
    return _admin_consent(state, request, tenant, f"{AZURE_DEVOPS_RESOURCE}/.default")


def admin_consent_v2(state: CloudState, request: Request, tenant: str) -> Response:
    """GET /{tenant}/v2.0/adminconsent: for the scopes asked for."""
    scope = request.args.get("scope", "")
    if not scope:
        raise missing_parameter("scope")
    return _admin_consent(state, request, tenant, scope)


def _admin_consent(state: CloudState, request: Request, tenant: str, scope: str) -> Response:
    if tenant.lower() == "common":
        raise EntraFault(
            900144, "invalid_request", "Admin consent needs a tenant or 'organizations'; 'common' is not supported."
        )
    found = resolve_tenant(state, tenant)
    app = find_app(state, request.args.get("client_id", ""), found)
    redirect_uri = request.args.get("redirect_uri", "")
    platform = registered_platform(state, app, redirect_uri)
    sign_in = SignIn(
        purpose=Purpose.ADMIN_CONSENT,
        tenant=found,
        app=app,
        scopes=_scopes(scope),
        scope=scope,
        started_at=state.now(),
        redirect_uri=redirect_uri,
        platform=platform,
        state=request.args.get("state"),
    )
    return account_picker(state, remember(state, sign_in), sign_in)


def _scopes(scope: str) -> RequestedScopes:
    try:
        return read_scopes(scope)
    except ScopeFault as fault:
        raise EntraFault(fault.code, fault.error, fault.text) from fault


def device_code(state: CloudState, request: Request, tenant: str) -> Response:
    """POST /{tenant}/oauth2/v2.0/devicecode (RFC 8628 section 3.2)."""
    found = resolve_tenant(state, tenant)
    app = find_app(state, request.form.get("client_id", ""), found)
    scope = request.form.get("scope", "")
    if not scope:
        raise missing_parameter("scope")
    _scopes(scope)
    if not app.allows_public_flows:
        raise EntraFault(
            7000218,
            "invalid_client",
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    user_code = "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(9))
    word = opaque(48)
    state.devices[word] = DeviceGrant(
        user_code, app.client_id, found, scope, expires_at=state.now() + DEVICE_CODE_LIFETIME
    )
    address = f"{state.cloud.login}/devicelogin"
    return json_response(
        {
            "user_code": user_code,
            "device_code": word,
            "verification_uri": address,
            "expires_in": int(DEVICE_CODE_LIFETIME.total_seconds()),
            "interval": _POLL_INTERVAL_S,
            "message": f"To sign in, use a web browser to open the page {address} and enter the code {user_code} to "
            "authenticate.",
        }
    )


def device_login(state: CloudState, request: Request) -> Response:
    """GET and POST /devicelogin: a person types the user code."""
    if request.method != "POST":
        return device_code_page()
    typed = request.form.get("otc", "").strip().upper()
    now = state.now()
    word, grant = next(
        (
            (word, one)
            for word, one in state.devices.items()
            if one.user_code == typed and one.status is DeviceStatus.PENDING and one.expires_at > now
        ),
        (None, None),
    )
    if word is None or grant is None:
        return device_code_page("That code didn't work. Check the code and try again.")
    sign_in = SignIn(
        purpose=Purpose.DEVICE,
        tenant=grant.tenant,
        app=find_app(state, grant.client_id, grant.tenant),
        scopes=_scopes(grant.scope),
        scope=grant.scope,
        started_at=now,
        device_code=word,
    )
    return account_picker(state, remember(state, sign_in), sign_in)
