"""What the renewal's dialog shows in turn: the question, how far it is, and what is left to do for the person."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from desktop_app.app import renewal_words
from desktop_app.app.guidance import Place
from desktop_app.app.renewals import Offer, Renewed, Stage
from desktop_app.app.words import check_outcome, fault_words
from desktop_app.core.checks import CheckResult
from desktop_app.core.inputs import InputFault, InputNote, judge_new_end
from desktop_app.core.profile import Profile
from desktop_app.gui.check_view import CheckView
from desktop_app.gui.date_field import DateField
from desktop_app.gui.stage_list import Mark, StageList
from desktop_app.gui.widgets import SoftText
from desktop_app.gui.wizards.final_pages import check_names


class RenewalForm(QWidget):
    """Asks for the new end, and what becomes of the old one."""

    def __init__(self, profile: Profile, today: date) -> None:
        super().__init__()
        self._profile = profile
        self._today = today
        self.ends = DateField(renewal_words.end_label(profile), today=today, words=_words)
        self.ends.editor.setObjectName("endsField")
        self.ends.set_judge(lambda text: judge_new_end(text, today), _words)
        self.revoke = QCheckBox(renewal_words.revoke_choice(profile))
        self.revoke.setObjectName("revokeOld")
        self._help = SoftText("")
        fill_column(self, self.ends, self.revoke, self._help)

    def show_offer(self, offer: Offer) -> None:
        """Suggest what fits it."""
        self.ends.text = renewal_words.suggested_end(offer, self._today).isoformat()
        self.revoke.setChecked(offer.knows_old)
        self.revoke.setEnabled(offer.knows_old)
        self._help.setText(renewal_words.revoke_help(self._profile, offer))
        self.revoke.setAccessibleDescription(self._help.text())


class RenewalProgress(QWidget):
    """The stages of a renewal, and the checks of the new one while they run."""

    def __init__(self, profile: Profile, place: Place) -> None:
        super().__init__()
        self._profile = profile
        self._place = place
        self.stages = StageList()
        self._patience = SoftText("")
        self.checks = CheckView()
        fill_column(self, self.stages, self._patience, self.checks, spacing=12)
        for widget in (self._patience, self.checks):
            widget.hide()

    def start(self, *, revokes: bool) -> None:
        shown = [stage for stage in Stage if revokes or stage is not Stage.REVOKING]
        self.stages.start([(stage.value, renewal_words.stage(stage, self._profile)) for stage in shown])
        self.checks.start(check_names(self._profile.method))

    def show_stage(self, stage: Stage) -> None:
        """This one runs now."""
        self.stages.run(stage.value)
        self._patience.setText(renewal_words.patience(stage, self._profile))
        self._patience.setVisible(bool(self._patience.text()))
        self.checks.setVisible(stage is Stage.CHECKING)
        if stage is Stage.CHECKING:
            self.checks.set_running()

    def show_result(self, result: CheckResult) -> None:
        self.checks.set_result(result.name.value, result.status, check_outcome(result, self._place), result.took_s)

    def finish(self, renewed: Renewed) -> None:
        """The new one is in its place."""
        self.stages.finish(Mark.LATER if renewed.left else Mark.DONE)
        self.rest()
        self.checks.hide()

    def stop(self) -> None:
        """It came to nothing."""
        self.stages.stop()
        self.rest()

    def rest(self) -> None:
        """Nothing is to be waited for any more."""
        self._patience.hide()


class AfterRenewal(QWidget):
    """Signals:
    copy_requested(): the new secret is to be copied.
    """

    copy_requested = Signal()

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.copy = QPushButton(renewal_words.copy_label(profile))
        self.copy.setObjectName("copyRenewed")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self.copy_requested)
        column = fill_column(self, SoftText(renewal_words.reminder(profile)))
        column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)


def fill_column(place: QWidget, *widgets: QWidget, spacing: int = 8) -> QVBoxLayout:
    """Put these below each other, up to the edges."""
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget)
    return column


def _words(said: InputFault | InputNote) -> str:
    return fault_words(said) if isinstance(said, InputFault) else ""
