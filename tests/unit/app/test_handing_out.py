"""Checking a saved connection and handing out its token: when it asks, when it renews, and what it remembers."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_app.app.connections import PROOF_LASTS_S
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckName, CheckStatus
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.clock import NOON
from tests.fakes.entra import ACCOUNT, FakeEntra, RedirectAtOnce, entra_error
from tests.unit.app.world import CLIENT_SECRET, PAT, World, unheard

every_method = pytest.mark.parametrize("method", Method)
PATIENCE_S = 20.0


def problem_of(action: Callable[[], object]) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value


@every_method
@pytest.mark.parametrize("later_s", [0, 1, PROOF_LASTS_S])
def test_within_a_minute_of_the_proof_nothing_is_asked(world: World, method: Method, later_s: float) -> None:
    profile = world.saved(method)
    world.clock.advance(later_s)
    token = world.fresh_token(profile)

    assert token == (PAT if method is Method.PAT else FakeEntra.access_token(1))
    assert world.journal == []
    assert world.entra.requests == []


@every_method
def test_after_a_minute_the_connection_is_checked_again(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(PROOF_LASTS_S + 1)

    world.fresh_token(profile)

    assert "devops.identity" in world.happened("devops.identity")
    world.forget()
    world.fresh_token(profile)
    assert world.journal == []  # and that proof lasts a minute in its turn


@pytest.mark.parametrize(
    ("left", "renewed"),
    [
        (timedelta(minutes=30), False),
        (timedelta(minutes=5), False),
        (timedelta(minutes=5) - timedelta(seconds=1), True),
        (timedelta(0), True),
        (-timedelta(hours=1), True),
    ],
)
def test_a_sign_in_is_renewed_when_less_than_five_minutes_are_left(
    world: World, left: timedelta, renewed: bool
) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600 - left.total_seconds())

    token = world.fresh_token(profile)

    assert token == FakeEntra.access_token(2 if renewed else 1)
    assert [form["grant_type"] for form in world.entra.forms] == (["refresh_token"] if renewed else [])


def test_a_token_about_to_end_is_renewed_although_it_was_proved_just_now(world: World) -> None:
    world.entra.expires_in_s = 310
    profile = world.saved(Method.OAUTH)
    world.clock.advance(20)

    assert world.fresh_token(profile) == FakeEntra.access_token(2)


def test_an_app_signs_in_anew_for_every_check(world: World) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    world.clock.advance(PROOF_LASTS_S + 1)

    assert world.fresh_token(profile) == FakeEntra.access_token(2)
    assert world.entra.forms[0]["client_secret"] == CLIENT_SECRET


def test_a_rotated_refresh_token_is_stored_before_anything_else_happens(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.fresh_token(profile)

    after_renewal = [what for what, _ in world.journal if what != "devops.organization_tenant"]
    assert after_renewal[0] == "secrets.set"
    stored = world.secrets.get(profile.id)
    assert stored is not None
    assert FakeEntra.refresh_token(2) in stored.reveal()
    assert CLIENT_SECRET in stored.reveal()


def test_a_renewal_whose_refresh_token_can_not_be_kept_fails(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.secrets.fail_with = Problem.KEYRING_LOCKED

    assert problem_of(lambda: world.fresh_token(profile)).problem is Problem.KEYRING_LOCKED


def test_a_refresh_token_that_did_not_change_is_not_written_again(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.entra.alter = lambda content: {name: value for name, value in content.items() if name != "refresh_token"}

    world.fresh_token(profile)

    assert ("secrets.set", profile.id) not in world.journal


def test_renewals_can_follow_each_other(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    tokens = []
    for _ in range(4):
        world.clock.advance(3600)
        tokens.append(world.fresh_token(profile))

    assert tokens == [FakeEntra.access_token(number) for number in (2, 3, 4, 5)]


@every_method
def test_a_failure_is_raised_with_its_facts_and_not_remembered_as_a_success(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(PROOF_LASTS_S + 1)
    world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED, {"status": "401"})

    for _ in range(2):
        failure = problem_of(lambda: world.fresh_token(profile))
        assert failure.problem is Problem.CREDENTIAL_REJECTED
        assert failure.facts == {"status": "401"}
    assert world.happened("devops.identity") == ["devops.identity"] * 2

    world.devops.problems.clear()
    assert world.fresh_token(profile)


@every_method
def test_a_missing_permission_does_not_keep_a_token_back(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(PROOF_LASTS_S + 1)
    world.devops.problems["projects"] = ConnectionProblem(Problem.SCOPE_MISSING)

    assert world.fresh_token(profile)


@every_method
def test_a_secret_that_is_gone_is_named(world: World, method: Method) -> None:
    profile = world.saved(method, "Production")
    world.clock.advance(3600)
    MemorySecretStore.delete(world.secrets, profile.id)

    failure = problem_of(lambda: world.fresh_token(profile))

    assert failure.problem is Problem.SECRET_GONE
    assert failure.facts == {"name": "Production"}


def test_a_sign_in_that_was_ended_says_so(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.entra.answer = entra_error(50173, "invalid_grant")

    failure = problem_of(lambda: world.fresh_token(profile))

    assert failure.problem is Problem.SIGN_IN_REVOKED
    assert failure.facts["aadsts"] == "AADSTS50173"


def test_another_account_in_the_browser_is_noticed(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.entra.account = "reader@contoso.example"

    failure = problem_of(lambda: world.fresh_token(profile))

    assert failure.problem is Problem.ACCOUNT_CHANGED
    assert failure.facts == {"expected": ACCOUNT, "account": "reader@contoso.example"}


def test_the_same_account_in_other_letters_is_the_same(world: World) -> None:
    profile = world.saved(Method.OAUTH)
    world.clock.advance(3600)
    world.entra.account = ACCOUNT.upper()

    assert world.fresh_token(profile)


def test_an_unknown_connection_has_no_token(world: World) -> None:
    assert (
        problem_of(lambda: world.connections.fresh_token(ProfileId("0" * 32), Cancel())).problem is Problem.PROFILE_GONE
    )


@every_method
def test_a_removed_connection_has_no_token(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.connections.remove(profile.id)

    assert problem_of(lambda: world.fresh_token(profile)).problem is Problem.PROFILE_GONE


@every_method
def test_a_connection_removed_while_it_is_checked_stays_removed(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(PROOF_LASTS_S + 1)
    world.devops.before["projects"] = lambda: world.connections.remove(profile.id)

    for _ in range(2):
        assert problem_of(lambda: world.fresh_token(profile)).problem is Problem.PROFILE_GONE
    assert world.connections.load() == ()
    assert world.secrets.get(profile.id) is None


def test_a_new_name_given_during_a_check_stays(world: World) -> None:
    profile = world.saved(Method.PAT)

    def rename() -> None:
        world.connections.rename(profile.id, "Production")

    world.devops.before["projects"] = rename
    checked, _report = world.connections.check(profile.id, unheard, Cancel())

    assert checked.name == "Production"
    assert world.connections.load() == (checked,)


@every_method
def test_a_check_remembers_how_it_ended(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(600.25)
    world.devops.problems["count_variable_groups"] = ConnectionProblem(Problem.PERMISSION_DENIED)

    checked, report = world.connections.check(profile.id, unheard, Cancel())

    assert checked.last_check is not None
    assert checked.last_check.at == NOON + timedelta(seconds=600)
    assert (checked.last_check.identity_proved, checked.last_check.problem) == (True, Problem.PERMISSION_DENIED)
    assert report.first_problem is Problem.PERMISSION_DENIED
    assert world.connections.load() == (checked,)
    assert replace(checked, last_check=profile.last_check) == profile


def test_a_check_that_fails_is_remembered_too(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.devops.problems["identity"] = ConnectionProblem(Problem.PAT_EXPIRED)

    checked, report = world.connections.check(profile.id, unheard, Cancel())

    assert checked.last_check is not None
    assert (checked.last_check.identity_proved, checked.last_check.problem) == (False, Problem.PAT_EXPIRED)
    assert not report.identity_proved
    assert problem_of(lambda: world.fresh_token(profile)).problem is Problem.PAT_EXPIRED  # the proof of before is void


def test_a_cancelled_check_changes_nothing(world: World) -> None:
    profile = world.saved(Method.PAT)
    cancel = Cancel()
    world.clock.advance(600)
    world.devops.before["identity"] = cancel.request

    with pytest.raises(Cancelled):
        world.connections.check(profile.id, unheard, cancel)

    assert world.connections.load() == (profile,)


def test_results_of_a_check_are_heard(world: World) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    world.clock.advance(PROOF_LASTS_S + 1)
    heard: dict[CheckName, CheckStatus] = {}

    world.connections.fresh_token(profile.id, Cancel(), lambda result: heard.update({result.name: result.status}))

    assert heard == dict.fromkeys(CheckName, CheckStatus.PASSED)


def at_once(count: int, work: Callable[[int], str]) -> list[str]:
    """What `count` threads that start together get."""
    together = threading.Barrier(count, timeout=PATIENCE_S)

    def run(number: int) -> str:
        together.wait()
        return work(number)

    with ThreadPoolExecutor(count, thread_name_prefix="test") as pool:
        return list(pool.map(run, range(count)))


@every_method
def test_many_may_ask_for_a_token_at_the_same_time(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.clock.advance(3600)

    tokens = at_once(6, lambda number: world.fresh_token(profile))

    assert len(tokens) == 6
    # A refresh token works once: each renewal used the one that the renewal before it had stored.
    used = [form["refresh_token"] for form in world.entra.forms if "refresh_token" in form]
    assert used == [FakeEntra.refresh_token(number) for number in range(1, len(used) + 1)]
    world.clock.advance(3600)
    assert world.fresh_token(profile)


def test_connections_do_not_wait_for_each_other(world: World) -> None:
    one, other = world.saved(Method.CLIENT_SECRET, "One"), world.saved(Method.CLIENT_SECRET, "Other")
    world.clock.advance(PROOF_LASTS_S + 1)
    both_ask = threading.Barrier(2, timeout=PATIENCE_S)

    def meet(form: dict[str, str]) -> None:
        both_ask.wait()  # raises unless both are there at once

    world.entra.on_token = meet
    profiles: list[Profile] = [one, other]
    tokens = at_once(2, lambda number: world.fresh_token(profiles[number]))

    assert len(set(tokens)) == 2


def test_signing_in_keeps_the_draft_as_it_is(world: World) -> None:
    draft = world.draft(Method.OAUTH)
    before = (draft.proof_key, draft.last_proof)
    world.connections.sign_in(draft, RedirectAtOnce(world.entra), "http://localhost", Cancel())  # type: ignore[arg-type]  # an OAuth one

    assert (draft.proof_key, draft.last_proof) == before
