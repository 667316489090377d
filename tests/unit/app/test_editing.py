"""Editing, renaming and removing saved connections."""

from dataclasses import replace

import pytest

from desktop_app.app.drafts import ClientSecretDraft, OAuthDraft, PatDraft, draft_from
from desktop_app.app.secret_slots import all_slots
from desktop_app.core.cancel import Cancel, Cancelled
from desktop_app.core.cloud import PUBLIC
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method, ProfileId
from desktop_app.infra.memory_store import MemorySecretStore
from tests.fakes.entra import CLIENT_ID, TENANT_ID
from tests.unit.app.world import CLIENT_SECRET, PAT, REDIRECT_URI, World, unheard

ELSEWHERE = replace(PUBLIC, key="custom", devops="https://devops.example.com")
every_method = pytest.mark.parametrize("method", Method)


@pytest.mark.parametrize("name", ["Contoso", "CONTOSO", "contoso"])
def test_a_name_is_used_once_whatever_its_case(world: World, name: str) -> None:
    world.saved(Method.PAT, "Contoso")
    other = world.saved(Method.CLIENT_SECRET, "Other")

    with pytest.raises(ConnectionProblem) as saving:
        world.connections.save(world.prove(world.draft(Method.PAT)), name)
    with pytest.raises(ConnectionProblem) as renaming:
        world.connections.rename(other.id, name)

    for failure in (saving, renaming):
        assert failure.value.problem is Problem.NAME_TAKEN
        assert failure.value.facts == {"name": name}
    assert world.happened("secrets.set", "profiles.save") == []


def test_an_edited_connection_keeps_its_name_id_and_date(world: World) -> None:
    profile = world.saved(Method.PAT)
    world.clock.advance(3600)

    edited = world.connections.save(world.prove(draft_from(profile)), "Contoso")

    assert (edited.id, edited.created_at) == (profile.id, profile.created_at)
    assert world.connections.load() == (edited,)


@every_method
def test_an_edit_with_an_empty_secret_keeps_the_saved_one(world: World, method: Method) -> None:
    profile = world.saved(method)
    draft = draft_from(profile)
    if isinstance(draft, OAuthDraft):
        world.sign_in(draft)
    edited = world.connections.save(world.prove(draft), "Contoso")

    stored = world.secrets.get(edited.id)
    assert stored is not None
    assert (PAT if method is Method.PAT else CLIENT_SECRET) in stored.reveal()
    assert all(form.get("client_secret", CLIENT_SECRET) == CLIENT_SECRET for form in world.entra.forms)


def test_an_edit_with_a_new_secret_replaces_the_saved_one(world: World) -> None:
    profile = world.saved(Method.CLIENT_SECRET)
    draft = draft_from(profile)
    assert isinstance(draft, ClientSecretDraft)
    draft.client_secret = Secret("a-new-secret")
    world.connections.save(world.prove(draft), "Contoso")

    stored = world.secrets.get(profile.id)
    assert stored is not None
    assert "a-new-secret" in stored.reveal()
    assert CLIENT_SECRET not in stored.reveal()
    assert world.entra.forms[-1]["client_secret"] == "a-new-secret"


def test_the_person_who_signs_in_again_is_suggested_to_microsoft(world: World) -> None:
    draft = draft_from(world.saved(Method.OAUTH))
    assert isinstance(draft, OAuthDraft)
    shown: list[str] = []

    class Watching:
        def show(self, start_url: str, redirect_uri: str, cancel: Cancel) -> str:
            shown.append(start_url)
            raise Cancelled

    with pytest.raises(Cancelled):
        world.connections.sign_in(draft, Watching(), REDIRECT_URI, Cancel())

    assert "login_hint=admin%40contoso.example" in shown[0]


