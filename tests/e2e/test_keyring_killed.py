"""The keyring's own process is killed at every write of a change: the change is refused in words, and once the keyring
is back, everything is as before or as after, with no part of a secret left over."""

import gc
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.infra.keyring_store import Backend
from tests.e2e.keyring_session import KeyringSession, names, remove_items
from tests.unit.app.disk_flows import AFTER, BEFORE, NEW, OLD, Computer, State, mixed, recover

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.keyring,
    # The library keyring leaves the connection of an attempt that failed to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket.* raddr=.*dbus-:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def _connections_are_collected_here() -> Iterator[None]:
    """Not in the middle of a later test, where the warning would count."""
    yield
    gc.collect()


class DyingKeyring:
    """The desktop's keyring, whose process dies right before the write of this number."""

    def __init__(self, session: KeyringSession, last: int | None = None) -> None:
        self._session = session
        self._backend: Backend = keyring.get_keyring()
        self.writes = 0
        self._last = last

    def get_password(self, service: str, username: str) -> str | None:
        return self._backend.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._count()
        self._backend.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._count()
        self._backend.delete_password(service, username)

    def _count(self) -> None:
        if self.writes == self._last:
            self._session.kill()
        self.writes += 1


class KeyringComputer(Computer):
    """Over the desktop's keyring."""

    def use(self, backend: Backend) -> None:
        self.backend = backend
        self.start()

    def wrong_parts(self) -> list[str]:
        """A manifest and its chunks are all there should be of each secret."""
        services = {service for service, _name in names()}
        return [service for service in services if not self._whole(service)]

    def _whole(self, service: str) -> bool:
        found = [name for other, name in names() if other == service]
        return "manifest" in found


def fresh(folder: Path, session: KeyringSession) -> tuple[KeyringComputer, State]:
    remove_items()
    computer = KeyringComputer(folder)
    computer.use(DyingKeyring(session))
    computer.add(BEFORE, OLD)
    return computer, computer.state()


def test_keyring_that_dies_in_the_middle_of_a_change_costs_nothing(tmp_path: Path, own_keyring: KeyringSession) -> None:
    computer, before = fresh(tmp_path / "whole", own_keyring)
    counted = DyingKeyring(own_keyring)
    computer.use(counted)
    computer.replace(AFTER, NEW)
    after, wrong = computer.state(), []
    for last in range(counted.writes):
        computer, _before = fresh(tmp_path / f"killed {last}", own_keyring)
        computer.use(DyingKeyring(own_keyring, last))
        try:
            computer.replace(AFTER, NEW)
        except ConnectionProblem as failure:
            if failure.problem not in {Problem.KEYRING_MISSING, Problem.KEYRING_REFUSED, Problem.KEYRING_LOCKED}:
                wrong.append(f"{last}: told as {failure.problem}")
        own_keyring.start()
        computer.use(DyingKeyring(own_keyring))
        wrong += [f"{last}: {what}" for what in recover(computer)]
        found = computer.state()
        wrong += [f"{last}: neither before nor after" for _key in mixed(found, before, after)]
        wrong += [f"{last}: parts of {service}" for service in computer.wrong_parts()]
    assert wrong == []
    assert counted.writes > 5
