"""One process of a storm: many threads ask for the token of one connection at the same time. Run by test_refresh_storm.

It reads one JSON object from its input (where the connections are, the practice cloud's addresses, the id), says
"ready", waits for a line, and prints how many different tokens its threads got and what failed: no token.
"""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop_app.app.connections import Connections
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import ConnectionProblem
from desktop_app.core.profile import ProfileId
from desktop_app.infra.azure_devops import AzureDevOpsRest
from desktop_app.infra.change_journal import ChangeFile
from desktop_app.infra.clock import SystemClock
from desktop_app.infra.http import RequestsSession
from desktop_app.infra.keyring_store import PRACTICE_PREFIX, KeyringSecretStore
from desktop_app.infra.memory_history import MemoryHistory
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.turns import FileTurns

PATIENCE_S = 60.0


def connections(folder: Path, cloud: Cloud, ca_pem: bytes) -> Connections:
    """Over real stores, the real network and the practice cloud."""
    http = RequestsSession()
    http.trust(ca_pem, cloud.bases)
    return Connections(
        http=http,
        devops=AzureDevOpsRest(http),
        profiles=ProfileFile(folder, {cloud.key: cloud}),
        secrets=KeyringSecretStore(PRACTICE_PREFIX),
        clock=SystemClock(),
        trust_ca=lambda ca_file, trusted: None,
        history=MemoryHistory(),
        turns=FileTurns(folder),
        journal=ChangeFile(folder, {cloud.key: cloud}),
    )


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    told = json.loads(sys.stdin.readline())
    book = connections(Path(told["folder"]), Cloud(**told["cloud"]), told["ca_pem"].encode())
    gate = threading.Barrier(told["threads"] + 1)

    def ask() -> str:
        gate.wait(PATIENCE_S)
        try:
            return book.fresh_token(ProfileId(told["id"]), Cancel()).value.reveal()
        except ConnectionProblem as failure:
            failures.append(failure.problem.value)
            return ""

    failures: list[str] = []
    with ThreadPoolExecutor(told["threads"]) as pool:
        storm = [pool.submit(ask) for _ in range(told["threads"])]
        say("ready")
        sys.stdin.readline()
        gate.wait(PATIENCE_S)
        tokens = {waiting.result(PATIENCE_S) for waiting in storm}
    say(json.dumps({"tokens": len(tokens), "failures": failures}))


if __name__ == "__main__":
    main()
