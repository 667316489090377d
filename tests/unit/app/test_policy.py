"""A policy in force: what it forbids is shown and explained, and no credential of it goes anywhere."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from desktop_app.app.allowed import allowed_clouds
from desktop_app.app.drafts import OAuthDraft, draft_from
from desktop_app.app.grants import Candidate
from desktop_app.app.handover.making import make_form
from desktop_app.app.handover.table import form_of
from desktop_app.app.report_wish import ReportWish
from desktop_app.app.words import status_words
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT, WELL_KNOWN
from desktop_app.core.policy import PolicyFault, broken, policy_from
from desktop_app.core.ports import OrganizationTenant
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from tests.fakes.clock import NOON
from tests.fakes.entra import TENANT_ID, RedirectAtOnce
from tests.unit.app.world import REDIRECT_URI, World, unheard

OTHERS = "99998888-7777-6666-5555-444433332222"


def under(**values: Any) -> World:  # what JSON may hold
    """A world with connections of every method, made before there was a policy, and now under one."""
    before = World()
    saved = [before.saved(method, method.value) for method in Method]
    world = World(policy=policy_from({"version": 1, **values}), entra=before.entra)
    for profile in saved:
        secret = before.secrets.get(profile.id)
        assert secret is not None
        world.secrets.set(profile.id, secret)
        world.profiles.save(profile)
    world.forget()
    return world


def of(world: World, method: Method) -> Profile:
    return next(profile for profile in world.connections.load() if profile.method is method)


USES: dict[str, Callable[[World, Profile], object]] = {
    "check": lambda world, profile: world.connections.check(profile.id, unheard, Cancel()),
    "copy": lambda world, profile: make_form(world.connections, profile.id, form_of("token"), Cancel()),
    "token": lambda world, profile: world.connections.fresh_token(profile.id, Cancel()),
    "report": lambda world, profile: world.connections.report(profile.id, ReportWish(), print, Cancel()),
    "projects": lambda world, profile: world.connections.projects(profile.id, Cancel()),
    "candidate": lambda world, profile: world.connections.try_candidate(
        Candidate(profile, world.connections.credential(profile)), unheard, Cancel()
    ),
    "graph token": lambda world, profile: world.connections.graph_token(profile),
    "edit": lambda world, profile: world.connections.prove(draft_from(profile), unheard, Cancel()),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("method", Method)
def test_a_forbidden_connection_is_used_for_nothing(method: Method, use: str) -> None:
    world = under(methods=[other.value for other in Method if other is not method])
    profile = of(world, method)

    with pytest.raises(ConnectionProblem) as caught:
        USES[use](world, profile)

    assert caught.value.problem is Problem.POLICY_FORBIDS_METHOD
    assert world.entra.requests == []
    assert world.happened(*{what for what, _ in world.journal if what.startswith("devops.")}) == []


@pytest.mark.parametrize("method", Method)
def test_what_is_allowed_works_as_ever(method: Method) -> None:
    world = under(methods=[method.value], tenants=[TENANT_ID], hosts=["public"])
    assert of(world, method).refused is None
    assert world.fresh_token(of(world, method))


def test_a_forbidden_connection_stays_in_the_list_and_says_so() -> None:
    world = under(methods=["pat"])
    states = {profile.method: profile.refused for profile in world.connections.load()}

    assert states == {
        Method.PAT: None,
        Method.OAUTH: Problem.POLICY_FORBIDS_METHOD,
        Method.CLIENT_SECRET: Problem.POLICY_FORBIDS_METHOD,
    }
    assert status_words(of(world, Method.OAUTH), NOON) == ("bad", "Not allowed")


def test_it_can_be_renamed_and_removed_and_is_kept_without_a_mark() -> None:
    world = under(methods=[])
    world.connections.rename(of(world, Method.PAT).id, "Other")
    world.connections.remove(of(world, Method.OAUTH).id)

    assert {one.name for one in world.connections.load()} == {"Other", "client-secret"}
    assert all(one.refused is Problem.POLICY_FORBIDS_METHOD for one in world.connections.load())


def test_under_a_broken_policy_nothing_is_used() -> None:
    world = World(policy=broken(PolicyFault("not-json")))
    with pytest.raises(ConnectionProblem, match="policy-unreadable"):
        world.prove(world.draft(Method.PAT))
    with pytest.raises(ConnectionProblem, match="policy-unreadable"):
        world.connections.find_tenant(PUBLIC, "contoso")
    assert world.journal == []


# -- hosts ------------------------------------------------------------------------------------------------------------


def test_a_draft_for_another_cloud_is_not_even_asked_about() -> None:
    world = World(policy=policy_from({"version": 1, "hosts": ["public"]}))
    draft = world.draft(Method.PAT)
    draft.cloud = replace(US_GOVERNMENT)
    for ask in (
        lambda: world.prove(draft),
        lambda: world.connections.find_tenant(draft.cloud, "contoso"),
        lambda: world.connections.find_tenant_id(draft.cloud, "contoso.example"),
    ):
        with pytest.raises(ConnectionProblem, match="policy-forbids-host"):
            ask()
    assert world.entra.requests == []
    assert world.journal == []


def test_only_allowed_clouds_are_offered_unless_there_is_none() -> None:
    clouds = WELL_KNOWN.values()
    assert allowed_clouds(policy_from({"version": 1, "hosts": ["china"]}), clouds) == (CHINA,)
    assert allowed_clouds(policy_from({"version": 1, "hosts": ["tfs.example"]}), clouds) == tuple(clouds)


# -- directories ------------------------------------------------------------------------------------------------------


def test_a_sign_in_to_another_directory_never_begins() -> None:
    world = World(policy=policy_from({"version": 1, "tenants": [OTHERS]}))
    draft = OAuthDraft(organization="contoso", tenant=TENANT_ID, client_id="id", redirect_uri=REDIRECT_URI)
    with pytest.raises(ConnectionProblem, match="policy-forbids-tenant"):
        world.connections.sign_in(draft, RedirectAtOnce(world.entra), REDIRECT_URI, Cancel())
    with pytest.raises(ConnectionProblem, match="policy-forbids-tenant"):
        world.connections.sign_in_elsewhere(draft, print, Cancel())
    assert world.entra.requests == []


@pytest.mark.parametrize(("allowed", "refused"), [(TENANT_ID, False), (OTHERS, True)])
def test_a_directory_given_by_its_domain_is_found_out_before_anything_is_sent(allowed: str, refused: bool) -> None:
    world = under(tenants=[allowed])
    profile = replace(of(world, Method.CLIENT_SECRET), tenant="contoso.example")
    world.profiles.save(profile)
    world.forget()

    if refused:
        with pytest.raises(ConnectionProblem, match="policy-forbids-tenant"):
            world.fresh_token(profile)
        assert world.entra.forms == []  # nothing but the question for the directory went out
        assert of(world, Method.CLIENT_SECRET).refused is Problem.POLICY_FORBIDS_TENANT
    else:
        assert world.fresh_token(profile)


@pytest.mark.parametrize(
    ("directory", "refused"),
    [
        (OrganizationTenant(TENANT_ID), False),
        (OrganizationTenant(OTHERS), True),
        (OrganizationTenant(""), True),
        (OrganizationTenant("", personal=True), True),
    ],
)
def test_a_token_is_sent_to_organizations_of_allowed_directories_only(
    directory: OrganizationTenant, refused: bool
) -> None:
    world = under(tenants=[TENANT_ID])
    world.devops.tenant = directory
    profile = of(world, Method.PAT)
    assert profile.refused is None  # nobody has asked yet

    if refused:
        with pytest.raises(ConnectionProblem, match="policy-forbids-tenant"):
            world.fresh_token(profile)
        assert [token for what, token in world.journal if what.startswith("devops.") and token] == []
        assert of(world, Method.PAT).refused is Problem.POLICY_FORBIDS_TENANT
    else:
        assert world.fresh_token(profile)
        assert world.journal[0] == ("devops.organization_tenant", "")


def test_a_directory_that_can_not_be_found_out_is_not_trusted() -> None:
    world = under(tenants=[TENANT_ID])
    world.devops.problems["organization_tenant"] = ConnectionProblem(Problem.TIMED_OUT)
    with pytest.raises(ConnectionProblem, match="timed-out"):
        world.fresh_token(of(world, Method.PAT))
    assert world.happened("devops.identity") == []


def test_a_directory_is_asked_for_once() -> None:
    world = under(tenants=[TENANT_ID])
    profile = of(world, Method.PAT)
    asked = []
    for _time in range(2):
        world.forget()
        world.connections.check(profile.id, unheard, Cancel())
        asked.append(len(world.happened("devops.organization_tenant")))
    assert asked == [2, 1]  # one of them is the check's own