@pytest.mark.parametrize("edited", [PatDraft, ClientSecretDraft])
def test_an_edit_whose_saved_secret_is_gone_says_so(world: World, edited: type[PatDraft | ClientSecretDraft]) -> None:
    draft = draft_from(world.saved(edited.method))
    MemorySecretStore.delete(world.secrets, draft.editing.id if draft.editing else ProfileId(""))

    with pytest.raises(ConnectionProblem) as failure:
        world.connections.prove(draft, unheard, Cancel())

    assert failure.value.problem is Problem.SECRET_GONE


def test_an_oauth_draft_is_proved_only_after_a_sign_in(world: World) -> None:
    draft = OAuthDraft(organization="contoso", tenant=TENANT_ID, client_id=CLIENT_ID)

    with pytest.raises(ConnectionProblem) as failure:
        world.connections.prove(draft, unheard, Cancel())

    assert failure.value.problem is Problem.SIGN_IN_EXPIRED


def test_renaming_changes_the_name_alone(world: World) -> None:
    profile = world.saved(Method.OAUTH)

    renamed = world.connections.rename(profile.id, "Production")

    assert renamed == replace(profile, name="Production")
    assert world.connections.load() == (renamed,)
    assert world.happened("secrets.set", "secrets.delete") == []


def test_a_name_may_change_its_case(world: World) -> None:
    profile = world.saved(Method.PAT, "contoso")

    assert world.connections.rename(profile.id, "Contoso").name == "Contoso"


def test_a_connection_that_is_gone_can_not_be_renamed(world: World) -> None:
    with pytest.raises(ConnectionProblem) as failure:
        world.connections.rename(ProfileId("0" * 32), "Contoso")

    assert failure.value.problem is Problem.PROFILE_GONE


@every_method
def test_removing_takes_the_secret_and_then_the_profile(world: World, method: Method) -> None:
    profile = world.saved(method)
    world.connections.remove(profile.id)

    *secrets, last = world.journal
    assert secrets == [("secrets.delete", slot) for slot in all_slots(profile.id)]
    assert last == ("profiles.remove", profile.id)
    assert world.connections.load() == ()
    assert world.secrets.get(profile.id) is None


def test_removing_can_be_tried_again_when_a_store_refuses(world: World) -> None:
    profile = world.saved(Method.PAT)

    world.secrets.fail_with = Problem.KEYRING_LOCKED
    with pytest.raises(ConnectionProblem):
        world.connections.remove(profile.id)
    assert world.connections.load() == (profile,)
    assert world.secrets.get(profile.id) is not None

    world.secrets.fail_with, world.profiles.fail_with = None, Problem.PROFILE_FILE_UNWRITABLE
    with pytest.raises(ConnectionProblem):
        world.connections.remove(profile.id)
    assert world.connections.load() == (profile,)

    world.profiles.fail_with = None
    world.connections.remove(profile.id)
    assert world.connections.load() == ()


def test_a_saved_token_never_goes_to_another_cloud(world: World) -> None:
    draft = draft_from(world.saved(Method.PAT))
    draft.cloud = ELSEWHERE
    world.journal.clear()

    with pytest.raises(ConnectionProblem) as failure:
        world.connections.prove(draft, unheard, Cancel())

    assert failure.value.problem is Problem.SECRET_GONE
    assert world.journal == []


def test_a_saved_client_secret_never_goes_to_another_cloud(world: World) -> None:
    draft = draft_from(world.saved(Method.CLIENT_SECRET))
    draft.cloud = ELSEWHERE
    world.entra.forms.clear()

    report = world.connections.prove(draft, unheard, Cancel()).report

    assert not report.identity_proved
    assert world.entra.forms == []


def test_the_saved_secret_of_a_sign_in_never_goes_to_another_cloud(world: World) -> None:
    draft = draft_from(world.saved(Method.OAUTH))
    assert isinstance(draft, OAuthDraft)
    draft.cloud = ELSEWHERE
    world.entra.forms.clear()
    world.sign_in(draft)

    assert world.entra.forms
    assert not [form for form in world.entra.forms if "client_secret" in form]
