"""Whether a page of the network itself stands in the way, as in hotels and trains.

A plain question whose answer is known: the sign-in host's discovery document is JSON, whatever else may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from desktop_app.core.checks import CheckStatus, Undecided
from desktop_app.core.cloud import Cloud, origin_of
from desktop_app.core.diagnosis import Answer, DiagnosisName, Line, Results, Skipped, host_of, of_name
from desktop_app.core.ports import HttpSession, Request, Response
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.diagnostics.connection import TIMEOUT

_NETWORK_WANTS_SIGN_IN = 511  # RFC 6585 section 6


def captive_portal(cloud: Cloud, http: HttpSession) -> Callable[[Results], Answer]:
    """Judges after the connections. Raises CAPTIVE_PORTAL (host, status, portal): the answer is a web page or leads to
    another host, or on every host another server answered. Skipped where the sign-in host was not reached."""

    def run(results: Results) -> Answer:
        connections = of_name(results, DiagnosisName.CONNECTION)
        login = host_of(cloud.login)
        if len(connections) > 1 and all(one.problem is Problem.CERTIFICATE_WRONG_HOST for one in connections):
            raise ConnectionProblem(Problem.CAPTIVE_PORTAL, {"host": login})
        reached = results.get(Line(DiagnosisName.CONNECTION, login))
        if reached is None or reached.status is not CheckStatus.PASSED:
            return Skipped()
        url = f"{cloud.login}/common/v2.0/.well-known/openid-configuration"
        return _judge(http.send(Request("GET", url, TIMEOUT, {"Accept": "application/json"})), url, login)

    return run


def _judge(answer: Response, url: str, host: str) -> Answer:
    facts = {"host": host, "status": str(answer.status)}
    if 300 <= answer.status < 400:
        portal = _host_behind(url, answer.headers.get("location", ""))
        if portal in {"", origin_of(url)[0]}:
            return Undecided(facts)
        raise ConnectionProblem(Problem.CAPTIVE_PORTAL, {**facts, "portal": portal})
    if answer.status == _NETWORK_WANTS_SIGN_IN:
        raise ConnectionProblem(Problem.CAPTIVE_PORTAL, facts)
    if answer.status == 429 or answer.status >= 500:
        return Undecided(facts)
    try:
        answer.json()
    except ValueError as error:
        if not answer.text.lstrip().startswith("<"):
            return Undecided(facts)
        raise ConnectionProblem(Problem.CAPTIVE_PORTAL, facts) from error
    return facts


def _host_behind(url: str, location: str) -> str:
    try:
        return origin_of(urljoin(url, location))[0]
    except ValueError:
        return ""
