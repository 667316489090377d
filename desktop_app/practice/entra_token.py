"""Entra's token endpoint: authorization code, refresh token, client credentials and device code.

Checks come in Entra's order: tenant, client, grant, client secret, then what the grant itself carries.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from desktop_app.core.cloud import AZURE_DEVOPS_RESOURCE
from desktop_app.practice.directory import Account, AppRegistration, Platform, Tenant
from desktop_app.practice.entra_client import authenticate, basic_credentials, check_secret, refuse_secret
from desktop_app.practice.entra_errors import EntraFault
from desktop_app.practice.entra_metadata import find_app, missing_parameter, resolve_tenant
from desktop_app.practice.entra_sign_in import CODE_LIFETIME, AuthorizationCode, DeviceStatus
from desktop_app.practice.http import json_response
from desktop_app.practice.scopes import GRAPH_RESOURCE, RequestedScopes, ScopeFault, read_scopes
from desktop_app.practice.state import CloudState
from desktop_app.practice.tokens import (
    RefreshGrant,
    access_token,
    client_info,
    id_token,
    read_refresh_token,
    refresh_token,
)

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_GRANTS = ("authorization_code", "refresh_token", "client_credentials", DEVICE_GRANT)


@dataclass(frozen=True, slots=True)
class _Delegation:
    """Who lets which app do what: all that a delegated token answer is made from."""

    account: Account
    tenant: Tenant
    app: AppRegistration
    scope: str
    granted: frozenset[str]
    used_secret: bool
    nonce: str | None = None


def token(state: CloudState, request: Request, tenant: str) -> Response:
    """POST /{tenant}/oauth2/v2.0/token."""
    form: Mapping[str, str] = {**request.form.to_dict(), **basic_credentials(request)}
    grant = form.get("grant_type", "")
    if not grant:
        raise missing_parameter("grant_type")
    if grant not in _GRANTS:
        raise EntraFault(70003, "unsupported_grant_type", f"The app requested an unsupported grant type '{grant}'.")
    found = resolve_tenant(state, tenant)
    if grant == "client_credentials":
        return _client_credentials(state, form, found, tenant)
    app = find_app(state, form.get("client_id", ""), found)
    if grant == "authorization_code":
        delegation = _redeem_code(state, form, found, app)
    elif grant == "refresh_token":
        delegation = _refresh(state, form, found, app)
    else:
        delegation = _redeem_device_code(state, form, app)
    return _delegated_answer(state, form, delegation)


def _client_credentials(state: CloudState, form: Mapping[str, str], tenant: Tenant | None, segment: str) -> Response:
    if tenant is None:
        raise EntraFault(
            9001023,
            "invalid_request",
            f"The grant type 'client_credentials' is not supported over the /{segment} endpoint. Please use the "
            "/consumers "
            "or tenant-specific endpoint.",
        )
    app = find_app(state, form.get("client_id", ""), tenant)
    if app.is_public:
        refuse_secret(form, app)
    check_secret(state, app, form)
    requested = _scopes(form.get("scope", ""), state.cloud.graph)
    if not requested.default:
        raise EntraFault(
            1002012,
            "invalid_scope",
            f"The provided value for scope {form.get('scope', '')} is not valid. Client credential flows must have a "
            "scope "
            "value with /.default suffixed to the resource identifier (application ID URI).",
        )
    issued = access_token(
        state.signer,
        tenant=tenant,
        app=app,
        account=None,
        scopes=frozenset(),
        resource=_audience(requested),
        used_secret=True,
        now=state.now(),
        lifetime_s=state.token_lifetime_s,
        roles=frozenset() if requested.is_azure_devops else app.graph_permissions,
    )
    lifetime = state.token_lifetime_s
    return json_response(
        {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": issued}
    )


def _scopes(scope: str, graph: str = GRAPH_RESOURCE) -> RequestedScopes:
    if not scope.strip():
        raise missing_parameter("scope")
    try:
        return read_scopes(scope, graph)
    except ScopeFault as fault:
        raise EntraFault(fault.code, fault.error, fault.text) from fault


def _audience(requested: RequestedScopes) -> str:
    return AZURE_DEVOPS_RESOURCE if requested.is_azure_devops else GRAPH_RESOURCE


def _redeem_code(
    state: CloudState, form: Mapping[str, str], tenant: Tenant | None, app: AppRegistration
) -> _Delegation:
    if not form.get("code"):
        raise missing_parameter("code")
    code = state.codes.get(form["code"])
    if code is None or code.client_id != app.client_id:
        authenticate(state, app, form, needs_secret=not app.is_public)
        raise EntraFault(
            70000, "invalid_grant", "Provided grant is invalid or malformed: the code is not one issued to this app."
        )
    used_secret = code.platform is Platform.WEB
    authenticate(state, app, form, needs_secret=used_secret)
    _check_code(state, form, tenant, code)
    _check_verifier(code, form.get("code_verifier"))
    code.redeemed = True
    scope = form.get("scope") or code.scope
    return _Delegation(code.account, code.tenant, app, scope, code.granted, used_secret, code.nonce)


def _check_code(state: CloudState, form: Mapping[str, str], tenant: Tenant | None, code: AuthorizationCode) -> None:
    if code.redeemed:
        raise EntraFault(
            54005,
            "invalid_grant",
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing "
            "refresh "
            "token.",
        )
    if state.now() - code.issued_at > CODE_LIFETIME:
        raise EntraFault(
            70008,
            "invalid_grant",
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive "
            "authorization request for this user and resource.",
        )
    if tenant is not None and tenant.id != code.tenant.id:
        raise EntraFault(
            700005, "invalid_grant", "Provided Authorization Code is intended to use against other tenant."
        )
    if form.get("redirect_uri") != code.redirect_uri:
        raise EntraFault(
            500112,
            "invalid_client",
            f"The reply address '{form.get('redirect_uri', '')}' does not match the reply address "
            f"'{code.redirect_uri}' "
            "provided when requesting Authorization code.",
        )


def _check_verifier(code: AuthorizationCode, verifier: str | None) -> None:
    """RFC 7636 section 4.6, method S256."""
    if code.code_challenge is None:
        return
    digest = hashlib.sha256((verifier or "").encode()).digest()
    if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.code_challenge:
        raise EntraFault(
            501481,
            "invalid_grant",
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        )


def _refresh(state: CloudState, form: Mapping[str, str], tenant: Tenant | None, app: AppRegistration) -> _Delegation:
    if not form.get("refresh_token"):
        raise missing_parameter("refresh_token")
    grant = read_refresh_token(form["refresh_token"])
    account = state.directory.find_account(grant.account) if grant else None
    home = state.directory.find_tenant(grant.tenant_id) if grant else None
    if grant is None or account is None or home is None or grant.client_id != app.client_id:
        authenticate(state, app, form, needs_secret=not app.is_public)
        raise EntraFault(
            70000, "invalid_grant", "Provided grant is invalid or malformed: the refresh token is not valid."
        )
    authenticate(state, app, form, needs_secret=grant.used_secret)
    valid_from = state.directory.sessions_valid_from(account)
    if valid_from is not None and grant.issued_at <= valid_from:
        raise EntraFault(
            50173,
            "invalid_grant",
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have "
            "changed or reset their password.",
            suberror="bad_token",
        )
    if grant.is_inactive(state.now()):
        raise EntraFault(
            700082,
            "invalid_grant",
            "The refresh token has expired due to inactivity. The token was issued on "
            f"{grant.issued_at.isoformat()} and was inactive for 90.00:00:00.",
            suberror="token_expired",
        )
    target = tenant or home
    if not account.belongs_to(target):
        raise EntraFault(50020, "invalid_grant", f"User account does not exist in tenant '{target.name}'.")
    scope = form.get("scope") or grant.scope
    granted = grant.scopes | state.directory.consented(app, account, target)
    requested = _scopes(scope)
    if requested.is_azure_devops and not (requested.names <= granted and granted):
        raise EntraFault(
            65001,
            "invalid_grant",
            f"The user or administrator has not consented to use the application with ID '{app.client_id}' named "
            f"'{app.name}'. Send an interactive authorization request for this user and resource.",
            suberror="consent_required",
        )
    return _Delegation(account, target, app, scope, granted, grant.used_secret)


def _redeem_device_code(state: CloudState, form: Mapping[str, str], app: AppRegistration) -> _Delegation:
    refuse_secret(form, app)
    word = form.get("device_code", "")
    grant = state.devices.get(word)
    if grant is None or grant.client_id != app.client_id:
        raise EntraFault(70018, "bad_verification_code", "The verification code is not valid.")
    if grant.status is DeviceStatus.DECLINED:
        del state.devices[word]
        raise EntraFault(65004, "authorization_declined", "User declined to consent to access the app.")
    if grant.expires_at <= state.now():
        del state.devices[word]
        raise EntraFault(70019, "expired_token", "Verification code expired. Have the user retry the sign-in.")
    if grant.status is DeviceStatus.PENDING or grant.account is None:
        raise EntraFault(
            70016,
            "authorization_pending",
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )
    del state.devices[word]
    tenant = grant.tenant or grant.account.home
    return _Delegation(grant.account, tenant, app, grant.scope, grant.granted, used_secret=False)


def _delegated_answer(state: CloudState, form: Mapping[str, str], delegation: _Delegation) -> Response:
    requested = _scopes(delegation.scope)
    now, tenant, app, account = state.now(), delegation.tenant, delegation.app, delegation.account
    answer: dict[str, object] = {
        "token_type": "Bearer",
        "scope": requested.written(delegation.granted),
        "expires_in": state.token_lifetime_s,
        "ext_expires_in": state.token_lifetime_s,
        "access_token": access_token(
            state.signer,
            tenant=tenant,
            app=app,
            account=account,
            scopes=delegation.granted,
            resource=_audience(requested),
            used_secret=delegation.used_secret,
            now=now,
            lifetime_s=state.token_lifetime_s,
        ),
    }
    if "offline_access" in requested.oidc or form.get("grant_type") == "refresh_token":
        grant = RefreshGrant(
            account=account.name,
            client_id=app.client_id,
            tenant_id=tenant.id,
            scope=delegation.scope,
            scopes=delegation.granted,
            used_secret=delegation.used_secret,
            issued_at=now,
        )
        answer["refresh_token"] = refresh_token(grant)
    if "openid" in requested.oidc:
        answer["id_token"] = id_token(
            state.signer,
            login=state.cloud.login,
            tenant=tenant,
            app=app,
            account=account,
            nonce=delegation.nonce,
            now=now,
        )
    if form.get("client_info") == "1":
        answer["client_info"] = client_info(account)
    return json_response(answer)
