"""What a person wants of a permission report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportWish:
    """`projects`: ids of those to report on, up to MAX_PROJECTS; empty means all, None those remembered in the profile.

    `remember`: a choice of projects holds for later reports too.
    `closely`: requests with an empty body may be sent too; without it nothing but reads is.
    """

    projects: tuple[str, ...] | None = None
    closely: bool = False
    remember: bool = True
