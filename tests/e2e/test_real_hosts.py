"""The program against Microsoft's own host names, without practice mode: it speaks the published protocol.

In mount and network namespaces of its own the names lead to a server on this machine, whose certificate the system's
store trusts. Everything else is real: the process, its window, the web view, TLS on port 443.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop_app.practice.derivation import client_secret, personal_access_token
from desktop_app.practice.seed import seeded_directory
from tests.e2e.real_hosts import published, strict_server
from tests.e2e.real_hosts.certificate import write_certificate
from tests.e2e.real_hosts.inside import Given
from tests.e2e.real_hosts.namespace import command_in_namespace
from tests.e2e.real_hosts.operations import Seen
from tests.e2e.real_hosts.published import deviations_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's own"),
]

PRACTICE = "tests.e2e.real_hosts.practice_server"
STRICT = "tests.e2e.real_hosts.strict_server"
ROOT = Path(__file__).parents[2]

Answers = dict[str, Any]  # JSON has no static type
Run = Callable[[str, str, Given], Answers]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Plays a scenario of inside.py in a namespace; gives its outcome and what the server has seen."""
    possible = subprocess.run(command_in_namespace("true"), capture_output=True, text=True, check=False)
    if possible.returncode != 0:
        words = f"This test needs mount and network namespaces, and could not make them: {possible.stderr.strip()}"
        if os.environ.get("ADO_CONNECT_NEEDS_NAMESPACES"):  # CI says so: there, nothing may be left out unseen
            pytest.fail(words)
        pytest.skip(words)

    def play(scenario: str, server: str, given: Given) -> Answers:
        write_certificate(tmp_path)
        (tmp_path / "given.json").write_text(json.dumps(asdict(given)), encoding="utf-8")
        inside = [sys.executable, "-m", "tests.e2e.real_hosts.inside", str(tmp_path), scenario, server]
        done = subprocess.run(
            command_in_namespace(*inside), cwd=ROOT, capture_output=True, text=True, check=False, timeout=110
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        answers: Answers = json.loads((tmp_path / "outcome.json").read_text(encoding="utf-8"))
        for name in ("seen.json", "requests.json"):
            if (tmp_path / name).exists():
                answers[name.removesuffix(".json")] = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        return answers

    return play


def practice_values() -> Given:
    directory = seeded_directory(datetime.now(UTC))
    job, person = directory.app("automation"), directory.app("desktop")
    return Given(
        organization="contoso",
        pat=directory.pat("four-scopes").value.reveal(),
        tenant=directory.tenant("contoso").id,
        client_id=job.client_id,
        client_secret=job.secrets[0].value.reveal(),
        public_client_id=person.client_id,
        account="Contoso Administrator",
        consents=True,
    )


def strict_values() -> Given:
    return Given(
        organization=strict_server.ORGANIZATION,
        pat=personal_access_token("another server"),
        tenant=strict_server.TENANT,
        client_id=strict_server.CLIENT,
        client_secret=client_secret("another server"),
        public_client_id=strict_server.CLIENT,
        account=strict_server.ACCOUNT,
        consents=False,
    )


def test_all_three_methods_connect_to_the_real_names(run: Run) -> None:
    answers = run("all_three", PRACTICE, practice_values())

    assert {method: len(rows) for method, rows in answers["checks"].items()} == {"token": 6, "secret": 8, "OAuth": 8}
    assert all(": passed" in row for rows in answers["checks"].values() for row in rows)
    assert answers["accepted_as"] == {
        "token": "Contoso Administrator",
        "secret": "Contoso Automation",
        "OAuth": "Contoso Administrator",
    }


def test_every_request_is_as_microsoft_publishes_it(run: Run) -> None:
    answers = run("all_three", STRICT, strict_values())

    assert answers["seen"]["deviations"] == []
    assert all(": passed" in row for rows in answers["checks"].values() for row in rows)
    assert answers["accepted_as"] == dict.fromkeys(("token", "secret", "OAuth"), "Administrator")
    assert {
        "tenant of the organization",
        "connection data",
        "Projects - List",
        "Variablegroups - Get Variable Groups",
        "Endpoints - Get Service Endpoints",
        "Definitions - List",
        "OpenID configuration",
        "authorize",
        "token",
    } <= set(answers["seen"]["asked"])


def test_an_authority_in_the_folder_of_hashed_names_is_trusted(run: Run) -> None:
    answers = run("hashed_folder", STRICT, strict_values())

    assert answers["accepted_as"] == {"OAuth": "Administrator"}
    assert answers["seen"]["deviations"] == []


def test_nothing_is_sent_to_a_server_that_the_system_does_not_trust(run: Run) -> None:
    answers = run("untrusted", STRICT, strict_values())

    assert "certificate" in answers["told"]
    assert answers["seen"]["asked"] == []


def test_the_sign_in_page_goes_by_the_store_of_the_system(run: Run) -> None:
    answers = run("withdrawn", STRICT, strict_values())

    assert "certificate" in answers["told"]
    assert "OpenID configuration" in answers["seen"]["asked"]
    assert "authorize" not in answers["seen"]["asked"]


GOOD = Seen(
    "dev.azure.com",
    "GET",
    "/example/_apis/projects?api-version=7.1&$top=100",
    {
        "user-agent": "a client",
        "accept": "application/json",
        "x-tfs-fedauthredirect": "Suppress",
        "authorization": "Bearer abc",
    },
)


def test_the_book_has_nothing_against_a_published_request() -> None:
    assert deviations_of(GOOD, []) == []


@pytest.mark.parametrize(
    ("method", "target", "headers", "fault"),
    [
        ("GET", "/example/_apis/project?api-version=7.1", {}, "no such operation"),
        ("POST", "/example/_apis/projects?api-version=7.1", {}, "the method is not GET"),
        ("GET", "/example/_apis/projects", {}, "api-version is"),
        ("GET", "/example/_apis/projects?api-version=6.0", {}, "api-version is '6.0'"),
        ("GET", "/example/_apis/connectionData?api-version=7.1", {}, "api-version is '7.1'"),
        ("GET", "/example/_apis/projects?api-version=7.1&top=1", {}, "the parameter top is not known"),
        ("GET", "/example/_apis/projects?api-version=7.1&$top=0", {}, "$top is not"),
        ("GET", "/example/_apis/projects?api-version=7.1", {"authorization": ""}, "no Bearer or Basic"),
        ("GET", "/example/_apis/projects?api-version=7.1", {"authorization": "Basic YWJj"}, "empty user name"),
        ("GET", "/example/_apis/projects?api-version=7.1", {"accept": "*/*"}, "Accept does not ask"),
        ("GET", "/example/_apis/projects?api-version=7.1", {"x-tfs-fedauthredirect": ""}, "not Suppress"),
        ("GET", "/example/_apis/projects?api-version=7.1", {"cookie": "a=b"}, "a cookie is sent"),
        ("HEAD", "/example", {}, "a credential is sent"),
    ],
)
def test_the_book_names_what_departs_from_it(method: str, target: str, headers: dict[str, str], fault: str) -> None:
    seen = Seen(GOOD.host, method, target, {**GOOD.headers, **headers})

    assert fault in " ".join(deviations_of(seen, []))


PATS = "/example/_apis/tokens/pats?api-version=7.1-preview.1"
GRAPH_APP = f"/v1.0/applications(appId='{strict_server.CLIENT}')"


@pytest.mark.parametrize(
    ("host", "method", "target", "body", "changes", "fault"),
    [
        ("vssps.dev.azure.com", "GET", PATS, b"", {"authorization": "Basic OmFiYw=="}, "no Bearer credential"),
        ("vssps.dev.azure.com", "GET", PATS.replace("-preview.1", ""), b"", {}, "api-version is '7.1'"),
        ("vssps.dev.azure.com", "DELETE", PATS, b"", {}, "the parameter authorizationId is missing"),
        ("vssps.dev.azure.com", "POST", PATS, b'{"displayName":"a"}', {}, "the field scope is missing"),
        ("vssps.dev.azure.com", "POST", PATS, b'{"allOrgs":"no"}', {}, "the field allOrgs is no bool"),
        ("vssps.dev.azure.com", "POST", PATS, b"[]", {}, "the body is no JSON object"),
        ("vssps.dev.azure.com", "PATCH", PATS, b"", {}, "the method is not GET"),
        ("graph.microsoft.com", "GET", f"{GRAPH_APP}?$select=secrets", b"", {}, "$select names"),
        ("graph.microsoft.com", "GET", f"{GRAPH_APP}?$filter=a", b"", {}, "the parameter $filter is not known"),
        ("graph.microsoft.com", "GET", f"{GRAPH_APP}/addPassword", b"", {}, "the method is not POST"),
        (
            "graph.microsoft.com",
            "POST",
            f"{GRAPH_APP}/addPassword",
            b'{"passwordCredential":{"hint":""}}',
            {},
            "can not",
        ),
        (
            "graph.microsoft.com",
            "POST",
            f"{GRAPH_APP}/addPassword",
            b'{"passwordCredential":{"endDateTime":"2027-01-01"}}',
            {},
            "a date is not",
        ),
        ("graph.microsoft.com", "POST", f"{GRAPH_APP}/removePassword", b"{}", {}, "the field keyId is missing"),
        (
            "graph.microsoft.com",
            "POST",
            f"{GRAPH_APP}/removePassword",
            b"",
            {"content-type": ""},
            "not application/json",
        ),
        ("graph.microsoft.com", "POST", "/v1.0/applications/addPassword", b"{}", {}, "no such operation"),
    ],
)
def test_the_book_reads_how_credentials_are_renewed(  # noqa: PLR0917  one column of the table each
    host: str, method: str, target: str, body: bytes, changes: dict[str, str], fault: str
) -> None:
    headers = {**GOOD.headers, "content-type": "application/json", **changes}

    assert fault in " ".join(deviations_of(Seen(host, method, target, headers, body), []))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"grant_type=authorization_code&code=1&code_verifier=short", "code_verifier is not as published"),
        (b"grant_type=authorization_code&code=1", "redirect_uri is missing"),
        (b"grant_type=password&username=a&password=b", "grant_type is 'password'"),
        (b"grant_type=client_credentials&client_secret=a&scope=openid", "of Microsoft Graph alone"),
        (b"grant_type=refresh_token&refresh_token=a&scope=openid", "not of Azure DevOps"),
        (b"grant_type=refresh_token&refresh_token=a&scope=a&scope=b", "given twice"),
        (b"grant_type=refresh_token&refresh_token=a&device=1", "the field device is not known"),
    ],
)
def test_the_book_reads_the_form_of_a_token_request(body: bytes, fault: str) -> None:
    headers = {"user-agent": "a client", "content-type": "application/x-www-form-urlencoded"}
    target = f"/{strict_server.TENANT}/oauth2/v2.0/token"
    seen = Seen(
        "login.microsoftonline.com", "POST", target, headers, body + b"&client_id=" + strict_server.CLIENT.encode()
    )

    assert fault in " ".join(deviations_of(seen, strict_server.REDIRECT_URIS))


def test_the_book_reads_the_query_of_a_sign_in() -> None:
    query = f"client_id={strict_server.CLIENT}&response_type=token&scope=openid"
    target = f"/{strict_server.TENANT}/oauth2/v2.0/authorize?{query}"
    seen = Seen("login.microsoftonline.com", "GET", target, {"user-agent": "a browser"})

    said = " ".join(deviations_of(seen, strict_server.REDIRECT_URIS))

    assert "response_type is not as published" in said
    assert "code_challenge is missing" in said
    assert published.operation_of(seen) is not None
