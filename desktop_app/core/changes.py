"""Changes that touch more than one place (keyring, file, Azure), as they are journaled.

What a crash leaves half done is finished or undone from such an entry alone.

    ADDING ──────────> done                    a new connection is written
    SWAPPING ────────> KEPT, REVOKING or done  a proved credential takes the old one's place
    KEPT ─> FORGETTING ─> done                 somebody confirms that the old one is not needed ...
        └─> PUTTING_BACK ─> done               ... or wants it back
    REMOVING ────────> done                    a connection goes
    CREATING ─> CREATED ─> SWAPPING            Azure makes a new credential, which is proved, and swapped in
        └──────────┴─────> UNDOING ─> done     or not, and is revoked again
    REVOKING ────────> done                    the old one is revoked at Azure

An entry never holds a secret.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from desktop_app.core.profile import Profile, ProfileId


class Step(StrEnum):
    """Stable codes; they are written to a file."""

    ADDING = "adding"
    SWAPPING = "swapping"
    KEPT = "kept"
    FORGETTING = "forgetting"
    PUTTING_BACK = "putting-back"
    REMOVING = "removing"
    CREATING = "creating"
    CREATED = "created"
    UNDOING = "undoing"
    REVOKING = "revoking"

    @property
    def at_azure(self) -> bool:
        """True if finishing or undoing it takes a request to Azure."""
        return self in {Step.CREATING, Step.CREATED, Step.UNDOING, Step.REVOKING}


@dataclass(frozen=True, slots=True)
class Renewal:
    """A credential that Azure makes for a connection.

    `name` is what it is called there, like no other, so that it is found again when the answer that told of it is lost.
    `made_id` is Azure's id of it, once known; `old_id` that of the one it replaces, empty if that is not known.
    `through` is the connection whose person asks for it: an OAuth connection for a PAT, None for an app, which asks
    for itself. `revoke_old`: the old one is revoked as soon as the new one is in its place.
    """

    name: str
    made_id: str = ""
    old_id: str = ""
    through: ProfileId | None = None
    revoke_old: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One change under way to one connection, or one whose old credential is still kept. `began_at` is aware UTC.

    `before` is the profile as it was, None for a new connection; `after` as it is to be. `had_secret` tells whether
    there was a credential before, `keeps_old` whether it is kept under the old slot when it was replaced.
    """

    key: ProfileId
    step: Step
    began_at: datetime
    before: Profile | None = None
    after: Profile | None = None
    had_secret: bool = False
    keeps_old: bool = False
    renewal: Renewal | None = None

    def at(self, step: Step) -> Change:
        """The same change, further on."""
        return replace(self, step=step)


def renewal_turn(key: ProfileId) -> ProfileId:
    """Whose turn (core/ports.py, Turns) is held by whoever has a connection's credential renewed, from the first step
    to the last; nobody else touches what is under way at Azure meanwhile."""
    return ProfileId(f"{key}.renewal")


class ChangeJournal(Protocol):
    """Changes under way, at most one for each connection; on the disk when `put` and `drop` return.

    Raises ConnectionProblem: PROFILE_FILE_UNREADABLE, PROFILE_FILE_UNWRITABLE, PROFILE_FILE_NEWER (facts: file).
    """

    def load(self) -> tuple[Change, ...]:
        """In the order they began."""
        ...

    def put(self, change: Change) -> None:
        """Add, or replace the one of the same connection."""
        ...

    def drop(self, key: ProfileId) -> None:
        """Nothing is under way there any more; harmless where nothing was."""
        ...
