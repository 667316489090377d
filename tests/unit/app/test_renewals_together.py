"""A renewal, and what else happens to the connection at the same time, in this process and in others."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.app.learning import Learning
from desktop_app.app.renewals import Renewed, Stage
from desktop_app.app.secret_slots import old_slot
from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.turns import FileTurns
from tests.unit.app.renewing import (
    RENEWABLE,
    RenewalWorld,
    kinds,
    problem_of,
)
from tests.unit.app.world import unheard

PATIENCE_S = 20.0
both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


@both
@pytest.mark.parametrize("stage", [Stage.MAKING, Stage.CHECKING, Stage.SWAPPING])
def test_name_given_during_a_renewal_is_kept(world: RenewalWorld, method: Method, stage: Stage) -> None:
    profile = world.with_old(method)

    def rename(told: Stage) -> None:
        if told is stage:
            world.connections.rename(profile.id, "Production")

    renewed = world.renew(profile, rename).profile

    assert renewed.name == "Production"
    assert world.current(profile) == renewed


@both
def test_name_given_in_the_middle_of_the_swap_is_kept(
    world: RenewalWorld, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyring may take its time, and ask for its password."""
    profile = world.with_old(method)
    put = world.store.set

    def slowly(key: ProfileId, secret: Secret) -> None:
        if key == old_slot(profile.id):
            world.connections.rename(profile.id, "Production")
        put(key, secret)

    monkeypatch.setattr(world.store, "set", slowly)

    renewed = world.renew(profile).profile

    assert world.current(profile) == renewed
    assert renewed.name == "Production"
    assert renewed.credential_id in world.at_azure(profile)


@both
def test_renaming_does_not_undo_what_a_swap_wrote_meanwhile(
    world: RenewalWorld, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = world.with_old(method)
    load, renewed = world.file.load, list[bool]()

    def overtaken() -> tuple[Profile, ...]:
        found = load()
        if not renewed:
            renewed.append(True)
            world.renew(profile)
        return found

    monkeypatch.setattr(world.file, "load", overtaken)
    world.connections.rename(profile.id, "Production")

    assert world.current(profile).name == "Production"
    assert world.current(profile).credential_id in world.at_azure(profile)


@both
def test_check_during_a_renewal_finds_a_connection_that_works(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    worked: list[bool] = []
    world.renew(profile, lambda stage: worked.append(world.works(profile)))
    assert worked == [True] * 4


@both
@pytest.mark.parametrize("ends_well", [True, False])
def test_check_that_began_before_the_swap_says_nothing_of_the_new_credential(
    world: RenewalWorld, method: Method, ends_well: bool
) -> None:
    """Neither is the revoked one handed out as just proved, nor its failure noted as the new one's."""
    profile = world.with_old(method)

    def meanwhile() -> None:
        world.devops.before.clear()
        world.renew(profile)
        if not ends_well:
            world.devops.problems["projects"] = ConnectionProblem(Problem.PERMISSION_DENIED)

    world.devops.before["projects"] = meanwhile
    world.connections.check(profile.id, unheard, Cancel())

    world.devops.problems.clear()
    current = world.current(profile)
    assert current.last_check is not None
    assert current.last_check.problem is None
    if method is Method.PAT:
        assert world.fresh_token(profile) == world.secret_in_use(profile).reveal()


@both
def test_end_of_the_old_credential_is_not_taken_for_the_new_ones(
    world: RenewalWorld, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azure is asked when the credential ends, and it is renewed before the answer is there."""
    profile = replace(world.with_old(method), credential_id="", credential_ends_at=None)
    world.file.save(profile)
    port = world.pats if method is Method.PAT else world.app_secrets
    asked, renewed = port.list, list[bool]()

    def overtaken(*given: object) -> object:
        found = asked(*given)  # type: ignore[arg-type]  # passed through
        if not renewed:
            renewed.append(True)
            world.renew(profile, revoke_old=False)
        return found

    monkeypatch.setattr(port, "list", overtaken)
    learning = Learning(
        connections=world.connections, pats=world.pats, app_secrets=world.app_secrets, clock=world.clock
    )
    learning.ask(profile.id, Cancel())

    assert renewed
    current = world.current(profile)
    assert world.at_azure(profile)[current.credential_id] == world.secret_in_use(profile)
    assert EventKind.END_LEARNED not in kinds(world, profile)


@both
def test_second_renewal_at_the_same_time_is_refused(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    refused: list[Problem] = []
    renewed: list[Renewed] = []

    def both_at_once(stage: Stage) -> None:
        thread = threading.Thread(target=lambda: refused.append(problem_of(lambda: world.renew(profile))))
        thread.start()
        thread.join(PATIENCE_S)

    renewed.append(world.renew(profile, both_at_once))

    assert refused == [Problem.RENEWAL_UNFINISHED] * 4
    assert renewed[0].left is None
    assert len(world.at_azure(profile)) == 1


@both
def test_renewal_is_not_recovered_from_while_it_goes_on_in_another_process(
    world: RenewalWorld, method: Method, tmp_path: Path
) -> None:
    """Two programs over the same stores, told apart by their lock files alone."""
    world.start(FileTurns(tmp_path))
    profile = world.with_old(method)
    other = world.renewals_of(world.connections, FileTurns(tmp_path))
    refused: list[Problem] = []

    def meanwhile(stage: Stage) -> None:
        other.recover(Cancel())
        refused.append(problem_of(lambda: other.renew(profile.id, world.wish(), lambda told: None, unheard, Cancel())))

    renewed = world.renew(profile, meanwhile)

    assert refused == [Problem.RENEWAL_UNFINISHED] * 4
    assert renewed.left is None
    assert len(world.at_azure(profile)) == 1
    assert world.works(profile)


@both
def test_connection_is_not_removed_or_replaced_in_the_middle_of_its_renewal(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    problems: list[Problem] = []

    def remove(stage: Stage) -> None:
        if stage is Stage.CHECKING:
            problems.append(problem_of(lambda: world.connections.remove(profile.id)))
            draft = world.prove(world.draft(method))
            draft.editing = profile
            problems.append(problem_of(lambda: world.connections.save(draft, "Contoso")))

    world.renew(profile, remove)
    assert problems == [Problem.RENEWAL_UNFINISHED] * 2


@both
def test_old_credential_is_not_put_back_while_it_is_being_revoked(world: RenewalWorld, method: Method) -> None:
    """Else the one that was just put back would be the one that Azure ends."""
    profile = world.with_old(method)
    refused: list[Problem] = []

    def meanwhile(stage: Stage) -> None:
        if stage is Stage.REVOKING:
            refused.append(problem_of(lambda: world.connections.put_back(profile.id, unheard, Cancel())))

    world.renew(profile, meanwhile)

    assert refused == [Problem.RENEWAL_UNFINISHED]
    assert world.works(profile)
