"""Installs the .deb into a clean Debian, uses it there as a person would, upgrades it, and takes it away again.

    python -m tests.e2e.installed dist/ado-connect_0.1.0_amd64.deb [trixie]

As root; the Debian is of this computer's own release if none is named. What it prints is the proof; it ends with 1 at
the first thing that is not as it should be.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.e2e import test_accessibility as wizards
from tests.e2e.installed.clean_root import PERSON, Machine, clean_debian
from tests.e2e.installed.desk import PACKAGES, Desk, desk, saved
from tests.e2e.installed.sandbox import FORBIDDEN, Renderers
from tests.e2e.listener import ENTRY, Listener

ROOT = Path(__file__).resolve().parents[3]
BEGAN = time.monotonic()
MAIN = "ADO Connect"
PRACTICE = wizards.MAIN
BROWSER = "Continue in browser"
PROFILE = "etc/apparmor.d/ado-connect"
WIZARDS = (
    wizards.test_a_personal_access_token_becomes_a_connection,
    wizards.test_a_client_secret_becomes_a_connection,
    wizards.test_signing_in_on_the_embedded_page,
)


def step(words: str) -> None:
    print(f"== {time.monotonic() - BEGAN:5.0f} s  {words}", flush=True)


def tell(words: str) -> None:
    print(f"   {words}", flush=True)


def main(deb: Path, suite: str) -> None:
    folder = ROOT / "build"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        before = older(deb, Path(scratch) / "before.deb")
        step(f"a clean Debian by debootstrap {suite}")
        with clean_debian(folder, suite) as machine:
            walk(machine, deb, before)
    step("done")


def walk(machine: Machine, deb: Path, before: Path) -> None:
    for package, name in ((deb, "new.deb"), (before, "before.deb")):
        (machine.root / "tmp" / name).write_bytes(package.read_bytes())
    assert machine.run("sh", "-c", "command -v python3", check=False).returncode != 0, "there is a Python"
    # As if AppArmor knew the rule: then its profile is put in place.
    (machine.root / PROFILE).parent.joinpath("abi").mkdir(parents=True)
    (machine.root / PROFILE).parent.joinpath("abi", "4.0").touch()
    empty = machine.files()
    assert not [path for path in empty if "libQt" in path or "libpython" in path], "something of Qt or Python is there"
    installed(machine)
    brought = machine.files()
    step("a display, a session, a keyring")
    machine.install(*PACKAGES)
    with desk(machine) as login:
        used(machine, login)
        replaced(machine, login)
    left = {path for path in machine.files() - empty if "ado-connect" in path.lower()}
    left |= {path for path in brought if path.startswith("opt/")} & machine.files()
    assert left == set(), sorted(left)


def installed(machine: Machine) -> None:
    step("apt installs the package, and all it needs")
    machine.install("/tmp/new.deb")
    tell(f"{machine.run('ado-connect', '--version', user=PERSON).stdout.strip()}")
    assert machine.run("dpkg", "--verify", "ado-connect").stdout == ""
    assert machine.run("sh", "-c", "command -v python3", check=False).returncode != 0, "it has brought a Python"

    step("--self-test as an ordinary user, without a display, with Chromium's sandbox")
    print(machine.run("ado-connect", "--self-test", user=PERSON).stdout, end="")
    step("--self-test as root: refused in words, never without the sandbox")
    as_root = machine.run("ado-connect", "--self-test", check=False)
    assert as_root.returncode == 1
    assert "The program was started as root" in " ".join(as_root.stdout.split())
    print(as_root.stdout.partition("Icons")[2].partition("\n")[2], end="")
    step("--self-test where the kernel permits no sandbox: the same")
    forbidden = machine.run(*FORBIDDEN, "ado-connect", "--self-test", user=PERSON, check=False)
    assert forbidden.returncode == 1, forbidden.stdout + forbidden.stderr
    assert "the system does not let programs use sandboxes" in " ".join(forbidden.stdout.split()), forbidden.stdout


def used(machine: Machine, login: Desk) -> None:
    step("first start: straight to the three cards")
    with login.program():
        login.look(MAIN, three_cards)
    step("the three wizards in the practice cloud; each copies a token")
    for wizard in WIZARDS:
        with login.program("--practice") as program:
            seen = Renderers(program)
            login.look(PRACTICE, partial(walk_through, wizard), seen.look)
        if wizard is WIZARDS[-1]:
            for words in seen.judged():
                tell(f"a page was drawn in {words}")
    step("where the kernel permits no sandbox, the wizard says so and offers the browser")
    with login.program("--practice", through=FORBIDDEN):
        login.look(PRACTICE, offers_the_browser)
    step(f"started again: {', '.join(connections(machine))}; a token is copied")
    with login.program("--practice"):
        login.look(PRACTICE, copies_a_token)


def replaced(machine: Machine, login: Desk) -> None:
    names = connections(machine)
    step("removed: the program goes, what was saved stays")
    machine.run("apt-get", "-qq", "remove", "--yes", "ado-connect")
    assert not (machine.root / "opt/ado-connect").exists()
    assert not (machine.root / "usr/bin/ado-connect").is_symlink()
    assert connections(machine) == names

    step("the previous release is installed, started, and upgraded while it runs")
    machine.install("/tmp/before.deb")
    with login.program("--practice"):
        login.look(PRACTICE, copies_a_token)
        machine.install("/tmp/new.deb")
        login.look(PRACTICE, copies_a_token)
    tell(machine.run("dpkg-query", "--show", "ado-connect").stdout.strip())
    step("after the upgrade: the same connections, and a token from the keyring")
    assert connections(machine) == names
    with login.program("--practice"):
        login.look(PRACTICE, copies_a_token)
    refuses_what_is_newer(machine, login)

    step("an older package is refused, by apt and by dpkg, and the newer one is still whole")
    for command in (("apt-get", "-qq", "install", "--yes"), ("dpkg", "--install")):
        refused = machine.run(*command, "/tmp/before.deb", check=False)
        assert refused.returncode != 0
        tell(f"{command[0]}: {next(line for line in words_of(refused) if 'downgrade' in line or 'newer' in line)}")
    assert machine.run("dpkg", "--verify", "ado-connect").stdout == ""
    assert machine.run("dpkg-query", "--show", "--showformat=${Status}", "ado-connect").stdout == "install ok installed"
    with login.program("--practice"):
        login.look(PRACTICE, copies_a_token)

    step("purged: nothing is left but what people have saved")
    assert (machine.root / PROFILE).exists()
    machine.run("apt-get", "-qq", "purge", "--yes", "ado-connect")
    assert not (machine.root / PROFILE).exists()
    assert connections(machine) == names


def words_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]


def three_cards(person: Listener) -> None:
    for card in ("Connect with OAuth", "Connect with a token", "Connect with a client secret"):
        person.find(card)


def walk_through(wizard: Callable[[Listener], None], person: Listener) -> None:
    person.press("Values to paste")
    person.turn_to("Values of the practice cloud")
    person.turn_to()
    if wizard is not WIZARDS[0]:
        person.press("New connection")
    wizard(person)
    tell(wizard.__name__.removeprefix("test_").replace("_", " "))


def offers_the_browser(person: Listener) -> None:
    person.press("New connection")
    person.press("Connect with OAuth")
    wizards.on_page(person, "Which organization?", "Organization")
    person.enter("Organization", "contoso")
    person.press("Continue")
    wizards.on_page(person, "The app registration", "App registration")
    person.press("Continue")
    wizards.on_page(person, "Details of the app", "Details")
    person.wait(lambda: person.find("Directory (tenant) ID", ENTRY).text, "the organization's tenant")
    person.enter("Application (client) ID", "11111111-1111-4111-8111-111111111111")
    person.press("Sign in")
    tell(person.read("The built-in sign-in window can not run here"))
    browser = person.wait(lambda: [node for node in person.everything() if node.name == BROWSER], "the browser offered")
    assert all(node.enabled for node in browser)
    person.press("Cancel")


def copies_a_token(person: Listener) -> None:
    person.find("Search connections", ENTRY).set_text("")
    token = wizards.copied_token(person)
    assert token, "no token"
    tell(f"{person.read('Token copied')}: {len(token)} characters")


def connections(machine: Machine) -> list[str]:
    """The names in the file of connections; no secret is in it."""
    text = saved(machine).read_text()
    assert "secret" not in text.lower().replace("client-secret", "")
    return [row["name"] for row in json.loads(text)["connections"]]


def refuses_what_is_newer(machine: Machine, login: Desk) -> None:
    """A file that a later release has written is told of, and not touched."""
    file = saved(machine)
    kept = file.read_text()
    newer = json.dumps({**json.loads(kept), "version": 999})
    file.write_text(newer)
    step("connections that a later release has saved: told, and left as they are")
    with login.program("--practice"):
        login.look(PRACTICE, lambda person: tell(person.read("The list of connections comes from a newer version")))
    assert file.read_text() == newer
    file.write_text(kept)


def older(deb: Path, target: Path) -> Path:
    """The same package under an earlier version, as if it had been released before."""
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name) / "deb"
        subprocess.run(["dpkg-deb", "--raw-extract", str(deb), str(folder)], check=True)
        control = folder / "DEBIAN" / "control"
        text = control.read_text()
        version = next(line for line in text.splitlines() if line.startswith("Version: "))
        control.write_text(text.replace(version, "Version: 0.0.1-1"))
        subprocess.run(
            ["dpkg-deb", "-Znone", "--root-owner-group", "--build", str(folder), str(target)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return target


if __name__ == "__main__":
    main(Path(sys.argv[1]), "".join(sys.argv[2:3]))
