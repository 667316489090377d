"""A token that Azure makes for the wizard: it has what a connection needs and nothing more, and it is either saved or
revoked, whatever happens in between."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.app.drafts import PatDraft, draft_from
from desktop_app.app.issuers import Made
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.changes import Step
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.turns import FOLDER, FileTurns
from tests.fakes.power import PowerCut
from tests.unit.app.renewing import HALF_A_YEAR, R1_SCOPES, RenewalWorld


@pytest.fixture
def world() -> RenewalWorld:
    world = RenewalWorld()
    world.saved(Method.OAUTH, "Sign-in")
    world.power.back()
    return world


def make(world: RenewalWorld, organization: str = "contoso") -> tuple[ProfileId, Secret, Made]:
    ends_at = world.clock.now() + HALF_A_YEAR
    return world.renewals.make_pat(world.sign_in_connection().id, organization, ends_at, Cancel())


def save(world: RenewalWorld, value: Secret) -> Profile:
    draft = PatDraft(organization="contoso", token=value)
    return world.connections.save(world.prove(draft), "Made")


def left(world: RenewalWorld) -> list[str]:
    """What lies in the keyring besides the sign-in's own and a saved token."""
    saved = {profile.id for profile in world.file.load()}
    return [key for key in world.store._secrets if key.removesuffix(".token") not in saved]


def problem_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(ConnectionProblem) as failure:
        action()
    return failure.value.problem


def test_token_has_exactly_what_a_connection_needs(world: RenewalWorld) -> None:
    _key, value, made = make(world)
    [(record, theirs)] = world.pats.tokens.values()
    assert theirs == value
    assert record.scopes == R1_SCOPES == frozenset(made.scopes)
    assert record.all_organizations is False
    assert record.valid_to == made.ends_at == world.clock.now() + HALF_A_YEAR
    assert record.name.startswith("contoso (ADO Connect ")


def test_saved_token_is_kept_and_nothing_is_left_under_way(world: RenewalWorld) -> None:
    key, value, _made = make(world)
    profile = save(world, value)
    world.renewals.keep_made(key)
    assert world.entries.load() == ()
    assert left(world) == []
    world.recover()
    assert world.works(profile)
    assert world.pats.revoked == []


def test_token_of_a_wizard_that_was_left_is_revoked(world: RenewalWorld) -> None:
    key, _value, made = make(world)
    world.renewals.discard_made(key, Cancel())
    assert world.pats.revoked == [made.id]
    assert world.entries.load() == ()
    assert left(world) == []


def test_what_was_kept_or_discarded_may_be_so_again(world: RenewalWorld) -> None:
    key, value, _made = make(world)
    save(world, value)
    world.renewals.keep_made(key)
    world.renewals.keep_made(key)
    world.renewals.discard_made(key, Cancel())
    assert world.pats.revoked == []
    world.renewals.keep_made(ProfileId("wizard-unknown"))
    world.renewals.discard_made(ProfileId("wizard-unknown"), Cancel())


def test_token_that_was_saved_is_not_revoked_though_the_wizard_discards_it(world: RenewalWorld) -> None:
    key, value, _made = make(world)
    profile = save(world, value)
    world.renewals.discard_made(key, Cancel())
    assert world.works(profile)
    assert world.entries.load() == ()


def test_discarding_that_fails_is_made_up_for_later(world: RenewalWorld) -> None:
    key, _value, made = make(world)
    world.pats.failures.add("revoke", Problem.NO_NETWORK)
    assert problem_of(lambda: world.renewals.discard_made(key, Cancel())) is Problem.NO_NETWORK
    world.renewals.recover(Cancel())
    assert world.pats.revoked == [made.id]
    assert world.entries.load() == ()
    assert left(world) == []


@pytest.mark.parametrize("problem", [Problem.KEYRING_LOCKED, Problem.PROFILE_FILE_UNWRITABLE])
@pytest.mark.parametrize("number", range(3))
def test_keeping_does_not_fail_and_what_is_left_is_tidied_up_later(
    world: RenewalWorld, problem: Problem, number: int
) -> None:
    key, value, _made = make(world)
    profile = save(world, value)
    world.power.back()
    world.power.fail_at, world.power.refuse_with = number, problem
    world.renewals.keep_made(key)
    world.start()
    world.recover()
    assert world.works(profile)
    assert world.entries.load() == ()
    assert left(world) == []


def test_token_is_undone_in_the_organization_it_was_made_for(world: RenewalWorld) -> None:
    """Which need not be the one of the sign-in that asks."""
    asked: list[str] = []
    revoke = world.pats.revoke

    def watched(*given: object) -> None:
        asked.append(str(given[1]))
        revoke(*given)  # type: ignore[arg-type]  # passed through

    world.pats.revoke = watched  # type: ignore[method-assign, assignment]  # heard as well
    key, _value, _made = make(world, "fabrikam")
    world.renewals.discard_made(key, Cancel())
    assert asked == ["fabrikam"]


