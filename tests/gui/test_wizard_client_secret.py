"""The wizard for a client secret, by keyboard alone."""

from PySide6.QtWidgets import QLineEdit

from desktop_app.core.profile import Method
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, inspect_page, visible_words


def test_app_and_its_secret_become_a_connection(desk: Desk) -> None:
    tenant, client_id, secret = desk.world.app("automation")
    desk.start(Method.CLIENT_SECRET)
    inspect_page(desk)
    desk.fill("organization", "contoso")
    desk.go_on("RegistrationPage")
    inspect_page(desk)
    desk.go_on("MembershipPage")
    inspect_page(desk)
    desk.go_on("ClientSecretDetailsPage")
    desk.checked()
    found = desk.editor("tenant")
    assert isinstance(found, QLineEdit)
    assert found.text() == tenant
    desk.fill("client_id", client_id)
    desk.fill("client_secret", secret)
    desk.fill("ends", "2031-12-31")
    inspect_page(desk, [secret])
    desk.go_on("ChecksPage")
    desk.checked()
    inspect_page(desk, [secret])
    assert all(said.startswith("passed.") for said in desk.rows().values())
    assert len(desk.rows()) == 8
    desk.go_on("NamePage")
    desk.fill("name", "Nightly sync")
    inspect_page(desk, [secret])
    desk.go_on("DonePage")
    inspect_page(desk, [secret])
    assert "Your Azure DevOps connection is now available for use." in visible_words(desk.wizard)
    desk.finish()
    profile = desk.window.profile
    assert profile is not None
    assert (profile.name, profile.tenant, profile.client_id) == ("Nightly sync", tenant, client_id)
    assert profile.credential_ends is not None
    assert profile.credential_ends.isoformat() == "2031-12-31"
    assert_nowhere([secret])


def test_registration_page_shows_how_to_make_an_app(desk: Desk) -> None:
    desk.start(Method.CLIENT_SECRET)
    desk.fill("organization", "contoso")
    desk.go_on("RegistrationPage")
    page = desk.page
    desk.keyboard.go_to(page.have)
    desk.keyboard.press_down()
    assert page.show_me.isChecked()
    assert page.steps.isVisible()
    inspect_page(desk)


def test_users_page_of_the_organization_can_be_opened(desk: Desk) -> None:
    desk.start(Method.CLIENT_SECRET)
    desk.fill("organization", "contoso")
    desk.go_on("RegistrationPage")
    desk.go_on("MembershipPage")
    assert "Open the users of contoso" in visible_words(desk.page)
    desk.keyboard.press_space()
    assert desk.opened_urls == [desk.world.practice_cloud.cloud.users_page_url("contoso")]


def test_tenant_is_found_but_never_put_over_a_typed_one(desk: Desk) -> None:
    tenant, _client_id, _secret = desk.world.app("automation")
    desk.go_to_details(Method.CLIENT_SECRET)
    desk.checked()
    editor = desk.editor("tenant")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == tenant
    assert "Found from the organization contoso." in visible_words(desk.page)
    desk.fill("tenant", "contoso.example")
    for page in ("MembershipPage", "RegistrationPage", "OrganizationPage"):
        desk.go_back(page)
    desk.fill("organization", "fabrikam")
    for page in ("RegistrationPage", "MembershipPage", "ClientSecretDetailsPage"):
        desk.go_on(page)
    desk.checked()
    assert editor.text() == "contoso.example"


def test_found_tenant_follows_the_organization(desk: Desk) -> None:
    desk.go_to_details(Method.CLIENT_SECRET)
    desk.checked()
    for page in ("MembershipPage", "RegistrationPage", "OrganizationPage"):
        desk.go_back(page)
    desk.fill("organization", "fabrikam")
    for page in ("RegistrationPage", "MembershipPage", "ClientSecretDetailsPage"):
        desk.go_on(page)
    desk.checked()
    editor = desk.editor("tenant")
    assert isinstance(editor, QLineEdit)
    assert editor.text() == desk.world.practice_cloud.directory.tenant("fabrikam").id
    assert "Found from the organization fabrikam." in visible_words(desk.page)


def test_back_keeps_every_value(desk: Desk) -> None:
    _tenant, client_id, secret = desk.world.app("automation")
    desk.go_to_details(Method.CLIENT_SECRET)
    desk.fill("tenant", "contoso.example")
    desk.fill("client_id", client_id)
    desk.fill("client_secret", secret)
    desk.fill("ends", "2031-12-31")
    for page in ("MembershipPage", "RegistrationPage", "OrganizationPage"):
        desk.go_back(page)
    for page in ("RegistrationPage", "MembershipPage", "ClientSecretDetailsPage"):
        desk.go_on(page)
    kept = [desk.editor(name).property("text") for name in ("tenant", "client_id", "client_secret", "ends")]
    assert kept == ["contoso.example", client_id, secret, "2031-12-31"]
