"""OAuth 2.0 client credentials (RFC 6749 section 4.4): the app itself signs in with its client secret.

There is no refresh token and no id_token; what the app may do is decided in Azure DevOps, not by API permissions, and
in Microsoft Graph by application permissions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from desktop_app.auth.entra import AppRegistration, Tenant, asked, build_application, discover, token_from
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import AccessToken, Account, ClientSecretCredential, Grant
from desktop_app.core.lifecycle import GraphToken
from desktop_app.core.ports import Clock, HttpSession
from desktop_app.core.problems import ConnectionProblem, Problem

T = TypeVar("T")

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 15.0
PATIENCE_S = 180.0
"""A new secret is known within seconds as a rule; people report minutes at times."""


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
        tenant, token = self._token(app, app.cloud.default_scope)
        return Grant(ClientSecretCredential(app.client_secret), token, Account(app.client_id, tenant_id=tenant.id))

    def graph_token(self, app: AppRegistration) -> GraphToken:
        """A new token for Microsoft Graph; that it is given says nothing about what the app may do there.

        Raises ConnectionProblem: GRAPH_NOT_OFFERED, and as `sign_in`.
        """
        if app.client_secret is None:
            raise ConnectionProblem(Problem.SECRET_REQUIRED)
        if not app.cloud.graph:
            raise ConnectionProblem(Problem.GRAPH_NOT_OFFERED)
        _tenant, token = self._token(app, app.cloud.graph_scope)
        return GraphToken(token.value)

    def _token(self, app: AppRegistration, scope: str) -> tuple[Tenant, AccessToken]:
        tenant = discover(self._http, app.cloud, app.tenant)
        application = build_application(self._http, app, tenant)
        result = asked(lambda: application.acquire_token_for_client([scope]))
        return tenant, token_from(result, self._clock.now(), app.client_secret)


def once_known(
    attempt: Callable[[], T],
    clock: Clock,
    cancel: Cancel,
    *,
    wait: Callable[[float], object] | None = None,
    patience_s: float = PATIENCE_S,
) -> T:
    """What `attempt` gives, which signs in with a secret made a moment ago: repeated while Entra does not know it yet.

    Only a refusal of the secret itself (SECRET_WRONG, AADSTS7000215) is waited out, with pauses that double from 1 to
    15 seconds; every other problem is raised at once. `wait` pauses for so many seconds and may end early (without one,
    `cancel.wait`, which a request to stop ends). That one of Entra's servers knows it does not mean that all do.

    Raises Cancelled, what `attempt` raises, and SECRET_NOT_KNOWN_YET (facts: waited_s) after `patience_s` seconds.
    """
    pause, started, paused_s = FIRST_PAUSE_S, clock.monotonic(), 0.0
    while True:
        cancel.raise_if_cancelled()
        try:
            return attempt()
        except ConnectionProblem as failure:
            if failure.problem is not Problem.SECRET_WRONG:
                raise
            refusal = failure
        waited_s = max(clock.monotonic() - started, paused_s)
        if waited_s >= patience_s:
            raise ConnectionProblem(Problem.SECRET_NOT_KNOWN_YET, {**refusal.facts, "waited_s": f"{waited_s:.0f}"})
        seconds = min(pause, patience_s - waited_s)
        (wait or cancel.wait)(seconds)
        paused_s += seconds
        pause = min(2 * pause, LONGEST_PAUSE_S)
