"""A renewal that does not come to its end: what Azure made for it is revoked again, and the old one stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_app.app.renewals import Stage
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.lifecycle import PatRecord
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.unit.app.renewing import (
    RENEWABLE,
    RenewalWorld,
    assert_untouched,
    kinds,
    old_id,
    problem_of,
)
from tests.unit.app.world import unheard

both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


@both
def test_new_credential_that_fails_its_check_is_revoked_and_the_old_one_stays(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    world.devops.problems["identity"] = ConnectionProblem(Problem.POLICY_BLOCKED)

    assert problem_of(lambda: world.renew(profile)) is Problem.POLICY_BLOCKED

    world.devops.problems.clear()
    assert len(world.revoked(profile)) == 1
    assert old_id(method) not in world.revoked(profile)
    assert kinds(world, profile)[-1] is EventKind.ROTATION_UNDONE
    assert_untouched(world, profile)


@both
def test_new_credential_that_does_less_than_the_old_one_is_revoked(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.devops.problems["count_release_definitions"] = ConnectionProblem(Problem.SCOPE_MISSING)

    assert problem_of(lambda: world.renew(profile)) is Problem.SCOPE_MISSING

    world.devops.problems.clear()
    assert_untouched(world, profile)


@both
def test_new_credential_need_not_do_more_than_the_old_one_did(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.devops.problems["count_release_definitions"] = ConnectionProblem(Problem.SCOPE_MISSING)
    checked, _report = world.connections.check(profile.id, unheard, Cancel())
    assert checked.last_check is not None
    assert checked.last_check.problem is Problem.SCOPE_MISSING

    renewed = world.renew(profile)

    assert renewed.report.first_problem is Problem.SCOPE_MISSING
    assert world.revoked(profile) == [old_id(method)]


@pytest.mark.parametrize("mightier", [{"scopes": frozenset({"app_token"})}, {"all_organizations": True}])
def test_token_that_may_more_than_was_asked_for_is_revoked(
    world: RenewalWorld, monkeypatch: pytest.MonkeyPatch, mightier: dict[str, object]
) -> None:
    profile = world.with_old(Method.PAT)
    create = world.pats.create

    def generous(*asked: object) -> tuple[PatRecord, Secret]:
        record, value = create(*asked)  # type: ignore[arg-type]  # passed through
        return replace(record, **mightier), value  # type: ignore[arg-type]  # as the parameters are

    monkeypatch.setattr(world.pats, "create", generous)

    assert problem_of(lambda: world.renew(profile)) is Problem.ANSWER_NOT_UNDERSTOOD
    monkeypatch.undo()
    assert_untouched(world, profile)


@both
@pytest.mark.parametrize("stage", [Stage.MAKING, Stage.CHECKING, Stage.SWAPPING])
def test_renewal_that_is_cancelled_before_the_swap_leaves_nothing(
    world: RenewalWorld, method: Method, stage: Stage
) -> None:
    profile, cancel = world.with_old(method), Cancel()

    def stop(told: Stage) -> None:
        if told is stage:
            cancel.request()

    with pytest.raises(Cancelled):
        world.renew(profile, stop, cancel=cancel)

    assert_untouched(world, profile)
    assert ("azure.make" in world.power.writes) is (stage is not Stage.MAKING)


@both
def test_renewal_that_was_cancelled_before_it_began_asks_azure_for_nothing(world: RenewalWorld, method: Method) -> None:
    profile, cancel = world.with_old(method), Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        world.renew(profile, cancel=cancel)
    assert_untouched(world, profile)


@both
def test_request_to_stop_that_comes_after_the_swap_is_too_late(world: RenewalWorld, method: Method) -> None:
    profile, cancel = world.with_old(method), Cancel()

    def stop(told: Stage) -> None:
        if told is Stage.REVOKING:
            world.connections._proved.clear()  # the one who asks has to sign in again
            cancel.request()

    renewed = world.renew(profile, stop, cancel=cancel)

    assert renewed.left is None
    assert world.revoked(profile) == [old_id(method)]
    assert world.entries.load() == ()


def test_connection_that_is_gone_is_not_renewed(world: RenewalWorld) -> None:
    profile = world.with_old(Method.CLIENT_SECRET)
    world.connections.remove(profile.id)
    assert problem_of(lambda: world.renew(profile)) is Problem.PROFILE_GONE


def test_token_needs_a_sign_in_of_its_owner_to_the_same_organization(world: RenewalWorld) -> None:
    profile = world.with_old(Method.PAT)
    sign_in = world.sign_in_connection()
    assert world.renewals.through(profile) == sign_in
    assert world.renewals.offer(profile.id, Cancel()).through == sign_in
    for other in ({"account": "reader@contoso.example"}, {"organization": "fabrikam"}, {"account": ""}):
        world.file.save(replace(sign_in, **other))  # type: ignore[arg-type]  # fields of a Profile
        assert world.renewals.through(profile) is None
        with pytest.raises(ConnectionProblem) as failure:
            world.renew(profile)
        assert failure.value.problem is Problem.RENEWAL_NEEDS_SIGN_IN
        assert failure.value.facts == {"account": profile.account}
    assert world.entries.load() == ()


def test_sign_in_is_not_renewed_for_anybody(world: RenewalWorld) -> None:
    profile = world.saved(Method.OAUTH)
    assert world.renewals.through(profile) is None
    with pytest.raises(ValueError, match="sign-in"):
        world.renew(profile)


# -- Entra takes its time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("known_after_s", "waits"), [(0, []), (1, [1.0]), (3, [1.0, 2.0]), (30, [1, 2, 4, 8, 15])])
def test_new_secret_is_waited_for_until_entra_knows_it(
    world: RenewalWorld, known_after_s: int, waits: list[float]
) -> None:
    profile = world.with_old(Method.CLIENT_SECRET)
    world.app_secrets.known_after = timedelta(seconds=known_after_s)
    world.renew(profile)
    assert world.waits == waits
    assert world.works(profile)


def test_secret_that_entra_never_knows_is_removed_again(world: RenewalWorld) -> None:
    profile = world.with_old(Method.CLIENT_SECRET)
    world.app_secrets.known_after = timedelta(hours=1)

    assert problem_of(lambda: world.renew(profile)) is Problem.SECRET_NOT_KNOWN_YET

    world.app_secrets.known_after = timedelta(seconds=3)
    assert sum(world.waits) == 180
    assert_untouched(world, profile)


def test_waiting_for_entra_ends_with_a_request_to_stop(world: RenewalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    profile, cancel = world.with_old(Method.CLIENT_SECRET), Cancel()
    monkeypatch.setattr(world.renewals, "_wait", lambda seconds: cancel.request())
    with pytest.raises(Cancelled):
        world.renew(profile, cancel=cancel)
    assert_untouched(world, profile)
