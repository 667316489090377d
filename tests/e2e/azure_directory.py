"""The practice cloud's directory as the tests of renewals look at it: put back before each one, searched after it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop_app.core.credential import ClientSecretCredential, PatCredential, Secret
from desktop_app.core.profile import ProfileId
from desktop_app.infra.credential_json import decode_credential
from desktop_app.infra.keyring_store import KeyringSecretStore
from desktop_app.practice import PracticeCloud
from desktop_app.practice.derivation import client_secret, guid
from desktop_app.practice.directory import AppSecret
from tests.e2e.killed_flows import SECOND_SECRET


@dataclass
class Azure:
    """What the practice cloud's directory holds, to be put back before each process."""

    cloud: PracticeCloud
    _pats: dict[str, Any] = field(init=False)  # the practice cloud's own type
    _app: Any = field(init=False)  # as above

    def __post_init__(self) -> None:
        directory = self.cloud.directory
        second = AppSecret(
            Secret(client_secret(SECOND_SECRET)),
            datetime.now(UTC) + timedelta(days=300),
            guid(f"secret/{SECOND_SECRET}"),
            "Second",
        )
        app = directory.app("automation")
        directory.replace_app(replace(app, secrets=(*app.secrets, second)))
        self._pats = {name: replace(pat) for name, pat in directory.pats.items()}
        self._app = directory.app("automation")
        self.seeded = self.live()

    def restore(self) -> None:
        directory = self.cloud.directory
        directory.pats.clear()
        directory.pats.update({name: replace(pat) for name, pat in self._pats.items()})
        directory.replace_app(self._app)
        self.cloud.requests.clear()

    def live(self) -> dict[str, Secret]:
        """Every credential that Azure would take, by its id."""
        directory = self.cloud.directory
        pats = {pat.authorization_id: pat.value for pat in directory.pats.values() if not pat.revoked}
        return pats | {secret.key_id: secret.value for secret in directory.app("automation").secrets}


def value_of(store: KeyringSecretStore, key: ProfileId) -> Secret | None:
    """The personal access token or client secret that lies under a name."""
    stored = store.get(key)
    match decode_credential(stored) if stored else None:
        case PatCredential(token):
            return token
        case ClientSecretCredential(value):
            return value
        case _:
            return None
