"""The real program with many connections: opens, is searched, checks all, is searched meanwhile; prints figures (JSON).

Run as `python -m tests.bench.scale_run CONNECTIONS DELAY_MS`. The practice cloud is a process of its own, with twenty
organizations more than usual; one connection in ten is an app's client secret, the others are tokens; two are broken.
"""

import faulthandler
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.gui.plain_imports import use_plain_imports

use_plain_imports()

import msgspec  # noqa: E402 - as the program does it
from PySide6.QtCore import QObject, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from desktop_app.core.cloud import Cloud  # noqa: E402
from desktop_app.core.credential import ClientSecretCredential, Credential, PatCredential, Secret  # noqa: E402
from desktop_app.core.ports import Request, Response  # noqa: E402
from desktop_app.core.profile import Method, Profile, ProfileId  # noqa: E402
from desktop_app.gui.application import run  # noqa: E402
from desktop_app.gui.main_window import MainWindow  # noqa: E402
from desktop_app.infra.clock import SystemClock  # noqa: E402
from desktop_app.infra.credential_json import encode_credential  # noqa: E402
from desktop_app.infra.history_file import HistoryFolder  # noqa: E402
from desktop_app.infra.http import RequestsSession  # noqa: E402
from desktop_app.infra.memory_store import MemorySecretStore  # noqa: E402
from desktop_app.infra.origin_trust import OriginTrust  # noqa: E402
from desktop_app.infra.profile_file import FILE_NAME  # noqa: E402
from desktop_app.infra.profile_rows import row_of  # noqa: E402
from desktop_app.practice import PracticeCard  # noqa: E402
from desktop_app.practice.card import practice_card  # noqa: E402
from desktop_app.practice.seed import seeded_directory  # noqa: E402
from tests.bench.heartbeat import Heartbeat  # noqa: E402
from tests.gui.world import Network, World  # noqa: E402

TICK_MS = 20
LIMIT_MS = 400_000
BROKEN = 2

Condition = Callable[[], bool]
Steps = Iterator[Condition]


