"""Cancel answers at once, whatever runs, and nothing of a cancelled wizard is left."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from desktop_app.core.profile import Method
from desktop_app.gui.tasks import TaskHandle
from desktop_app.infra.memory_store import MemorySecretStore
from desktop_app.practice import PracticeCloud
from desktop_app.practice.faults import Fault, FaultKind
from desktop_app.practice.service import Service
from tests.gui.conftest import OpenDesk
from tests.gui.driving import Desk
from tests.gui.signing_in import LOOPBACK, NobodyThere, script_the_view
from tests.gui.world import World

SLOW = Fault(FaultKind.DELAY, Service.DEVOPS, path_contains="_apis/projects", seconds=1.0)


class CountingSecrets(MemorySecretStore):
    """A memory of secrets that tells how many were ever put into it."""

    writes = 0

    def set(self, *arguments: object) -> None:
        self.writes += 1
        super().set(*arguments)  # type: ignore[arg-type]  # passed on as they came


def start_slow_checks(desk: Desk) -> None:
    """Go on to the checks, of which one hangs in a request by now."""
    desk.world.practice_cloud.faults.add(SLOW)
    desk.world.practice_cloud.requests.clear()
    desk.go_to_details(Method.PAT)
    desk.fill("token", desk.world.pat())
    desk.go_on("ChecksPage")
    desk.wait(lambda: desk.rows()["Know who it acts as"].startswith("passed"))


def running_task(desk: Desk) -> TaskHandle:
    """What the page waits for."""
    task = desk.page._task
    assert isinstance(task, TaskHandle)
    assert task.active
    return task


def still_hangs(cloud: PracticeCloud) -> bool:
    """True until the slow request got its answer."""
    return not cloud.requests.of(Service.DEVOPS, "_apis/projects")


def windows() -> set[str]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return {widget.objectName() for widget in QApplication.topLevelWidgets()}


@pytest.mark.parametrize("way", ["button", "escape", "window"])
def test_cancel_during_the_checks_leaves_nothing(
    make_world: Callable[..., World], open_desk: OpenDesk, practice_cloud: PracticeCloud, way: str
) -> None:
    secrets = CountingSecrets()
    desk = open_desk(make_world(secrets=secrets))
    start_slow_checks(desk)
    assert desk.reason == "The checks are running."
    assert not desk.next_button.isEnabled()
    task = running_task(desk)
    match way:
        case "button":
            desk.cancel()
        case "escape":
            desk.keyboard.press(Qt.Key.Key_Escape)
        case _:
            desk.wizard.close()
    assert still_hangs(practice_cloud), "the answer to Cancel waited for the server"
    assert desk.window.wizard is None
    assert task.cancelled
    assert "wizard" not in windows()
    assert not desk.world.file.exists()
    desk.wait(lambda: not still_hangs(practice_cloud))
    assert (desk.window.wizard, desk.world.connections.load(), secrets.writes) == (None, (), 0)


def test_back_cancels_the_running_check(desk: Desk, practice_cloud: PracticeCloud) -> None:
    start_slow_checks(desk)
    task = running_task(desk)
    desk.go_back("TokenPage")
    assert still_hangs(practice_cloud)
    assert task.cancelled
    desk.go_on("ChecksPage")
    desk.checked()
    assert desk.next_button.isEnabled()


def test_cancel_during_the_sign_in_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    views = script_the_view(monkeypatch, NobodyThere())
    desk.go_to_details(Method.OAUTH)
    desk.checked()
    desk.fill("client_id", desk.world.app("desktop")[1])
    desk.fill("redirect_uri", LOOPBACK)
    desk.go_on("SignInPage")
    task = running_task(desk)
    desk.cancel()
    assert views[0].cancelled
    assert desk.window.wizard is None
    assert task.cancelled
    assert not desk.world.file.exists()


@pytest.mark.parametrize("method", Method)
def test_cancel_on_the_first_page_leaves_nothing(desk: Desk, method: Method) -> None:
    desk.start(method)
    desk.keyboard.type("contoso")
    desk.keyboard.press(Qt.Key.Key_Escape)
    assert desk.window.wizard is None
    assert "wizard" not in windows()
    assert not desk.world.file.exists()


def test_closing_the_window_during_the_checks_ends_them(desk: Desk, practice_cloud: PracticeCloud) -> None:
    start_slow_checks(desk)
    task = running_task(desk)
    desk.window.close()
    assert still_hangs(practice_cloud)
    assert task.cancelled
    assert not desk.window.isVisible()
    assert desk.window.wizard is None
    assert desk.runner.shutdown(wait_s=10.0)


def test_closing_the_window_ends_the_check_of_a_saved_connection(desk: Desk, practice_cloud: PracticeCloud) -> None:
    desk.world.save_pat("Nightly sync")
    desk.window.reload()
    desk.wait(lambda: desk.window.profile is not None)
    practice_cloud.faults.add(SLOW)
    practice_cloud.requests.clear()
    desk.keyboard.push(desk.button("checkAgain", desk.window.connection_page))
    desk.wait(lambda: bool(desk.runner.active))
    desk.window.close()
    assert still_hangs(practice_cloud)
    assert desk.runner.shutdown(wait_s=10.0)
