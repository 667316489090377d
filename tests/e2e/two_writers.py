"""One of two processes that work on the same connections: `python -m tests.e2e.two_writers ROLE FOLDER ROUNDS`.

`window` renames connections, `command` checks connections and keeps the result, both through the program's own use
cases on real files; one connection is worked on by both. Each looks before every step whether what it wrote the last
time is still there, and ends with 1 if it is not.
"""

import sys
from pathlib import Path

from desktop_app.app.connections import Connections
from desktop_app.core.cancel import Cancel
from desktop_app.core.cloud import WELL_KNOWN
from desktop_app.core.credential import PatCredential, Secret
from desktop_app.core.profile import ProfileId
from desktop_app.infra.change_journal import ChangeFile
from desktop_app.infra.credential_json import encode_credential
from desktop_app.infra.history_file import HistoryFolder
from desktop_app.infra.profile_file import ProfileFile
from desktop_app.infra.turns import FileTurns
from tests.fakes.clock import FakeClock
from tests.unit.app.world import PAT, World, unheard

OWN = {"window": ProfileId("1" * 32), "command": ProfileId("2" * 32)}
SHARED = ProfileId("3" * 32)
"""Renamed by the one and checked by the other."""


def connected(folder: Path, clock: FakeClock) -> Connections:
    """Over the files of `folder`; network and keyring are this process' own."""
    world = World(clock=clock)
    for key in (*OWN.values(), SHARED):
        world.secrets.set(key, encode_credential(PatCredential(Secret(PAT))))
    return Connections(
        http=world.entra,
        devops=world.devops,
        profiles=ProfileFile(folder, WELL_KNOWN, lock_timeout_s=60.0),
        secrets=world.secrets,
        clock=clock,
        trust_ca=lambda ca_file, cloud: None,
        history=HistoryFolder(folder),
        turns=FileTurns(folder),
        journal=ChangeFile(folder, WELL_KNOWN),
    )


def rename(connections: Connections, rounds: int) -> int:
    """How often what was written was no longer there when its turn came again."""
    lost, names = 0, {key: connections.profile(key).name for key in (OWN["window"], SHARED)}
    for number in range(rounds):
        for key, name in names.items():
            lost += connections.profile(key).name != name
            names[key] = connections.rename(key, f"{key[0]} {number}").name
    return lost


def check(connections: Connections, clock: FakeClock, rounds: int) -> int:
    """The same."""
    lost, checks = 0, {key: connections.profile(key).last_check for key in (OWN["command"], SHARED)}
    for _number in range(rounds):
        clock.advance(60)
        for key, last in checks.items():
            lost += connections.profile(key).last_check != last
            checks[key] = connections.check(key, unheard, Cancel())[0].last_check
    return lost


def main(role: str, folder: str, rounds: str) -> int:
    clock = FakeClock()
    connections = connected(Path(folder), clock)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # both begin at once
    lost = rename(connections, int(rounds)) if role == "window" else check(connections, clock, int(rounds))
    sys.stdout.write(f"{lost} lost\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
