"""The newest access token of each connection, shared with this user's other processes through the keyring.

Without it four processes that need a token at the same time would each renew the same sign-in. A token that can not be
read or kept is simply fetched anew: nothing here raises.
"""

from __future__ import annotations

import logging
from datetime import datetime

from desktop_app.app.secret_slots import token_slot
from desktop_app.core.credential import AccessToken, Credential
from desktop_app.core.ports import SecretStore
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.credential_json import ObtainedToken, decode_token, encode_token, fingerprint

log = logging.getLogger(__name__)


class TokenShelf:
    """Used while holding the connection's turn. `secrets` may be replaced while the program runs."""

    def __init__(self, secrets: SecretStore) -> None:
        self.secrets = secrets
        self._tidied: set[ProfileId] = set()

    def put(self, key: ProfileId, credential: Credential, token: AccessToken, obtained_at: datetime) -> None:
        """Keep a token that `credential` just gave."""
        obtained = ObtainedToken(token, obtained_at, fingerprint(credential))
        try:
            self.secrets.set(token_slot(key), encode_token(obtained))
        except ConnectionProblem as failure:
            log.warning("token not shared profile=%s problem=%s", key, failure.problem)

    def forget(self, key: ProfileId) -> None:
        """A connection was removed; its token went with its other secrets."""
        self._tidied.discard(key)

    def find(self, key: ProfileId, credential: Credential) -> ObtainedToken | None:
        """The newest token that `credential` gave to any process."""
        try:
            if key not in self._tidied:  # a program that died while it put a token here may have left a part of another
                self.secrets.tidy(token_slot(key))
                self._tidied.add(key)
            stored = self.secrets.get(token_slot(key))
        except ConnectionProblem as failure:
            log.warning("shared token not read profile=%s problem=%s", key, failure.problem)
            return None
        obtained = decode_token(stored) if stored is not None else None
        return obtained if obtained is not None and obtained.of == fingerprint(credential) else None
