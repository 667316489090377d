"""A QWizard that walks a Flow, and the base classes of its pages.

Pages write to the draft on change and say in words why they can not be left yet. Leaving a page backwards, or the
wizard altogether, cancels the page's task (`cleanupPage` is called on both); Back never loses what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget, QWizard, QWizardPage

from desktop_app.app.drafts import Draft
from desktop_app.app.guidance import Action, ActionKind, Place, details_of
from desktop_app.app.guidance_index import guidance_of
from desktop_app.app.i18n import _
from desktop_app.core.cancel import Cancel
from desktop_app.core.flow import Flow
from desktop_app.core.ports import Progress
from desktop_app.core.problems import ConnectionProblem
from desktop_app.gui.announce import announce
from desktop_app.gui.fields import Field
from desktop_app.gui.problem_panel import ProblemPanel
from desktop_app.gui.style import mark
from desktop_app.gui.tasks import DRAWN_MS, TaskHandle
from desktop_app.gui.trail import StepTrail
from desktop_app.gui.widgets import Heading, SoftText
from desktop_app.gui.wizards.context import WizardContext
from desktop_app.gui.wizards.page_focus import enter_page, keep_focus

DraftT = TypeVar("DraftT", bound=Draft)
T = TypeVar("T")
Steps = Sequence[tuple[str, frozenset[Enum]]]
"""The trail on top: a title for each step, and the pages that belong to it."""
PAGE_EVERY_MS = 50
"""The pages behind the first one are built one by one while the person reads: all at once take too long for a click."""


class FlowPage(QWizardPage, Generic[DraftT]):
    """One page. Subclasses add widgets to `self.body` in `__init__` and override `enter`, `obstacle` and `forward`."""

    def __init__(
        self, context: WizardContext, draft: DraftT, *, title: str, purpose: str, forward: str | None = None
    ) -> None:
        super().__init__()
        self.context = context
        self.draft = draft
        self.fields: dict[str, Field[Any]] = {}  # each has a type of its own
        self.begins_at: QWidget | None = None
        """Where the cursor is put, if not at the first thing there is."""
        self.setObjectName(type(self).__name__)
        self._trail_place = QVBoxLayout()
        self.setAccessibleName(title)
        self.heading = Heading(title)
        self.purpose = SoftText(purpose)
        inner = QWidget()
        inner.setObjectName("pageBody")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 12, 0)
        self.body.setSpacing(12)
        scroll = QScrollArea()
        scroll.setObjectName("pageScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self._reason = SoftText("")
        self._reason.setObjectName("reason")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 4, 0, 0)
        outer.setSpacing(8)
        outer.addLayout(self._trail_place)
        outer.addWidget(self.heading)
        outer.addWidget(self.purpose)
        outer.addSpacing(8)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._reason)
        if forward:
            self.setButtonText(QWizard.WizardButton.NextButton, forward)

    # -- for subclasses -----------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Called each time the page is reached by going forward."""

    def leave(self) -> None:
        """Called when the page is left backwards or the wizard is closed: stop what runs."""

    def obstacle(self) -> str:
        """Why one can not go on yet, in a whole sentence; empty when nothing stands in the way."""
        return ""

    def reveal(self, field: str) -> None:
        """Called before the cursor is put into a field: unfold what hides it."""

    def forward(self) -> bool:
        """Called when Next is pressed; False stays on the page (work was started that goes on by itself)."""
        return True

    def add_field(self, name: str, field: Field[T]) -> Field[T]:
        """Put a field on the page; `name` is what guidance uses to lead back to it."""
        self.fields[name] = field
        field.editor.setObjectName(f"{name}Field")
        field.edited.connect(self.refresh)
        self.body.addWidget(field)
        return field

    def refresh(self, *_: object) -> None:
        """Say anew whether one can go on."""
        obstacle = self.obstacle()
        self._reason.setText(obstacle)
        self.completeChanged.emit()
        if self.isVisible():
            keep_focus(self.flow_wizard())

    def empty_or_faulty(self, *names: str) -> str:
        """A sentence naming the first of these fields that needs attention."""
        for name in names:
            field = self.fields[name]
            if not field.ok:
                return _("“{label}” needs your attention before you can go on.").format(label=field.label.text())
        return ""

    # -- QWizardPage --------------------------------------------------------------------------------------------------

    def flow_wizard(self) -> FlowWizard[DraftT]:
        return cast("FlowWizard[DraftT]", self.wizard())  # a FlowPage lives in nothing else

    def nextId(self) -> int:
        return self.flow_wizard().id_after(self)

    def initializePage(self) -> None:
        self.refresh()
        self.enter()

    def cleanupPage(self) -> None:
        self.leave()

    def isComplete(self) -> bool:
        return not self.obstacle()

    def validatePage(self) -> bool:
        return self.forward()

    def set_trail(self, trail: StepTrail) -> None:
        self._trail_place.addWidget(trail)


