"""Runs in the private namespace: puts it in order, starts a server under Microsoft's names, and uses the real program.

Not practice mode: `python -m desktop_app` as anybody starts it, driven by its visible labels. What came of it is
written to outcome.json; a step that fails ends the process with its reason.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.e2e.desktop_session import desktop, program_on
from tests.e2e.listener import ENTRY, Listener
from tests.e2e.real_hosts import namespace
from tests.e2e.real_hosts.certificate import AUTHORITY

_WIZARD = "New connection"


@dataclass(frozen=True, slots=True)
class Given:
    """What is typed into the wizards; given.json. `account` begins the name of the button of the sign-in page."""

    organization: str
    pat: str = field(repr=False)
    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    public_client_id: str
    account: str
    consents: bool


@dataclass(slots=True)
class Outcome:
    """What the program did: rows of checks and answers to the copied tokens by method, and what it said instead."""

    checks: dict[str, list[str]] = field(default_factory=dict)
    accepted_as: dict[str, str] = field(default_factory=dict)
    told: str = ""


@contextmanager
def server(module: str, folder: Path) -> Iterator[None]:
    """A server process that answers on 127.0.0.1:443 until the block is left."""
    command = [sys.executable, "-m", module, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the server did not start"
        yield
        process.communicate(timeout=20)


@contextmanager
def program(folder: Path) -> Iterator[Listener]:
    """Someone in front of the program, on a desktop without a keyring."""
    home = folder / "home"
    home.mkdir()
    with desktop(home) as environment, program_on(environment) as bus:
        person = Listener(bus, "ADO Connect")
        person.press("Keep secrets for this run only")
        yield person


def begin(person: Listener, card: str, given: Given) -> None:
    """Press a method's card and name the organization."""
    person.press(card)
    person.turn_to(_WIZARD)
    person.enter("Organization", given.organization)
    person.press("Continue")


def finish(person: Listener, method: str, given: Given, outcome: Outcome) -> None:
    """From the checks to a copied token, and what the server says to it."""
    person.heard("The checks are done.")
    outcome.checks[method] = person.rows("Checks")
    person.press("Continue")
    person.enter("Connection name", method)
    person.press("Save connection")
    person.press("Done")
    person.wait_until_gone(_WIZARD)
    person.wait(lambda: any(row.startswith(method) for row in person.rows("Connections")), f"{method} in the list")
    search = person.find("Search connections", ENTRY)
    person.press("Copy token")
    person.read("Token copied.")
    search.paste()
    token = person.wait(lambda: search.text, "the pasted token")
    search.set_text("")
    person.press("Clear now")
    person.wait(lambda: not any(node.name == "Clear now" for node in person.everything()), "a cleared clipboard")
    person.press("New connection")
    outcome.accepted_as[method] = accepted_as(token, method, given.organization)
    person.bus.forget_announcements()


def accepted_as(token: str, method: str, organization: str) -> str:
    """Whom Azure DevOps takes the bearer of a token for; asked as any script would, with the system's trust."""
    request = urllib.request.Request(
        f"https://dev.azure.com/{organization}/_apis/connectionData?api-version=7.1-preview.1",
        headers={
            "Accept": "application/json",
            "User-Agent": "script",
            "X-TFS-FedAuthRedirect": "Suppress",
            "Authorization": _authorization(token, method),
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["authenticatedUser"]["providerDisplayName"])


def _authorization(token: str, method: str) -> str:
    if method != "token":
        return f"Bearer {token}"
    return "Basic " + base64.b64encode(f":{token}".encode()).decode()


def connect_with_token(person: Listener, given: Given, outcome: Outcome) -> None:
    begin(person, "Connect with a token", given)
    person.press("I have the token")
    person.enter("Personal access token", given.pat)
    person.press("Check")
    finish(person, "token", given, outcome)


def connect_with_client_secret(person: Listener, given: Given, outcome: Outcome) -> None:
    begin(person, "Connect with a client secret", given)
    person.read("The app registration")
    person.press("Continue")
    person.press("The app is added")
    tenant = person.find("Directory (tenant) ID", ENTRY)
    person.wait(lambda: tenant.text == given.tenant, "the tenant, found from the organization")
    person.enter("Application (client) ID", given.client_id)
    person.enter("Client secret", given.client_secret)
    person.press("Check")
    finish(person, "secret", given, outcome)


def open_sign_in(person: Listener, given: Given) -> None:
    begin(person, "Connect with OAuth", given)
    person.read("The app registration")
    person.press("Continue")
    tenant = person.find("Directory (tenant) ID", ENTRY)
    person.wait(lambda: tenant.text == given.tenant, "the tenant, found from the organization")
    person.enter("Application (client) ID", given.public_client_id)
    person.find("Sign in")


def connect_with_oauth(person: Listener, given: Given, outcome: Outcome) -> None:
    open_sign_in(person, given)
    person.press("Sign in")
    person.press_on_web_page(given.account)
    if given.consents:
        person.press_on_web_page("Accept")
    finish(person, "OAuth", given, outcome)


def all_three(folder: Path, given: Given, outcome: Outcome) -> None:
    """The authority stands in the system's bundle: all three methods work."""
    namespace.trust_in_bundle(folder)
    with program(folder) as person:
        connect_with_token(person, given, outcome)
        connect_with_client_secret(person, given, outcome)
        connect_with_oauth(person, given, outcome)


def hashed_folder(folder: Path, given: Given, outcome: Outcome) -> None:
    """The authority stands in the system's folder of hashed names only."""
    namespace.trust_in_folder(folder)
    with program(folder) as person:
        connect_with_oauth(person, given, outcome)


def untrusted(folder: Path, given: Given, outcome: Outcome) -> None:
    """The authority stands nowhere: nothing is sent."""
    with program(folder) as person:
        begin(person, "Connect with a token", given)
        person.press("I have the token")
        person.enter("Personal access token", given.pat)
        person.press("Check")
        person.read("What to do now:")
        outcome.told = person.bus.announced[-1]
        outcome.checks["token"] = person.rows("Checks")


def withdrawn(folder: Path, given: Given, outcome: Outcome) -> None:
    """The authority leaves the system's bundle while the program runs.

    The network layer has read the bundle by then; so it is the web view alone that refuses, and shows that it goes by
    the system's store.
    """
    bundle = namespace.trust_in_bundle(folder)
    with program(folder) as person:
        open_sign_in(person, given)
        authority = (folder / AUTHORITY).read_bytes()
        bundle.write_bytes(bundle.read_bytes().replace(authority, b""))
        person.press("Sign in")
        person.read("What to do now:")
        outcome.told = person.bus.announced[-1]


_SCENARIOS: dict[str, Callable[[Path, Given, Outcome], None]] = {
    scenario.__name__: scenario for scenario in (all_three, hashed_folder, untrusted, withdrawn)
}


def main(folder: Path, scenario: str, server_module: str) -> None:
    namespace.forget_other_stores()
    namespace.raise_loopback()
    namespace.point_hosts_here(folder)
    if os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # root may be the namespace's own
    given = Given(**json.loads((folder / "given.json").read_text(encoding="utf-8")))
    outcome = Outcome()
    with server(server_module, folder):
        _SCENARIOS[scenario](folder, given, outcome)
    (folder / "outcome.json").write_text(json.dumps(asdict(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
