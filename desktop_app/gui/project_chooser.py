"""Choose projects: a list with check boxes, narrowed by a search field; at most fifty can be chosen.

The list may be long: nothing is built for a row before it is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.app.i18n import _, ngettext
from desktop_app.core.ports import Project
from desktop_app.core.report import MAX_PROJECTS
from desktop_app.gui.announce import announce
from desktop_app.gui.widgets import Heading, SoftText, prepare_list, primary_button

WIDTH, HEIGHT = 30, 36
"""In line heights of the interface font."""

Index = QModelIndex | QPersistentModelIndex
_CHECK = Qt.ItemDataRole.CheckStateRole


class ProjectModel(QAbstractListModel):
    """Projects by name, each chosen or not.

    Signals:
        changed: another choice.
        refused: more than MAX_PROJECTS were asked for.
    """

    changed = Signal()
    refused = Signal()

    def __init__(self, projects: Iterable[Project], chosen: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.projects = sorted(projects, key=lambda project: project.name.casefold())
        known = {project.id for project in self.projects}
        self._chosen = set([key for key in chosen if key in known][:MAX_PROJECTS])

    @property
    def chosen(self) -> tuple[Project, ...]:
        return tuple(project for project in self.projects if project.id in self._chosen)

    def choose_first(self) -> None:
        """The first MAX_PROJECTS by name."""
        self._choose(project.id for project in self.projects[:MAX_PROJECTS])

    def choose_none(self) -> None:
        self._choose(())

    def _choose(self, keys: Iterable[str]) -> None:
        self._chosen = set(keys)
        if self.projects:
            self.dataChanged.emit(self.index(0), self.index(len(self.projects) - 1), [_CHECK])
        self.changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.projects)

    def flags(self, index: Index) -> Qt.ItemFlag:
        kinds = Qt.ItemFlag
        return kinds.ItemIsEnabled | kinds.ItemIsSelectable | kinds.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        project = self.projects[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return project.name
        if role == _CHECK:
            return Qt.CheckState.Checked if project.id in self._chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = _("{project}: chosen") if project.id in self._chosen else _("{project}: not chosen")
            return words.format(project=project.name)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != _CHECK:
            return False
        key = self.projects[index.row()].id
        if Qt.CheckState(value) is not Qt.CheckState.Checked:
            self._chosen.discard(key)
        elif len(self._chosen) >= MAX_PROJECTS:
            self.refused.emit()
            return False
        else:
            self._chosen.add(key)
        self.dataChanged.emit(index, index, [role])
        self.changed.emit()
        return True


class ProjectChooser(QDialog):
    """`chosen` after `accept`. It opens with what was chosen before; with nothing chosen before, with the first
    fifty."""

    def __init__(self, projects: Sequence[Project], before: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("projectChooser")
        self.setWindowTitle(_("Choose projects"))
        self.model = ProjectModel(projects, before, self)
        if not self.model.chosen:
            self.model.choose_first()
        self._shown = QSortFilterProxyModel(self)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setSourceModel(self.model)
        self.search = QLineEdit()
        self.search.setObjectName("projectSearch")
        self.search.setPlaceholderText(_("Search projects"))
        self.search.setAccessibleName(_("Search projects"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.list = QListView()
        self.list.setObjectName("projectList")
        self.list.setAccessibleName(_("Projects"))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        prepare_list(self.list)
        self.list.setModel(self._shown)
        self._count = SoftText("")
        self._count.setObjectName("projectCount")
        self._build()
        self.model.changed.connect(self._say_count)
        self.model.refused.connect(self._say_limit)
        self._say_count()
        line = self.fontMetrics().height()
        self.resize(WIDTH * line, HEIGHT * line)

    @property
    def chosen(self) -> tuple[Project, ...]:
        return self.model.chosen

    @property
    def wanted(self) -> tuple[str, ...]:
        """Ids for a wish: empty where every project is chosen, so that one made later is reported on too."""
        chosen = self.chosen
        return () if len(chosen) == len(self.model.projects) else tuple(project.id for project in chosen)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(Heading(_("Which projects matter?")))
        column.addWidget(SoftText(_("The report says for each of them what this connection may do.")))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, words, action in (
            ("chooseAll", _("All (up to {count})").format(count=MAX_PROJECTS), self.model.choose_first),
            ("chooseNone", _("None"), self.model.choose_none),
        ):
            button = QPushButton(words)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(action)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._count)
        self.use = primary_button(_("Use these projects"))
        self.use.setObjectName("useProjects")
        buttons = QDialogButtonBox()
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(_("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _search(self, text: str) -> None:
        self._shown.setFilterFixedString(text.strip())

    def _say_count(self) -> None:
        count, all_of_them = len(self.model.chosen), len(self.model.projects)
        said = ngettext(
            "{count} of {all} project is chosen.", "{count} of {all} projects are chosen.", all_of_them
        ).format(count=count, all=all_of_them)
        if not count:
            said = f"{said} {_('Choose at least one to go on.')}"
        elif count == MAX_PROJECTS < all_of_them:
            said = f"{said} {_('More than {count} in one run are not possible.').format(count=MAX_PROJECTS)}"
        self._count.setText(said)
        self.use.setEnabled(bool(count))

    def _say_limit(self) -> None:
        words = _(
            "At most {count} projects can be reported on in one run. Take one out before you choose another."
        ).format(count=MAX_PROJECTS)
        self._count.setText(words)
        announce(self._count, words, urgent=True)
