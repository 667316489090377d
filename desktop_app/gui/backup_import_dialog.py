"""Opens a back-up with its passphrase, shows what it holds, and asks about each entry before anything changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.backup_words import decision_words, imported_words, standing_words
from desktop_app.app.backups import Imported
from desktop_app.app.guidance import Guidance
from desktop_app.app.i18n import _, ngettext
from desktop_app.app.words import fault_words, method_name
from desktop_app.core.backup import CHOICES, Decision, PreviewItem
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import InputFault, InputNote, Judged
from desktop_app.gui.announce import announce
from desktop_app.gui.fields import Field
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.widgets import Banner, Heading, SoftText, primary_button

WIDTH, HEIGHT = 40, 30
"""In line heights of the interface font."""
AT_MOST = 500
"""So many entries get a row of their own; what the others are to become is chosen for all of them at once."""


class ImportDialog(QDialog):
    """Signals:
    open_requested(Secret): look into the file, with this passphrase.
    import_requested(list): do that, pairs of PreviewItem and Decision.
    """

    open_requested = Signal(object)
    import_requested = Signal(object)

    def __init__(self, file: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importBackupDialog")
        self.setWindowTitle(_("Restore connections"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._items: tuple[PreviewItem, ...] = ()
        self._choices: list[QComboBox] = []
        self.passphrase: Field[str] = Field(_("Passphrase of the back-up"), secret=True)
        self.passphrase.editor.setObjectName("passphraseField")
        self.passphrase.set_judge(_judge, _words)
        self.passphrase.edited.connect(self._look)
        self.problem = ProblemPanel()
        self.problem.hide()
        self.done_banner = Banner("info", "")
        self.done_banner.setObjectName("importDone")
        self.done_banner.hide()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._first_page(file))
        self._list = QWidget()
        self._pages.addWidget(self._second_page())
        self._lay_out()
        self._look()

    def _first_page(self, file: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(
            SoftText(_("The file is {file}. Nothing changes before you have seen what is in it.").format(file=file))
        )
        column.addWidget(self.passphrase)
        column.addStretch(1)
        return page

    def _second_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._count = SoftText("")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._list)
        column.addWidget(self._count)
        column.addWidget(scroll, 1)
        return page

    def _lay_out(self) -> None:
        self.forward = primary_button(_("Open the back-up"))
        self.forward.setObjectName("importForward")
        self.forward.setDefault(True)
        self.forward.clicked.connect(self._go_on)
        self.close_button = QPushButton(_("Cancel"))
        self.close_button.setObjectName("importClose")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(Heading(_("Restore connections"), sub=True))
        column.addWidget(self._pages, 1)
        column.addWidget(self.problem)
        column.addWidget(self.done_banner)
        column.addLayout(buttons)
        line = self.fontMetrics().height()
        self.resize(WIDTH * line, HEIGHT * line)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def show_busy(self, busy: bool) -> None:
        """While something runs; closing the window stops it."""
        opened = bool(self._items)
        words = _("Opening…") if not opened else _("Restoring…")
        still = _("Restore") if opened else _("Open the back-up")
        if busy:
            self.close_button.setFocus()  # what rests can not keep it
        self.forward.setText(words if busy else still)
        self.forward.setEnabled(not busy)
        self._pages.setEnabled(not busy)

    def show_failure(self, guidance: Guidance, details: tuple[str, ...]) -> None:
        """What was typed, and chosen, stays."""
        self.show_busy(False)
        self.problem.show_guidance(guidance, details)
        self.problem.show()
        (self.forward if self._items else self.passphrase).setFocus()

    def show_items(self, items: Sequence[PreviewItem]) -> None:
        """The file is open: ask about each entry. The passphrase is taken out of its field."""
        self._items = tuple(items)
        self.passphrase.clear()
        self.problem.hide()
        grid = QGridLayout(self._list)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(0, 1)
        for row, item in enumerate(self._items[:AT_MOST]):
            self._add_row(grid, row, item)
        grid.setRowStretch(len(self._choices), 1)
        self._count.setText(_count_words(len(self._items)))
        self._pages.setCurrentIndex(1)
        self.show_busy(False)
        open_choices = [choice for choice in self._choices if choice.isEnabled()]
        (open_choices[0] if open_choices else self.forward).setFocus()
        announce(self._list, self._count.text())

    def _add_row(self, grid: QGridLayout, row: int, item: PreviewItem) -> None:
        profile = item.entry.profile
        about = f"{profile.organization} · {method_name(profile.method)}"
        name = QLabel(profile.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        words = SoftText(f"{about}. {standing_words(item)}")
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(words)
        choice = QComboBox()
        choice.setObjectName(f"decision-{row}")
        choice.setAccessibleName(_("What to do with {name}").format(name=profile.name))
        choice.setAccessibleDescription(words.text())
        for decision in CHOICES[item.standing]:
            choice.addItem(decision_words(decision, item.standing), decision)
        choice.setEnabled(choice.count() > 1)
        self._choices.append(choice)
        grid.addLayout(column, row, 0)
        grid.addWidget(choice, row, 1, Qt.AlignmentFlag.AlignTop)

    def show_done(self, done: Imported) -> None:
        self.done_banner.show_words("bad" if done.failed else "info", _("Done."), imported_words(done))
        self.done_banner.show()
        self.problem.hide()
        self._pages.hide()
        self.forward.hide()
        self.close_button.setText(_("Close"))
        self.close_button.setFocus()
        announce(self.done_banner, self.done_banner.accessibleName())

    # -- what the person does -----------------------------------------------------------------------------------------

    def decided(self) -> list[tuple[PreviewItem, Decision]]:
        """Each entry with what was chosen for it; what has no row of its own gets what changes nothing that is here."""
        chosen = [choice.currentData() for choice in self._choices]
        rest = [CHOICES[item.standing][0] for item in self._items[len(chosen) :]]
        return list(zip(self._items, [*chosen, *rest], strict=True))

    def _look(self) -> None:
        self.forward.setEnabled(self.passphrase.ok)

    def _go_on(self) -> None:
        self.problem.hide()
        if self._items:
            self.import_requested.emit(self.decided())
        elif not self.passphrase.show_fault():
            self.open_requested.emit(Secret(self.passphrase.text))


def _judge(text: str) -> Judged[str]:
    return Judged(text) if text else Judged(fault=InputFault.EMPTY)


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else ""


def _count_words(count: int) -> str:
    said = ngettext("The back-up holds {count} connection.", "The back-up holds {count} connections.", count)
    words = said.format(count=count)
    if count > AT_MOST:
        words += " " + _(
            "The first {count} are listed. The others are added if they are new, and left as they are if they are here."
        ).format(count=AT_MOST)
    return words
