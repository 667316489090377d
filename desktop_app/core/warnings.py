"""Which warning of which end has been given, so that each is given once: after a restart too, and by two processes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from desktop_app.core.ends import EndKind
from desktop_app.core.profile import ProfileId

SAME_END_WITHIN = timedelta(days=2)
"""An end that moves later by no more is the same one, known better: a day becomes the moment that Azure told."""


@dataclass(frozen=True, slots=True)
class Given:
    """The most urgent warning given so far of one end: `step` is one of core.ends.STEPS or OVER, `ends_at` aware UTC.

    `credential_id` is Azure's id of the credential, empty where it is not known.
    """

    step: int
    ends_at: datetime
    credential_id: str = ""


class WarningStore(Protocol):
    """Warnings by connection and kind of end. Safe from any thread and process.

    Never raises: what can not be kept is known for this run only, and so is given once in each run.
    """

    def claim(self, key: ProfileId, kind: EndKind, due: Given) -> bool:
        """Keep that this warning is given, and say whether it is new (`is_new`). Of all who ask at the same time one
        is told True."""
        ...

    def keep_only(self, keys: Collection[ProfileId]) -> None:
        """Forget connections that are gone: these are all there are."""
        ...


def is_new(before: Given | None, due: Given) -> bool:
    """Whether a warning that is due has not been given yet: a more urgent one of the same end, or the first one of
    another credential."""
    if before is None or due.step < before.step:
        return True
    if before.credential_id and due.credential_id and before.credential_id != due.credential_id:
        return True
    return due.ends_at - before.ends_at > SAME_END_WITHIN
