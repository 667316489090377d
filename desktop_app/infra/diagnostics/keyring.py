"""A throw-away secret, kept in the keyring, read back, and removed again, whatever happens in between."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from desktop_app.core.credential import Secret
from desktop_app.core.diagnosis import Answer, Results
from desktop_app.core.ports import SecretStore
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId, new_profile_id


class NamedStore(SecretStore, Protocol):
    """The keyring, which says what it is."""

    def backend_name(self) -> str:
        """The module of the keyring in use: "SecretService", "Windows", ... Raises KEYRING_MISSING."""
        ...


def keyring(store: NamedStore) -> Callable[[Results], Answer]:
    """Facts: keyring. Raises as SecretStore does, KEYRING_REFUSED too if the secret came back changed or stayed."""

    def run(_results: Results) -> Answer:
        name = store.backend_name()
        key, wanted = new_profile_id(), Secret(secrets.token_hex(16))
        try:
            store.set(key, wanted)
            kept = store.get(key)
        except ConnectionProblem as failure:
            _remove(store, key)
            raise failure.with_facts(keyring=name) from failure
        except BaseException:
            _remove(store, key)
            raise
        left = _remove(store, key)
        if left is not None:
            raise left.with_facts(keyring=name)
        if kept is None or kept.reveal() != wanted.reveal():
            facts = {"keyring": name, "detail": "it gave back something else"}
            raise ConnectionProblem(Problem.KEYRING_REFUSED, facts)
        return {"keyring": name}

    return run


def _remove(store: SecretStore, key: ProfileId) -> ConnectionProblem | None:
    """Tried twice: nothing may stay behind. What stood in the way the second time, if it did."""
    for attempt in (1, 2):
        try:
            store.delete(key)
            if store.get(key) is None:
                return None
        except ConnectionProblem as failure:
            if attempt == 2:
                return failure
    return ConnectionProblem(Problem.KEYRING_REFUSED, {"detail": "it did not remove what was written"})
