"""A keyring in memory, as narrow as Windows' and able to fail at any call."""

import keyring.errors

from desktop_app.infra.memory_store import MemorySecretStore

WINDOWS_BYTES = 2_560  # CRED_MAX_CREDENTIAL_BLOB_SIZE


class ShortKeyring:
    """As Windows' Credential Manager: takes 2,560 bytes of UTF-16. `fail_at` counts down over all writes."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.fail_at: int | None = None
        self.error: Exception = keyring.errors.PasswordSetError("no")

    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._count_down()
        if len(password.encode("utf-16-le", "surrogatepass")) > WINDOWS_BYTES:
            raise OSError(1783, "CredWrite", "The stub received bad data")
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._count_down()
        if (service, username) not in self.items:
            raise keyring.errors.PasswordDeleteError(username)
        del self.items[service, username]

    def _count_down(self) -> None:
        if self.fail_at is not None:
            self.fail_at -= 1
            if self.fail_at < 0:
                raise self.error


class NamedMemoryStore(MemorySecretStore):
    """A keyring that says what it is."""

    def backend_name(self) -> str:
        return "SecretService"
