"""Tokens, answers and questions that the tests of Azure DevOps' adapter share."""

from dataclasses import replace

import pytest

from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import AccessToken, Scheme, Secret
from desktop_app.core.ports import Identity, Project, Response
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra.azure_devops import AzureDevOpsRest
from tests.fakes.http import ScriptedHttp, json_answer

TENANT = "11111111-2222-3333-4444-555555555555"
OBJECT_ID = "99999999-8888-7777-6666-555555555555"
NOBODY = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
PROJECT = Project("eb6e4656-77fc-42a1-9181-4c6d8e9da5d1", "Fabrikam")

PAT = AccessToken(Secret("pat-" + "q" * 48), Scheme.BASIC)
SIGN_IN = AccessToken(Secret("opaque-" + "w" * 60), Scheme.BEARER, frozenset({"vso.project"}))
EVERYTHING = replace(SIGN_IN, scopes=frozenset({"user_impersonation"}))
APP = replace(SIGN_IN, scopes=frozenset())
TOKENS = {"PAT": PAT, "sign-in": SIGN_IN, "app": APP}

USER = {
    "id": "d6245f20-2af8-44f4-9451-8107cb2767db",
    "descriptor": f"Microsoft.IdentityModel.Claims.ClaimsIdentity;{TENANT}\\user@contoso.example",
    "subjectDescriptor": "aad.YjM0",
    "providerDisplayName": "Contoso User",
    "customDisplayName": None,
    "properties": {"Account": {"$type": "System.String", "$value": "user@contoso.example"}},
}


def connection_data(**changes: object) -> Response:
    user = {**USER, **changes}
    return json_answer({"authenticatedUser": user, "authorizedUser": {"id": user["id"]}, "deploymentType": "hosted"})


def error(status: int, message: str, type_key: str = "", **headers: str) -> Response:
    body = {"$id": "1", "innerException": None, "message": message, "typeKey": type_key, "errorCode": 0}
    return json_answer(body, status, headers)


def identity_from(answer: Response, token: AccessToken = PAT) -> Identity:
    return AzureDevOpsRest(ScriptedHttp(answer)).identity(PUBLIC, "contoso", token)


def identity_problem(answer: Response, token: AccessToken = PAT) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        identity_from(answer, token)
    return caught.value


def probe_problem(answer: Response, token: AccessToken = PAT) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        AzureDevOpsRest(ScriptedHttp(answer)).count_variable_groups(PUBLIC, "contoso", PROJECT, token)
    return caught.value


CHALLENGE = (
    f'Bearer authorization_uri=https://login.microsoftonline.com/{TENANT}, Basic realm="https://x/", TFS-Federated'
)
"""The header by which an organization tells its tenant."""
