"""OAuth 2.0 authorization code flow with PKCE (RFC 7636) for a person, and the renewal of what it gave.

msal makes and checks state, nonce and code verifier; the audience, issuer and tenant of the id_token are checked here,
because msal does not. The access token is never decoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from desktop_app.auth.aadsts import problem_from_error
from desktop_app.auth.entra import AppRegistration, Tenant, build_application, discover, token_from
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import origin_of
from desktop_app.core.credential import Account, Grant, OAuthCredential, Secret
from desktop_app.core.ports import Clock, HttpSession, SignInSurface
from desktop_app.core.problems import ConnectionProblem, Problem


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
        flow = application.initiate_auth_code_flow(
            [app.cloud.default_scope],
            redirect_uri=redirect_uri,
            response_mode="query",
            **({"login_hint": login_hint} if login_hint else {"prompt": "select_account"}),
        )
        answer = surface.show(flow["auth_uri"], redirect_uri, cancel)
        cancel.raise_if_cancelled()
        query = dict(parse_qsl(urlsplit(answer).query, keep_blank_values=True))
        if "error" in query and query.get("state") == flow["state"]:
            raise problem_from_error(query)
        result = self._redeem(application, flow, query)
        return self._grant(app, tenant, result, refresh_token=None)

    @staticmethod
    def _redeem(application: Any, flow: dict[str, Any], query: Mapping[str, str]) -> Mapping[str, Any]:
        # `Any`: msal has no types.
        try:
            result: Mapping[str, Any] = application.acquire_token_by_auth_code_flow(flow, query)
        except (ValueError, RuntimeError) as error:  # state and nonce, in this order
            # The error's text holds the values that differ; it must not travel on as a cause.
            raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": type(error).__name__}) from None
        return result

    def renew(self, app: AppRegistration, credential: OAuthCredential) -> Grant:
        """A new access token for the refresh token; the Grant holds the rotated refresh token, or the old one if none
        came.

        Raises ConnectionProblem: SIGN_IN_EXPIRED and the other Entra problems, those of `discover`.
        """
        tenant = discover(self._http, app.cloud, app.tenant)
        application = build_application(self._http, app, tenant)
        result = application.acquire_token_by_refresh_token(
            credential.refresh_token.reveal(), scopes=[app.cloud.default_scope]
        )
        return self._grant(app, tenant, result, refresh_token=credential.refresh_token)

    def _grant(
        self, app: AppRegistration, tenant: Tenant, result: Mapping[str, Any], refresh_token: Secret | None
    ) -> Grant:
        token = token_from(result, self._clock.now())
        account = _account(app, tenant, result.get("id_token_claims"))
        rotated = result.get("refresh_token")
        kept = Secret(str(rotated)) if rotated else refresh_token
        if kept is None:
            raise ConnectionProblem(Problem.ENTRA_UNKNOWN, {"missing": "refresh_token"})
        return Grant(OAuthCredential(kept, app.client_secret), token, account)


def _account(app: AppRegistration, tenant: Tenant, claims: object) -> Account | None:
    """The person in the id_token, after checking that it was made for this app by this tenant (OpenID Connect 3.1.3.7).

    A renewal may come without an id_token; then nobody new is named.
    """
    if not isinstance(claims, Mapping):
        return None
    facts = {"check": "id_token"}
    issuer = str(claims.get("iss", ""))
    if claims.get("aud") != app.client_id or str(claims.get("tid", "")).lower() != tenant.id:
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, facts)
    if origin_of(issuer) != origin_of(app.cloud.login) or tenant.id not in issuer.lower():
        raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, facts)
    return Account(
        username=str(claims.get("preferred_username") or claims.get("email") or claims.get("upn") or ""),
        display_name=str(claims.get("name", "")),
        object_id=str(claims.get("oid", "")),
        tenant_id=tenant.id,
    )
