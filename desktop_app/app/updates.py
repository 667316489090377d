"""Looking for a newer version: once a week, unless it is switched off. All that comes of it is a link."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app import __version__
from desktop_app.app.i18n import _
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.updates import LastLook, UpdateRecord, UpdatesOff, UpdateSource, is_due, is_newer

if TYPE_CHECKING:
    from desktop_app.core.ports import Clock

log = logging.getLogger(__name__)


class Updates:
    """`wanted` is asked anew each time: what the person wants, within the policy. `page` is what a person is
    sent to, empty without a source."""

    def __init__(
        self,
        *,
        source: UpdateSource | None,
        page: str,
        record: UpdateRecord,
        clock: Clock,
        wanted: Callable[[], bool],
        running: str = __version__,
    ) -> None:
        self._source = source
        self.page = page
        self._record = record
        self._clock = clock
        self._wanted = wanted
        self._running = running

    def off(self) -> UpdatesOff | None:
        """Why nobody looks; None where somebody does."""
        if self._source is None:
            return UpdatesOff.NO_PUBLISHER
        return None if self._wanted() else UpdatesOff.NOT_WANTED

    def newer(self) -> str:
        """The version that is newer than the running one; empty where there is none, or nobody looks.

        Blocks while it asks, once a week; in between it remembers. Never raises: a failure is logged, and asked about
        again a week later.
        """
        if self.off() is not None or self._source is None:
            return ""
        last, now = self._record.load(), self._clock.now()
        if last is None or is_due(last, now):
            last = LastLook(now, _asked(self._source) or (last.version if last else ""))
            self._record.save(last)
        return last.version if is_newer(last.version, self._running) else ""


def _asked(source: UpdateSource) -> str:
    """Empty where no answer came."""
    try:
        return source.newest()
    except ConnectionProblem as failure:
        log.info("no answer about newer versions problem=%s", failure.problem)
        return ""


def words_of_off(reason: UpdatesOff | None) -> str:
    """Why the setting can not be used, for beside it; empty where it can."""
    match reason:
        case UpdatesOff.NO_PUBLISHER:
            return _("This build was made without an address to ask, so it never looks.")
        case UpdatesOff.NOT_WANTED | None:
            return ""
