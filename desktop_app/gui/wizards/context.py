"""What every wizard page may use: one object, so that pages take one argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.gui.clipboard import ClipboardGuard
from desktop_app.gui.tasks import TaskRunner

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace
    from desktop_app.core.checks import CheckReport
    from desktop_app.core.diagnosis import Scope
    from desktop_app.core.profile import Profile


@dataclass(frozen=True, slots=True)
class WizardContext:
    """`open_url` shows an address in the person's own browser; `taken_names` are those of the other connections."""

    workspace: Workspace
    runner: TaskRunner
    clipboard: ClipboardGuard
    open_url: Callable[[str], bool]
    taken_names: frozenset[str]
    saved: Callable[[Profile, CheckReport | None], None]
    check_computer: Callable[[Scope], None] = lambda scope: None
