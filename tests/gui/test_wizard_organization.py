"""Before anything is typed or checked: the organizations of a signed-in person, and whose directory one belongs to."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from desktop_app.app.drafts import OAuthDraft
from desktop_app.core.cancel import Cancel
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.looking import inspect_page, visible_words
from tests.gui.world import World

ADMIN = "admin@contoso.example"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a person to stop typing."""
    monkeypatch.setattr("desktop_app.gui.wizards.lookup.PAUSE_MS", 0)


def save_sign_in(world: World, name: str = "Dashboards") -> None:
    """A saved connection of a person who belongs to organizations."""
    tenant, client_id, _secret = world.app("desktop")
    cloud = world.practice_cloud.cloud
    draft = OAuthDraft(
        cloud=cloud,
        organization="contoso",
        tenant=tenant,
        client_id=client_id,
        redirect_uri=cloud.native_redirect_uri,
    )
    person = ScriptedSignIn(world.http, ADMIN)
    draft.last_sign_in = (
        draft.sign_in_key,
        world.connections.sign_in(draft, person, cloud.native_redirect_uri, Cancel()),
    )
    draft.last_proof = world.connections.prove(draft, lambda result: None, Cancel())
    world.connections.save(draft, name)


def says(desk: Desk, words: str) -> None:
    desk.wait(lambda: words in visible_words(desk.page))


# -- the organization's page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(Method))
def test_the_directory_of_an_organization_is_found_while_it_is_typed(desk: Desk, method: Method) -> None:
    desk.start(method)
    desk.fill("organization", "contoso")
    tenant = desk.world.practice_cloud.directory.tenant("contoso").id
    says(desk, f"contoso exists. It belongs to the directory (tenant) {tenant}.")
    inspect_page(desk)
    desk.fill("organization", "fabrikam")
    says(desk, desk.world.practice_cloud.directory.tenant("fabrikam").id)
    assert tenant not in visible_words(desk.page)


def test_an_organization_that_does_not_exist_is_said_and_stops_nobody(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "nobody-has-this")
    says(desk, "No organization called nobody-has-this was found.")
    assert desk.next_button.isEnabled()


def test_what_is_no_name_is_not_looked_up(desk: Desk) -> None:
    desk.start(Method.PAT)
    desk.fill("organization", "contoso")
    says(desk, "contoso exists")
    desk.fill("organization", "two words")
    assert desk.page.directory.text() == ""


def test_without_a_saved_sign_in_no_list_is_offered(make_world: Callable[..., World], open_desk: OpenDesk) -> None:
    world = make_world()
    world.save_pat("a token")
    desk = open_desk(world)
    desk.window.new_connection(Method.PAT)
    desk.wait(lambda: not desk.runner.active)
    assert not desk.page.people.isVisible()


def test_an_organization_is_chosen_from_those_of_a_person(
    make_world: Callable[..., World], open_desk: OpenDesk
) -> None:
    world = make_world()
    save_sign_in(world)
    desk = open_desk(world)
    desk.window.new_connection(Method.PAT)
    page = desk.page
    desk.wait(page.people.offer.isVisible)
    assert page.people.offer.text() == f"Choose from the organizations of {ADMIN}"
    desk.keyboard.push(page.people.offer)
    desk.wait(page.people.list.isVisible)
    names = [page.people.list.item(row).text() for row in range(page.people.list.count())]
    assert "contoso" in names
    assert page.fields["organization"].text == ""  # nothing is chosen by itself
    inspect_page(desk)
    desk.keyboard.go_to(page.people.list)
    for _row in range(names.index("contoso")):
        desk.keyboard.press(Qt.Key.Key_Down)
    desk.keyboard.press(Qt.Key.Key_Space)
    assert page.fields["organization"].text == "contoso"
    says(desk, "contoso exists")
    assert desk.next_button.isEnabled()


def test_a_list_that_can_not_be_fetched_is_said_in_a_sentence(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key: object, cancel: Cancel) -> tuple[str, ...]:
        raise ConnectionProblem(Problem.SIGN_IN_EXPIRED)

    world = make_world()
    save_sign_in(world)
    monkeypatch.setattr(world.connections, "organizations", refuse)
    desk = open_desk(world)
    desk.window.new_connection(Method.PAT)
    desk.wait(desk.page.people.offer.isVisible)
    desk.keyboard.push(desk.page.people.offer)
    says(desk, "The list could not be fetched:")
    assert desk.page.people.offer.isVisible()


def test_a_person_without_organizations_is_told(
    make_world: Callable[..., World], open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    save_sign_in(world)
    monkeypatch.setattr(world.connections, "organizations", lambda key, cancel: ())
    desk = open_desk(world)
    desk.window.new_connection(Method.PAT)
    desk.wait(desk.page.people.offer.isVisible)
    desk.keyboard.push(desk.page.people.offer)
    says(desk, "This account belongs to no organization.")


# -- the page with the app's details ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [Method.OAUTH, Method.CLIENT_SECRET])
def test_another_directory_is_said_beside_the_field_at_once(desk: Desk, method: Method) -> None:
    directory = desk.world.practice_cloud.directory
    desk.go_to_details(method)
    desk.checked()
    assert desk.says("tenant") == ""
    desk.fill("tenant", directory.tenant("fabrikam").id)
    own = directory.tenant("contoso").id
    assert desk.says("tenant") == (
        f"contoso belongs to another directory: {own}. A sign-in to this one will be refused."
    )
    assert desk.page.fields["tenant"].ok
    inspect_page(desk)
    desk.keyboard.push(desk.button("takeOverTenant", desk.page))
    assert desk.editor("tenant").property("text") == own
    assert desk.says("tenant") == ""
    assert not desk.page._take_over.isVisible()


def test_a_domain_of_the_same_directory_is_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    connections = desk.world.connections
    find = connections.find_tenant_id

    def note(*asked: object) -> str:
        found.append(find(*asked))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(connections, "find_tenant_id", note)
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    desk.fill("tenant", "contoso.example")
    desk.wait(lambda: bool(found) and not desk.runner.active)
    assert found[-1] == desk.world.practice_cloud.directory.tenant("contoso").id
    assert desk.says("tenant") == ""


@pytest.mark.parametrize(
    ("domain", "words"),
    [("fabrikam.example", "belongs to another directory"), ("tailspin.example", "No directory of this name was found")],
)
def test_a_domain_of_another_directory_is_said(desk: Desk, domain: str, words: str) -> None:
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    desk.fill("tenant", domain)
    desk.wait(lambda: words in desk.says("tenant"))
    assert desk.button("takeOverTenant", desk.page).isVisible()


def test_what_was_said_of_one_organization_is_not_said_of_the_next(desk: Desk) -> None:
    directory = desk.world.practice_cloud.directory
    desk.go_to_details(Method.CLIENT_SECRET)
    desk.checked()
    desk.fill("tenant", directory.tenant("fabrikam").id)
    assert "another directory" in desk.says("tenant")
    for page in ("MembershipPage", "RegistrationPage", "OrganizationPage"):
        desk.go_back(page)
    desk.fill("organization", "fabrikam")
    for page in ("RegistrationPage", "MembershipPage", "ClientSecretDetailsPage"):
        desk.go_on(page)
    desk.checked()
    assert desk.says("tenant") == ""
