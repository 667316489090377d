"""Proving and saving: order, undo, and what stays when a store refuses."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from desktop_app.app.drafts import Draft, OAuthDraft, PatDraft, Proof, draft_from
from desktop_app.app.secret_slots import old_slot
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.checks import CheckName, CheckStatus
from desktop_app.core.cloud import CHINA
from desktop_app.core.credential import Secret
from desktop_app.core.history import EventKind
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, Profile
from desktop_app.infra.credential_json import decode_credential
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.clock import NOON
from tests.fakes.entra import ACCOUNT, CLIENT_ID, TENANT_ID, FakeEntra
from tests.unit.app.world import CLIENT_SECRET, PAT, REDIRECT_URI, World, unheard

every_method = pytest.mark.parametrize("method", Method)


@every_method
def test_proving_stores_nothing(world: World, method: Method) -> None:
    draft = world.prove(world.draft(method))

    assert draft.proven is not None
    assert draft.proven.report.identity_proved
    assert draft.proven.account == ACCOUNT
    assert world.happened("secrets.set", "profiles.save") == []


@every_method
def test_saving_writes_the_secret_before_the_profile(world: World, method: Method) -> None:
    draft = world.prove(world.draft(method))
    profile = world.connections.save(draft, "Contoso")

    assert world.happened("secrets.set", "profiles.save") == ["secrets.set", "profiles.save"]
    assert world.connections.load() == (profile,)


def test_a_saved_connection_holds_what_was_proved(world: World) -> None:
    draft = world.draft(Method.OAUTH)
    draft.ca_file, draft.ends = "/etc/ca.pem", date(2027, 1, 31)
    assert isinstance(draft, OAuthDraft)
    world.sign_in(draft)
    profile = world.connections.save(world.prove(draft), "Contoso")

    assert profile.name == "Contoso"
    assert (profile.organization, profile.tenant, profile.client_id) == ("contoso", TENANT_ID, CLIENT_ID)
    assert (profile.method, profile.redirect_uri, profile.ca_file) == (Method.OAUTH, REDIRECT_URI, "/etc/ca.pem")
    assert (profile.account, profile.created_at, profile.credential_ends) == (ACCOUNT, NOON, date(2027, 1, 31))
    assert profile.scopes == ("user_impersonation", "vso.project")
    assert profile.last_check is not None
    assert profile.last_check.identity_proved
    assert profile.last_check.problem is None


@every_method
def test_the_stored_secret_is_the_credential(world: World, method: Method) -> None:
    draft = world.prove(world.draft(method))
    profile = world.connections.save(draft, "Contoso")

    stored = world.secrets.get(profile.id)
    assert stored is not None
    assert draft.last_proof is not None
    assert draft.last_proof.grant is not None
    assert decode_credential(stored) == draft.last_proof.grant.credential


def test_a_failed_permission_does_not_hinder_saving(world: World) -> None:
    world.devops.problems["count_release_definitions"] = ConnectionProblem(Problem.SCOPE_MISSING)

    profile = world.saved(Method.PAT)

    assert profile.last_check is not None
    assert (profile.last_check.identity_proved, profile.last_check.problem) == (True, Problem.SCOPE_MISSING)


def never_proved(draft: Draft, world: World) -> None:
    draft.last_proof = None


def changed_since(draft: Draft, world: World) -> None:
    draft.organization = "fabrikam"


def without_identity(draft: Draft, world: World) -> None:
    world.devops.problems["identity"] = ConnectionProblem(Problem.CREDENTIAL_REJECTED)
    world.prove(draft)


def without_a_token(draft: Draft, world: World) -> None:
    assert draft.last_proof is not None
    draft.last_proof = Proof(draft.proof_key, draft.last_proof.report, None)


@pytest.mark.parametrize("spoil", [never_proved, changed_since, without_identity, without_a_token])
@every_method
def test_what_is_not_proven_is_not_saved(world: World, method: Method, spoil: Callable[[Draft, World], None]) -> None:
    draft = world.prove(world.draft(method))
    spoil(draft, world)

    with pytest.raises(ValueError, match="proved"):
        world.connections.save(draft, "Contoso")

    assert world.happened("secrets.set", "profiles.save") == []


@every_method
def test_a_profile_that_can_not_be_written_leaves_no_secret(world: World, method: Method) -> None:
    draft = world.prove(world.draft(method))
    world.profiles.fail_with = Problem.PROFILE_FILE_UNWRITABLE

    with pytest.raises(ConnectionProblem) as failure:
        world.connections.save(draft, "Contoso")

    assert failure.value.problem is Problem.PROFILE_FILE_UNWRITABLE
    assert world.happened("secrets.set", "secrets.delete") == ["secrets.set", "secrets.delete"]
    assert repr(world.secrets) == "MemorySecretStore(0 secrets)"
    world.profiles.fail_with = None
    assert world.connections.save(draft, "Contoso").name == "Contoso"  # the draft can be saved all the same


def test_a_profile_that_can_not_be_written_puts_the_old_secret_back(world: World) -> None:
    profile = world.saved(Method.PAT)
    before = world.secrets.get(profile.id)
    draft = draft_from(profile)
    assert isinstance(draft, PatDraft)
    draft.token = Secret("another-token")
    world.prove(draft)
    world.profiles.fail_with = Problem.PROFILE_FILE_UNWRITABLE

    with pytest.raises(ConnectionProblem):
        world.connections.save(draft, "Contoso")

    assert world.secrets.get(profile.id) == before
    assert world.secrets.get(old_slot(profile.id)) is None
    assert world.change_journal.load() == ()


def test_an_undo_that_fails_too_is_logged_and_does_not_hide_the_reason(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    draft = world.prove(world.draft(Method.PAT))
    world.profiles.fail_with = Problem.PROFILE_FILE_UNWRITABLE
    world.secrets.fail_with, world.secrets.writes_left = Problem.KEYRING_LOCKED, 1

    with caplog.at_level(logging.WARNING), pytest.raises(ConnectionProblem) as failure:
        world.connections.save(draft, "Contoso")

    assert failure.value.problem is Problem.PROFILE_FILE_UNWRITABLE
    assert "keyring-locked" in caplog.text


def test_a_keyring_that_refuses_leaves_no_profile(world: World) -> None:
    draft = world.prove(world.draft(Method.PAT))
    world.secrets.fail_with = Problem.KEYRING_LOCKED

    with pytest.raises(ConnectionProblem) as failure:
        world.connections.save(draft, "Contoso")

    assert failure.value.problem is Problem.KEYRING_LOCKED
    assert world.connections.load() == ()


def test_the_tenant_of_an_organization_is_found_without_a_credential(world: World) -> None:
    assert world.connections.find_tenant(CHINA, "contoso", "/etc/ca.pem").tenant_id == TENANT_ID
    assert world.trusted == [("/etc/ca.pem", CHINA)]
    assert world.entra.requests == []


@every_method
def test_a_certificate_file_is_trusted_before_anything_is_sent(world: World, method: Method) -> None:
    draft = world.draft(method)
    world.trusted.clear()
    world.prove(draft)
    assert world.trusted == []

    draft.ca_file = "/etc/ca.pem"
    if isinstance(draft, OAuthDraft):
        world.sign_in(draft)
    world.forget()
    world.trusted.clear()
    world.entra.on_token = lambda form: pytest.fail("too early") if not world.trusted else None
    profile = world.connections.save(world.prove(draft), "Contoso")
    world.connections.check(profile.id, unheard, Cancel())

    assert world.trusted == [("/etc/ca.pem", draft.cloud)] * 2


def test_cancel_ends_a_proof_and_leaves_nothing(world: World) -> None:
    cancel = Cancel()
    world.devops.before["organization_tenant"] = cancel.request

    with pytest.raises(Cancelled):
        world.connections.prove(world.draft(Method.PAT), unheard, cancel)

    assert world.happened("secrets.set", "profiles.save") == []


def test_secrets_can_be_kept_for_this_run_only(world: World) -> None:
    world.secrets.fail_with = Problem.KEYRING_MISSING
    draft = world.prove(world.draft(Method.PAT))
    with pytest.raises(ConnectionProblem):
        world.connections.save(draft, "Contoso")

    memory = MemorySecretStore()
    world.connections.use_secret_store(memory)
    profile = world.connections.save(draft, "Contoso")

    assert memory.get(profile.id) is not None
    assert world.fresh_token(profile) == PAT


@pytest.mark.parametrize(
    ("username", "expected"),
    [(ACCOUNT, ACCOUNT), ("+1 555 0100", "+1 555 0100"), ("", "seen-by-devops@contoso.example")],
)
def test_a_signed_in_connection_is_named_after_who_signed_in(username: str, expected: str) -> None:
    world = World(entra=FakeEntra(account=username))
    world.devops.seen = replace(world.devops.seen, username="seen-by-devops@contoso.example")

    profile = world.saved(Method.OAUTH)
    world.clock.advance(3500)
    checked, report = world.connections.check(profile.id, unheard, Cancel())

    assert profile.account == expected
    assert checked.account == expected
    assert report.identity_proved  # the same account signs in again and is recognised


def test_an_app_is_named_as_azure_devops_shows_it(world: World) -> None:
    world.devops.seen = replace(
        world.devops.seen, username="44445555", display_name="Contoso Automation", is_service_principal=True
    )

    assert world.saved(Method.CLIENT_SECRET).account == "Contoso Automation"


def test_results_are_heard_while_proving(world: World) -> None:
    heard: list[tuple[CheckName, CheckStatus]] = []
    world.connections.prove(
        world.draft(Method.PAT), lambda result: heard.append((result.name, result.status)), Cancel()
    )

    assert {name for name, _ in heard} == set(CheckName) - {CheckName.TENANT, CheckName.TOKEN}
    assert {status for _, status in heard} == {CheckStatus.PASSED}


def test_profiles_are_safe_to_print(world: World) -> None:
    profiles: list[Profile] = [world.saved(method, method.value) for method in Method]

    assert all(secret not in repr(profiles) for secret in (PAT, CLIENT_SECRET, "token-number"))


def test_history_tells_what_was_done(world: World) -> None:
    profile = world.connections.save(world.prove(world.draft(Method.PAT)), "Contoso")
    world.connections.rename(profile.id, "Contoso build")
    world.connections.check(profile.id, unheard, Cancel())
    assert [event.kind for event in world.history.load(profile.id)] == [
        EventKind.CREATED,
        EventKind.RENAMED,
        EventKind.CHECKED,
    ]
    assert world.history.load(profile.id)[1].facts == {"before": "Contoso", "name": "Contoso build"}
    world.connections.remove(profile.id)
    assert world.history.load(profile.id) == ()
