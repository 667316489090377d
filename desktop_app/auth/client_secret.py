"""OAuth 2.0 client credentials (RFC 6749 section 4.4): the app itself signs in with its client secret.

There is no refresh token and no id_token; what the app may do is decided in Azure DevOps, not by API permissions.
"""

from __future__ import annotations

from desktop_app.auth.entra import AppRegistration, asked, build_application, discover, token_from
from desktop_app.core.credential import Account, ClientSecretCredential, Grant
from desktop_app.core.ports import Clock, HttpSession
from desktop_app.core.problems import ConnectionProblem, Problem


class ClientSecretSignIn:
    """Gets tokens for an app registration."""

    def __init__(self, http: HttpSession, clock: Clock) -> None:
        self._http = http
        self._clock = clock

    def sign_in(self, app: AppRegistration) -> Grant:
        """A new access token. Raises ConnectionProblem: those of `discover` and every Entra problem of
        auth/aadsts.py."""
        if app.client_secret is None:
            raise ConnectionProblem(Problem.SECRET_REQUIRED)
        tenant = discover(self._http, app.cloud, app.tenant)
        application = build_application(self._http, app, tenant)
        result = asked(lambda: application.acquire_token_for_client([app.cloud.default_scope]))
        token = token_from(result, self._clock.now(), app.client_secret)
        return Grant(ClientSecretCredential(app.client_secret), token, Account(app.client_id, tenant_id=tenant.id))
