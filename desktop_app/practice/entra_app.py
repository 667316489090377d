"""The login host: which path leads where, and how each failure there is shown.

A fault on a path that people see becomes a page, on one that programs call a JSON body.
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from desktop_app.practice.entra_authorize import answer_consent, authorize, choose_account
from desktop_app.practice.entra_consent import admin_consent_v1, admin_consent_v2, device_code, device_login
from desktop_app.practice.entra_errors import EntraFault, error_json, error_page
from desktop_app.practice.entra_metadata import discovery, instance_discovery, signing_keys
from desktop_app.practice.entra_pages import (
    error_lookup_page,
    native_client_page,
    portal_page,
    signed_out_page,
)
from desktop_app.practice.entra_token import token
from desktop_app.practice.http import page
from desktop_app.practice.scopes import ScopeFault
from desktop_app.practice.state import CloudState

_Handler = Callable[..., Response]

_PROGRAM_PATHS: tuple[tuple[str, str, _Handler], ...] = (
    ("GET", "/common/discovery/instance", instance_discovery),
    ("GET", "/<tenant>/v2.0/.well-known/openid-configuration", discovery),
    ("GET", "/<tenant>/discovery/v2.0/keys", signing_keys),
    ("POST", "/<tenant>/oauth2/v2.0/token", token),
    ("POST", "/<tenant>/oauth2/v2.0/devicecode", device_code),
)
_PAGES: tuple[tuple[str, str, _Handler], ...] = (
    ("GET", "/<tenant>/oauth2/v2.0/authorize", authorize),
    ("POST", "/<tenant>/oauth2/v2.0/authorize", authorize),
    ("GET", "/<tenant>/oauth2/v2.0/logout", signed_out_page),
    ("GET", "/<tenant>/adminconsent", admin_consent_v1),
    ("GET", "/<tenant>/v2.0/adminconsent", admin_consent_v2),
    ("POST", "/login", choose_account),
    ("POST", "/consent", answer_consent),
    ("GET", "/devicelogin", device_login),
    ("POST", "/devicelogin", device_login),
    ("GET", "/common/oauth2/nativeclient", native_client_page),
    ("GET", "/error", error_lookup_page),
    ("GET", "/portal", portal_page),
    ("GET", "/portal/<path:rest>", portal_page),
)
_ROUTES = Map(
    [Rule(path, methods=[method], endpoint=(answer, True)) for method, path, answer in _PROGRAM_PATHS]
    + [Rule(path, methods=[method], endpoint=(answer, False)) for method, path, answer in _PAGES],
    strict_slashes=False,
    merge_slashes=False,
)


def answer_login(state: CloudState, request: Request) -> Response:
    """Answers one request to the login host."""
    try:
        (answer, for_programs), variables = _ROUTES.bind_to_environ(request.environ).match()
    except HTTPException as refusal:
        status = refusal.code or 404
        response = page("Sign in", f"<main><h1>{status} - {refusal.name}</h1></main>", status=status)
        methods = getattr(refusal, "valid_methods", None)
        if methods:
            response.headers["Allow"] = ", ".join(sorted(methods))
        return response
    try:
        result: Response = answer(state, request, **variables)
    except EntraFault as fault:
        if for_programs:
            return error_json(fault, request, state.now(), state.cloud.login)
        return error_page(fault, request, state.now())
    except ScopeFault as scope_fault:
        return error_page(EntraFault(scope_fault.code, scope_fault.error, scope_fault.text), request, state.now())
    return result
