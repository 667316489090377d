"""Each method from its card to a token that the cloud accepts, and what is left of it afterwards."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt

from desktop_app.core.credential import OAuthCredential, Secret
from desktop_app.infra import paths
from desktop_app.infra.credential_json import decode_credential
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, KeyringSecretStore
from desktop_app.infra.profile_file import FILE_NAME
from tests.e2e import ways
from tests.e2e.another_process import run_another_process
from tests.e2e.program import Program
from tests.e2e.sweep import Sweep
from tests.e2e.witness import Witness
from tests.unit.practice.visitor import ADMIN, Visitor, basic

pytestmark = [pytest.mark.e2e, pytest.mark.keyring]

Start = Callable[[], Program]
Visit = Callable[[], Visitor]


def accepted_as(visit: Visit, token: Secret, *, is_pat: bool = False) -> str:
    """Whom the practice cloud takes the bearer of a token for."""
    scheme = basic(token.reveal()) if is_pat else f"Bearer {token.reveal()}"
    with visit() as visitor:
        answer = visitor.api(
            "/contoso/_apis/connectionData",
            credential=None,
            headers={"Authorization": scheme},
            version="7.1-preview.1",
        )
    assert answer.status_code == 200, answer.status_code
    return str(answer.json()["authenticatedUser"]["providerDisplayName"])


def saved_names() -> list[str]:
    """The rows of the profile file."""
    document = msgspec.json.decode((paths.config_folder(practice=True) / FILE_NAME).read_bytes())
    return sorted(row["name"] for row in document["connections"])


def kept_refresh_token(program: Program, name: str) -> Secret:
    profile = next(profile for profile in program.connections.load() if profile.name == name)
    stored = KeyringSecretStore(PRACTICE_PREFIX).get(profile.id)
    assert stored is not None
    credential = decode_credential(stored)
    assert isinstance(credential, OAuthCredential)
    return credential.refresh_token


def test_pat_becomes_a_connection_whose_token_is_accepted(start: Start, witness: Witness, visitor: Visit) -> None:
    program = start()
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("Release pipeline")
    assert saved_names() == ["Release pipeline"]
    assert accepted_as(visitor, program.copy_token(), is_pat=True) == "Contoso Administrator"


def test_client_secret_becomes_a_connection_whose_token_is_accepted(
    start: Start, witness: Witness, visitor: Visit
) -> None:
    program = start()
    ways.enter_client_secret(program, witness)
    program.go_through_checks_and_save("Nightly sync")
    assert accepted_as(visitor, program.copy_token()) == "Contoso Automation"
    assert set(witness.grants) == {"client_credentials"}


def test_oauth_with_a_desktop_app_by_mouse_becomes_a_connection_whose_token_is_accepted(
    start: Start, witness: Witness, visitor: Visit, sweep: Sweep
) -> None:
    program = start()
    page = ways.open_sign_in(program, witness)
    page.wait_for("Pick an account")
    sweep.look_at_processes()
    assert sweep.watched_processes > 1, "the web engine has processes of its own"
    page.sign_in()
    program.go_through_checks_and_save("My sign-in")
    assert accepted_as(visitor, program.copy_token()) == "Contoso Administrator"
    assert kept_refresh_token(program, "My sign-in") == witness.last_refresh_token
    assert {"code", "code_verifier", "refresh_token", "access_token", "cookie"} <= set(witness.secrets.values())


def test_oauth_with_a_web_app_by_keyboard_becomes_a_connection_whose_token_is_accepted(
    start: Start, witness: Witness, visitor: Visit, sweep: Sweep
) -> None:
    program = start()
    page = ways.open_sign_in(program, witness, "web")
    page.wait_for("Use another account")
    page.tab_to("account")
    page.type(ADMIN)
    page.type_key(Qt.Key.Key_Return)
    page.wait_for("Permissions requested")
    page.tab_to("Accept")
    sweep.look_at_processes()
    page.type_key(Qt.Key.Key_Return)
    program.go_through_checks_and_save("Secrets platform")
    assert accepted_as(visitor, program.copy_token()) == "Contoso Administrator"
    assert "client_secret" in witness.secrets.values()


def test_connections_outlive_the_program_and_go_without_a_trace(
    start: Start, witness: Witness, visitor: Visit, keyring_items: Callable[[], list[str]], home: Path
) -> None:
    first = start()
    ways.enter_pat(first, witness)
    first.go_through_checks_and_save("Token")
    ways.enter_client_secret(first, witness)
    first.go_through_checks_and_save("App")
    ways.open_sign_in(first, witness).sign_in()
    first.go_through_checks_and_save("Person")
    first.close()
    assert saved_names() == ["App", "Person", "Token"]
    witness.grants.clear()

    second = start()
    assert second.names == {"App", "Person", "Token"}
    second.choose("Token")
    assert accepted_as(visitor, second.copy_token(), is_pat=True) == "Contoso Administrator"
    second.choose("App")
    assert accepted_as(visitor, second.copy_token()) == "Contoso Automation"
    second.choose("Person")
    assert accepted_as(visitor, second.copy_token()) == "Contoso Administrator"
    assert witness.grants == ["client_credentials", "refresh_token"]
    assert kept_refresh_token(second, "Person") == witness.last_refresh_token

    for left in (2, 1, 0):
        assert keyring_items()
        second.remove()
        assert len(saved_names()) == left
    assert keyring_items() == []
    assert second.window.first_run.isVisible()
    second.close()
    assert start().names == set()
    assert [path for path in home.rglob("*") if "QtWebEngine" in str(path)] == []


def test_another_process_copies_tokens_of_the_same_connections(start: Start, witness: Witness) -> None:
    program = start()
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("Token")
    ways.enter_client_secret(program, witness)
    program.go_through_checks_and_save("App")
    program.close()
    told = run_another_process()
    assert told == ["App: copied", "Token: copied"]
