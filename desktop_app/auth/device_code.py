"""OAuth 2.0 device authorization grant (RFC 8628): a person enters a short code on another device and signs in there.

Two codes must not be mixed up: the user code is for the person's eyes; whoever has the device code can collect the
tokens, so it never leaves this module. The app is asked for as a public client: a client secret is never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from desktop_app.auth.aadsts import problem_from_error
from desktop_app.auth.entra import AppRegistration, Tenant, asked, build_application, discover
from desktop_app.auth.oauth import grant_from
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.credential import Grant, Secret
from desktop_app.core.ports import Clock, HttpSession
from desktop_app.core.problems import ConnectionProblem, Problem

MOST_WAIT_S = 60.0
"""Between two questions whether the person is done, however often the network failed meanwhile."""

_STILL_WAITING = frozenset({"authorization_pending", "slow_down"})
# RFC 8628 section 3.5: a question that failed on its way is asked again, with longer and longer pauses.
_PASSING = frozenset(
    {
        Problem.TIMED_OUT,
        Problem.CONNECTION_LOST,
        Problem.ANSWER_CUT_OFF,
        Problem.ANSWER_TOO_SLOW,
        Problem.NAME_NOT_RESOLVED,
        Problem.ENTRA_BUSY,
        Problem.THROTTLED,
    }
)
_MEANS_HERE = {
    Problem.SECRET_REQUIRED: Problem.DEVICE_CODE_NOT_ALLOWED,
    Problem.CONDITIONAL_ACCESS: Problem.DEVICE_CODE_BLOCKED,
    # A code says nothing about the computer it is used from, so such a rule can never be met with one.
    Problem.DEVICE_NOT_COMPLIANT: Problem.DEVICE_CODE_BLOCKED,
    Problem.DEVICE_NOT_JOINED: Problem.DEVICE_CODE_BLOCKED,
}


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person needs: the code to enter, where (https), and until when it is good (aware UTC)."""

    user_code: str
    address: str
    ends_at: datetime


class DeviceCodeSignIn:
    """Signs a person in who has a browser somewhere else."""

    def __init__(self, http: HttpSession, clock: Clock) -> None:
        self._http = http
        self._clock = clock

    def sign_in(self, app: AppRegistration, on_code: Callable[[DeviceCode], object], cancel: Cancel) -> Grant:
        """Call `on_code` with the code to show, then wait until the person has signed in elsewhere.

        Blocks up to the end of the code (15 minutes at Entra). The Grant holds no client secret: what was granted to a
        public client is renewed as one. Raises Cancelled, or ConnectionProblem: DEVICE_CODE_NOT_ALLOWED,
        DEVICE_CODE_BLOCKED, DEVICE_CODE_ENDED, CONSENT_DECLINED, SIGN_IN_STATE_MISMATCH, the other Entra problems,
        those of `discover`.
        """
        public = replace(app, client_secret=None)
        tenant = discover(self._http, public.cloud, public.tenant)
        cancel.raise_if_cancelled()
        application = build_application(self._http, public, tenant)
        flow = asked(lambda: application.initiate_device_flow([public.cloud.default_scope]))
        if "user_code" not in flow:
            if not flow.get("error"):
                raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": "user_code"})
            raise _seen_here(problem_from_error(flow))
        code = _code_of(flow, self._clock.now())
        held = Secret(str(flow["device_code"]))  # what the server answers to it is searched for it
        cancel.raise_if_cancelled()
        on_code(code)
        result = self._wait(application, flow, code, cancel)
        del held
        return self._grant(public, tenant, result)

    def _wait(self, application: Any, flow: Mapping[str, Any], code: DeviceCode, cancel: Cancel) -> Mapping[str, Any]:
        """Ask again and again, as often as the server wants it, until it answers. `Any`: msal has no types."""
        ends = self._clock.monotonic() + (code.ends_at - self._clock.now()).total_seconds()
        longer = 1.0
        while True:
            # msal would sleep between two questions; the pause is ours, so that Cancel is heard at once.
            left = max(0.0, ends - self._clock.monotonic())
            if cancel.wait(min(_interval(flow) * longer, MOST_WAIT_S, left)):
                raise Cancelled
            if self._clock.monotonic() >= ends:
                raise ConnectionProblem(Problem.DEVICE_CODE_ENDED)
            try:
                result = asked(lambda: application.acquire_token_by_device_flow(flow, exit_condition=lambda _: True))
            except ConnectionProblem as failure:
                if failure.problem not in _PASSING:
                    raise
                longer *= 2
                continue
            longer = 1.0
            if result.get("error") not in _STILL_WAITING:
                cancel.raise_if_cancelled()
                return result

    def _grant(self, app: AppRegistration, tenant: Tenant, result: Mapping[str, Any]) -> Grant:
        try:
            grant = grant_from(app, tenant, result, self._clock.now())
        except ConnectionProblem as failure:
            raise _seen_here(failure) from None
        if grant.account is None:  # nobody would know who it was
            raise ConnectionProblem(Problem.SIGN_IN_STATE_MISMATCH, {"check": "id_token"})
        return grant


def _code_of(flow: Mapping[str, Any], now: datetime) -> DeviceCode:
    """Raises ANSWER_NOT_UNDERSTOOD for what can not be shown to a person. `Any`: msal has no types."""
    code, address = str(flow.get("user_code") or ""), str(flow.get("verification_uri") or "")
    if not code.isprintable() or not 0 < len(code) <= 32 or not _is_web_address(address) or not flow.get("device_code"):
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": "user_code"})
    try:
        return DeviceCode(code, address, now + timedelta(seconds=int(flow["expires_in"])))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        raise ConnectionProblem(Problem.ANSWER_NOT_UNDERSTOOD, {"check": "expires_in"}) from None


def _is_web_address(address: str) -> bool:
    """True for an https address that names no user."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and address.isprintable()


def _interval(flow: Mapping[str, Any]) -> float:
    """Seconds between two questions; msal raises it when the server says `slow_down`. `Any`: as above."""
    interval = flow.get("interval", 5)
    return float(interval) if isinstance(interval, int | float) else 5.0


def _seen_here(failure: ConnectionProblem) -> ConnectionProblem:
    """What an answer means where the app is asked for without a secret, and with a code."""
    problem = _MEANS_HERE.get(failure.problem)
    return ConnectionProblem(problem, failure.facts) if problem else failure
