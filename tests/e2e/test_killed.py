"""The program is killed (SIGKILL) at every step of every change, and starts again: the connection works, the keyring
holds what it should and nothing else, and Azure has no credential that nobody knows of.

A flow first runs to its end and so tells its steps; then one process dies before each of them. That is every state
that can be seen from outside: what lies between two steps changes nothing. All of it runs over TLS against the practice
cloud and over the real files: every step with a keyring in a folder, and some flows, at every step or every few, with
the real Secret Service, which takes several times as long.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from desktop_app.app.secret_slots import old_slot, token_slot
from desktop_app.core.changes import Change, Step
from desktop_app.core.credential import Secret
from desktop_app.core.profile import Method, Profile, ProfileId
from desktop_app.infra.change_journal import ChangeFile
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, Backend, KeyringSecretStore
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.whole_file import LEFT_AFTER_S
from desktop_app.practice import PracticeCloud
from tests.e2e.azure_directory import Azure, value_of
from tests.e2e.killed_flows import FLOWS
from tests.e2e.sweep import Sweep
from tests.fakes.file_keyring import FileKeyring
from tests.fakes.profiles import a_profile
from tests.points import KILLED, note

if TYPE_CHECKING:  # the D-Bus libraries are there on Linux only
    from tests.e2e.keyring_session import KeyringSession

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked"),
    pytest.mark.timeout(600),
]
Told = dict[str, Any]  # JSON has no static type

WITH_THE_REAL_KEYRING = {"add an app": 1, "remove": 2, "refresh a sign-in": 3, "renew a client secret": 5}
"""Every way of writing to it, and at every how many-th step the program is killed there."""


@dataclass
class Place:
    """Where the processes live: a server of them, their folder, their keyring and what Azure knows."""

    server: "subprocess.Popen[str]"
    azure: Azure
    folder: Path
    backend: Backend
    items: Callable[[], set[tuple[str, str]]]
    keyring_folder: Path | None
    saved: Path
    session: "KeyringSession | None" = None

    def steadily(self, work: Callable[[], list[str]]) -> list[str]:
        """Do it once more, after the person has logged in anew, where the keyring itself broke down.

        GNOME's sometimes loses sight of its own file when that is written many times in a second, and asks for a
        password from then on; what it had stored is there again after a restart.
        """
        if self.session is None:
            return work()
        try:
            found = work()
        except (Exception, pytest.fail.Exception):
            if self.session.usable():
                raise
        else:
            if not found or self.session.usable():
                return found
        self.session.restart()
        return work()

    def run(self, do: str, *, prepare: bool = False, last: int | None = None) -> Told:
        told = {
            "do": do,
            "prepare": prepare,
            "last": last,
            "folder": str(self.folder),
            "keyring": str(self.keyring_folder or ""),
        }
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(told) + "\n")
        self.server.stdin.flush()
        ended: Told = json.loads(self.server.stdout.readline())
        if ended["answer"] and "error" in ended["answer"]:
            pytest.fail(f"{do}: {ended['answer']['error']}")
        return ended

    # -- the state before a flow --------------------------------------------------------------------------------------

    def empty(self) -> None:
        self.azure.restore()
        shutil.rmtree(self.folder, ignore_errors=True)
        for service, name in self.items():
            self.backend.delete_password(service, name)

    def remember(self) -> None:
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.folder, self.saved) if self.folder.exists() else self.saved.mkdir()
        self._kept = {item: str(self.backend.get_password(*item)) for item in self.items()}

    def restore(self) -> None:
        self.azure.restore()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.saved, self.folder)
        there = self.items()
        for item in there - set(self._kept):
            self.backend.delete_password(*item)
        for item, password in self._kept.items():
            if item not in there or self.backend.get_password(*item) != password:
                self.backend.set_password(*item, password)

    # -- the state after it -------------------------------------------------------------------------------------------

    @property
    def profiles(self) -> tuple[Profile, ...]:
        cloud = self.azure.cloud.cloud
        return ProfileFile(self.folder, {cloud.key: cloud}).load()

    def wrong(self, flow: str) -> list[str]:
        """What is not as it should be, after the recovery."""
        cloud, plan = self.azure.cloud.cloud, FLOWS[flow]
        changes = ChangeFile(self.folder, {cloud.key: cloud}).load()
        profiles, store = self.profiles, KeyringSecretStore(PRACTICE_PREFIX, self.backend)
        wrong = [f"unfinished: {change.step}" for change in changes if change.step is not Step.KEPT]
        if not plan.fewest <= len(profiles) <= plan.most:
            wrong.append(f"{len(profiles)} connections")
        must = [profile.id for profile in profiles] + [old_slot(change.key) for change in changes]
        may = [token_slot(profile.id) for profile in profiles if profile.method is not Method.PAT]
        expected: set[tuple[str, str]] = set()
        for key in must + may:
            expected |= self._items_of(key)
            if key in must and store.get(key) is None:
                wrong.append(f"nothing under {key[32:] or 'the connection itself'}")
        wrong += [f"orphan in the keyring: {service[-4:]} {name}" for service, name in self.items() - expected]
        known = {value_of(store, key) for key in must}
        orphans = {id for id, value in self.azure.live().items() if id not in self.azure.seeded and value not in known}
        wrong += [f"orphan at Azure: {id}" for id in orphans]
        wrong += [
            f"wrong id of {profile.method}"
            for profile in profiles
            if profile.credential_id and self.azure.live().get(profile.credential_id) != value_of(store, profile.id)
        ]
        return wrong + self._secrets_in_files() + self._left_beside_files()

    def _secrets_in_files(self) -> list[str]:
        """What is in the keyring, or at Azure, and stands in a file of the program too."""
        kinds = dict.fromkeys(self.azure.live().values(), "Azure's")
        for service, name in self.items():
            if name != "manifest":
                kinds[Secret(str(self.backend.get_password(service, name)))] = "the keyring's"
        return [f"secret in a file: {found}" for found in Sweep([self.folder]).findings(kinds)]

    def _left_beside_files(self) -> list[str]:
        """What the next change of each file does not take away."""
        cloud = self.azure.cloud.cloud
        profile = a_profile(cloud=cloud)
        ProfileFile(self.folder, {cloud.key: cloud}).save(profile)
        ChangeFile(self.folder, {cloud.key: cloud}).put(Change(profile.id, Step.REMOVING, datetime.now(UTC)))
        return [f"file: {path.name}" for path in self.folder.glob(".*")]

    def age_files(self) -> None:
        """A minute and more goes by before the program starts again."""
        for path in self.folder.glob(".*"):
            os.utime(path, (path.stat().st_mtime - 2 * LEFT_AFTER_S,) * 2)

    def _items_of(self, key: ProfileId) -> set[tuple[str, str]]:
        """The manifest of a secret, and the chunks that it names."""
        service = f"{PRACTICE_PREFIX}:{key}"
        manifest = self.backend.get_password(service, "manifest")
        if manifest is None:
            return set()
        found = msgspec.json.decode(manifest)
        names = {f"{found['place']}.{number}" for number in range(found["chunks"])}
        return {(service, name) for name in {"manifest", *names}}


@pytest.fixture(scope="module")
def azure() -> Iterator[Azure]:
    """One of its own: its directory changes."""
    with PracticeCloud(secret_delay_s=0) as cloud:
        yield Azure(cloud)


@contextlib.contextmanager
def running_server(azure: Azure) -> Iterator["subprocess.Popen[str]"]:
    """Processes are forked from it; it finds the keyring by its environment."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.killed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as running:
        about = {"cloud": asdict(azure.cloud.cloud), "ca_pem": azure.cloud.ca_pem.decode()}
        assert running.stdin is not None
        running.stdin.write(json.dumps(about) + "\n")
        yield running
        running.stdin.close()


