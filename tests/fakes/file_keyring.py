"""A keyring in a folder, one file for each item: as quick as memory, and there for the next process."""

import json
from pathlib import Path
from urllib.parse import quote

import keyring.errors


class FileKeyring:
    """What is used of keyring.backend.KeyringBackend. For tests only: it encrypts nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_password(self, service: str, username: str) -> str | None:
        try:
            return str(json.loads(self._path(service, username).read_text())["password"])
        except FileNotFoundError:
            return None

    def set_password(self, service: str, username: str, password: str) -> None:
        item = {"service": service, "username": username, "password": password}
        self._path(service, username).write_text(json.dumps(item))

    def delete_password(self, service: str, username: str) -> None:
        try:
            self._path(service, username).unlink()
        except FileNotFoundError:
            raise keyring.errors.PasswordDeleteError(username) from None

    def items(self) -> set[tuple[str, str]]:
        """The service and the name of each item."""
        found = [json.loads(path.read_text()) for path in self._folder.iterdir()]
        return {(item["service"], item["username"]) for item in found}

    def _path(self, service: str, username: str) -> Path:
        return self._folder / quote(f"{service} {username}", safe="")
