"""What a person can see around a sign-in: the organizations to choose from, the ways in, and every question on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QWidget

from desktop_app.app.drafts import OAuthDraft
from desktop_app.core.cancel import Cancel
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from tests.bench.stage import Stage
from tests.fakes.scripted_sign_in import ScriptedSignIn

Scene = tuple[str, QWidget]


def sign_in(stage: Stage) -> Iterator[Scene]:
    _save_sign_in(stage)
    stage.start(Method.OAUTH)
    page = stage.page
    stage.wait(page.people.offer.isVisible)
    yield "organization-offer", stage.wizard
    page.people.offer.click()
    stage.wait(page.people.list.isVisible)
    page.people.list.setCurrentRow(0)
    stage.wait(lambda: "exists" in page.directory.text())
    yield "organization-chosen", stage.wizard
    stage.fill(organization="nobody-has-this")
    stage.wait(lambda: "No organization" in page.directory.text())
    yield "organization-unknown", stage.wizard
    stage.fill(organization="contoso")
    stage.go_on("RegistrationPage")
    stage.go_on("OAuthDetailsPage")
    stage.settle()
    tenant, client_id, _secret = stage.world.app("desktop")
    stage.fill(tenant=stage.cloud.directory.tenant("fabrikam").id, client_id=client_id)
    yield "details-another-directory", stage.wizard
    stage.fill(tenant=tenant)
    stage.go_on("SignInPage")
    yield from _questions(stage)
    yield from _ways(stage)
    stage.leave()


def _ways(stage: Stage) -> Iterator[Scene]:
    page = stage.page
    page.ways.code.click()
    stage.wait(lambda: bool(page.device.code.text()))
    yield "sign-in-code", stage.wizard
    page.device.cancel_button.click()
    for problem in (Problem.SIGN_IN_PAGE_BLANK, Problem.DEVICE_CODE_NOT_ALLOWED, Problem.DEVICE_CODE_ENDED):
        page._failed(ConnectionProblem(problem, {"host": "login.microsoftonline.com"}))
        stage.pause()
        yield f"sign-in-{problem.value}", stage.wizard


def _questions(stage: Stage) -> Iterator[Scene]:
    from desktop_app.gui.passkey_dialog import PasskeyDialog
    from desktop_app.gui.proxy_dialog import ProxyDialog
    from desktop_app.gui.sign_in_pop_up import SignInPopUp
    from tests.fakes.passkey import Failure, PinError, PinRequest, Reason, Request, State

    view = stage.page._view
    stage.wait(lambda: view.pane is not None and view.pane.isVisible())
    stage.pause(1500)
    yield "sign-in", stage.wizard
    view._question.ask("adfs.contoso.example")
    stage.pause()
    yield "sign-in-unknown-host", stage.wizard
    view._question.tell_download()
    stage.pause()
    yield "sign-in-download", stage.wizard
    pop_up = SignInPopUp(view.pane.page, stage.network.trust.trusts, view.pane)
    pop_up.show()
    pop_up.page.setUrl(QUrl(f"{stage.cloud.cloud.login}/devicelogin"))
    stage.wait(lambda: pop_up.page.title() != "" and not pop_up.page.isLoading())
    stage.pause(1500)
    yield "sign-in-second-window", pop_up
    pop_up._on_host_unknown(QUrl("https://adfs.contoso.example/"), False)
    stage.pause()
    yield "sign-in-second-window-asks", pop_up
    pop_up.dispose()
    stage.pause()
    requests: dict[str, Any] = {
        "account": Request(State.SelectAccount),
        "pin": Request(State.CollectPin, PinRequest(error=PinError.WrongPin, left=2)),
        "new-pin": Request(State.CollectPin, PinRequest(Reason.Set)),
        "touch": Request(State.FinishTokenCollection),
        "failed": Request(State.RequestFailed, failure=Failure.SoftPinBlock),
    }
    for name, request in requests.items():
        yield from _dialog(stage, f"passkey-{name}", PasskeyDialog(request, stage.wizard))
    for refused in (False, True):
        name = "proxy-refused" if refused else "proxy"
        yield from _dialog(stage, name, ProxyDialog("proxy.contoso.example", refused=refused, parent=stage.wizard))


def _dialog(stage: Stage, name: str, dialog: Any) -> Iterator[Scene]:  # any dialog
    dialog.open()
    stage.pause()
    yield name, dialog
    dialog.reject()
    dialog.deleteLater()
    stage.pause()


def _save_sign_in(stage: Stage) -> None:
    """Somebody who belongs to organizations signed in before."""
    tenant, client_id, _secret = stage.world.app("desktop")
    cloud, connections = stage.cloud.cloud, stage.world.connections
    redirect_uri = cloud.native_redirect_uri
    draft = OAuthDraft(
        cloud=cloud, organization="contoso", tenant=tenant, client_id=client_id, redirect_uri=redirect_uri
    )
    person = ScriptedSignIn(stage.world.http, "admin@contoso.example")
    draft.last_sign_in = (draft.sign_in_key, connections.sign_in(draft, person, redirect_uri, Cancel()))
    draft.last_proof = connections.prove(draft, lambda result: None, Cancel())
    connections.save(draft, "Dashboards")
