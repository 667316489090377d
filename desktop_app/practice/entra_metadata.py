"""Entra's public documents: OpenID discovery, instance discovery, signing keys; and how a tenant is named in a path.

A tenant asked for by domain answers with its GUID: that is how clients resolve a domain.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from desktop_app.practice.directory import AppRegistration, Tenant
from desktop_app.practice.entra_errors import EntraFault
from desktop_app.practice.http import json_response
from desktop_app.practice.state import CloudState

SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")


def resolve_tenant(state: CloudState, segment: str) -> Tenant | None:
    """The tenant of a path, or None for the shared ones. EntraFault 900023 (malformed) or 90002 (unknown)."""
    if segment.lower() in SHARED_TENANTS:
        return None
    if not (_GUID.fullmatch(segment) or _DOMAIN.fullmatch(segment)):
        raise EntraFault(
            900023,
            "invalid_request",
            f"Specified tenant identifier '{segment}' is neither a valid DNS name, nor a valid external domain.",
        )
    tenant = state.directory.find_tenant(segment)
    if tenant is None:
        raise EntraFault(
            90002,
            "invalid_tenant",
            f"Tenant '{segment}' not found. Check to make sure you have the correct tenant ID and are signing into the "
            "correct cloud. Check with your subscription administrator, this may happen if there are no active "
            "subscriptions for the tenant.",
        )
    return tenant


def find_app(state: CloudState, client_id: str, tenant: Tenant | None) -> AppRegistration:
    """The app with this client ID, if it exists in `tenant` (None: wherever the account comes from).

    EntraFault 900144 (no client_id), 700016 (unknown), 50194 (single tenant, asked on a shared one), 7000112 (off).
    """
    if not client_id:
        raise missing_parameter("client_id")
    app = state.directory.find_app(client_id)
    if app is None or (tenant is not None and not app.multi_tenant and app.tenant.id != tenant.id):
        where = tenant.name if tenant else "Microsoft"
        raise EntraFault(
            700016,
            "unauthorized_client",
            f"Application with identifier '{client_id}' was not found in the directory '{where}'. This can happen if "
            "the "
            "application has not been installed by the administrator of the tenant or consented to by any user in the "
            "tenant. You may have sent your authentication request to the wrong tenant.",
        )
    if not app.enabled:
        raise EntraFault(7000112, "unauthorized_client", f"Application '{app.client_id}'({app.name}) is disabled.")
    if tenant is None and not app.multi_tenant:
        raise EntraFault(
            50194,
            "invalid_request",
            f"Application '{app.client_id}'({app.name}) is not configured as a multi-tenant application. Usage of the "
            "/common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific "
            "endpoint "
            "or configure the application to be multi-tenant.",
        )
    return app


def missing_parameter(name: str) -> EntraFault:
    return EntraFault(900144, "invalid_request", f"The request body must contain the following parameter: '{name}'.")


def discovery(state: CloudState, request: Request, tenant: str) -> Response:
    """GET /{tenant}/v2.0/.well-known/openid-configuration (OpenID Connect Discovery)."""
    found = resolve_tenant(state, tenant)
    login = state.cloud.login
    base = f"{login}/{found.id if found else tenant.lower()}"
    issuer = f"{login}/{found.id if found else '{tenantid}'}/v2.0"
    return json_response(
        {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": issuer,
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "nonce",
                "preferred_username",
                "name",
                "tid",
                "ver",
            ],
            "tenant_region_scope": "EU" if found else None,
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }
    )


def instance_discovery(state: CloudState, request: Request) -> Response:
    """GET /common/discovery/instance: which login hosts are one cloud. Here there is one host, its own only alias."""
    asked = urlsplit(request.args.get("authorization_endpoint", ""))
    host = urlsplit(state.cloud.login).netloc
    tenant = asked.path.strip("/").partition("/")[0]
    if asked.netloc.lower() != host or not tenant:
        raise EntraFault(50049, "invalid_instance", "Unknown or invalid instance.")
    resolve_tenant(state, tenant)
    return json_response(
        {
            "tenant_discovery_endpoint": f"{state.cloud.login}/{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )


def signing_keys(state: CloudState, request: Request, tenant: str) -> Response:
    """GET /{tenant}/discovery/v2.0/keys."""
    resolve_tenant(state, tenant)
    return json_response(state.signer.jwks())
