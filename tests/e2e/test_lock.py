"""The lock in the whole program: chosen, closed by a restart, opened again, and found nowhere but in the keyring."""

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from desktop_app.core.credential import Secret
from desktop_app.core.lock import LockState
from desktop_app.gui.passphrase_dialogs import ChoosePassphraseDialog, PassphraseDialog, UnlockDialog
from desktop_app.gui.window_lock import WindowLock
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, KeyringSecretStore
from desktop_app.infra.lock_keyring import LockKeyring
from tests.e2e import ways
from tests.e2e.program import Program, click, wait_until
from tests.e2e.sweep import Sweep
from tests.e2e.witness import Witness

pytestmark = [pytest.mark.e2e, pytest.mark.keyring]

Start = Callable[[], Program]
RIGHT, WRONG = Secret("correct horse battery"), Secret("wrong horse battery")


def lock_of(program: Program) -> WindowLock:
    assert program.window.lock is not None
    return program.window.lock


def dialog(program: Program, kind: type[PassphraseDialog]) -> PassphraseDialog:
    def found() -> list[PassphraseDialog]:
        return [shown for shown in program.window.findChildren(kind) if shown.isVisible()]

    wait_until(found, f"a {kind.__name__}")
    return found()[0]


def enter(shown: PassphraseDialog, *texts: Secret) -> None:
    for field, text in zip(shown.entries(), texts, strict=True):
        field.editor.setFocus()
        field.editor.selectAll()
        QTest.keyClicks(field.editor, text.reveal())
    click(shown.forward)


def test_a_passphrase_locks_the_next_start_and_is_nowhere_but_in_the_keyring(
    start: Start, witness: Witness, sweep: Sweep, keyring_items: Callable[[], list[str]]
) -> None:
    witness.secrets |= {RIGHT: "passphrase", WRONG: "wrong passphrase"}
    program = start()
    ways.enter_pat(program, witness)
    program.go_through_checks_and_save("Release pipeline")
    assert lock_of(program).state is LockState.OFF
    lock_of(program).choose()
    enter(dialog(program, ChoosePassphraseDialog), RIGHT, RIGHT)
    wait_until(lambda: lock_of(program).state is LockState.OPEN, "the lock")
    program.close()

    assert set(keyring_items()) >= {f"{PRACTICE_PREFIX}:lock"}
    record = LockKeyring(lambda: KeyringSecretStore(PRACTICE_PREFIX)).load()
    assert record is not None
    witness.secrets |= {record.verifier: "verifier"}

    again = start()
    assert lock_of(again).locked
    again.choose("Release pipeline")
    again.press_copy()
    asking = dialog(again, UnlockDialog)
    enter(asking, WRONG)
    wait_until(lambda: bool(asking.passphrase.message), "a word about the wrong one")
    assert not again.clipboard.holding
    enter(asking, RIGHT)
    wait_until(lambda: again.clipboard.holding, "the token")

    click(lock_of(again).button)
    wait_until(lambda: lock_of(again).locked, "the lock")
    assert not again.clipboard.holding
    sweep.look_at_processes()
    lock_of(again).ask()
    enter(dialog(again, UnlockDialog), RIGHT)
    wait_until(lambda: not lock_of(again).locked, "the end of the lock")
    lock_of(again).turn_off()
    enter(dialog(again, UnlockDialog), RIGHT)
    wait_until(lambda: lock_of(again).state is LockState.OFF, "no lock")
    assert f"{PRACTICE_PREFIX}:lock" not in keyring_items()
    wait_until(
        lambda: not [shown for shown in again.window.findChildren(QDialog) if shown.isVisible()],
        "the end of the dialog",
    )
    assert not [button for button in again.window.findChildren(QPushButton, "lockButton") if button.isVisible()]
