"""A personal access token that Azure makes for the wizard, before the connection is there that it is for.

While the wizard is open this process holds the token's turn, so that no other one takes it for what a crash left.
Should the program die, the next start compares it with what was saved.
"""

from __future__ import annotations

import logging
import threading
import uuid
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from desktop_app.app.connections import Connections
from desktop_app.app.issuers import Made
from desktop_app.app.renewal_issuers import RenewalIssuers
from desktop_app.app.unfinished_renewals import UnfinishedRenewals
from desktop_app.core.cancel import Cancel
from desktop_app.core.changes import Change, Renewal, Step, renewal_turn
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.ports import Clock, Turns
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, ProfileId

log = logging.getLogger(__name__)


class MadeTokens:
    """Those that are in wizards now; safe from any thread."""

    def __init__(
        self,
        connections: Connections,
        issuers: RenewalIssuers,
        unfinished: UnfinishedRenewals,
        *,
        turns: Turns,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._issuers = issuers
        self._unfinished = unfinished
        self._turns = turns
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[ProfileId, ExitStack] = {}

    def make(
        self, through: ProfileId, organization: str, name: str, ends_at: datetime, cancel: Cancel
    ) -> tuple[ProfileId, Secret, Made]:
        """As Renewals.make_pat; `name` is what the token is called at Azure."""
        asking = self._connections.profile(through)
        key = ProfileId(f"wizard-{uuid.uuid4().hex}")
        meant = replace(asking, id=key, method=Method.PAT, organization=organization, scopes=(), credential_id="")
        make = self._issuers.of_person(meant, through, cancel).prepared(name, ends_at)
        cancel.raise_if_cancelled()
        change = Change(key, Step.CREATING, self._clock.now(), after=meant, renewal=Renewal(name, through=through))
        with ExitStack() as holding:
            holding.callback(self._turns.forget, renewal_turn(key))
            holding.callback(self._turns.forget, key)
            holding.enter_context(self._turns.if_free(renewal_turn(key)))
            _change, made = self._unfinished.made(change, make)
            if not isinstance(made.credential, PatCredential):
                raise TypeError(type(made.credential))
            with self._lock:
                self._held[key] = holding.pop_all()
        return key, made.credential.token, made

    def keep(self, key: ProfileId) -> None:
        """As Renewals.keep_made."""
        try:
            change = self._unfinished.entry(key)
            if change is not None:
                self._unfinished.keep(change)
        except ConnectionProblem as failure:
            log.warning("made token not noted as kept yet problem=%s", failure.problem)
        finally:
            self._let_go(key)

    def discard(self, key: ProfileId, cancel: Cancel) -> None:
        """As Renewals.discard_made."""
        try:
            change = self._unfinished.entry(key)
            if change is not None and change.step.at_azure:
                self._unfinished.recover_one(change, cancel, look_again=False)
        finally:
            self._let_go(key)

    @property
    def held(self) -> frozenset[ProfileId]:
        """The keys of those that are in wizards now."""
        with self._lock:
            return frozenset(self._held)

    def _let_go(self, key: ProfileId) -> None:
        with self._lock:
            held = self._held.pop(key, None)
        if held is not None:
            held.close()
