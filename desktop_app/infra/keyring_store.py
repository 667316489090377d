"""Secrets in the operating system's keyring, under one service name per connection.

A secret lies there as a manifest and numbered chunks, since Windows takes 1,280 characters at most. Chunks are written
to the one of two places ("a", "b") that the manifest does not name, then the manifest is replaced, then the old chunks
go: a set() that fails leaves the old secret readable, and whatever it left behind can be found again by its name.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import ProfileId

SERVICE_PREFIX = "ado-connect"
PRACTICE_PREFIX = "ado-connect-practice"

CHUNK_CHARACTERS = 1_000
"""Credential Manager stores 2,560 bytes of UTF-16 (CRED_MAX_CREDENTIAL_BLOB_SIZE)."""

MAX_CHUNKS = 100
"""A longer secret is refused; it also bounds the search for leftovers."""

_MANIFEST = "manifest"
_PLACES = ("a", "b")

# Keyrings that encrypt and belong to the system. Anything else that is installed may be a plain file.
SYSTEM_KEYRINGS = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "Windows", "macOS")
)

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Backend(Protocol):
    """What is used of keyring.backend.KeyringBackend."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class _Manifest(msgspec.Struct, frozen=True):
    """Where a secret's chunks are, and how to tell that they are its own."""

    place: str
    chunks: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The manifest item of one service: its text, and what it means if it can be read."""

    text: str | None
    manifest: _Manifest | None

    def chunks_in(self, place: str) -> int:
        """How many it names there."""
        return self.manifest.chunks if self.manifest is not None and self.manifest.place == place else 0


class KeyringSecretStore:
    """Implements the port SecretStore; safe from any thread. Every call may block on an unlock prompt.

    `prefix` keeps practice secrets apart from real ones. `backend` is for tests; by default it is the system's keyring,
    looked for at the first call.
    """

    def __init__(self, prefix: str = SERVICE_PREFIX, backend: Backend | None = None) -> None:
        self._prefix = prefix
        self._backend = backend
        self._lock = threading.RLock()
        self._asked_at: float | None = None

    def available(self) -> None:
        """Raises ConnectionProblem KEYRING_MISSING if this computer has no usable keyring. Asks for no unlocking."""
        self._keyring()

    def backend_name(self) -> str:
        """The module of keyring.backends in use ("SecretService", "Windows", ...). Raises as `available`."""
        return type(self._keyring()).__module__.rpartition(".")[2]

    def waiting_s(self) -> float:
        """For how many seconds the keyring has not answered; 0 if nothing is asked. Does not block."""
        asked_at = self._asked_at
        return 0.0 if asked_at is None else time.monotonic() - asked_at

    def get(self, key: ProfileId) -> Secret | None:
        service = self._service(key)
        with self._lock:
            found = self._manifest(service)
            while True:
                secret = self._joined(service, found)
                if secret is not None or found.text is None:
                    return secret
                again = self._manifest(service)
                if again.text == found.text:
                    raise ConnectionProblem(Problem.KEYRING_DAMAGED)
                found = again  # another process replaced it meanwhile

    def set(self, key: ProfileId, secret: Secret) -> None:
        """Raises KEYRING_REFUSED for a secret of more than MAX_CHUNKS chunks too."""
        service, text = self._service(key), secret.reveal()
        parts = _split(text)
        if len(parts) > MAX_CHUNKS:
            raise ConnectionProblem(Problem.KEYRING_REFUSED, {"detail": "the secret is too long"})
        with self._lock:
            old = self._manifest(service)
            place = _PLACES[1] if old.manifest and old.manifest.place == _PLACES[0] else _PLACES[0]
            manifest = _Manifest(place, len(parts), _digest(text))
            try:
                for number, part in enumerate(parts):
                    self._put(service, f"{place}.{number}", part)
                if self._joined(service, _Found("", manifest)) is None:
                    raise ConnectionProblem(Problem.KEYRING_REFUSED, {"detail": "it did not keep what was written"})
                self._put(service, _MANIFEST, msgspec.json.encode(manifest).decode())
            except ConnectionProblem:
                self._take_back(service, place)
                raise
            for other in _PLACES:  # in its own place, an older and longer write may have left some behind it
                self._tidy(service, other, len(parts) if other == place else 0, old.chunks_in(other))

    def delete(self, key: ProfileId) -> bool:
        """Removes leftovers of failed writes as well. Raises if a part stays behind; then it can be called again."""
        service = self._service(key)
        with self._lock:
            found = self._manifest(service)  # where somebody deleted a part, only it tells of those behind
            there = self._remove(service, _MANIFEST)
            for place in _PLACES:
                there = self._clear(service, place, 0, found.chunks_in(place)) or there
            return there

    def tidy(self, key: ProfileId) -> None:
        service = self._service(key)
        with self._lock:
            found = self._manifest(service)
            if found.text is not None and found.manifest is None:
                return  # somebody else's, or damaged: nobody knows which parts are its own
            for place in _PLACES:
                own = found.manifest.chunks if found.manifest and found.manifest.place == place else 0
                self._clear(service, place, own)

    def _service(self, key: ProfileId) -> str:
        return f"{self._prefix}:{key}"

    def _keyring(self) -> Backend:
        with self._lock:
            if self._backend is None:
                self._backend = _system_keyring()
            return self._backend

    def _manifest(self, service: str) -> _Found:
        text = self._item(service, _MANIFEST)
        if text is None:
            return _Found(None, None)
        try:
            manifest = msgspec.json.decode(text, type=_Manifest)
        except (msgspec.DecodeError, UnicodeError):  # its text may be anybody's
            return _Found(text, None)
        sound = manifest.place in _PLACES and 0 <= manifest.chunks <= MAX_CHUNKS
        return _Found(text, manifest if sound else None)

    def _joined(self, service: str, found: _Found) -> Secret | None:
        """The secret, or None where a chunk is missing or is another write's."""
        if found.manifest is None:
            return None
        parts = []
        for number in range(found.manifest.chunks):
            part = self._item(service, f"{found.manifest.place}.{number}")
            if part is None:
                return None
            parts.append(part)
        text = "".join(parts)
        return Secret(text) if _digest(text) == found.manifest.sha256 else None

    def _answer(self, ask: Callable[[], T]) -> T:
        """One question at a time: whoever asks holds the lock."""
        self._asked_at = time.monotonic()
        try:
            return _asked(ask)
        finally:
            self._asked_at = None

    def _item(self, service: str, name: str) -> str | None:
        return self._answer(lambda: self._keyring().get_password(service, name))

    def _put(self, service: str, name: str, text: str) -> None:
        self._answer(lambda: self._keyring().set_password(service, name, text))

    def _remove(self, service: str, name: str) -> bool:
        if self._item(service, name) is None:  # keyring has one exception for "not there" and "not allowed"
            return False
        self._answer(lambda: self._keyring().delete_password(service, name))
        return True

    def _clear(self, service: str, place: str, first: int = 0, named: int = 0) -> bool:
        """Remove the chunks of a place from number `first` on, the `named` ones whatever is missing among them; the
        last one first, since beyond those only a row without gaps is found again."""
        end = first
        while end < MAX_CHUNKS and (end < named or self._item(service, f"{place}.{end}") is not None):
            end += 1
        for number in reversed(range(first, end)):
            self._remove(service, f"{place}.{number}")
        return end > first

    def _take_back(self, service: str, place: str) -> None:
        """Undo a write that failed, unless its manifest arrived in spite of the failure."""
        try:
            found = self._manifest(service)
        except ConnectionProblem:
            return
        if found.manifest is None or found.manifest.place != place:
            self._tidy(service, place, 0)

    def _tidy(self, service: str, place: str, first: int, named: int = 0) -> None:
        """Remove what nothing points to. Leftovers do no harm, so a failure is only noted; delete() tries again."""
        try:
            self._clear(service, place, first, named)
        except ConnectionProblem as failure:
            _log.warning("leftover chunks stay in the keyring: %s", failure.problem.value)


