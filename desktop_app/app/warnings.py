"""Warns before a credential ends, at 30, 14, 7 and 1 days and when it has ended, each once.

Several steps that passed while nobody looked give the most urgent one only. Everything here may block (files).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from desktop_app.app.end_words import end_advice, ends_in
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.ends import End, EndKind, ends_of, known_by_hand, may_be_due
from desktop_app.core.history import Event, EventKind, HistoryStore
from desktop_app.core.ports import Clock, ProfileStore
from desktop_app.core.profile import Profile
from desktop_app.core.redact import redact
from desktop_app.core.warnings import Given, WarningStore

SHOWN_NAMES = 3
"""A notification about several connections names so many."""


@dataclass(frozen=True, slots=True)
class EndWarning:
    """One warning that is to be given now."""

    profile: Profile
    end: End
    step: int


class EndWarnings:
    """Finds what is due. `wanted()` says whether the person wants to be told; what is not told is not used up."""

    def __init__(
        self,
        *,
        profiles: ProfileStore,
        store: WarningStore,
        history: HistoryStore,
        clock: Clock,
        wanted: Callable[[], bool] = lambda: True,
        zone: tzinfo | None = None,
    ) -> None:
        """`zone` is the admin's; None is this computer's."""
        self._profiles = profiles
        self._store = store
        self._history = history
        self._clock = clock
        self._wanted = wanted
        self._zone = zone

    def take(self) -> tuple[EndWarning, ...]:
        """The warnings that are due and have not been given, the most urgent one first; from now on they have been.

        Raises ConnectionProblem as ProfileStore.load does.
        """
        if not self._wanted():
            return ()
        profiles, now = self._profiles.load(), self._clock.now()
        if self._profiles.read_only is not None:  # the later version warns, and keeps what it has told
            return ()
        self._store.keep_only({profile.id for profile in profiles})
        due = [warning for profile in profiles for warning in _due(profile, now, self._zone)]
        new = [warning for warning in due if self._claim(warning)]
        for warning in new:
            self._note(warning, now)
        return tuple(sorted(new, key=lambda warning: (warning.step, warning.end.at, warning.profile.name.casefold())))

    def words(self, warnings: Sequence[EndWarning]) -> tuple[str, str]:
        """(title, text) of the notification of one warning, or of several in one."""
        title, text = self._words(warnings, self._clock.now())
        return redact(title), redact(text)  # a desktop may keep what it shows

    def _words(self, warnings: Sequence[EndWarning], now: datetime) -> tuple[str, str]:
        if len(warnings) == 1:
            return _one(warnings[0], now, self._zone)
        names = list(dict.fromkeys(f"“{warning.profile.name}”" for warning in warnings))
        count = len({warning.profile.id for warning in warnings})
        title = ngettext(
            "{n} connection ends soon or has ended", "{n} connections end soon or have ended", count
        ).format(n=count)
        shown, more = ", ".join(names[:SHOWN_NAMES]), len(names) - SHOWN_NAMES
        if more <= 0:
            return title, shown
        return title, ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=shown, n=more)

    def _claim(self, warning: EndWarning) -> bool:
        if warning.end.at is None:
            return False
        credential_id = "" if warning.end.kind is EndKind.REFRESH_TOKEN else warning.profile.credential_id
        given = Given(warning.step, warning.end.at, credential_id)
        return self._store.claim(warning.profile.id, warning.end.kind, given)

    def _note(self, warning: EndWarning, now: datetime) -> None:
        facts = {
            "end": warning.end.kind.value,
            "ends": warning.end.day.isoformat() if warning.end.day else "",
            "days": str(warning.step),
        }
        self._history.add(warning.profile.id, Event(now.replace(microsecond=0), EventKind.WARNED, facts=facts))


def _due(profile: Profile, now: datetime, zone: tzinfo | None) -> list[EndWarning]:
    if not may_be_due(profile, now):
        return []
    steps = ((end, end.step(now, zone)) for end in known_by_hand(ends_of(profile, zone=zone)))
    return [EndWarning(profile, end, step) for end, step in steps if step is not None]


def _one(warning: EndWarning, now: datetime, zone: tzinfo | None) -> tuple[str, str]:
    profile, end = warning.profile, warning.end
    title = _("“{name}” {ends}").format(name=profile.name, ends=ends_in(end, now, zone))
    return title, end_advice(profile, end, now, zone)
