"""How long a whole validation takes where every answer comes 200 ms late. Wanted: at most 5 round trips.

Connections are cold at the start of each validation. The OAuth sign-in itself takes place before the clock starts.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Secret
from desktop_app.core.ports import Request, Timeout
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.world import Network, World

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

DELAY_S = 0.2
TIMES = 5
ADMIN = "admin@contoso.example"


def pat(world: World) -> Draft:
    return PatDraft(token=Secret(world.pat()))


def client_secret(world: World) -> Draft:
    tenant, client_id, secret = world.app("automation")
    return ClientSecretDraft(tenant=tenant, client_id=client_id, client_secret=Secret(secret))


def oauth(world: World) -> Draft:
    tenant, client_id, _secret = world.app("desktop")
    redirect_uri = world.practice_cloud.cloud.native_redirect_uri
    draft = OAuthDraft(cloud=world.practice_cloud.cloud, tenant=tenant, client_id=client_id, redirect_uri=redirect_uri)
    person = ScriptedSignIn(world.http, ADMIN)
    draft.last_sign_in = (draft.sign_in_key, world.connections.sign_in(draft, person, redirect_uri, Cancel()))
    return draft


def seconds_of_one_request(world: World) -> float:
    """With a connection that is open already."""
    request = Request("HEAD", world.practice_cloud.cloud.devops + "/contoso", Timeout())
    world.http.send(request)
    began = time.perf_counter()
    world.http.send(request)
    return time.perf_counter() - began


def seconds_of_a_validation(world: World, draft: Draft) -> float:
    draft.cloud = world.practice_cloud.cloud
    draft.organization = "contoso"
    world.http.close()
    began = time.perf_counter()
    proof = world.connections.prove(draft, lambda result: None, Cancel())
    took_s = time.perf_counter() - began
    assert not proof.report.failures
    return took_s


def test_whole_validation_over_a_slow_line(practice_cloud: PracticeCloud, tmp_path: Path) -> None:
    practice_cloud.directory.forget_consents()
    methods: dict[str, Callable[[World], Draft]] = {"OAuth": oauth, "PAT": pat, "client secret": client_secret}
    world = World(practice_cloud, Network(), tmp_path)
    drafts = {name: make(world) for name, make in methods.items()}
    for draft in drafts.values():
        seconds_of_a_validation(world, draft)  # imports
    practice_cloud.faults.add(Fault(FaultKind.DELAY, times=None, seconds=DELAY_S))

    trip_s = statistics.median(seconds_of_one_request(world) for _time in range(TIMES))
    print(
        f"\n\nA whole validation where each answer comes {DELAY_S * 1000:.0f} ms late (wanted: at most 5 round trips)"
    )
    print(f"  {'one round trip':16}{trip_s * 1000:6.0f} ms")
    for name, draft in drafts.items():
        took_s = statistics.median(seconds_of_a_validation(world, draft) for _time in range(TIMES))
        print(f"  {name:16}{took_s * 1000:6.0f} ms, {took_s / trip_s:4.1f} round trips")
    world.http.close()