def _split(text: str) -> list[str]:
    # Two UTF-16 units make one character outside the basic plane: half as many are safe for any text.
    size = CHUNK_CHARACTERS if text.isascii() else CHUNK_CHARACTERS // 2
    return [text[start : start + size] for start in range(0, len(text), size)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _asked(ask: Callable[[], T]) -> T:
    """What the keyring answers. Whatever it raises becomes a ConnectionProblem."""
    try:
        return ask()
    except ConnectionProblem:
        raise
    except Exception as error:  # backends raise their libraries' own errors, of many families
        from desktop_app.infra.keyring_problems import keyring_problem

        raise keyring_problem(error) from error


def _system_keyring() -> Backend:
    """The person's keyring among the system's own. Raises KEYRING_MISSING where another kind, or none, is set up."""
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend

        chosen = keyring.get_keyring()
        candidates = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    except Exception as error:  # a setting of the person's may name any class, and loading it may raise anything
        raise ConnectionProblem(Problem.KEYRING_MISSING, {"error": type(error).__name__}) from error
    for backend in candidates:
        if type(backend).__module__ in SYSTEM_KEYRINGS:
            if sys.platform == "win32":  # by default it roams to other computers with the person's profile
                backend.persist = "local machine"
            return backend
    kind = type(chosen)
    raise ConnectionProblem(Problem.KEYRING_MISSING, {"backend": f"{kind.__module__}.{kind.__qualname__}"})