def test_token_in_an_open_wizard_is_not_taken_for_what_a_crash_left(world: RenewalWorld, tmp_path: Path) -> None:
    """By this process, or by another one that starts meanwhile."""
    world.start(FileTurns(tmp_path))
    other = world.renewals_of(world.connections, FileTurns(tmp_path))
    key, value, made = make(world)

    world.renewals.recover(Cancel())
    other.recover(Cancel())

    assert list(world.pats.tokens) == [made.id]
    profile = save(world, value)
    world.renewals.keep_made(key)
    other.recover(Cancel())
    assert world.works(profile)
    assert not [path for path in (tmp_path / FOLDER).iterdir() if path.name.startswith("wizard-")]


def test_wizard_lets_go_of_its_turn_from_any_thread(world: RenewalWorld, tmp_path: Path) -> None:
    """Made by one task, discarded by another."""
    import threading

    world.start(FileTurns(tmp_path))
    made: list[tuple[ProfileId, Secret, Made]] = []
    thread = threading.Thread(target=lambda: made.append(make(world)))
    thread.start()
    thread.join(20)
    world.pats.failures.add("revoke", Problem.NO_NETWORK)
    assert problem_of(lambda: world.renewals.discard_made(made[0][0], Cancel())) is Problem.NO_NETWORK
    other = world.renewals_of(world.connections, FileTurns(tmp_path))
    other.recover(Cancel())
    assert world.pats.tokens == {}


@pytest.mark.parametrize("after_acting", [False, True])
@pytest.mark.parametrize("problem", [Problem.CONNECTION_LOST, Problem.SERVICE_UNAVAILABLE, Problem.ANSWER_CUT_OFF])
def test_lost_answer_leaves_no_token(world: RenewalWorld, problem: Problem, after_acting: bool) -> None:
    world.pats.failures.add("create", problem, after_acting=after_acting)
    assert problem_of(lambda: make(world)) is problem
    world.recover()
    assert world.pats.tokens == {}
    assert world.entries.load() == ()
    assert left(world) == []


@pytest.mark.parametrize("problem", [Problem.PAT_POLICY_LIFESPAN, Problem.PAT_END_REFUSED, Problem.NO_NETWORK])
def test_refusal_leaves_nothing_under_way(world: RenewalWorld, problem: Problem) -> None:
    world.pats.failures.add("create", problem)
    assert problem_of(lambda: make(world)) is problem
    assert world.entries.load() == ()


def test_request_to_stop_before_it_is_made_leaves_nothing(world: RenewalWorld) -> None:
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        world.renewals.make_pat(world.sign_in_connection().id, "contoso", world.wish().ends_at, cancel)
    assert world.pats.tokens == {}
    assert world.entries.load() == ()


def test_no_secret_is_in_the_journal(world: RenewalWorld) -> None:
    _key, value, _made = make(world)
    assert value.reveal() not in repr(world.entries.load())
    assert [change.step for change in world.entries.load()] == [Step.CREATED]


# -- the power fails --------------------------------------------------------------------------------------------------


def whole_way(world: RenewalWorld) -> None:
    """Made, saved, kept."""
    key, value, _made = make(world)
    save(world, value)
    world.renewals.keep_made(key)


def and_left(world: RenewalWorld) -> None:
    """Made, and the wizard left."""
    world.renewals.discard_made(make(world)[0], Cancel())


def and_put_into_another(world: RenewalWorld) -> None:
    """Made for a connection that has a token already."""
    key, value, _made = make(world)
    save(world, value)
    world.renewals.keep_made(key)
    key, value, _made = make(world)
    [saved] = [profile for profile in world.file.load() if profile.method is Method.PAT]
    draft = draft_from(saved)
    assert isinstance(draft, PatDraft)
    draft.token = value
    world.connections.save(world.prove(draft), "Made")
    world.renewals.keep_made(key)


def writes_of(way: Callable[[RenewalWorld], None]) -> int:
    world = RenewalWorld()
    world.saved(Method.OAUTH, "Sign-in")
    world.power.back()
    way(world)
    return len(world.power.writes)


WAYS = (whole_way, and_left, and_put_into_another)
POINTS = [(way, number) for way in WAYS for number in range(writes_of(way))]


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize(("way", "number"), POINTS, ids=[f"{way.__name__}-{number}" for way, number in POINTS])
def test_power_cut_at_any_step_leaves_a_saved_token_that_works_or_none(
    world: RenewalWorld, way: Callable[[RenewalWorld], None], number: int, after_effect: bool
) -> None:
    world.power.fail_at, world.power.after_effect = number, after_effect
    with pytest.raises(PowerCut):
        way(world)
    world.start()
    world.recover()

    saved = [profile for profile in world.file.load() if profile.method is Method.PAT]
    in_use = {world.secret_in_use(profile) for profile in saved}
    kept = [world.connections.changes.old_credential(change.key) for change in world.entries.load()]
    assert all(world.works(profile) for profile in saved)
    assert {value for _record, value in world.pats.tokens.values()} == in_use | {one.token for one in kept}  # type: ignore[union-attr]  # PATs
    assert [change.step for change in world.entries.load()] == [Step.KEPT] * len(kept)
    assert [key for key in left(world) if not key.endswith(".old")] == []


def test_another_token_of_the_same_organization_is_not_taken_for_the_made_one(world: RenewalWorld) -> None:
    world.pat_of_connection = "another-token"
    world.saved(Method.PAT, "Other")
    make(world)
    world.start()
    world.connections.load()
    world.renewals.recover(Cancel())
    assert world.pats.tokens == {}
