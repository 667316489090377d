"""*Back up* and *Restore* of the File menu: dialogs in front, all work in tasks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.app.guidance import Action, ActionKind, Place, details_of
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.core.ends import today
from desktop_app.gui.save_dialog import ask_where
from desktop_app.infra.backup_file import ENDING

if TYPE_CHECKING:
    from desktop_app.app.backups import Exported, Imported
    from desktop_app.core.backup import Decision, PreviewItem
    from desktop_app.core.credential import Secret
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.gui.backup_export_dialog import ExportDialog
    from desktop_app.gui.backup_import_dialog import ImportDialog
    from desktop_app.gui.main_window import MainWindow


class BackupActions(QObject):
    """Belongs to the main window; one of its dialogs is open at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    # -- back up ------------------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Ask for the passphrase, then for the file."""
        from desktop_app.gui.backup_export_dialog import ExportDialog

        window, profile = self._window, self._window.profile
        if window.workspace is None or not window.names_but(None):
            window.statusBar().showMessage(_("There is no connection to back up yet."), 5000)
            return
        if not window.unlocked(self.back_up):
            return
        dialog = ExportDialog(len(window.names_but(None)), profile.name if profile else "", window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(partial(self._choose_target, dialog))
        dialog.problem.action_requested.connect(lambda action: self._try_again(action, dialog.forward))
        dialog.open()

    def _choose_target(self, dialog: ExportDialog, passphrase: Secret, everything: bool) -> None:
        ask_where(
            dialog,
            _("Save the back-up"),
            f"ado-connect-{today(self._window.now()).isoformat()}{ENDING}",
            ";;".join(_kinds()),
            lambda file: self.write(dialog, passphrase, everything, Path(file)),
        ).setObjectName("backupFileDialog")

    def write(self, dialog: ExportDialog, passphrase: Secret, everything: bool, file: Path) -> None:
        """Make the back-up in a task that ends with its dialog."""
        window = self._window
        workspace, profile = window.workspace, window.profile
        if workspace is None or not window.unlocked(lambda: self.write(dialog, passphrase, everything, file)):
            return  # it may have been locked while the file was chosen
        only = None if everything or profile is None else profile.id
        dialog.show_busy(True)
        window.runner.start(
            lambda cancel, progress: workspace.backups.export(
                [other.id for other in workspace.connections.load() if only in {None, other.id}],
                passphrase,
                file,
                cancel,
            ),
            on_done=lambda exported: self._exported(dialog, exported),
            on_failed=lambda failure: _explain(dialog, failure),
            owner=dialog,
        )

    def _exported(self, dialog: ExportDialog, exported: Exported) -> None:
        dialog.show_done(exported)

    # -- restore ------------------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Ask for the file, then for its passphrase."""
        window = self._window
        if window.workspace is None or not window.unlocked(self.restore):
            return
        chooser = QFileDialog(window, _("Open a back-up"))
        chooser.setObjectName("backupFileDialog")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setNameFilters(_kinds())
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda file: self.open(Path(file)))
        chooser.open()

    def open(self, file: Path) -> ImportDialog:
        """The dialog for a file."""
        from desktop_app.gui.backup_import_dialog import ImportDialog

        dialog = ImportDialog(str(file), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open_requested.connect(partial(self._look_into, dialog, file))
        dialog.import_requested.connect(partial(self._apply, dialog))
        dialog.problem.action_requested.connect(lambda action: self._try_again(action, dialog.forward))
        dialog.open()
        return dialog

    def _look_into(self, dialog: ImportDialog, file: Path, passphrase: Secret) -> None:
        workspace = self._window.workspace
        if workspace is None:
            return
        dialog.show_busy(True)
        self._window.runner.start(
            lambda cancel, progress: workspace.backups.preview(file, passphrase),
            on_done=dialog.show_items,
            on_failed=lambda failure: _explain(dialog, failure),
            owner=dialog,
        )

    def _apply(self, dialog: ImportDialog, decided: list[tuple[PreviewItem, Decision]]) -> None:
        workspace = self._window.workspace
        if workspace is None:
            return
        dialog.show_busy(True)
        dialog.rejected.connect(self._reload)  # cancelled in the middle: what is done stays
        self._window.runner.start(
            lambda cancel, progress: workspace.backups.apply(decided, cancel),
            on_done=lambda done: self._imported(dialog, done),
            on_failed=lambda failure: _explain(dialog, failure),
            owner=dialog,
        )

    def _imported(self, dialog: ImportDialog, done: Imported) -> None:
        dialog.show_done(done)
        self._reload()

    def _reload(self) -> None:
        self._window.reload()

    def _try_again(self, action: object, forward: QWidget) -> None:
        """The button of a problem panel: what was typed is still there, so the same thing once more."""
        if isinstance(action, Action) and action.kind is ActionKind.OPEN_URL:
            self._window.open_url(action.target)
        else:
            forward.setFocus()


def _explain(dialog: ExportDialog | ImportDialog, failure: ConnectionProblem) -> None:
    dialog.show_failure(guidance_of(failure, Place()), details_of(failure))


def _kinds() -> list[str]:
    return [_("Back-ups of ADO Connect (*{ending})").format(ending=ENDING), _("All files (*)")]
