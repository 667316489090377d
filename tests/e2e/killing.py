"""The program without its window, as main.build_workspace puts it together, in a process that dies at a chosen step.

A step is whatever changes something outside the process: a write or a deletion in the keyring, a file made, put in its
place or removed, a request that may change something (before it is sent, and after its answer has come).
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desktop_app.app.connections import Connections
from desktop_app.app.renewals import Renewals
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.ports import Clock, HttpSession, Request, Response
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.azure_pats import AzurePats
from desktop_app.infra.change_journal import ChangeFile
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.graph import GraphAppSecrets
from desktop_app.infra.history_file import HistoryFolder
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, Backend, KeyringSecretStore
from desktop_app.infra.pace import Pace
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.turns import FileTurns

READS = frozenset({"GET", "HEAD"})
GOOD_COPY = "connections.last-good"
FILE_EVENTS = {"tempfile.mkstemp": "make", "os.rename": "put in place", "os.remove": "remove"}


class Steps:
    """Counts the steps; the process dies right before number `last`, without a chance to do anything about it."""

    def __init__(self, last: int | None = None) -> None:
        self.last = last
        self.names: list[str] = []
        self._lock = threading.Lock()

    def reached(self, name: str) -> None:
        with self._lock:
            if len(self.names) == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            self.names.append(name)

    def watch_files(self, folder: Path) -> None:
        """From now on, to this process' end. Lock files tell nothing, and nobody looks at the good copy while the file
        is whole (tests/unit/app/test_power_cut.py goes through its steps): they are not counted."""

        def heard(event: str, given: tuple[object, ...]) -> None:
            if event in FILE_EVENTS:
                path = Path(os.fsdecode(given[-1] if event == "tempfile.mkstemp" else given[0]))  # type: ignore[arg-type]  # paths, as documented for these events
                what = ".".join(path.name.lstrip(".").split(".")[:2])
                if path.parent == folder and path.suffix != ".lock" and what != GOOD_COPY:
                    self.reached(f"file: {FILE_EVENTS[event]} {what}")

        sys.addaudithook(heard)


class CountedKeyring:
    """A keyring whose every change is a step."""

    def __init__(self, backend: Backend, steps: Steps) -> None:
        self._backend = backend
        self._steps = steps

    def get_password(self, service: str, username: str) -> str | None:
        return self._backend.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._steps.reached(f"keyring: set {slot_of(service)} {username}")
        self._backend.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._steps.reached(f"keyring: delete {slot_of(service)} {username}")
        self._backend.delete_password(service, username)


def slot_of(service: str) -> str:
    """ "credential", "token", "new" or "old"."""
    return service.rpartition(".")[2] if "." in service else "credential"


class CountedSession:
    """A network whose every request that may change something is two steps."""

    def __init__(self, http: HttpSession, steps: Steps) -> None:
        self._http = http
        self._steps = steps

    def send(self, request: Request) -> Response:
        if request.method in READS:
            return self._http.send(request)
        what = request.url.partition("?")[0].rpartition("/")[2]
        self._steps.reached(f"network: send {request.method} {what}")
        answer = self._http.send(request)
        self._steps.reached(f"network: answer to {request.method} {what}")
        return answer


class LateClock(SystemClock):
    """A quarter of an hour later."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Program:
    """`browser` is the network of the person who signs in, no step of which counts."""

    cloud: Cloud
    browser: HttpSession
    connections: Connections
    renewals: Renewals
    profiles: ProfileFile
    secrets: KeyringSecretStore

    def the(self, method: Method) -> Profile:
        """The one connection of this method."""
        [profile] = [profile for profile in self.profiles.load() if profile.method is method]
        return profile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a program is put into: real stores in `folder`, a keyring, a network, and the steps to count. `pace` makes
    the one at which Azure DevOps is asked."""

    folder: Path
    cloud: Cloud
    http: HttpSession
    keyring: Backend
    steps: Steps
    pace: Callable[[], Pace] = Pace


def program(around: Surroundings, clock: Clock | None = None) -> Program:
    """As main.build_workspace makes it, without what only the window needs."""
    folder, cloud, steps = around.folder, around.cloud, around.steps
    clock, pace, counted = clock or SystemClock(), around.pace(), CountedSession(around.http, steps)
    turns, journal = FileTurns(folder), ChangeFile(folder, {cloud.key: cloud})
    secrets = KeyringSecretStore(PRACTICE_PREFIX, CountedKeyring(around.keyring, steps))
    profiles = ProfileFile(folder, {cloud.key: cloud})
    connections = Connections(
        http=counted,
        devops=AzureDevOpsRest(counted, clock=clock, pace=pace),
        profiles=profiles,
        secrets=secrets,
        clock=clock,
        trust_ca=lambda ca_file, trusted: None,
        history=HistoryFolder(folder),
        turns=turns,
        journal=journal,
    )
    renewals = Renewals(
        connections,
        AzurePats(counted, clock=clock, pace=pace),
        GraphAppSecrets(counted),
        secrets=lambda: connections.secrets,
        journal=journal,
        turns=turns,
        clock=clock,
    )
    return Program(cloud, around.http, connections, renewals, profiles, secrets)


def recover(start: Callable[[Clock], Program]) -> list[str]:
    """What the program does at its start and the window after it, and later once more; then every connection is used.
    Returns what did not go well."""
    wrong: list[str] = []
    for clock in (SystemClock(), LateClock()):
        running = start(clock)
        try:
            running.connections.changes.recover()
            running.renewals.recover(Cancel())
        except ConnectionProblem as failure:
            wrong.append(f"recovering: {failure.problem}")
    running = start(SystemClock())
    for profile in running.profiles.load():
        try:
            running.connections.fresh_token(profile.id, Cancel())
        except ConnectionProblem as failure:
            wrong.append(f"{profile.method}: {failure.problem} {dict(failure.facts)}")
    return wrong