class TaskPage(FlowPage[DraftT]):
    """A page that works over the network or the keyring: one task at a time, a problem panel for its failure."""

    def __init__(
        self, context: WizardContext, draft: DraftT, *, title: str, purpose: str, forward: str | None = None
    ) -> None:
        super().__init__(context, draft, title=title, purpose=purpose, forward=forward)
        self.problem = ProblemPanel()
        self.problem.action_requested.connect(self._act)
        self.problem.hide()
        self._task: TaskHandle | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None and self._task.active

    def start(
        self,
        work: Callable[[Cancel, Progress], T],
        on_done: Callable[[T], None],
        on_progress: Callable[[object], None] | None = None,
    ) -> None:
        """Run `work` beside the window; what ran before is cancelled."""
        self.stop()
        self.problem.hide()

        def done(value: T) -> None:
            self._task = None
            on_done(value)
            self.refresh()

        self._task = self.context.runner.start(
            work, on_done=done, on_failed=self._failed, on_progress=on_progress, owner=self, after_ms=DRAWN_MS
        )
        self.refresh()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def leave(self) -> None:
        self.stop()

    def _failed(self, failure: ConnectionProblem) -> None:
        self._task = None
        self.show_problem(failure)
        self.refresh()

    def show_problem(self, failure: ConnectionProblem) -> None:
        """Explain a failure on this page."""
        self.problem.show_guidance(guidance_of(failure, place_of(self.draft)), details_of(failure))
        self.problem.show()

    def _act(self, requested: object) -> None:
        if not isinstance(requested, Action):
            return
        match requested.kind:
            case ActionKind.OPEN_URL:
                self.context.open_url(requested.target)
            case ActionKind.EDIT_FIELD:
                self.flow_wizard().go_back_to(requested.target)
            case ActionKind.CHECK_COMPUTER:
                from desktop_app.core.diagnosis import Scope

                draft = self.draft
                self.context.check_computer(Scope(draft.cloud, frozenset({draft.method}), draft.ca_file))
            case _:
                self.act(requested.kind)

    def act(self, kind: ActionKind) -> None:
        """Do what the button of the problem panel promises."""


def place_of(draft: Draft) -> Place:
    """What is known about where things go wrong."""
    return Place(draft.cloud, draft.organization, getattr(draft, "tenant", ""), getattr(draft, "client_id", ""))


PageMaker = Callable[[WizardContext, DraftT], FlowPage[DraftT]]


def _from(start: Enum, makers: Mapping[Enum, PageMaker[DraftT]]) -> dict[Enum, PageMaker[DraftT]]:
    """The makers of a page and of all behind it."""
    return {name: maker for name, maker in makers.items() if name.value >= start.value}


