"""Through the real window: another secret for each method, one made by Azure, the old one back, and a new sign-in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.core.changes import Step
from desktop_app.core.credential import Secret
from desktop_app.core.permissions import PAT_SCOPES
from desktop_app.core.problems import Problem
from desktop_app.gui.renewal_dialog import State
from desktop_app.practice.derivation import client_secret
from desktop_app.practice.directory import AppSecret
from desktop_app.practice.faults import Fault, FaultKind, conflict, throttled
from desktop_app.practice.seed import ADMINISTRATOR
from desktop_app.practice.service import Service
from tests.e2e import replacing, ways
from tests.e2e.people import EmbeddedPage
from tests.e2e.program import Program, click, wait_until
from tests.e2e.replacing import saved, settled
from tests.e2e.test_three_methods import accepted_as
from tests.e2e.witness import Witness
from tests.unit.practice.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.keyring]

Start = Callable[[], Program]
Visit = Callable[[], Visitor]
PATS = "_apis/tokens/pats"


def second_secret(witness: Witness, key: str) -> Secret:
    """Somebody makes another client secret in the portal."""
    directory, now = witness.cloud.directory, datetime.now(UTC)
    made = AppSecret(
        Secret(client_secret(f"second/{key}")), now + timedelta(days=200), directory.tenant("contoso").id, "Second", now
    )
    app = directory.app(key)
    directory.replace_app(replace(app, secrets=(*app.secrets, made)))
    return made.value


def secret_in_use(program: Program, name: str) -> Secret | None:
    return program.connections.long_lived_secret(saved(program, name).id)


def made_names(witness: Witness) -> list[str]:
    """The living tokens that Azure made for the program."""
    pats = witness.cloud.directory.pats.values()
    return [one.display_name for one in pats if "ADO Connect" in one.display_name and not one.revoked]


# -- entered by hand --------------------------------------------------------------------------------------------------


def test_token_is_replaced_put_back_replaced_again_and_the_old_one_forgotten(
    start: Start, witness: Witness, visitor: Visit, keyring_items: Callable[[], list[str]]
) -> None:
    program = start()
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("Token")
    old, new = (witness.cloud.directory.pat(name).value for name in ("four-scopes", "wide"))
    items = len(keyring_items())
    for _round in ("put back", "forgotten"):
        replacing.choose_way(program, "Enter a new token…")
        program.reach("TokenPage")
        program.type_in("token", new)
        program.press_next()
        replacing.use_it(program)
        assert program.copy_token() == new
        assert "The old token is kept until you confirm." in replacing.notice(program)
        assert len(keyring_items()) > items
        kept = program.window.connection_page.kept
        if _round == "put back":
            replacing.answer(program, kept.put_back, "putBackBox")
            assert program.copy_token() == old
        else:
            replacing.answer(program, kept.forget, "forgetBox")
        assert replacing.notice(program) == ""
        assert len(keyring_items()) == items
    assert program.copy_token() == new
    assert accepted_as(visitor, new, is_pat=True) == "Contoso Administrator"


def test_client_secret_is_replaced_and_the_notice_outlives_the_program(start: Start, witness: Witness) -> None:
    program = start()
    ways.enter_client_secret(program, witness)
    program.go_through_checks_and_save("App")
    new = second_secret(witness, "automation")
    replacing.choose_way(program, "Enter a new secret…")
    program.reach("ClientSecretDetailsPage")
    program.wait_for_field("tenant")
    program.type_in("client_secret", new)
    program.press_next()
    replacing.use_it(program)
    assert secret_in_use(program, "App") == new
    program.close()
    later = start()
    assert "The old client secret is kept until you confirm." in replacing.notice(later)


def test_client_secret_of_a_sign_in_is_replaced(start: Start, witness: Witness, visitor: Visit) -> None:
    program = start()
    ways.open_sign_in(program, witness, "web").sign_in()
    program.go_through_checks_and_save("Person")
    new = second_secret(witness, "web")
    replacing.choose_way(program, "Enter a new client secret of the app…")
    program.reach("OAuthDetailsPage")
    program.wait_for_field("tenant")
    program.type_in("client_secret", new)
    program.press_next()
    program.reach("SignInPage")
    replacing.sign_in_with_hint(program)
    replacing.use_it(program)
    assert secret_in_use(program, "Person") == new
    assert accepted_as(visitor, program.copy_token()) == "Contoso Administrator"


# -- the sign-in ------------------------------------------------------------------------------------------------------


def test_sign_in_that_is_refused_is_done_again_after_a_restart(start: Start, witness: Witness, visitor: Visit) -> None:
    first = start()
    replacing.sign_in(first, witness, "Person")
    before = saved(first, "Person")
    first.close()
    program = start()
    witness.cloud.directory.revoke_sessions(ADMINISTRATOR, datetime.now(UTC) + timedelta(seconds=1))
    secrets = program.connections.secrets
    secrets.delete(type(before.id)(f"{before.id}.token"))
    click(program.window.connection_page.check)
    wait_until(lambda: program.said() and program.runner.active == 0, "why it does not work")
    program.close()

    later = start()
    wait_until(later.said, "what failed before the restart")
    panel = later.panel()
    assert panel.action_button.text() == "Sign in again"
    click(panel.action_button)
    later.reach("SignInPage")
    EmbeddedPage(later).sign_in()  # a practice cloud that was started anew knows of no consent
    replacing.use_it(later)
    assert saved(later, "Person").id == before.id
    assert later.said() == ""
    assert accepted_as(visitor, later.copy_token()) == "Contoso Administrator"


# -- made by Azure ----------------------------------------------------------------------------------------------------


def test_token_is_made_in_the_wizard_and_renewed_later(start: Start, witness: Witness, visitor: Visit) -> None:
    program = start()
    replacing.sign_in(program, witness, "Person")
    program.start_wizard("pat")
    program.type_in("organization", "contoso")
    program.press_next()
    program.reach("CreateTokenPage")
    click(program.page.maker.make)
    program.reach("TokenPage")
    program.press_next()
    program.go_through_checks_and_save("Token")
    (first,) = made_names(witness)
    token = program.copy_token()
    assert accepted_as(visitor, token, is_pat=True) == "Contoso Administrator"
    wanted = {scope.scope for scope in PAT_SCOPES}
    assert set(saved(program, "Token").scopes) == wanted
    assert program.connections.changes.entries() == ()

    dialog = replacing.renew(program, "Renew this token for me…")
    assert "The old token is revoked." in dialog.finished_banner.accessibleName()
    click(dialog.after.copy)
    wait_until(lambda: program.clipboard.holding, "the new token")
    replacing.close(program, dialog)
    (second,) = made_names(witness)
    assert second != first
    renewed = program.copy_token()
    assert renewed != token
    assert accepted_as(visitor, renewed, is_pat=True) == "Contoso Administrator"
    assert replacing.notice(program) == ""


def test_client_secret_is_renewed_though_it_takes_a_while_until_it_is_known(
    start: Start, witness: Witness, visitor: Visit
) -> None:
    program = start()
    ways.enter_client_secret(program, witness)
    program.go_through_checks_and_save("App")
    (old,) = witness.cloud.directory.app("automation").secrets
    dialog = replacing.renew(program, "Renew this secret for me…")
    replacing.close(program, dialog)
    (new,) = witness.cloud.directory.app("automation").secrets
    assert new.value != old.value
    assert secret_in_use(program, "App") == new.value
    assert accepted_as(visitor, program.copy_token()) == "Contoso Automation"


# -- faults in the middle ---------------------------------------------------------------------------------------------

FAULTS = {
    Problem.CONFLICT: conflict(service=Service.IDENTITY, path_contains=PATS, method="POST"),
    Problem.THROTTLED: replace(throttled(0, service=Service.IDENTITY, path_contains=PATS, times=None), method="POST"),
    Problem.SERVICE_UNAVAILABLE: Fault(FaultKind.STATUS, Service.IDENTITY, PATS, "POST", status=503),
    Problem.CONNECTION_LOST: Fault(FaultKind.LOSE, Service.IDENTITY, PATS, "POST"),
}


def test_faults_in_the_middle_are_explained_and_the_token_works_after_each(
    start: Start, witness: Witness, visitor: Visit, home: Path
) -> None:
    program = start()
    replacing.sign_in(program, witness, "Person")
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("Token")
    old = program.copy_token()
    for problem, fault in FAULTS.items():
        witness.cloud.faults.add(fault)
        dialog = replacing.renew(program, "Renew this token for me…", State.FAILED)
        witness.cloud.faults.clear()
        assert f"problem: {problem}" in dialog.problem.details.toPlainText()
        assert dialog.problem.paragraphs[2].text()
        replacing.close(program, dialog)
        assert made_names(witness) == []
        program.window.companions.recovery.begin()
        settled(program)
        assert program.copy_token() == old
    dialog = replacing.renew(program, "Renew this token for me…")
    replacing.close(program, dialog)
    assert accepted_as(visitor, program.copy_token(), is_pat=True) == "Contoso Administrator"
    assert len(made_names(witness)) == 1


def test_revocation_whose_answer_is_lost_is_finished_at_the_next_start(start: Start, witness: Witness) -> None:
    program = start()
    ways.enter_client_secret(program, witness)
    program.go_through_checks_and_save("App")
    witness.cloud.faults.add(Fault(FaultKind.DROP, Service.GRAPH, "removePassword", times=None))
    dialog = replacing.renew(program, "Renew this secret for me…")
    assert "Azure has not confirmed yet" in dialog.finished_banner.accessibleName()
    replacing.close(program, dialog)
    assert "Azure has not confirmed yet" in replacing.notice(program)
    (entry,) = program.connections.changes.entries()
    assert entry.step is Step.REVOKING
    witness.cloud.faults.clear()
    program.window.companions.recovery.begin()
    settled(program)
    assert replacing.notice(program) == ""
    assert len(witness.cloud.directory.app("automation").secrets) == 1
