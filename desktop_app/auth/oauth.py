"""OAuth 2.0 authorization code flow with PKCE (RFC 7636) for a person, and the renewal of what it gave.

msal makes and checks state, nonce and code verifier; the audience, issuer and tenant of the id_token are checked here,
because msal does not. The access token is never decoded.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from desktop_app.auth.aadsts import problem_from_error
from desktop_app.auth.entra import (
    AppRegistration,
    Tenant,
    asked,
    at_login_host,
    build_application,
    discover,
    token_from,
)
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Account, Grant, OAuthCredential, Secret
from desktop_app.core.ports import Clock, HttpSession, SignInSurface
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.redact import quotable

_MAX_PARAMETERS = 32


class OAuthSignIn:
    """Signs a person in and renews the sign-in later."""

    def __init__(self, http: HttpSession, clock: Clock) -> None:
        self._http = http
        self._clock = clock

    def sign_in(
        self, app: AppRegistration, redirect_uri: str, surface: SignInSurface, cancel: Cancel, *, login_hint: str = ""
    ) -> Grant:
        """Show Entra's pages on `surface` and trade the code for tokens. Blocks until the person is done.

        Raises Cancelled, or ConnectionProblem: those of `discover` and SignInSurface, SIGN_IN_STATE_MISMATCH, and every
        Entra problem of auth/aadsts.py.
        """
        tenant = discover(self._http, app.cloud, app.tenant)
        cancel.raise_if_cancelled()
        application = build_application(self._http, app, tenant)
        flow = _authorization_request(application, app, redirect_uri, login_hint)
        answer = surface.show(flow["auth_uri"], redirect_uri, cancel)
        cancel.raise_if_cancelled()
        query = _answer(answer, flow["state"], tenant)
        if "error" in query:
            raise problem_from_error(query)
        if not query.get("code"):
            raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "code"})
        # As Secrets, for as long as they are good: what the server answers to them is searched for them.
        held = Secret(query["code"]), Secret(str(flow["code_verifier"]))
        grant = grant_from(app, tenant, _redeem(application, flow, query), self._clock.now())
        del held
        if grant.account is None:  # without an id_token there was no nonce to compare (OpenID Connect 3.1.3.3)
            raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "id_token"})
        return grant

    def renew(self, app: AppRegistration, credential: OAuthCredential) -> Grant:
        """A new access token for the refresh token; the Grant holds the rotated refresh token, or the old one if none
        came.

        Raises ConnectionProblem: SIGN_IN_EXPIRED and the other Entra problems, those of `discover`.
        """
        tenant = discover(self._http, app.cloud, app.tenant)
        application = build_application(self._http, app, tenant)
        result = asked(
            lambda: application.acquire_token_by_refresh_token(
                credential.refresh_token.reveal(), scopes=[app.cloud.default_scope]
            )
        )
        try:
            return grant_from(app, tenant, result, self._clock.now(), kept=credential.refresh_token)
        except ConnectionProblem as failure:
            raise _seen_at_renewal(failure) from None


def grant_from(
    app: AppRegistration, tenant: Tenant, result: Mapping[str, Any], now: datetime, kept: Secret | None = None
) -> Grant:
    """msal's result as a Grant. `kept` is the refresh token that stays in use if no other came; the account is None
    where no id_token came. `Any`: msal has no types.

    Raises ConnectionProblem: what an error answer stands for, SIGN_IN_STATE_MISMATCH (an id_token for somebody else),
    ANSWER_NOT_UNDERSTOOD, ENTRA_UNKNOWN (nothing to renew the sign-in with).
    """
    token = token_from(result, now, app.client_secret)
    account = _account(app, tenant, result.get("id_token_claims"))
    rotated = result.get("refresh_token")
    refresh_token = Secret(str(rotated)) if rotated else kept
    if refresh_token is None:
        raise ConnectionProblem(Problem.ENTRA_UNKNOWN, {"missing": "refresh_token"})
    return Grant(OAuthCredential(refresh_token, app.client_secret), token, account)


def _authorization_request(
    application: Any, app: AppRegistration, redirect_uri: str, login_hint: str
) -> dict[str, Any]:
    # `Any`: msal has no types.
    who = {"login_hint": login_hint} if login_hint else {"prompt": "select_account"}
    with warnings.catch_warnings():
        # msal recommends form_post; whoever catches the redirect before it loads can only see a query.
        warnings.filterwarnings("ignore", "response_mode=", UserWarning)
        flow: dict[str, Any] = application.initiate_auth_code_flow(
            [app.cloud.default_scope], redirect_uri=redirect_uri, response_mode="query", **who
        )
    return flow


def _answer(url: str, state: str, tenant: Tenant) -> dict[str, str]:
    """What the redirect says, if it answers this sign-in and comes from the tenant that was asked.

    Raises ConnectionProblem SIGN_IN_STATE_MISMATCH: for another `state`, a parameter that is there twice (RFC 6749
    section 3.1), and another issuer, or none where the tenant always names itself (RFC 9207 section 2.4).
    """
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        pairs = []
    query = dict(pairs)
    if len(query) < len(pairs):
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "parameters"})
    if query.get("state") != state:
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "state"})
    if query.get("iss", None if tenant.names_itself else tenant.issuer) != tenant.issuer:
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "iss"})
    return query


def _redeem(application: Any, flow: dict[str, Any], query: Mapping[str, str]) -> Mapping[str, Any]:
    # `Any`: as above.
    mismatch = ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "nonce"})
    try:
        result = asked(lambda: application.acquire_token_by_auth_code_flow(flow, query))
    except RuntimeError:
        # The nonce. The error's text holds the values that differ; it must not travel on as a cause.
        raise mismatch from None
    claims = result.get("id_token_claims")
    # msal has given up its other checks of id_tokens one after the other; this one does not depend on it.
    if (
        isinstance(claims, Mapping)
        and claims.get("nonce") != dict(parse_qsl(urlsplit(flow["auth_uri"]).query))["nonce"]
    ):
        raise mismatch
    return result


def _seen_at_renewal(failure: ConnectionProblem) -> ConnectionProblem:
    """A grant refused without a better reason is a sign-in that is over: a renewal has no code to reject (RFC 6749
    section 5.2)."""
    refused = failure.facts.get("error") == "invalid_grant"
    if refused and failure.problem in {Problem.SIGN_IN_CODE_REJECTED, Problem.ENTRA_UNKNOWN}:
        return ConnectionProblem(Problem.SIGN_IN_EXPIRED, failure.facts)
    return failure


def _account(app: AppRegistration, tenant: Tenant, claims: object) -> Account | None:
    """The person in the id_token, after checking that it was made for this app by this tenant (OpenID Connect 3.1.3.7).

    A renewal may come without an id_token; then nobody new is named.
    """
    if not isinstance(claims, Mapping):
        return None
    facts = {"check": "id_token"}
    issuer = str(claims.get("iss") or "")
    if claims.get("aud") != app.client_id or str(claims.get("tid", "")).lower() != tenant.id:
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, facts)
    if not at_login_host(issuer, app.cloud) or tenant.id not in urlsplit(issuer).path.lower().split("/"):
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, facts)
    return Account(
        username=quotable(claims.get("preferred_username") or claims.get("email") or claims.get("upn")),
        display_name=quotable(claims.get("name")),
        object_id=quotable(claims.get("oid")),
        tenant_id=tenant.id,
    )
