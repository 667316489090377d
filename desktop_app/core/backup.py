"""What a back-up holds, how it stands to the connections that are there, and what the person decides about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from desktop_app.core.credential import Credential
from desktop_app.core.profile import Profile


@dataclass(frozen=True, slots=True)
class BackupEntry:
    """One connection of a back-up. `credential` is None where the keyring had none when it was made."""

    profile: Profile
    credential: Credential | None = field(repr=False)


class Standing(Enum):
    """How an entry stands to what is there. CHANGED: the same connection, with another content or credential.
    NAME_TAKEN: a new one, but another connection has its name."""

    NEW = auto()
    SAME = auto()
    CHANGED = auto()
    NAME_TAKEN = auto()


class Decision(Enum):
    """ADD keeps its id and name; ADD_BESIDE gives it another id, and a name that is free."""

    SKIP = auto()
    ADD = auto()
    REPLACE = auto()
    ADD_BESIDE = auto()


CHOICES: dict[Standing, tuple[Decision, ...]] = {
    Standing.NEW: (Decision.ADD, Decision.SKIP),
    Standing.SAME: (Decision.SKIP,),
    Standing.CHANGED: (Decision.SKIP, Decision.REPLACE, Decision.ADD_BESIDE),
    Standing.NAME_TAKEN: (Decision.ADD_BESIDE, Decision.SKIP),
}
"""What can be decided about an entry; the first one is chosen unless the person says otherwise."""


@dataclass(frozen=True, slots=True)
class PreviewItem:
    entry: BackupEntry
    standing: Standing


def free_name(name: str, taken: Sequence[str], longest: int) -> str:
    """`name` with the first number behind it that makes it unlike all of `taken`, at most `longest` characters."""
    known = {other.casefold() for other in taken}
    number = 2
    candidate = name[:longest]
    while candidate.casefold() in known:
        behind = f" ({number})"
        candidate = f"{name[: longest - len(behind)].rstrip()}{behind}"
        number += 1
    return candidate
