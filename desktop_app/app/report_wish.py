"""What a person wants of a permission report."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.ports import ORGANIZATION_AT_ONCE


@dataclass(frozen=True, slots=True)
class ReportWish:
    """`projects`: ids of those to report on, up to MAX_PROJECTS; empty means all, None those remembered in the profile.

    `closely`: requests with an empty body may be sent too; without it nothing but reads is. `remember`: a choice of
    projects holds for later reports too. `at_once`: so many questions are in flight at most.
    """

    projects: tuple[str, ...] | None = None
    closely: bool = False
    remember: bool = True
    at_once: int = ORGANIZATION_AT_ONCE
