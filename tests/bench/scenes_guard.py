"""The lock and the rules of a company's IT."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QPushButton

from desktop_app.core.credential import Secret
from desktop_app.core.lock import Attempt
from desktop_app.core.policy import policy_from
from desktop_app.gui.passphrase_dialogs import ChoosePassphraseDialog, UnlockDialog
from desktop_app.gui.settings_dialog import SettingsDialog
from tests.bench.scenes import Scene
from tests.bench.stage import Stage


def lock(stage: Stage) -> Iterator[Scene]:
    window, world = stage.window, stage.world
    stage.save_several()
    stage.choose("Release pipeline")
    locking = window.lock
    assert locking is not None
    locking.choose()
    choosing = stage.dialog("choosePassphrase")
    assert isinstance(choosing, ChoosePassphraseDialog)
    choosing.new.text, choosing.again.text = "short", "other"
    stage.pause()
    yield "lock-choose", choosing
    choosing.reject()
    world.lock.choose(Secret("correct horse"))
    locking.lock_now()
    stage.pause()
    yield "locked", window
    locking.ask()
    asking = stage.dialog("unlockDialog")
    assert isinstance(asking, UnlockDialog)
    stage.wait(lambda: not stage.runner.active)
    yield "unlock", asking
    asking.passphrase.text = "wrong horse"
    asking.show_wrong(Attempt(right=False, wait_s=300))
    asking.forgotten.setChecked(True)
    stage.pause()
    yield "unlock-wrong", asking
    asking.reject()
    stage.wait(lambda: not stage.runner.active)
    world.lock.unlock(Secret("correct horse"))
    locking.lock_now()


def policy(stage: Stage) -> Iterator[Scene]:
    """What the window reads once, at its start, is read anew here."""
    window, world = stage.window, stage.world
    stage.save_several()
    world.settings.policy = world.connections._allowed.policy = policy_from(
        {
            "version": 1,
            "methods": ["client-secret"],
            "clipboard_seconds": 20,
            "lock_minutes": 15,
            "background_checks": False,
        }
    )
    assert window.workspace is not None
    window._show_policy(window.workspace)
    window.reload()
    stage.wait(lambda: not stage.runner.active)
    stage.choose("Release pipeline")
    stage.pause()
    yield "policy-forbidden", window
    window.show_first_run()
    stage.pause()
    yield "policy-cards", window
    dialog = SettingsDialog(world.settings, window, window.lock)
    dialog.show()
    stage.pause()
    yield "policy-settings", dialog
    dialog.close()
    dialog.deleteLater()
    assert window.findChild(QPushButton, "lockButton") is not None
