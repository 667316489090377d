"""Entra's failures: one AADSTS number each, shown as JSON, as a page, or carried to the redirect URI.

The parts and their order are those of Entra's own answers (Learn, "Microsoft Entra authentication and
authorization error codes"), so what reads them can be practised.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from html import escape

from werkzeug.wrappers import Request, Response

from desktop_app.practice.http import json_response, page


class EntraFault(Exception):
    """A request that Entra refuses. `code` is the AADSTS number, `error` the OAuth error; `text` holds no secret."""

    def __init__(self, code: int, error: str, text: str, *, suberror: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.error = error
        self.text = text
        self.suberror = suberror

    @property
    def status(self) -> int:
        return 401 if self.error == "invalid_client" else 400


def correlation_id(request: Request) -> str:
    """The id that the client gave its request, or a new one."""
    given = request.headers.get("client-request-id") or request.args.get("client-request-id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())


def description(fault: EntraFault, trace: str, correlation: str, now: datetime) -> str:
    return f"AADSTS{fault.code}: {fault.text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {_stamp(now)}"


def error_json(fault: EntraFault, request: Request, now: datetime, login: str) -> Response:
    """The body that token, device code and discovery requests get."""
    trace, correlation = str(uuid.uuid4()), correlation_id(request)
    payload: dict[str, object] = {
        "error": fault.error,
        "error_description": description(fault, trace, correlation, now),
        "error_codes": [fault.code],
        "timestamp": _stamp(now),
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"{login}/error?code={fault.code}",
    }
    if fault.suberror:
        payload["suberror"] = fault.suberror
    return json_response(payload, fault.status, {"x-ms-request-id": trace, "client-request-id": correlation})


def error_page(fault: EntraFault, request: Request, now: datetime) -> Response:
    """The page a person sees when the fault must not, or can not, reach the redirect URI."""
    trace, correlation = str(uuid.uuid4()), correlation_id(request)
    body = (
        '<main><p class="service">Microsoft Entra (practice cloud)</p>'
        "<h1>Sorry, but we're having trouble signing you in.</h1>"
        f'<p id="exceptionMessageContainer">AADSTS{fault.code}: {escape(fault.text)}</p>'
        '<h2>Troubleshooting details</h2><p class="soft">'
        f"Request Id: {trace}<br>Correlation Id: {escape(correlation)}<br>Timestamp: {_iso(now)}<br>"
        f"Message: AADSTS{fault.code}: {escape(fault.text)}</p></main>"
    )
    response = page(f"Sign in to your account: AADSTS{fault.code}", body, status=400)
    response.headers["x-ms-request-id"] = trace
    return response


def redirect_parameters(fault: EntraFault, request: Request, now: datetime) -> dict[str, str]:
    """The parameters that tell the redirect URI about a fault (RFC 6749 section 4.1.2.1)."""
    return {
        "error": fault.error,
        "error_description": description(fault, str(uuid.uuid4()), correlation_id(request), now),
        "error_uri": f"https://login.microsoftonline.com/error?code={fault.code}",
    }


def _stamp(now: datetime) -> str:
    return now.strftime("%Y-%m-%d %H:%M:%SZ")


def _iso(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")
