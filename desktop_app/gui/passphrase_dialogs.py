"""Asks for the passphrase of the lock, or for a new one. Whoever opened the dialog does the work and tells it the end.

What was typed stays after a mistake, until the dialog is closed. While nobody may try, the dialog counts the seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.app import lock_words
from desktop_app.app.i18n import _
from desktop_app.app.words import fault_words
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import InputFault, InputNote, Judged, judge_passphrase
from desktop_app.core.lock import LEAST_PASSPHRASE
from desktop_app.gui.announce import announce
from desktop_app.gui.fields import Field
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.widgets import Heading, SoftText, fit_words, link_button, primary_button

if TYPE_CHECKING:
    from desktop_app.app.guidance import Guidance
    from desktop_app.core.lock import Attempt
    from desktop_app.core.ports import Clock

WIDTH = 28
"""In line heights of the interface font."""
TICK_MS = 250


class PassphraseDialog(QDialog):
    """One field for the passphrase there is, and what both dialogs share."""

    def __init__(
        self,
        clock: Clock,
        *,
        title: str,
        purpose: str,
        forward: str,
        forgotten: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`forgotten` is folded away below a question; empty: there is none."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._clock = clock
        self._waits_until = 0.0
        self._busy = False
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.tick)
        self.passphrase = _field(_("Passphrase"), "lockPassphrase")
        self.pause = SoftText("")
        self.pause.setObjectName("lockPause")
        self.pause.hide()
        self.problem = ProblemPanel()
        self.problem.hide()
        self.forward = primary_button(forward)
        self.problem.action_requested.connect(lambda _action: self.forward.setFocus())
        self.forward.setObjectName("lockForward")
        self.forward.setDefault(True)
        self.forward.clicked.connect(self._go_on)
        self._forward_words = forward
        self._lay_out(title, purpose, forgotten)
        self.passphrase.edited.connect(self._look)
        self._look()

    # -- for subclasses -----------------------------------------------------------------------------------------------

    def entries(self) -> Sequence[Field[str]]:
        """The fields, in their order."""
        return (self.passphrase,)

    def send(self) -> None:
        """What was typed is complete: hand it on."""
        raise NotImplementedError

    # -- how it went --------------------------------------------------------------------------------------------------

    def show_busy(self) -> None:
        """While the passphrase is looked at, which takes a moment on purpose."""
        self._busy = True
        self.cancel.setFocus()  # what rests can not keep it
        self.problem.hide()
        self._look()

    def show_wrong(self, attempt: Attempt) -> None:
        """It was not right, or came too early."""
        self._busy = False
        asked = self.entries()[0]
        if words := lock_words.wrong(attempt):
            asked.set_error(words)
        self.show_wait(attempt.wait_s)
        asked.editor.setFocus()
        asked.editor.selectAll()
        said = " ".join(part for part in (words, self.pause.text() if attempt.wait_s else "") if part)
        announce(asked, said, urgent=True)

    def show_wait(self, seconds: int) -> None:
        """Nobody may try for so long."""
        self._waits_until = self._clock.monotonic() + seconds
        if seconds:
            self._tick.start()
        self.tick()

    def show_failure(self, guidance: Guidance, details: tuple[str, ...]) -> None:
        """The keyring did not help."""
        self._busy = False
        self.problem.show_guidance(guidance, details)
        self.problem.show()
        fit_words(self)
        self._look()
        self.entries()[0].editor.setFocus()

    def tick(self) -> None:
        """Look at the clock."""
        left = -int(-(self._waits_until - self._clock.monotonic()) // 1)
        if left > 0:
            self.pause.setText(lock_words.wait(left))
        else:
            self._tick.stop()
        if self.pause.isHidden() is (left > 0):
            self.pause.setVisible(left > 0)
            fit_words(self)
        self._look()

    def done(self, result: int) -> None:
        """Nothing typed outlives the dialog."""
        for field in self.entries():
            field.clear()
        super().done(result)

    # -- how it works -------------------------------------------------------------------------------------------------

    def _lay_out(self, title: str, purpose: str, forgotten: str) -> None:
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setObjectName("lockCancel")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Heading(title, sub=True))
        column.addWidget(SoftText(purpose))
        self.passphrase.setParent(self)
        self.passphrase.hide()  # where it is not asked for
        for field in self.entries():
            column.addWidget(field)
            field.show()
        column.addWidget(self.pause)
        column.addWidget(self.problem)
        if forgotten:
            self.forgotten = link_button(_("I forgot it"))
            self.forgotten.setObjectName("lockForgotten")
            self.forgotten.setAutoDefault(False)
            self.forgotten.setCheckable(True)
            words = SoftText(forgotten)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.hide()
            self.forgotten.toggled.connect(words.setVisible)
            self.forgotten.toggled.connect(lambda: fit_words(self))
            column.addWidget(self.forgotten, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(words)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.forward)
        column.addLayout(buttons)
        self.setMinimumWidth(WIDTH * self.fontMetrics().height())

    @property
    def waiting(self) -> bool:
        return self._waits_until > self._clock.monotonic()

    def _look(self) -> None:
        for field in self.entries():
            field.setEnabled(not self._busy)
        ready = all(field.ok or field.fault is None for field in self.entries())
        self.forward.setText(_("One moment…") if self._busy else self._forward_words)
        self.forward.setEnabled(ready and not self._busy and not self.waiting)

    def _go_on(self) -> None:
        self.send()


class UnlockDialog(PassphraseDialog):
    """Signals: wanted(Secret): with this passphrase."""

    wanted = Signal(object)

    def send(self) -> None:
        self.wanted.emit(Secret(self.passphrase.text))


class ChoosePassphraseDialog(PassphraseDialog):
    """Signals: wanted(Secret, Secret | None): the new passphrase, and the one there is if that was asked for."""

    wanted = Signal(object, object)

    def __init__(self, clock: Clock, *, change: bool, purpose: str, parent: QWidget | None = None) -> None:
        self._change = change
        self.new = _field(_("New passphrase") if change else _("Passphrase"), "lockNew")
        self.again = _field(_("The same passphrase again"), "lockAgain")
        super().__init__(
            clock,
            title=_("Change the passphrase") if change else _("Choose a passphrase"),
            purpose=purpose,
            forward=_("Change it") if change else _("Turn the lock on"),
            parent=parent,
        )
        self.passphrase.label.setText(_("The passphrase there is"))
        self.passphrase.editor.setAccessibleName(_("The passphrase there is"))
        self.setObjectName("choosePassphrase")
        self.new.set_judge(lambda text: judge_passphrase(text, least=LEAST_PASSPHRASE), _words)
        self.again.set_judge(lambda text: judge_passphrase(text, self.new.text), _words)
        self.new.edited.connect(self.again.judge_again)
        for field in (self.new, self.again):
            field.edited.connect(self._look)
        self._look()

    def entries(self) -> Sequence[Field[str]]:
        return (self.passphrase, self.new, self.again) if self._change else (self.new, self.again)

    def send(self) -> None:
        faults = [field.show_fault() for field in (self.new, self.again)]  # each says what is wrong with it
        if not any(faults):
            self.wanted.emit(Secret(self.new.text), Secret(self.passphrase.text) if self._change else None)


def _field(label: str, name: str) -> Field[str]:
    field: Field[str] = Field(label, secret=True)
    field.editor.setObjectName(name)
    field.eye.own_text = True
    field.set_judge(lambda text: Judged(text) if text else Judged(fault=InputFault.EMPTY), _words)
    return field


def _words(said: InputFault | InputNote) -> str:
    if said is InputFault.PASSPHRASE_SHORT:
        return lock_words.too_short()
    return fault_words(said) if isinstance(said, InputFault) else ""
