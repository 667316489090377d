"""Editing: the same wizard with everything but secrets filled in, and the saved secret stays where none is entered."""

import pytest
from PySide6.QtWidgets import QLineEdit

from desktop_app.core.cancel import Cancel
from desktop_app.core.credential import Secret
from desktop_app.core.profile import Method, Profile
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.gui.driving import Desk
from tests.gui.looking import assert_nowhere, inspect_page, visible_words
from tests.gui.signing_in import script_the_view
from tests.gui.test_wizard_oauth import ADMIN, READER, fill_in


def edit(desk: Desk, profile: Profile) -> None:
    """Show the connection and press Edit."""
    desk.window.reload(profile.id)
    desk.wait(lambda: desk.window.profile is not None and not desk.runner.active)
    desk.keyboard.push(desk.button("editConnection"))
    assert desk.wizard.windowTitle() == "Edit connection"
    inspect_page(desk)


def finish(desk: Desk) -> Profile:
    """From the page before the checks to the end."""
    desk.go_on("ChecksPage")
    desk.checked()
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    assert "Connection updated" in visible_words(desk.wizard)
    desk.finish()
    (profile,) = desk.world.connections.load()
    return profile


def test_token_stays_when_none_is_entered(desk: Desk) -> None:
    before = desk.world.save_pat("Nightly sync")
    edit(desk, before)
    assert desk.editor("organization").property("text") == "contoso"
    desk.go_on("TokenPage")
    typed = desk.editor("token")
    assert isinstance(typed, QLineEdit)
    assert typed.text() == ""
    assert "Leave it empty to keep the saved token." in visible_words(desk.page)
    desk.fill("ends", "2031-01-31")
    assert_nowhere([desk.world.pat()])
    after = finish(desk)
    assert (after.id, after.name, str(after.credential_ends)) == (before.id, before.name, "2031-01-31")
    token = desk.world.connections.fresh_token(after.id, Cancel())
    assert (token.value == Secret(desk.world.pat())) is True


def test_new_token_takes_the_place_of_the_old_one(desk: Desk) -> None:
    edit(desk, desk.world.save_pat("Nightly sync"))
    desk.go_on("TokenPage")
    desk.fill("token", desk.world.pat("read-only"))
    after = finish(desk)
    token = desk.world.connections.fresh_token(after.id, Cancel())
    assert (token.value == Secret(desk.world.pat("read-only"))) is True


def test_cancel_while_editing_changes_nothing(desk: Desk) -> None:
    before = desk.world.save_pat("Nightly sync")
    edit(desk, before)
    desk.fill("organization", "fabrikam")
    desk.go_on("TokenPage")
    desk.fill("token", desk.world.pat("read-only"))
    desk.cancel()
    assert desk.window.wizard is None
    assert desk.world.connections.load() == (before,)
    token = desk.world.connections.fresh_token(before.id, Cancel())
    assert (token.value == Secret(desk.world.pat())) is True


def test_client_secret_stays_when_none_is_entered(desk: Desk) -> None:
    tenant, client_id, secret = desk.world.app("automation")
    edit(desk, desk.world.save_client_secret("Nightly sync"))
    desk.go_on("ClientSecretDetailsPage")
    desk.checked()
    shown = [desk.editor(name).property("text") for name in ("tenant", "client_id", "client_secret")]
    assert shown == [tenant, client_id, ""]
    inspect_page(desk, [secret])
    assert finish(desk).method is Method.CLIENT_SECRET


def test_own_name_is_not_taken_while_editing(desk: Desk) -> None:
    edit(desk, desk.world.save_pat("Nightly sync"))
    desk.go_on("TokenPage")
    desk.go_on("ChecksPage")
    desk.checked()
    desk.go_on("NamePage")
    assert desk.editor("name").property("text") == "Nightly sync"
    assert desk.next_button.isEnabled()
    desk.fill("name", "Nightly SYNC")
    desk.go_on("DonePage")
    desk.finish()
    assert desk.window.profile is not None
    assert desk.window.profile.name == "Nightly SYNC"


def test_oauth_keeps_its_secret_and_asks_for_a_sign_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    http = desk.world.http
    script_the_view(monkeypatch, ScriptedSignIn(http, ADMIN), ScriptedSignIn(http, READER))
    secret = fill_in(desk, "web")
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    profile = desk.window.profile
    assert profile is not None
    edit(desk, profile)
    desk.go_on("OAuthDetailsPage")
    desk.checked()
    assert desk.editor("client_secret").property("text") == ""
    assert desk.editor("redirect_uri").property("text") == profile.redirect_uri
    assert_nowhere([secret])
    desk.keyboard.push(desk.next_button)
    desk.arrive("ChecksPage")
    desk.checked()
    desk.go_on("NamePage")
    desk.go_on("DonePage")
    desk.finish()
    (after,) = desk.world.connections.load()
    assert (after.id, after.account) == (profile.id, READER)
