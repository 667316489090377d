"""The program in one process that connects, checks, copies and removes again and again; prints what it holds (JSON).

Run as `python -m tests.soak.soak_run WAY CYCLES POINTS`. WAY is `window`: connections are made by the use cases and
shown, checked, copied and removed through the window; or `wizard`: through the wizards too, with real sign-in pages in
the web view, and a real keyring. The practice cloud is a process of its own. Each of POINTS lines holds a census; the
first comes after a tenth of the cycles, and the last line tells which Python objects became more since then.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any, cast

from PySide6.QtWidgets import QApplication

from desktop_app import practice
from desktop_app.app.drafts import ClientSecretDraft, Draft, OAuthDraft, PatDraft
from desktop_app.core.cancel import Cancel
from desktop_app.core.checks import CheckReport
from desktop_app.core.cloud import Cloud
from desktop_app.core.ports import Progress
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import Method, Profile
from desktop_app.gui.garbage import GarbageTimer
from desktop_app.gui.network_costs import is_free
from desktop_app.gui.sign_in_engine import prepare_web_engine
from desktop_app.gui.style import apply_style
from desktop_app.infra.http import RequestsSession
from desktop_app.practice.seed import ADMINISTRATOR, CONTOSO, seeded_directory
from tests.bench.cloud_process import CloudElsewhere
from tests.e2e import program as hands
from tests.e2e import ways
from tests.e2e.program import Program, click, wait_until
from tests.e2e.witness import Witness
from tests.fakes.scripted_sign_in import ScriptedSignIn
from tests.soak import census

METHODS = (Method.PAT, Method.CLIENT_SECRET, Method.OAUTH)
CLOUDS: list[CloudElsewhere] = []
DIRECTORY = seeded_directory(datetime.now(UTC))
HANGS_S = 120.0
MORE = 25


class Seeded:
    """A Witness as far as the ways through the wizards need one: ids and secrets are the same in every run."""

    cloud = type("Cloud", (), {"directory": DIRECTORY})


class RememberedCloud(CloudElsewhere):
    def __init__(self, *, port: int = 0) -> None:
        super().__init__()  # any port: several of these may run beside each other
        CLOUDS.append(self)


def draft(cloud: Cloud, method: Method) -> Draft:
    if method is Method.PAT:
        return PatDraft(cloud=cloud, organization="contoso", token=DIRECTORY.pat("four-scopes").value)
    app = DIRECTORY.app("automation" if method is Method.CLIENT_SECRET else "web")
    signs_in: dict[str, Any] = {"tenant": CONTOSO.id, "client_id": app.client_id, "client_secret": app.secrets[0].value}
    if method is Method.CLIENT_SECRET:
        return ClientSecretDraft(cloud=cloud, organization="contoso", **signs_in)
    return OAuthDraft(cloud=cloud, organization="contoso", redirect_uri="http://localhost", **signs_in)


class Shift:
    """A person who does the same all day."""

    def __init__(self, program: Program, browser: RequestsSession) -> None:
        self.program = program
        self._browser = browser
        self._consented = False

    def connect_by_window(self, method: Method, name: str) -> None:
        program, connections = self.program, self.program.connections
        [cloud] = program.window.workspace.clouds if program.window.workspace else []
        failures: list[ConnectionProblem] = []

        def work(cancel: Cancel, progress: Progress) -> tuple[Profile, CheckReport]:
            made = draft(cloud, method)
            if isinstance(made, OAuthDraft):
                surface = ScriptedSignIn(self._browser, ADMINISTRATOR.name)
                grant = connections.sign_in(made, surface, made.redirect_uri, cancel)
                made.last_sign_in = (made.sign_in_key, grant)
            made.last_proof = connections.prove(made, progress, cancel)
            return connections.save(made, name, cancel), made.last_proof.report

        program.runner.start(
            work,
            on_done=lambda saved: program.window.update_profile(*saved),
            on_failed=failures.append,
            on_progress=lambda result: None,
            owner=program.window,
        )
        wait_until(lambda: failures or name in program.names, "the new connection")
        assert not failures, failures

    def connect_by_wizard(self, method: Method, name: str) -> None:
        program, seeded = self.program, cast(Witness, Seeded())
        if method is Method.PAT:
            ways.enter_pat(program, seeded)
        elif method is Method.CLIENT_SECRET:
            ways.enter_client_secret(program, seeded)
        else:
            page = ways.open_sign_in(program, seeded)
            page.wait_for("Pick an account")
            page.click("Contoso Administrator")
            if not self._consented:
                page.wait_for("Permissions requested")
                page.click("Accept")
            self._consented = True
        program.go_through_checks_and_save(name)

    def use(self) -> None:
        """Check, copy, remove."""
        program = self.program
        self._rest()
        click(program.window.connection_page.check)
        self._rest()
        assert not program.said(), program.said()
        assert program.copy_token()
        program.clipboard.clear_now()
        self._rest()
        program.remove()
        self._rest()

    def state(self) -> str:
        """For whoever must find out why it did not go on."""
        program = self.program
        window, page = program.window, program.window.connection_page
        busy, active = window.actions_of_connection.busy, program.runner.active
        return f"{window.profile=} {busy=} {active=} {page.copy.isEnabled()=} {program.said()!r}"

    def _rest(self) -> None:
        wait_until(lambda: self.program.runner.active == 0, "the end of what runs")


@contextlib.contextmanager
def keyring_for(way: str) -> Iterator[None]:
    if way == "window":
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        yield
        return
    from tests.e2e.keyring_session import KeyringSession, own_bus

    with tempfile.TemporaryDirectory() as folder, own_bus(Path(folder)) as address:
        os.environ |= {
            "DBUS_SESSION_BUS_ADDRESS": address,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }
        keyring = KeyringSession(Path(folder))
        keyring.start()
        yield
        keyring.stop()


def soak(way: str, cycles: int, points: int) -> None:
    program = Program()
    program.wait_for_start()
    is_free()  # what looks at the network is loaded once, a minute after the start
    workspace = program.window.workspace
    assert workspace is not None
    if way == "window":
        workspace.keep_in_memory()
        program.window.problem.hide()
    [cloud] = CLOUDS
    assert cloud._process is not None
    browser = RequestsSession()
    browser.trust(cloud.ca_pem, cloud.cloud.bases)
    shift = Shift(program, browser)
    connect = {"window": shift.connect_by_window, "wizard": shift.connect_by_wizard}[way]
    whole = cycles // len(METHODS)  # at each stop every method was used equally often, and the same one last
    warm_up = max(whole // 10, 1)
    stops = [len(METHODS) * (warm_up + (whole - warm_up) * point // (points - 1)) for point in range(points)]
    kinds: Counter[str] | None = None
    for number, method in enumerate(islice(cycle(METHODS), cycles), 1):
        faulthandler.dump_traceback_later(HANGS_S, exit=True)
        try:
            connect(method, f"Connection {number}")
            shift.use()
        except AssertionError:
            print(f"in cycle {number}: {shift.state()}", file=sys.stderr)
            raise
        if number in stops:
            if kinds is None:
                census.take(program.runner, cloud._process.pid)  # what the first one imports is there from now on
                kinds = census.kinds()
            taken = census.take(program.runner, cloud._process.pid)
            print(json.dumps({"cycle": number, **asdict(taken)}), flush=True)
    faulthandler.cancel_dump_traceback_later()
    if kinds is not None:
        kinds_now = census.kinds()
        kinds_now.subtract(kinds)
        more = {kind: count for kind, count in kinds_now.most_common(MORE) if count > 0 and kind[:7] != "PySide6"}
        print(json.dumps({"more": more, "threads": census.thread_names()}), flush=True)
    browser.close()
    program.close()


def main(way: str, cycles: int, points: int) -> None:
    prepare_web_engine()
    hands._LOOK_MS = 3
    vars(practice)["PracticeCloud"] = RememberedCloud
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    apply_style(app)
    garbage = GarbageTimer(app)
    with keyring_for(way):
        soak(way, cycles, points)
    garbage.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
