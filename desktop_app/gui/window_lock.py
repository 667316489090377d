"""The lock of the window: when it comes, what it takes out of sight, and who is asked to unlock.

Nothing secret leaves the window while `locked`: the clipboard refuses, shown secrets are dots, sign-in pages are
covered, and every way to a secret goes through `unlocked`. The list of connections, their state and their checks stay.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop_app.app import lock_words
from desktop_app.app.i18n import _
from desktop_app.core.lock import LockState
from desktop_app.gui.capture import HINT
from desktop_app.gui.icons import bind_icon
from desktop_app.gui.idle_watch import IdleWatch
from desktop_app.gui.lock_cover import cover_sign_in_pages, uncover_sign_in_pages
from desktop_app.gui.reveal import LOCK

if TYPE_CHECKING:
    from desktop_app.app.lock import Lock
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.core.lock import Attempt
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.core.settings import Settings
    from desktop_app.gui.main_window import MainWindow
    from desktop_app.gui.passphrase_dialogs import PassphraseDialog
    from desktop_app.gui.safekeeping import Safekeeping


class WindowLock(QObject):
    """Belongs to the main window; make it when the workspace is open.

    Signals: changed: it was locked, unlocked, turned on or off.
    """

    changed = Signal()

    def __init__(self, window: MainWindow, lock: Lock, settings: SettingsInUse) -> None:
        super().__init__(window)
        self._window = window
        self._lock = lock
        self._settings = settings
        self._clock = lock.clock
        self._dialog: PassphraseDialog | None = None
        self._shown_locked = False
        self._put_away: Callable[[], object] = lambda: None
        self.idle = IdleWatch(lock.clock, parent=self)
        self.idle.idle.connect(self.lock_now)
        self.button = QPushButton()
        self.button.setObjectName("lockButton")
        self.button.clicked.connect(self._button_pressed)
        window.statusBar().addPermanentWidget(self.button)
        window.clipboard.may_copy = lambda: not self.locked
        window.clipboard.refused.connect(self._say_refused)
        app = QApplication.instance()
        if app is not None:
            app.setProperty(LOCK, self)
        self._unfollow = settings.follow(self._use)
        self._use(settings.now)
        self._show()

    def attach(self, safekeeping: Safekeeping) -> None:
        """Hear of the lock of the screen from it, and have it put away what is on the clipboard and on screen."""
        self._put_away = safekeeping.put_away
        safekeeping.lock.locked.connect(self._screen_locked)

    def close(self) -> None:
        self._unfollow()
        self.idle.set_minutes(0)
        self._window.clipboard.may_copy = lambda: True
        app = QApplication.instance()
        if app is not None:
            app.setProperty(LOCK, None)

    # -- what it is ---------------------------------------------------------------------------------------------------

    @property
    def state(self) -> LockState:
        return self._lock.state

    @property
    def must_be_chosen(self) -> bool:
        """True if IT wants a lock and nobody has chosen a passphrase yet: until then everything stays locked."""
        return self._settings.policy.requires_lock and self._lock.state is LockState.OFF

    @property
    def locked(self) -> bool:
        return self._lock.state is LockState.LOCKED or self.must_be_chosen

    def unlocked(self, then: Callable[[], object]) -> bool:
        """True if nothing is locked. Otherwise the person is asked to unlock, and `then` is called after that."""
        if not self.locked:
            return True
        self.ask(then)
        return False

    # -- locking ------------------------------------------------------------------------------------------------------

    def lock_now(self) -> None:
        """Lock, if there is a passphrase."""
        self._lock.lock()
        self._show()

    def lock_by_hand(self) -> None:
        """The same by the menu, which says how to turn it on."""
        if self._lock.state is LockState.OFF:
            self._window.statusBar().showMessage(_("Choose a passphrase under File, Settings, Security first."), 6000)
        self.lock_now()

    def _screen_locked(self) -> None:
        if self._settings.now.lock_with_screen:
            self.lock_now()

    # -- unlocking ----------------------------------------------------------------------------------------------------

    def ask(self, then: Callable[[], object] = lambda: None) -> None:
        """Show the dialog, one at a time; the newest wish counts."""
        if self.must_be_chosen:
            self.choose(then)
            return
        from desktop_app.gui.passphrase_dialogs import UnlockDialog

        dialog = UnlockDialog(
            self._clock,
            title=_("ADO Connect is locked"),
            purpose=_("Enter your passphrase to copy, show, back up or change secrets."),
            forward=_("Unlock"),
            forgotten=lock_words.way_out(self.entry, sys.platform),
            parent=self._front(),
        )
        dialog.setObjectName("unlockDialog")
        dialog.wanted.connect(lambda typed: self._work(dialog, lambda: self._lock.unlock(typed), then))
        self._open(dialog)
        self._window.runner.start(  # a pause may still be on from an earlier run
            lambda cancel, progress: self._lock.wait_s(),
            on_done=dialog.show_wait,
            on_failed=partial(self._failed, dialog),
            owner=dialog,
        )

    def choose(self, then: Callable[[], object] = lambda: None) -> None:
        """Choose a passphrase, or change it."""
        from desktop_app.gui.passphrase_dialogs import ChoosePassphraseDialog

        change = self._lock.state is not LockState.OFF
        purpose = lock_words.what_it_does()
        if self.must_be_chosen:
            purpose = _("Your organization wants secrets to be locked while nobody is at the computer.") + " " + purpose
        dialog = ChoosePassphraseDialog(self._clock, change=change, purpose=purpose, parent=self._front())
        dialog.wanted.connect(lambda new, old: self._work(dialog, lambda: self._lock.choose(new, old), then))
        self._open(dialog)

    def turn_off(self) -> None:
        """Forget the passphrase, once it was entered."""
        from desktop_app.gui.passphrase_dialogs import UnlockDialog

        dialog = UnlockDialog(
            self._clock,
            title=_("Turn the lock off"),
            purpose=_("Enter your passphrase once more. After that nothing asks for it, and it is forgotten."),
            forward=_("Turn it off"),
            forgotten=lock_words.way_out(self.entry, sys.platform),
            parent=self._front(),
        )
        dialog.setObjectName("turnLockOff")
        dialog.wanted.connect(lambda typed: self._work(dialog, lambda: self._lock.turn_off(typed), lambda: None))
        self._open(dialog)

    @property
    def entry(self) -> str:
        """How the passphrase's record is called in the keyring."""
        return "ado-connect-practice:lock" if self._window.practice else "ado-connect:lock"

    def _open(self, dialog: PassphraseDialog) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        self._dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _result: self._closed(dialog))
        dialog.open()

    def _work(self, dialog: PassphraseDialog, do: Callable[[], Attempt], then: Callable[[], object]) -> None:
        dialog.show_busy()
        self._window.runner.start(
            lambda cancel, progress: do(),
            on_done=lambda attempt: self._tried(dialog, attempt, then),
            on_failed=partial(self._failed, dialog),
            owner=dialog,
        )

    def _tried(self, dialog: PassphraseDialog, attempt: Attempt, then: Callable[[], object]) -> None:
        if not attempt.right:
            dialog.show_wrong(attempt)
            return
        dialog.accept()
        self.idle.used()
        self._show()
        QTimer.singleShot(0, self, then)  # the dialog is gone by then

    def _failed(self, dialog: PassphraseDialog, failure: ConnectionProblem) -> None:
        from desktop_app.app.guidance import Place, details_of
        from desktop_app.app.guidance_index import guidance_of

        dialog.show_failure(guidance_of(failure, Place()), details_of(failure))

    def _closed(self, dialog: PassphraseDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    def _front(self) -> QWidget:
        """Whose dialog it is: that of the window the person is in, which may be a wizard."""
        front = QApplication.activeWindow()
        return front if front is not None and self._window.isAncestorOf(front) else self._window

    # -- showing it ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Bring the window in line with the state."""
        locked = self.locked
        if locked and not self._shown_locked:
            self._put_away()
            cover_sign_in_pages(self.ask)
        elif self._shown_locked and not locked:
            uncover_sign_in_pages()
        self._shown_locked = locked
        off = self._lock.state is LockState.OFF and not locked
        self.button.setVisible(not off)
        self.button.setText(_("Locked. Unlock…") if locked else _("Lock"))
        self.button.setAccessibleDescription(lock_words.what_it_does())
        bind_icon(self.button, "lock", "attention" if locked else "soft")
        self._use(self._settings.now)
        self.changed.emit()

    def _use(self, settings: Settings) -> None:
        app = QApplication.instance()
        if app is not None:
            app.setProperty(HINT, settings.hide_from_capture)
        open_now = self._lock.state is LockState.OPEN
        self.idle.set_minutes(settings.lock_minutes if open_now else 0)

    def _button_pressed(self) -> None:
        if self.locked:
            self.ask()
        else:
            self.lock_now()

    def _say_refused(self) -> None:
        self._window.statusBar().showMessage(_("ADO Connect is locked. Nothing was copied."), 6000)
