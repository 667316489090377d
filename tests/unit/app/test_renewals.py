"""*Renew this for me*: Azure makes a new credential, it is proved and swapped in; only then the old one is revoked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_app.app.renewals import Stage
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Step
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import Problem
from desktop_app.core.profile import Method
from tests.unit.app.renewing import (
    HALF_A_YEAR,
    OLD_KEY,
    OLD_PAT,
    OLD_SCOPES,
    R1_SCOPES,
    RENEWABLE,
    RenewalWorld,
    kinds,
    old_id,
    problem_of,
)
from tests.unit.app.world import CLIENT_SECRET, PAT, unheard

both = pytest.mark.parametrize("method", RENEWABLE)


@pytest.fixture
def world() -> RenewalWorld:
    return RenewalWorld()


# -- all goes well ----------------------------------------------------------------------------------------------------


@both
def test_new_credential_takes_the_place_of_the_old_one_which_is_revoked(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)

    renewed = world.renew(profile)

    [(id, value)] = world.at_azure(profile).items()
    assert world.revoked(profile) == [old_id(method)]
    assert world.secret_in_use(profile) == value
    assert renewed.left is None
    assert renewed.report.identity_proved
    assert renewed.profile == world.current(profile)
    assert renewed.profile.credential_id == id
    assert renewed.profile.credential_ends_at == world.clock.now() + HALF_A_YEAR - timedelta(seconds=sum(world.waits))
    assert renewed.profile.credential_ends == renewed.profile.credential_ends_at.date()
    assert renewed.profile.last_check is not None
    assert renewed.profile.last_check.problem is None
    assert world.entries.load() == ()
    assert {slot for slot in world.store.slots() if slot not in {"", ".token"}} == set()
    assert world.works(profile)
    told = [kind for kind in kinds(world, profile) if kind not in {EventKind.REFRESHED, EventKind.CHECKED}]
    assert told[-2:] == [EventKind.RENEWED, EventKind.OLD_REVOKED]


@both
def test_stages_are_told_in_their_order(world: RenewalWorld, method: Method) -> None:
    told: list[Stage] = []
    world.renew(world.with_old(method), told.append)
    assert told == [Stage.MAKING, Stage.CHECKING, Stage.SWAPPING, Stage.REVOKING]


@both
def test_writes_come_in_the_order_that_no_crash_can_hurt(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.renew(profile, lambda stage: world.power.writes.append(f"({stage})"))
    acts = [act for act in world.power.writes if not act.endswith(".token")]
    assert acts == [
        "(making)",
        "journal.put creating",
        "azure.make",
        "journal.put created",
        "secrets.set .new",
        "(checking)",
        "(swapping)",
        "journal.put swapping",
        "secrets.set .old",
        "secrets.set ",
        "profiles.save",
        "secrets.delete .new",
        "journal.put revoking",
        "(revoking)",
        "azure.revoke",
        "journal.put forgetting",
        "secrets.delete .old",
        "journal.drop",
    ]


@both
def test_token_of_the_new_credential_is_handed_out_at_once(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.fresh_token(profile)
    world.renew(profile)
    world.journal.clear()
    token = world.fresh_token(profile)
    assert world.journal == []
    if method is Method.PAT:
        assert token == world.secret_in_use(profile).reveal()


@pytest.mark.parametrize("scopes", [OLD_SCOPES, frozenset({"app_token"}), R1_SCOPES])
def test_new_token_may_what_the_old_one_may(world: RenewalWorld, scopes: frozenset[str]) -> None:
    profile = world.with_old(Method.PAT)
    record, value = world.pats.tokens[OLD_PAT]
    world.pats.put(replace(record, scopes=scopes), value)

    renewed = world.renew(profile).profile

    [(made, _value)] = world.pats.tokens.values()
    assert made.scopes == scopes
    assert made.all_organizations is False
    assert renewed.scopes == tuple(sorted(scopes))


@pytest.mark.parametrize("known", [("vso.code", "vso.project"), ()])
def test_token_that_azure_does_not_list_is_followed_by_one_with_the_scopes_last_known(
    world: RenewalWorld, known: tuple[str, ...]
) -> None:
    """Or, where none are known, with what a connection needs."""
    profile = replace(world.with_old(Method.PAT), credential_id="", scopes=known)
    world.file.save(profile)

    renewed = world.renew(profile).profile

    assert renewed.scopes == tuple(sorted(known or R1_SCOPES))


def test_new_token_is_of_the_persons_own_name_for_it_and_like_no_other(world: RenewalWorld) -> None:
    profile = world.with_old(Method.PAT)
    names = set()
    for _ in range(3):
        world.renew(profile)
        [(made, _value)] = world.pats.tokens.values()
        assert made.name.startswith("Contoso (ADO Connect ")
        names.add(made.name)
    assert len(names) == 3


def test_new_token_takes_over_from_one_for_all_organizations(world: RenewalWorld) -> None:
    profile = replace(world.with_old(Method.PAT), all_organizations=True)
    world.file.save(profile)
    assert world.renew(profile).profile.all_organizations is False


@both
def test_old_credential_that_is_not_to_be_revoked_is_kept_and_can_be_put_back(
    world: RenewalWorld, method: Method
) -> None:
    profile = world.with_old(method)
    renewed = world.renew(profile, revoke_old=False)

    assert renewed.left is None
    assert world.revoked(profile) == []
    kept = world.connections.kept_old(profile.id)
    assert kept is not None
    assert kept.step is Step.KEPT

    back = world.connections.put_back(profile.id, unheard, Cancel())

    assert back.credential_id == profile.credential_id
    assert world.secret_in_use(profile) == Secret(PAT if method is Method.PAT else CLIENT_SECRET)
    assert world.works(profile)


@both
def test_old_credential_that_does_not_work_any_more_is_not_put_back(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    renewed = world.renew(profile, revoke_old=False).profile
    (world.pats.tokens if method is Method.PAT else world.app_secrets.secrets).pop(old_id(method))

    refused = problem_of(lambda: world.connections.put_back(profile.id, unheard, Cancel()))

    assert refused in {Problem.CREDENTIAL_REJECTED, Problem.SECRET_WRONG}
    assert world.current(profile) == renewed
    assert world.works(profile)


@both
def test_second_renewal_waits_until_the_old_credential_is_let_go(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method)
    world.renew(profile, revoke_old=False)
    assert problem_of(lambda: world.renew(profile)) is Problem.OLD_SECRET_KEPT
    world.connections.forget_old(profile.id)
    world.renew(profile)
    assert world.works(profile)


# -- which one is the old one -----------------------------------------------------------------------------------------


@both
def test_old_credential_that_nobody_knows_is_kept_and_none_is_revoked(world: RenewalWorld, method: Method) -> None:
    profile = world.with_old(method, known=False)
    assert world.renewals.offer(profile.id, Cancel()).knows_old is False

    renewed = world.renew(profile)

    assert renewed.left is None
    assert world.revoked(profile) == []
    kept = world.connections.kept_old(profile.id)
    assert kept is not None
    assert kept.step is Step.KEPT


@pytest.mark.parametrize(
    ("hints", "known", "revoked"),
    [
        ({OLD_KEY: CLIENT_SECRET[:3], "other": "zzz"}, "", [OLD_KEY]),
        ({OLD_KEY: "", "other": "zzz"}, OLD_KEY, [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": CLIENT_SECRET[:3]}, OLD_KEY, [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": CLIENT_SECRET[:3]}, "", []),
        ({OLD_KEY: "", "other": "zzz"}, "", []),
        ({OLD_KEY: "", "other": CLIENT_SECRET[:3]}, "", []),
        ({OLD_KEY: "", "other": CLIENT_SECRET[:3]}, OLD_KEY, [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": "zzz"}, "other", [OLD_KEY]),
        ({OLD_KEY: CLIENT_SECRET[:3], "other": "zzz"}, "gone", [OLD_KEY]),
        ({OLD_KEY: "", "other": "zzz"}, "gone", []),
    ],
    ids=[
        "by its first characters",
        "by what Azure told before",
        "by what Azure told, among two that begin alike",
        "two begin alike",
        "an old record without first characters",
        "another begins like it, and its own record shows nothing",
        "another begins like it, but Azure told before",
        "what is remembered is another's",
        "what is remembered is gone",
        "what is remembered is gone, and nothing else tells",
    ],
)
def test_only_a_client_secret_that_is_certainly_the_old_one_is_removed(
    world: RenewalWorld, hints: dict[str, str], known: str, revoked: list[str]
) -> None:
    profile = replace(world.with_old(Method.CLIENT_SECRET), credential_id=known)
    world.file.save(profile)
    for id, hint in hints.items():
        record, value = world.app_secrets.secrets[OLD_KEY]
        other = Secret(CLIENT_SECRET[:3] + "another")
        world.app_secrets.put(replace(record, key_id=id, hint=hint), value if id == OLD_KEY else other)

    world.renew(profile)

    assert world.app_secrets.removed == revoked


def test_secret_that_ended_long_ago_and_shows_nothing_is_not_taken_for_the_old_one(world: RenewalWorld) -> None:
    """It stays in the list until somebody removes it, and can not be the one that signs in."""
    profile = replace(world.with_old(Method.CLIENT_SECRET), credential_id="")
    world.file.save(profile)
    record, _value = world.app_secrets.secrets[OLD_KEY]
    ended = replace(record, key_id="ended", hint="", ends_at=world.clock.now() - timedelta(days=400))
    world.app_secrets.put(ended, Secret("ended"))

    world.renew(profile)

    assert world.app_secrets.removed == [OLD_KEY]
