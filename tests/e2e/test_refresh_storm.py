"""Four processes with fifty threads each, one sign-in to renew: one renewal, over TLS and with a real keyring."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft
from desktop_app.app.secret_slots import token_slot
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Secret
from desktop_app.core.profile import Method, Profile
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, KeyringSecretStore
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.service import Service
from tests.e2e.storm import connections
from tests.fakes.scripted_sign_in import ScriptedSignIn

pytestmark = [pytest.mark.e2e, pytest.mark.keyring]

PROCESSES, THREADS = 4, 50
PATIENCE_S = 60
SLOW_S = 2.0
"""The answer takes so long that all processes have asked before it is there."""


def draft_of(method: Method, cloud: PracticeCloud) -> Draft:
    app = cloud.directory.app("automation" if method is Method.CLIENT_SECRET else "web")
    common = {"cloud": cloud.cloud, "organization": "contoso", "tenant": app.tenant.id, "client_id": app.client_id}
    secret = Secret(app.secrets[0].value.reveal())
    if method is Method.CLIENT_SECRET:
        return ClientSecretDraft(**common, client_secret=secret)  # type: ignore[arg-type]  # each has its own type
    return OAuthDraft(**common, client_secret=secret, redirect_uri="http://localhost")  # type: ignore[arg-type]


@pytest.fixture
def saved(home: Path, keyring_items: Callable[[], list[str]], practice_cloud: PracticeCloud) -> Callable[..., Profile]:
    """Makes and saves a connection whose newest token no process has any more."""

    def save(method: Method) -> Profile:
        book = connections(home, practice_cloud.cloud, practice_cloud.ca_pem)
        draft = draft_of(method, practice_cloud)
        if isinstance(draft, OAuthDraft):
            http = RequestsSession()
            http.trust(practice_cloud.ca_pem, practice_cloud.cloud.bases)
            surface = ScriptedSignIn(http, "admin@contoso.example")
            grant = book.sign_in(draft, surface, draft.redirect_uri, Cancel())
            draft.last_sign_in = (draft.sign_in_key, grant)
            http.close()
        draft.last_proof = book.prove(draft, lambda result: None, Cancel())
        profile = book.save(draft, f"Storm {method}")
        KeyringSecretStore(PRACTICE_PREFIX).delete(token_slot(profile.id))
        practice_cloud.requests.clear()
        return profile

    return save


@pytest.mark.parametrize("method", [Method.OAUTH, Method.CLIENT_SECRET])
def test_storm_over_processes_makes_one_token_request(
    home: Path, practice_cloud: PracticeCloud, saved: Callable[..., Profile], method: Method
) -> None:
    profile = saved(method)
    practice_cloud.faults.add(Fault(FaultKind.DELAY, Service.LOGIN, "/token", seconds=SLOW_S))
    told = json.dumps(
        {
            "folder": str(home),
            "cloud": asdict(practice_cloud.cloud),
            "ca_pem": practice_cloud.ca_pem.decode(),
            "id": profile.id,
            "threads": THREADS,
        }
    )
    storm = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.storm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(PROCESSES)
    ]
    for process in storm:
        assert process.stdin is not None
        process.stdin.write(f"{told}\n")
        process.stdin.flush()
    for process in storm:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = []
    for process in storm:  # all have their threads waiting; this line lets them go
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in storm:
        said, _errors = process.communicate(timeout=PATIENCE_S)
        answers.append(json.loads(said))

    assert answers == [{"tokens": 1, "failures": []}] * PROCESSES
    assert [request.status for request in practice_cloud.requests.of(Service.LOGIN, "/oauth2/v2.0/token")] == [200]
