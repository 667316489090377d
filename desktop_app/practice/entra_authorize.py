"""Entra's authorize endpoint and the two pages behind it: choose an account, then accept or cancel.

What is wrong with the registration or the redirect URI is told on a page and never reaches the redirect URI; everything
later goes back to the app as parameters (Entra docs, authorization code flow).
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from desktop_app.practice.directory import Account, AppRegistration, Platform
from desktop_app.practice.entra_errors import EntraFault, redirect_parameters
from desktop_app.practice.entra_metadata import find_app, resolve_tenant
from desktop_app.practice.entra_pages import account_picker, consent_page, device_done_page
from desktop_app.practice.entra_sign_in import (
    AuthorizationCode,
    DeviceStatus,
    Purpose,
    SignIn,
    recall,
    remember,
)
from desktop_app.practice.http import hidden_fields, page, redirect_to
from desktop_app.practice.scopes import ScopeFault, read_scopes
from desktop_app.practice.state import CloudState, opaque

_LOOPBACK_HOSTS = ("localhost", "127.0.0.1")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_SUBMIT_SCRIPT = "document.forms[0].submit()"


def authorize(state: CloudState, request: Request, tenant: str) -> Response:
    """GET (or POST) /{tenant}/oauth2/v2.0/authorize."""
    parameters = request.values
    found = resolve_tenant(state, tenant)
    app = find_app(state, parameters.get("client_id", ""), found)
    redirect_uri = parameters.get("redirect_uri", "")
    platform = registered_platform(state, app, redirect_uri)
    response_mode = parameters.get("response_mode") or "query"
    if response_mode not in ("query", "form_post"):
        raise EntraFault(
            70007,
            "unsupported_response_mode",
            f"'{response_mode}' is not a supported value of 'response_mode' for this client.",
        )
    sign_in = SignIn(
        purpose=Purpose.CODE,
        tenant=found,
        app=app,
        scopes=read_scopes(""),
        scope=parameters.get("scope", ""),
        started_at=state.now(),
        redirect_uri=redirect_uri,
        platform=platform,
        response_mode=response_mode,
        state=parameters.get("state"),
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge"),
        prompt=parameters.get("prompt", ""),
    )
    try:
        _check_request(sign_in, parameters.get("response_type", ""), parameters.get("code_challenge_method"))
    except EntraFault as fault:
        return deliver(sign_in, redirect_parameters(fault, request, state.now()))
    return account_picker(state, remember(state, sign_in), sign_in, hint=parameters.get("login_hint", ""))


def registered_platform(state: CloudState, app: AppRegistration, redirect_uri: str) -> Platform:
    """Under which platform `redirect_uri` is registered. EntraFault 500113, 900971 or 50011 as a page."""
    if not app.redirects:
        raise EntraFault(500113, "invalid_request", "No reply address is registered for the application.")
    if not redirect_uri:
        raise EntraFault(900971, "invalid_request", "No reply address provided.")
    for registered in app.redirects:
        if _same_redirect(registered.on(state.cloud.login), redirect_uri):
            return registered.platform
    raise EntraFault(
        50011,
        "invalid_request",
        f"The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured for "
        "the "
        f"application '{app.client_id}'. Make sure the redirect URI sent in the request matches one added to your "
        "application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about "
        "how to "
        "troubleshoot this.",
    )


def _same_redirect(registered: str, asked: str) -> bool:
    """Exact, but for the port of a loopback address (RFC 8252 section 7.3; Entra does the same for localhost)."""
    if registered == asked:
        return True
    try:
        ours, theirs = urlsplit(registered), urlsplit(asked)
        port = theirs.port
    except ValueError:
        return False
    host = theirs.hostname
    expected_netloc = host if port is None else f"{host}:{port}"
    return (
        ours.scheme == theirs.scheme == "http"
        and ours.hostname in _LOOPBACK_HOSTS
        and ours.hostname == host
        and theirs.netloc == expected_netloc  # no user name, nothing hidden
        and (ours.path, ours.query, ours.fragment) == (theirs.path, theirs.query, theirs.fragment)
    )


def _check_request(sign_in: SignIn, response_type: str, challenge_method: str | None) -> None:
    if response_type != "code":
        raise EntraFault(
            700054,
            "unsupported_response_type",
            f"response_type '{response_type}' is not enabled for the application.",
        )
    try:
        sign_in.scopes = read_scopes(sign_in.scope)
    except ScopeFault as fault:
        raise EntraFault(fault.code, fault.error, fault.text) from fault
    if not sign_in.scope.strip():
        raise EntraFault(900144, "invalid_request", "The request body must contain the following parameter: 'scope'.")
    if sign_in.code_challenge is None:
        if sign_in.platform is Platform.DESKTOP:
            raise EntraFault(9002325, "invalid_request", "Proof Key for Code Exchange is required for public clients.")
    elif challenge_method != "S256" or not _CHALLENGE.fullmatch(sign_in.code_challenge):
        raise EntraFault(
            50147, "invalid_request", "Invalid size of Code_Challenge parameter, or its method is not S256."
        )
    if sign_in.scopes.is_azure_devops and sign_in.scopes.default and not sign_in.app.permissions:
        raise EntraFault(
            650057,
            "invalid_resource",
            "Invalid resource. The client has requested access to a resource which is not listed in the requested "
            f"permissions in the client's application registration. Client app ID: {sign_in.app.client_id}"
            f"({sign_in.app.name}). Resource value from request: {sign_in.scopes.resource}.",
        )
    if sign_in.prompt == "none":
        raise EntraFault(
            50058,
            "login_required",
            "A silent sign-in request was sent but no user is signed in.",
        )


def choose_account(state: CloudState, request: Request) -> Response:
    """POST /login: someone picked an account, or typed one."""
    context = request.form.get("ctx", "")
    sign_in = _recalled(state, context)
    account = state.directory.find_account(request.form.get("account", ""))
    if account is None:
        raise EntraFault(
            50034,
            "invalid_request",
            f"The user account {request.form.get('account', '')} does not exist in the directory. To sign into this "
            "application, the account must be added to the directory.",
        )
    _check_account(sign_in, account)
    sign_in.account = account
    tenant = sign_in.tenant_for(account)
    already = state.directory.consented(sign_in.app, account, tenant)
    if sign_in.purpose is Purpose.CODE and sign_in.prompt != "consent" and _is_consented(sign_in, already):
        return complete(state, sign_in)
    for_one = sign_in.purpose is not Purpose.ADMIN_CONSENT
    if for_one and sign_in.app.admin_consent_required and not account.is_administrator:
        raise EntraFault(
            90094,
            "consent_required",
            f"{sign_in.app.name} needs permission to access resources in your organization that only an admin can "
            "grant. Please ask an admin to grant permission to this app before you can use it.",
        )
    return consent_page(context, sign_in, account)


def _recalled(state: CloudState, context: str) -> SignIn:
    sign_in = recall(state, context)
    if sign_in is None:
        raise EntraFault(
            50089, "invalid_grant", "Authentication failed due to flow token expired. Start the sign-in again."
        )
    return sign_in


def _check_account(sign_in: SignIn, account: Account) -> None:
    """EntraFault 50020 (account of another tenant), 50105 (not assigned), 90094 (consent for all, not an admin)."""
    app, tenant = sign_in.app, sign_in.tenant_for(account)
    if not account.belongs_to(tenant) or (not app.multi_tenant and tenant.id != app.tenant.id):
        raise EntraFault(
            50020,
            "invalid_request",
            f"User account '{account.name}' from identity provider 'https://sts.windows.net/{account.home.id}/' does "
            "not "
            f"exist in tenant '{tenant.name}' and cannot access the application '{app.client_id}'({app.name}) in that "
            "tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again "
            "with a different Azure Active Directory user account.",
        )
    if app.assignment_required and not account.is_administrator:
        raise EntraFault(
            50105,
            "invalid_request",
            f"Your administrator has configured the application {app.name} ('{app.client_id}') to block users unless "
            "they "
            f"are specifically granted ('assigned') access to the application. The signed in user '{account.name}' is "
            "blocked because they are not a direct member of a group with access, nor had access directly assigned "
            "by an "
            "administrator. Please contact your administrator to assign access to this application.",
        )
    if sign_in.purpose is Purpose.ADMIN_CONSENT and not (account.is_administrator and account.home.id == tenant.id):
        raise EntraFault(
            90094, "permission_denied", "Only an administrator of the tenant can grant the permissions of this app."
        )


def _is_consented(sign_in: SignIn, already: frozenset[str]) -> bool:
    """`.default` asks only where nothing was granted yet; named scopes must all have been (Entra docs, `.default`)."""
    if sign_in.scopes.default:
        return bool(already)
    return sign_in.scopes.names <= already and (bool(already) or not sign_in.scopes.is_azure_devops)


def answer_consent(state: CloudState, request: Request) -> Response:
    """POST /consent: Accept or Cancel was pressed."""
    sign_in = _recalled(state, request.form.get("ctx", ""))
    account = sign_in.account
    if account is None:
        raise EntraFault(50089, "invalid_grant", "No account was chosen. Start the sign-in again.")
    if request.form.get("answer") != "accept":
        return _declined(state, request, sign_in)
    asked = sign_in.app.permissions if sign_in.scopes.default else sign_in.scopes.names
    for_all = request.form.get("for_all") == "yes" and account.is_administrator
    everyone = sign_in.purpose is Purpose.ADMIN_CONSENT or for_all
    tenant = sign_in.tenant_for(account)
    state.directory.consent(sign_in.app, tenant, asked, None if everyone else account)
    return complete(state, sign_in)


def _declined(state: CloudState, request: Request, sign_in: SignIn) -> Response:
    state.sign_ins = {context: one for context, one in state.sign_ins.items() if one is not sign_in}
    if sign_in.purpose is Purpose.DEVICE:
        state.devices[sign_in.device_code].status = DeviceStatus.DECLINED
        return device_done_page(sign_in, accepted=False)
    fault = EntraFault(65004, "access_denied", f"User declined to consent to access the app {sign_in.app.name}.")
    parameters = redirect_parameters(fault, request, state.now())
    if sign_in.purpose is Purpose.ADMIN_CONSENT:  # "True" even for a failure (Entra docs, admin consent)
        parameters = {"admin_consent": "True", **parameters}
    return deliver(sign_in, parameters)


def complete(state: CloudState, sign_in: SignIn) -> Response:
    """Ends a sign-in whose account is known and has consented."""
    account = sign_in.account
    if account is None:
        raise ValueError("a sign-in without an account can not be completed")
    state.sign_ins = {context: one for context, one in state.sign_ins.items() if one is not sign_in}
    tenant = sign_in.tenant_for(account)
    granted = state.directory.consented(sign_in.app, account, tenant) if sign_in.scopes.is_azure_devops else frozenset()
    if sign_in.purpose is Purpose.ADMIN_CONSENT:
        return deliver(sign_in, {"admin_consent": "True", "tenant": tenant.id, "scope": sign_in.scope})
    if sign_in.purpose is Purpose.DEVICE:
        device = state.devices[sign_in.device_code]
        device.status, device.account, device.granted = DeviceStatus.APPROVED, account, granted
        return device_done_page(sign_in, accepted=True)
    code = f"1.A{opaque(96)}"
    state.codes[code] = AuthorizationCode(
        account=account,
        tenant=tenant,
        client_id=sign_in.app.client_id,
        redirect_uri=sign_in.redirect_uri,
        platform=sign_in.platform,
        scope=sign_in.scope,
        granted=granted,
        nonce=sign_in.nonce,
        code_challenge=sign_in.code_challenge,
        issued_at=state.now(),
    )
    return deliver(sign_in, {"code": code, "session_state": opaque(16)})


def deliver(sign_in: SignIn, parameters: dict[str, str]) -> Response:
    """Sends `parameters` (and the app's own state) to the redirect URI."""
    if sign_in.state is not None:
        parameters = {**parameters, "state": sign_in.state}
    if sign_in.response_mode == "query":
        return redirect_to(sign_in.redirect_uri, parameters)
    body = (
        f'<main><h1>Working…</h1><form method="post" action="{escape(sign_in.redirect_uri)}">'
        f'{hidden_fields(parameters)}<button class="main">Continue</button></form></main>'
    )
    return page("Working…", body, leads_to=sign_in.leads_to, script=_SUBMIT_SCRIPT)
