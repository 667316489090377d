"""Every page and state a person can see, one after the other, each by its name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.gui.connection_parts import Part
from desktop_app.gui.permissions_view import PermissionsView
from desktop_app.practice.faults import Fault, FaultKind
from tests.bench.stage import Stage

Scene = tuple[str, QWidget]

_NO_RELEASES = Fault(
    FaultKind.STATUS,
    path_contains="/release/definitions",
    times=None,
    status=403,
    headers={"Content-Type": "application/json"},
    body=b'{"message": "Access denied.", "typeKey": "AccessCheckException"}',
)
"""Reading releases is not allowed, for whatever credential."""


def first_run(stage: Stage) -> Iterator[Scene]:
    window = stage.window
    yield "first-run", window
    window.show_problem(ConnectionProblem(Problem.KEYRING_MISSING))
    stage.pause()
    yield "first-run-no-keyring", window
    window.problem.hide()
    stage.press("helpMeChoose")
    dialog = stage.dialog("chooseDialog")
    yield "help-me-choose", dialog
    dialog.close()


def pat(stage: Stage) -> Iterator[Scene]:
    stage.start(Method.PAT)
    yield "pat-organization", stage.wizard
    stage.fill(organization="my company/projects?")
    yield "pat-organization-bad", stage.wizard
    stage.fill(organization="https://dev.azure.com/contoso/Fabrikam%20Fiber/_git/web")
    yield "pat-organization-url", stage.wizard
    stage.fill(organization="contoso")
    stage.page.advanced.toggle.click()
    stage.pause()
    yield "pat-organization-advanced", stage.wizard
    stage.page.advanced.cloud.setCurrentIndex(stage.page.advanced.cloud.count() - 1)
    stage.pause()
    yield "pat-organization-hosts", stage.wizard
    stage.page.advanced.cloud.setCurrentIndex(0)
    stage.page.advanced.toggle.click()
    stage.go_on("CreateTokenPage")
    yield "pat-create-token", stage.wizard
    stage.go_on("TokenPage")
    yield "pat-token", stage.wizard
    stage.fill(token="Bearer of good news", ends="2001-02-03")
    yield "pat-token-bad", stage.wizard
    stage.fill(token=stage.world.pat("expired"), ends="")
    yield from _checks(stage, "pat-checks-failed", again=True)
    stage.fill(token=stage.world.pat())
    stage.cloud.faults.add(_NO_RELEASES)
    yield from _checks(stage, "pat-checks-partly", again=True)
    stage.cloud.faults.clear()
    stage.fill(token=stage.world.pat("read-only"))
    yield from _checks(stage, "pat-checks")
    stage.go_on("NamePage")
    yield "pat-name", stage.wizard
    stage.fill(name="")
    yield "pat-name-empty", stage.wizard
    stage.fill(name="Release pipeline")
    stage.go_on("DonePage")
    yield "pat-done", stage.wizard
    stage.finish()


def client_secret(stage: Stage) -> Iterator[Scene]:
    _tenant, client_id, secret = stage.world.app("automation")
    stage.start(Method.CLIENT_SECRET)
    stage.fill(organization="contoso")
    stage.go_on("RegistrationPage")
    yield "client-secret-registration", stage.wizard
    stage.page.show_me.click()
    stage.pause()
    yield "client-secret-registration-how", stage.wizard
    stage.go_on("MembershipPage")
    yield "client-secret-membership", stage.wizard
    stage.go_on("ClientSecretDetailsPage")
    stage.settle()
    yield "client-secret-details", stage.wizard
    stage.fill(client_id="not a GUID", client_secret=client_id, ends="soon")
    yield "client-secret-details-bad", stage.wizard
    outside = stage.world.app("not-in-organization")
    stage.fill(client_id=outside[1], client_secret=outside[2], ends="")
    yield from _checks(stage, "client-secret-checks-failed", again=True)
    stage.fill(client_id=client_id, client_secret=secret)
    yield from _checks(stage, "client-secret-checks")
    stage.leave()


def oauth(stage: Stage, *, web_view: bool = True) -> Iterator[Scene]:
    stage.start(Method.OAUTH)
    stage.fill(organization="contoso")
    stage.go_on("RegistrationPage")
    stage.page.show_me.click()
    stage.pause()
    yield "oauth-registration-how", stage.wizard
    stage.go_on("OAuthDetailsPage")
    stage.settle()
    yield "oauth-details", stage.wizard
    stage.fill(client_id="0f", client_secret="too short", redirect_uri="http://contoso.example/back")
    yield "oauth-details-bad", stage.wizard
    stage.fill(
        client_id=stage.world.app("desktop")[1],
        client_secret="",
        redirect_uri=stage.cloud.cloud.native_redirect_uri,
    )

    if web_view:
        yield from _sign_in(stage)
    stage.leave()


def main_window(stage: Stage) -> Iterator[Scene]:
    window, page = stage.window, stage.window.connection_page
    stage.save_several()
    for name, scene in (
        ("Release pipeline", "main-works"),
        ("Backup of the boards", "main-expires"),
        ("Nightly sync", "main-needs-you"),
        ("Variable groups of the platform team in the far north", "main-not-checked"),
        ("Dashboards", "main-partly"),
    ):
        stage.choose(name)
        yield scene, window
    stage.cloud.faults.add(_NO_RELEASES)
    stage.press("checkAgain", page)
    stage.wait(lambda: not stage.runner.active)
    yield "main-checked-partly", window
    stage.cloud.faults.clear()
    window.check_all_now()
    window.connection_list.check_all.show_progress(312, 1000)
    yield "main-checking-all", window
    stage.wait(lambda: not stage.runner.active)
    yield "main-all-checked", window
    stage.choose("Release pipeline")
    stage.press("copyToken", page)
    stage.wait(lambda: stage.clipboard.holding and not stage.runner.active)
    yield "main-copied", window
    stage.clipboard.clear_now()
    for button, dialog in (("renameConnection", "renameDialog"), ("removeConnection", "removeBox")):
        stage.press(button, page)
        opened = stage.dialog(dialog)
        yield dialog, opened
        opened.close()
        stage.pause()
    stage.press("editConnection", page)
    stage.wait(lambda: stage.wizard.complete)
    yield "edit", stage.wizard
    stage.leave()
    window.show_first_run()
    stage.pause()
    yield "main-new-connection", window
    window.wizards.show_practice_values()
    stage.pause(600)
    values = stage.dialog("practiceWindow")
    yield "practice-values", values
    values.close()
    from desktop_app.gui.about_dialog import AboutDialog

    about = AboutDialog(window)
    about.show()
    stage.pause()
    yield "about", about
    about.close()
    about.deleteLater()


def permissions(stage: Stage) -> Iterator[Scene]:
    """The Permissions part of a connection, over the practice cloud's own answers."""
    window, page = stage.window, stage.window.connection_page
    stage.save_several()
    stage.choose("Dashboards")
    page.tabs.setCurrentIndex(1)
    stage.pause()
    yield "permissions-not-checked", window
    view = page.part(Part.PERMISSIONS)
    assert isinstance(view, PermissionsView)
    stage.press("chooseProjects", page)
    stage.wait(lambda: not stage.runner.active)
    chooser = stage.dialog("projectChooser")
    yield "permissions-projects", chooser
    chooser.close()
    view.closely.setChecked(True)
    stage.press("checkPermissions", page)
    stage.wait(lambda: not stage.runner.active)
    yield "permissions", window
    for row in range(2):
        view.tree.expand(view.tree.model().index(row, 0))
    stage.pause()
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    yield "permissions-open", window
    view.project.setCurrentIndex(1)
    view.tree.expandAll()
    view.tree.setFocus()
    stage.pause()
    yield "permissions-one-project", window
    view.show_saved("It is in /home/admin/permissions.html. It holds no secret.")
    page.verticalScrollBar().setValue(0)
    yield "permissions-saved", window
    stage.choose("Nightly sync")
    yield "permissions-app-not-checked", window
    stage.press("checkPermissions", page)
    stage.wait(lambda: not stage.runner.active)
    yield "permissions-app", window


def _checks(stage: Stage, name: str, *, again: bool = False) -> Iterator[Scene]:
    stage.go_on("ChecksPage")
    stage.settle()
    yield name, stage.wizard
    if again:
        previous = "TokenPage" if name.startswith("pat") else "ClientSecretDetailsPage"
        stage.go_back(previous)


def _sign_in(stage: Stage) -> Iterator[Scene]:
    """The embedded page; it is drawn by another process, which takes its time."""
    stage.go_on("SignInPage")
    view = stage.page._view
    stage.wait(lambda: view.pane is not None and view.pane.isVisible())
    stage.pause(1500)
    yield "oauth-sign-in", stage.wizard
    stage.page._start_in_browser()
    stage.pause()
    yield "oauth-sign-in-browser", stage.wizard
    stage.page.show_problem(ConnectionProblem(Problem.SIGN_IN_TIMED_OUT))
    stage.pause()
    yield "oauth-sign-in-failed", stage.wizard
