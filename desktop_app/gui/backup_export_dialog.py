"""Asks for the passphrase of a back-up and which connections it is to hold; then says how it went."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QRadioButton, QVBoxLayout, QWidget

from desktop_app.app.backups import Exported
from desktop_app.app.guidance import Guidance
from desktop_app.app.i18n import _, ngettext
from desktop_app.app.words import fault_words
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import InputFault, InputNote, judge_passphrase
from desktop_app.gui.announce import announce
from desktop_app.gui.fields import Field
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.widgets import Banner, Heading, SoftText, primary_button

WIDTH = 30
"""In line heights of the interface font."""


class ExportDialog(QDialog):
    """Signals:
    wanted(Secret, bool): make it, with this passphrase, of all connections (True) or of the chosen one.
    """

    wanted = Signal(object, bool)

    def __init__(self, count: int, chosen: str, parent: QWidget | None = None) -> None:
        """`count` connections there are; `chosen` is the name of the one on screen, empty if there is none."""
        super().__init__(parent)
        self.setObjectName("exportBackupDialog")
        self.setWindowTitle(_("Back up connections"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.all_of_them = QRadioButton(
            ngettext("The one connection there is", "All {count} connections", count).format(count=count)
        )
        self.all_of_them.setObjectName("backupAll")
        self.all_of_them.setChecked(True)
        self.only_chosen = QRadioButton(_("Only “{name}”").format(name=chosen))
        self.only_chosen.setObjectName("backupChosen")
        self.only_chosen.setVisible(bool(chosen) and count > 1)
        self.passphrase: Field[str] = Field(
            _("Passphrase"),
            help_text=_("Write it down where you keep such things. Without it, nobody can open the back-up."),
            secret=True,
        )
        self.passphrase.editor.setObjectName("passphraseField")
        self.again: Field[str] = Field(_("The same passphrase again"), secret=True)
        self.again.editor.setObjectName("passphraseAgainField")
        self.passphrase.set_judge(judge_passphrase, _words)
        self.again.set_judge(lambda text: judge_passphrase(text, self.passphrase.text), _words)
        self.problem = ProblemPanel()
        self.problem.hide()
        self.done_banner = Banner("info", "")
        self.done_banner.setObjectName("backupDone")
        self.done_banner.hide()
        self._lay_out()
        self.passphrase.edited.connect(self.again.judge_again)
        for field in (self.passphrase, self.again):
            field.edited.connect(self._look)
        self._look()

    def _lay_out(self) -> None:
        self.forward = primary_button(_("Choose a file and save"))
        self.forward.setObjectName("backupForward")
        self.forward.setDefault(True)
        self.forward.clicked.connect(self._go_on)
        self.close_button = QPushButton(_("Cancel"))
        self.close_button.setObjectName("backupClose")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(Heading(_("Back up connections"), sub=True))
        column.addWidget(
            SoftText(
                _(
                    "One file holds the connections with their secrets, encrypted with your passphrase. Keep it as "
                    "carefully as the secrets themselves."
                )
            )
        )
        for widget in (self.all_of_them, self.only_chosen, self.passphrase, self.again):
            column.addWidget(widget)
        column.addWidget(self.problem)
        column.addWidget(self.done_banner)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(WIDTH * self.fontMetrics().height())

    def show_busy(self, busy: bool) -> None:
        """While it is written, nothing can be changed; closing the window stops it."""
        if busy:
            self.close_button.setFocus()  # what rests can not keep it
        for widget in (self.all_of_them, self.only_chosen, self.passphrase, self.again):
            widget.setEnabled(not busy)
        self.forward.setText(_("Saving…") if busy else _("Choose a file and save"))
        self.forward.setEnabled(not busy)

    def show_failure(self, guidance: Guidance, details: tuple[str, ...]) -> None:
        """What was typed stays."""
        self.show_busy(False)
        self.problem.show_guidance(guidance, details)
        self.problem.show()
        self.forward.setFocus()

    def show_done(self, exported: Exported) -> None:
        """The passphrase is taken out of the fields; only Close is left."""
        words = ngettext(
            "{count} connection is in {file}.", "{count} connections are in {file}.", exported.count
        ).format(count=exported.count, file=exported.path)
        if exported.without_secret:
            names = ", ".join(exported.without_secret)
            words += " " + _("The keyring has no secret for: {names}. They are in it without one.").format(names=names)
        self.done_banner.show_words("info", _("The back-up is saved."), words)
        self.done_banner.show()
        self.forward.hide()
        for field in (self.passphrase, self.again):
            field.clear()
            field.hide()
        self.problem.hide()
        self.all_of_them.hide()
        self.only_chosen.hide()
        self.close_button.setText(_("Close"))
        self.close_button.setFocus()
        announce(self.done_banner, self.done_banner.accessibleName())

    def _look(self) -> None:
        self.forward.setEnabled(self.passphrase.ok and self.again.ok)

    def _go_on(self) -> None:
        faults = [field.show_fault() for field in (self.passphrase, self.again)]
        if not any(faults):
            self.problem.hide()
            self.wanted.emit(Secret(self.passphrase.text), self.all_of_them.isChecked())


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else ""