@pytest.fixture(scope="module")
def server(azure: Azure) -> Iterator["subprocess.Popen[str]"]:
    with running_server(azure) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, server: "subprocess.Popen[str]", azure: Azure) -> Place:
    """With a keyring in a folder."""
    folder = tmp_path / "keyring"
    folder.mkdir()
    keyring = FileKeyring(folder)
    return Place(server, azure, tmp_path / "config", keyring, keyring.items, folder, tmp_path / "saved")


@pytest.fixture
def real_place(tmp_path: Path, own_keyring: "KeyringSession", azure: Azure) -> Iterator[Place]:
    """With a desktop's keyring."""
    import keyring

    from tests.e2e.keyring_session import names

    backend = keyring.get_keyring()
    with running_server(azure) as server:
        yield Place(server, azure, tmp_path / "config", backend, names, None, tmp_path / "saved", own_keyring)


def killed_at_steps(place: Place, flow: str, every: int = 1) -> tuple[list[str], list[str]]:
    """The steps of a flow that it was killed at, all or every so many-th, and what was wrong afterwards."""
    steps: list[str] = []

    def whole() -> list[str]:
        place.empty()
        place.run(flow, prepare=True)
        place.remember()
        steps[:] = place.run(flow)["answer"]["steps"]
        return [f"at its end: {what}" for what in (*place.run("recover")["answer"]["wrong"], *place.wrong(flow))]

    def killed(number: int, name: str) -> list[str]:
        place.restore()
        ended = place.run(flow, last=number)
        assert ended == {"signal": signal.SIGKILL, "answer": None}, f"{flow}, step {number} ({name}): {ended}"
        place.age_files()
        found = [*place.run("recover")["answer"]["wrong"], *place.wrong(flow)]
        return [f"killed before step {number} ({name}): {what}" for what in found]

    wrong = place.steadily(whole)
    killed_at = list(enumerate(steps))[::every]
    for number, name in killed_at:
        wrong += place.steadily(partial(killed, number, name))
    return [name for _number, name in killed_at], wrong


@pytest.mark.parametrize("flow", FLOWS)
def test_program_killed_at_any_step_starts_again_with_all_in_order(
    place: Place, flow: str, pytestconfig: pytest.Config
) -> None:
    began = time.monotonic()
    steps, wrong = killed_at_steps(place, flow)
    note(pytestconfig, KILLED, flow, len(steps), time.monotonic() - began)
    assert wrong == []
    assert steps


@pytest.mark.keyring
@pytest.mark.parametrize("flow", WITH_THE_REAL_KEYRING)
def test_program_killed_at_any_step_leaves_the_real_keyring_in_order(
    real_place: Place, flow: str, pytestconfig: pytest.Config
) -> None:
    began = time.monotonic()
    steps, wrong = killed_at_steps(real_place, flow, WITH_THE_REAL_KEYRING[flow])
    note(pytestconfig, KILLED, f"{flow} (real keyring)", len(steps), time.monotonic() - began)
    assert wrong == []
    assert len(steps) > 3