class FlowWizard(QWizard, Generic[DraftT]):
    """Shows the pages of a Flow for one draft."""

    def __init__(self, title: str, flow: Flow[Any, DraftT], draft: DraftT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = flow
        self._draft = draft
        self._context: WizardContext | None = None
        self._makers: dict[Enum, PageMaker[DraftT]] = {}  # of the pages that are not built yet
        self._steps: Steps = ()
        self._pages: dict[Enum, FlowPage[DraftT]] = {}
        self._builder = QTimer(self)
        self._builder.setInterval(PAGE_EVERY_MS)
        self._builder.timeout.connect(self._build_one)
        self.setWindowTitle(title)
        self.setObjectName("wizard")
        self.setWizardStyle(QWizard.WizardStyle.ClassicStyle)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage, False)
        self.setOption(QWizard.WizardOption.NoCancelButtonOnLastPage, True)
        self.setOption(QWizard.WizardOption.DisabledBackButtonOnLastPage, True)
        self.setButtonLayout(
            [
                QWizard.WizardButton.CancelButton,
                QWizard.WizardButton.Stretch,
                QWizard.WizardButton.BackButton,
                QWizard.WizardButton.NextButton,
                QWizard.WizardButton.FinishButton,
            ]
        )
        for button in (QWizard.WizardButton.NextButton, QWizard.WizardButton.FinishButton):
            mark(self.button(button), "primary", True)
        self.setButtonText(QWizard.WizardButton.BackButton, _("Back"))
        self.setButtonText(QWizard.WizardButton.NextButton, _("Continue"))
        self.setButtonText(QWizard.WizardButton.FinishButton, _("Done"))
        self.setButtonText(QWizard.WizardButton.CancelButton, _("Cancel"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContentsMargins(10, 8, 10, 6)
        self.resize(820, 700)
        self.setMinimumSize(640, 480)
        self.currentIdChanged.connect(self._enter_page)
        self.currentIdChanged.connect(self._say_page)

    @property
    def draft(self) -> DraftT:
        return self._draft

    def set_pages(self, context: WizardContext, makers: Mapping[Enum, PageMaker[DraftT]], steps: Steps) -> None:
        """Say how the pages of the flow are made; each shows the trail with its own step marked. What the flow begins
        behind is left out."""
        self._context = context
        self._makers = _from(self._flow.start, makers)
        self._steps = [step for step in steps if step[1] & self._makers.keys()]
        self._build(self._flow.start)
        self.setStartId(self._flow.start.value)
        self._order_buttons()
        self._builder.start()

    def _build(self, name: Enum) -> None:
        maker = self._makers.pop(name, None)
        if maker is None or self._context is None:
            return
        page = maker(self._context, self._draft)
        self._pages[name] = page
        trail = StepTrail([title for title, _members in self._steps])
        trail.set_current(next(index for index, (_title, members) in enumerate(self._steps) if name in members))
        page.set_trail(trail)
        page.completeChanged.connect(self._describe_next)
        self.setPage(name.value, page)

    @property
    def complete(self) -> bool:
        """True once every page is there."""
        return not self._makers

    def _build_one(self) -> None:
        if self._makers:
            self._build(next(iter(self._makers)))
        else:
            self._builder.stop()

    def validateCurrentPage(self) -> bool:
        """Called before each step forward: the page it leads to must be there."""
        number = self.nextId()
        for name in [name for name in self._makers if name.value == number]:
            self._build(name)
        return super().validateCurrentPage()

    def _enter_page(self) -> None:
        page = self.currentPage()
        enter_page(self, page.begins_at if isinstance(page, FlowPage) else None)

    def say_anew(self) -> None:
        """What stands in the way may have another reason by now."""
        if isinstance(page := self.currentPage(), FlowPage):
            page.refresh()

    def _say_page(self) -> None:
        """Another page is no new window: a screen reader would start in the middle of it, at the focus."""
        self._describe_next()
        if isinstance(page := self.currentPage(), FlowPage):
            announce(page, f"{page.accessibleName()}\n{page.purpose.text()}")

    def _describe_next(self) -> None:
        """Why it rests, for whoever can not see the words above it."""
        page = self.currentPage()
        reason = page.obstacle() if isinstance(page, FlowPage) else ""
        self.button(QWizard.WizardButton.NextButton).setAccessibleDescription(reason)

    def _order_buttons(self) -> None:
        """Tab goes through the buttons as they stand; Qt puts Cancel last."""
        which = QWizard.WizardButton
        order = [self.button(name) for name in (which.CancelButton, which.BackButton, which.NextButton)]
        for before, after in pairwise([*order, self.button(which.FinishButton)]):
            self.setTabOrder(before, after)

    def id_after(self, page: FlowPage[DraftT]) -> int:
        name = next((name for name, candidate in self._pages.items() if candidate is page), None)
        following = self._flow.next(name, self._draft) if name is not None else None
        return -1 if following is None else int(following.value)

    def go_back_to(self, field: str) -> None:
        """Lead back to the page with this field and put the cursor there; if no page has it, nothing happens."""
        visited = [self.page(number) for number in self.visitedIds()]
        pages = [page for page in visited if isinstance(page, FlowPage)]
        target = next((page for page in reversed(pages) if field in page.fields), None)
        if target is None:
            return
        while self.currentPage() is not target:
            self.back()
        target.reveal(field)
        target.fields[field].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        self._builder.stop()
        for page in self._pages.values():
            page.leave()
        super().done(result)
