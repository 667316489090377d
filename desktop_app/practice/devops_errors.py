"""Azure DevOps' failures, in the shapes that it really answers with (Learn, "Azure DevOps Services REST API
Reference"; "Troubleshoot Azure Resource Manager service connections" for TF401444).

Clients must branch on status and `typeKey`; the messages carry the TF and VS numbers.
"""

from __future__ import annotations

import uuid
from html import escape
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from desktop_app.core.cloud import Cloud
from desktop_app.practice.http import empty_response, json_response, page, redirect_to

ANONYMOUS_ID = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
_ASSEMBLY = "Microsoft.VisualStudio.Services.WebApi"


class VssFault(Exception):
    """A request that Azure DevOps refuses with a JSON error. `type_key` is the stable name of the error."""

    def __init__(self, status: int, type_key: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.type_key = type_key
        self.message = message

    def response(self) -> Response:
        return json_response(
            {
                "$id": "1",
                "innerException": None,
                "message": self.message,
                "typeName": f"{_ASSEMBLY}.{self.type_key}, {_ASSEMBLY}",
                "typeKey": self.type_key,
                "errorCode": 0,
                "eventId": 3000,
            },
            self.status,
        )


class EmptyRefusal(Exception):
    """The credential is good but its scopes don't reach: 401 with an empty body, nothing else told."""


class Challenge(Exception):
    """No credential, or one that means nothing here: the sign-in page, a redirect to it, or a 401 with challenges."""


def not_authorized(name: str) -> VssFault:
    return VssFault(
        401,
        "UnauthorizedRequestException",
        f"TF400813: The user '{name}' is not authorized to access this resource.",
    )


def service_principal_unknown(tenant_id: str, object_id: str) -> VssFault:
    return VssFault(
        401,
        "UnauthorizedRequestException",
        f"TF401444: Please sign-in at least once as {tenant_id}\\{tenant_id}\\{object_id} in a web browser to enable "
        "access "
        "to the service.",
    )


def token_expired() -> VssFault:
    return VssFault(401, "AccessCheckException", "Access Denied: The Personal Access Token used has expired.")


def anonymous_refused() -> VssFault:
    return VssFault(
        401,
        "UnauthorizedRequestException",
        "TF400813: Resource not available for anonymous access. Client authentication required.",
    )


def permission_missing(name: str, permission: str, resource: str) -> VssFault:
    return VssFault(
        403,
        "AccessCheckException",
        f"Access Denied: {name} needs the following permission(s) on the resource {resource} to perform this action: "
        f"{permission}",
    )


def licence_missing(feature: str) -> VssFault:
    return VssFault(
        403,
        "MissingLicenseException",
        f"TF400409: You do not have licensing rights to access this feature: {feature}",
    )


def project_missing(name_or_id: str) -> VssFault:
    """404 by name (TF200016) or by id (VS800075)."""
    try:
        uuid.UUID(name_or_id)
    except ValueError:
        return VssFault(
            404,
            "ProjectDoesNotExistWithNameException",
            f"TF200016: The following project does not exist: {name_or_id}. Verify that the name of the project is "
            "correct "
            "and that the project exists on the specified Azure DevOps Server.",
        )
    return VssFault(
        404,
        "ProjectDoesNotExistException",
        f"VS800075: The project with id 'vstfs:///Classification/TeamProject/{name_or_id}' does not exist, or you do "
        "not "
        "have permission to access it.",
    )


def invalid_argument(message: str, type_key: str = "ArgumentException") -> VssFault:
    return VssFault(400, type_key, message)


def challenge_response(request: Request, cloud: Cloud, tenant_id: str | None) -> Response:
    """What a request without a usable credential gets; which shape depends on how it asks (B3)."""
    if request.method in ("PATCH", "PUT", "DELETE"):
        return with_challenges(not_authorized("").response(), request, cloud, tenant_id)
    if request.headers.get("X-TFS-FedAuthRedirect", "").lower() == "suppress":
        return with_challenges(empty_response(401), request, cloud, tenant_id)
    sign_in = f"{cloud.profile}/_signin?{urlencode({'realm': request.host, 'reply_to': request.base_url})}"
    if "text/html" in request.headers.get("Accept", ""):
        return redirect_to(sign_in, {})
    return with_challenges(sign_in_page(status=203), request, cloud, tenant_id)


def with_challenges(response: Response, request: Request, cloud: Cloud, tenant_id: str | None) -> Response:
    """Adds the WWW-Authenticate headers and the tenant, which tell a client where to sign in."""
    tenant = tenant_id or "common"
    response.headers.add("WWW-Authenticate", f"Bearer authorization_uri={cloud.login}/{tenant}")
    response.headers.add("WWW-Authenticate", f'Basic realm="{cloud.devops}/"')
    response.headers.add("WWW-Authenticate", "TFS-Federated")
    response.headers["X-TFS-FedAuthRedirect"] = f"{cloud.profile}/_signin?realm={request.host}"
    if tenant_id:
        response.headers["X-VSS-ResourceTenant"] = tenant_id
    return response


def sign_in_page(status: int = 200) -> Response:
    body = (
        '<main><p class="service">Azure DevOps (practice cloud)</p><h1>Sign in</h1>'
        "<p>This page appears where the credential was not accepted.</p></main>"
    )
    return page("Azure DevOps Services | Sign In", body, status=status)


def organization_missing(name: str) -> Response:
    body = (
        '<main><p class="service">Azure DevOps (practice cloud)</p><h1>404 - Page not found</h1>'
        f"<p>There is no organization named {escape(name)}.</p></main>"
    )
    return page("Azure DevOps Services | 404", body, status=404)
