"""A server of processes that die: everything is imported once, and each process is a fork. Run by test_killed.

It reads one JSON object for the whole run (the practice cloud's addresses), then one for each process: what to do, in
which folder, with which keyring, and before which step to die. For each it writes one line: how the process ended, and
its answer if it gave one. No secret is told either way.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.auth import entra
from desktop_app.core.cloud import Cloud
from desktop_app.core.ports import Clock
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.keyring_store import Backend
from tests.e2e.killed_flows import FLOWS
from tests.e2e.killing import Program, Steps, Surroundings, program, recover
from tests.fakes.file_keyring import FileKeyring

Told = dict[str, Any]  # JSON has no static type


def keyring_of(told: Told) -> Backend:
    """The one in a folder, or the desktop's own."""
    if told["keyring"]:
        return FileKeyring(Path(told["keyring"]))
    import keyring

    return keyring.get_keyring()


def work(told: Told, cloud: Cloud, http: RequestsSession) -> Told:
    """In a process of its own."""
    steps = Steps(told["last"])
    around = Surroundings(Path(told["folder"]), cloud, http, keyring_of(told), steps)

    def start(clock: Clock | None = None) -> Program:
        return program(around, clock)

    if told["do"] == "recover":
        return {"wrong": recover(start)}
    flow = FLOWS[told["do"]]
    if told["prepare"]:
        for deed in flow.before:
            deed(start())
        return {}
    running = start()
    steps.watch_files(around.folder)
    flow.act(running)
    return {"steps": steps.names}


def forked(task: Callable[[], Told]) -> Told:
    """How a process ended that does `task`: {"signal": number, "answer": ...}."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = task()
        except BaseException as error:  # told to the test
            import traceback

            answer = {"error": f"{type(error).__name__}: {error}\n{traceback.format_exc()}"}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        content = answers.read()
    _child, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "answer": json.loads(content or b"null")}


def main() -> None:
    about = json.loads(sys.stdin.readline())
    cloud = Cloud(**about["cloud"])
    http = RequestsSession()  # its connections are opened by the forks
    http.trust(about["ca_pem"].encode(), cloud.bases)
    entra.load()
    gc.freeze()
    for line in sys.stdin:
        told = json.loads(line)
        sys.stdout.write(json.dumps(forked(lambda told=told: work(told, cloud, http))) + "\n")  # type: ignore[misc]  # bound now
        sys.stdout.flush()


if __name__ == "__main__":
    main()