class CountingSession(RequestsSession):
    """Keeps how many requests were in flight at most, and how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self._counting = threading.Lock()
        self._in_flight = 0
        self.most = self.sent = 0

    def _answer(self, request: Request, host: str) -> Response:
        with self._counting:
            self._in_flight += 1
            self.sent += 1
            self.most = max(self.most, self._in_flight)
        try:
            return super()._answer(request, host)
        finally:
            with self._counting:
                self._in_flight -= 1


class Crowd:
    """The practice cloud of the other process, as far as a World wants to know it."""

    def __init__(self, delay_ms: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crowded_cloud", delay_ms],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.told: dict[str, Any] = json.loads(self._process.stdout.readline())  # Any: JSON
        self.cloud = Cloud(**self.told["cloud"])
        self.ca_pem = b64decode(self.told["ca_pem"])

    def card(self) -> PracticeCard:
        """Ids and secrets are the same in every run."""
        return practice_card(seeded_directory(datetime.now(UTC)), self.cloud.login)

    def close(self) -> None:
        self._process.communicate()  # closes its input


def world(crowd: Crowd, number: int, folder: Path, http: CountingSession) -> World:
    """So many connections, in files as the program has them; their secrets are in memory."""
    network = Network()
    network.http = http
    network.trust = OriginTrust(http, SystemClock())
    secrets = MemorySecretStore()
    rows = []
    for index in range(number):
        profile, credential = _connection(crowd, index)
        rows.append(row_of(profile))
        secrets.set(profile.id, encode_credential(credential))
    (folder / FILE_NAME).write_bytes(msgspec.json.encode({"version": 1, "connections": rows}))
    made = World(crowd, network, folder, secrets=secrets)  # type: ignore[arg-type]  # not the cloud itself
    made.connections.history = HistoryFolder(folder)
    return made


def _connection(crowd: Crowd, index: int) -> tuple[Profile, Credential]:
    tenant, client_id, client_secret = crowd.told["app"]
    organizations = crowd.told["organizations"]
    profile = Profile(
        id=ProfileId(f"{index:032x}"),
        name=f"Connection {index}",
        organization=organizations[index % len(organizations)],
        method=Method.PAT,
        cloud=crowd.cloud,
        created_at=datetime.now(UTC),
    )
    if index % 10 == 9:
        app = replace(profile, organization="contoso", method=Method.CLIENT_SECRET, tenant=tenant, client_id=client_id)
        return app, ClientSecretCredential(Secret(client_secret))
    return profile, PatCredential(Secret("x" * 52 if index < BROKEN else crowd.told["pat"]))


class Person(QObject):
    """Takes the next step whenever the last one's condition holds."""

    def __init__(self, window: MainWindow, http: CountingSession) -> None:
        super().__init__(window)
        self.window = window
        self._http = http
        self.heartbeat = Heartbeat(self)
        self.heartbeat.enter("opening")
        self._figures: dict[str, Any] = {}
        self._typed: list[float] = []
        self._steps = self._go()
        self._condition: Condition = lambda: window.prepared and not window.runner.active
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        QTimer.singleShot(LIMIT_MS, self, lambda: os._exit(1))

    def _tick(self) -> None:
        if self._condition():
            try:
                self._condition = next(self._steps)
            except StopIteration:
                self._end()

    def _end(self) -> None:
        self._timer.stop()
        self.heartbeat.stop()
        phases = {name: asdict(phase) for name, phase in self.heartbeat.phases.items()}
        self._figures |= {"phases": phases, "most": self._http.most, "sent": self._http.sent}
        print(json.dumps(self._figures), flush=True)
        self.window.close()

    def _rest(self, seconds: float) -> Condition:
        until = time.monotonic() + seconds
        return lambda: time.monotonic() >= until

    def _go(self) -> Steps:
        left = self.window.connection_list
        yield self._rest(2.0)  # the rest of the window is built meanwhile
        self.heartbeat.enter("searching")
        yield from self._search()
        self._figures["filter_ms"], self._typed = self._typed, []
        self.heartbeat.enter("checking all")
        began = time.monotonic()
        QTest.mouseClick(left.check_all.start, Qt.MouseButton.LeftButton)
        yield lambda: self._http.sent > 200 or not self.window.check_all.running
        self.heartbeat.enter("searching meanwhile")
        yield from self._search()
        self._figures["filter_meanwhile_ms"] = self._typed
        self.heartbeat.enter("checking all")
        yield lambda: not self.window.check_all.running
        self._figures["all_s"] = time.monotonic() - began
        self._figures["words"] = left.check_all.words

    def _search(self) -> Steps:
        """Type, one key a tick; each key counts until the list is painted anew."""
        field = self.window.connection_list.search
        for key in ["c", "o", "n", "n", "e", "c", "t", "i", "o", "n", " ", "7", "7", *["\b"] * 13]:
            began = time.perf_counter()
            if key == "\b":
                QTest.keyClick(field, Qt.Key.Key_Backspace)
            else:
                QTest.keyClicks(field, key)
            self.window.connection_list.list.viewport().repaint()
            self._typed.append((time.perf_counter() - began) * 1000)
            yield lambda: True


def main(number: int, delay_ms: str) -> None:
    faulthandler.enable()
    crowd = Crowd(delay_ms)
    http = CountingSession()

    def watch() -> None:
        window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
        Person(window, http)

    execute = QApplication.exec

    def watched(*_app: object) -> int:
        QTimer.singleShot(0, watch)
        return execute()

    QApplication.exec = watched  # type: ignore[method-assign]  # a static method of C++
    with tempfile.TemporaryDirectory() as folder:
        made = world(crowd, number, Path(folder), http)
        run(made.workspace, practice=False, clock=SystemClock())
    http.close()
    crowd.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
