"""The composition root: the only place that builds concrete classes.

Nothing but Qt is imported before the window is on screen. What the window needs behind it (the keyring, the profile
file) is imported by `build_workspace` in a worker thread, the network (requests, msal) when a wizard is opened or a
connection is checked.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

PRACTICE_PORT = 47610
"""Where the practice cloud listens if it can, so that a saved redirect URI is still right at the next start."""

if TYPE_CHECKING:
    from contextlib import AbstractContextManager, ExitStack
    from pathlib import Path

    from desktop_app.app.background import BackgroundChecks
    from desktop_app.app.connections import Connections
    from desktop_app.app.doctor import Doctor
    from desktop_app.app.learning import Learning
    from desktop_app.app.lock import Lock
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.app.support import SupportFiles
    from desktop_app.app.updates import Updates
    from desktop_app.app.warnings import EndWarnings
    from desktop_app.app.workspace import BrowserSurface, PracticeValue, Workspace
    from desktop_app.core.cancel import Cancel
    from desktop_app.core.cloud import Cloud
    from desktop_app.core.history import HistoryStore
    from desktop_app.core.policy import Policy
    from desktop_app.core.ports import Clock, ProfileStore
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.core.profile import Profile
    from desktop_app.infra.desktop_notes import DesktopNotes
    from desktop_app.infra.http import RequestsSession
    from desktop_app.infra.keyring_store import KeyringSecretStore
    from desktop_app.infra.late_http import LateSession
    from desktop_app.infra.origin_trust import OriginTrust
    from desktop_app.infra.profile_file import ProfileFile


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program, its window or a command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    practice = bool(given)
    if given not in ([], ["--practice"]):  # argparse costs a start a few milliseconds: not for the usual two
        _give_streams()
        from desktop_app.cli.command_line import SELF_TEST, parse
        from desktop_app.cli.command_line import run as run_command

        command = parse(given)  # --version, --help and mistakes end the program here, before Qt is imported
        if command.command == SELF_TEST:
            return _self_test()
        if command.command:
            return run_command(command, lambda practice: build_workspace(practice=practice))
        practice = bool(command.practice)
    from desktop_app.infra.one_window import OneWindow

    window = OneWindow(practice=practice)
    if window.yields():
        return 0
    # Nothing that is made while the program starts is garbage, and the collector would walk all of it again and again.
    # Later it is run in the GUI thread (gui/garbage.py), never by itself.
    gc.disable()
    from desktop_app.gui.plain_imports import use_plain_imports

    use_plain_imports()
    from desktop_app.gui.application import run
    from desktop_app.infra.clock import SystemClock

    return run(lambda: build_workspace(practice=practice), practice=practice, clock=SystemClock(), one=window)


def _give_streams() -> None:
    """A program without a console on Windows has none; what is written there is read by nobody, but must not fail."""
    import os

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - to the program's end


def _self_test() -> int:
    from desktop_app.cli.self_test import Part, self_test
    from desktop_app.gui import self_test as of_qt
    from desktop_app.infra import self_test as of_files
    from desktop_app.infra.late_http import LateSession
    from desktop_app.practice.certificates import make_certificate

    return self_test(
        {
            Part.RESOURCES: of_files.read_every_resource,
            Part.KEYRINGS: of_files.load_every_keyring,
            Part.NETWORK: lambda: _load_network(LateSession()),
            Part.ICONS: of_qt.draw_every_icon,
            Part.CERTIFICATES: lambda: of_qt.read_certificate(make_certificate().leaf_der),
            Part.PAGE: of_qt.show_page,
        }
    )


def build_workspace(*, practice: bool) -> Workspace:
    """Build everything the window needs. Blocks (keyring, and the practice cloud's start): for a worker thread."""
    import os
    from contextlib import ExitStack

    from desktop_app.app.allowed import allowed_clouds
    from desktop_app.app.backups import Backups
    from desktop_app.app.connections import Connections
    from desktop_app.app.learning import Learning
    from desktop_app.app.renewals import Renewals
    from desktop_app.app.settings import SettingsInUse
    from desktop_app.app.workspace import Workspace
    from desktop_app.core.cloud import WELL_KNOWN
    from desktop_app.infra import paths
    from desktop_app.infra.azure_devops import AzureDevOpsRest
    from desktop_app.infra.azure_pats import AzurePats
    from desktop_app.infra.change_journal import ChangeFile
    from desktop_app.infra.clock import SystemClock
    from desktop_app.infra.graph import GraphAppSecrets
    from desktop_app.infra.history_file import HistoryFolder
    from desktop_app.infra.late_http import LateSession
    from desktop_app.infra.memory_store import MemorySecretStore
    from desktop_app.infra.origin_trust import OriginTrust
    from desktop_app.infra.pace import Pace
    from desktop_app.infra.remembered_hosts import HostsFile
    from desktop_app.infra.settings_file import SettingsFile
    from desktop_app.infra.turns import FileTurns

    folders = (paths.config_folder(practice), paths.log_folder(practice))
    policy = _begin(folders[1])
    clock, pace = SystemClock(), Pace()
    http = LateSession()
    trust = OriginTrust(http, clock)
    clouds: dict[str, Cloud] = dict(WELL_KNOWN)
    values: tuple[PracticeValue, ...] = ()
    everything = ExitStack()
    everything.callback(http.close)
    if practice:
        cloud, stop, values = _start_practice(http, trust)
        clouds = {cloud.key: cloud}
        everything.callback(stop)
    profiles, history = _profiles(folders[0], clouds), HistoryFolder(folders[0])
    secrets, keyring_problem = _keyring(practice)
    turns, journal = FileTurns(paths.config_folder(practice)), ChangeFile(paths.config_folder(practice), clouds)
    settings = SettingsInUse(SettingsFile(folders[0]), policy)
    pats, app_secrets = AzurePats(http, clock=clock, pace=pace), GraphAppSecrets(http)
    connections = Connections(
        http=http,
        devops=AzureDevOpsRest(http, clock=clock, pace=pace),
        profiles=profiles,
        secrets=secrets,
        clock=clock,
        trust_ca=trust.add_file,
        history=history,
        turns=turns,
        journal=journal,
        policy=policy,
    )
    if keyring_problem is None:
        _recover(connections)
    learning = Learning(connections=connections, pats=pats, app_secrets=app_secrets, clock=clock)
    return Workspace(
        connections=connections,
        clouds=allowed_clouds(policy, clouds.values()),
        clock=clock,
        environment=dict(os.environ),
        trusts=trust.trusts,
        browser_surface=_browser_surface,
        keep_in_memory=lambda: connections.use_secret_store(MemorySecretStore()),
        close=everything.close,
        warm_up=lambda: _load_network(http),
        keyring_problem=keyring_problem,
        practice_values=values,
        remembered_hosts=HostsFile(paths.config_folder(practice)),
        renewals=Renewals(
            connections,
            pats,
            app_secrets,
            secrets=lambda: connections.secrets,
            journal=journal,
            turns=turns,
            clock=clock,
        ),
        backups=Backups(connections, clouds, clock, practice=practice),
        doctor=lambda: _doctor(http, secrets, trust, clock, folders),
        settings=settings,
        learning=learning,
        warnings=_warnings(folders[0], profiles, history, clock, settings),
        notes=_desktop_notes(everything),
        background=_background(connections, learning, clock, settings),
        lock=_lock(connections, clock),
        keyring_waits=secrets.waiting_s,
        support=_support(connections, settings, clock, folders[1]),
        updates=None if practice else _updates(http, clock, settings, folders[0]),
    )


def _support(connections: Connections, settings: SettingsInUse, clock: Clock, log_folder: Path) -> SupportFiles:
    """What makes support files."""
    from desktop_app.app.support import SupportFiles
    from desktop_app.infra.logs import log_texts

    return SupportFiles(connections.load, lambda: settings.now, lambda: log_texts(log_folder), clock)


def _updates(http: LateSession, clock: Clock, settings: SettingsInUse, folder: Path) -> Updates:
    """Who looks for a newer version, if anybody does."""
    from desktop_app.app.updates import Updates
    from desktop_app.core.publisher import PUBLISHER
    from desktop_app.infra.update_manifest import SignedManifest
    from desktop_app.infra.update_record import UpdateFile

    return Updates(
        source=SignedManifest(http, PUBLISHER) if PUBLISHER else None,
        page=PUBLISHER.download_page if PUBLISHER else "",
        record=UpdateFile(folder),
        clock=clock,
        wanted=lambda: settings.now.update_check,
    )


def _begin(log_folder: Path) -> Policy:
    """What comes before everything else; returns the rules of the company's IT."""
    from contextlib import suppress

    from desktop_app.infra.core_dumps import forbid_core_dumps
    from desktop_app.infra.logs import configure_logging
    from desktop_app.infra.policy_file import machine_policy_path, read_policy

    forbid_core_dumps()  # before there is any secret
    with suppress(OSError):  # a folder that can not be written to is told by *Check this computer*
        configure_logging(log_folder)
    return read_policy(machine_policy_path()).policy


def _lock(connections: Connections, clock: Clock) -> Lock:
    """The lock of what is secret: closed, if somebody chose a passphrase."""
    from desktop_app.app.lock import Lock
    from desktop_app.infra.lock_keyring import Argon2Hash, LockKeyring

    lock = Lock(lambda: LockKeyring(lambda: connections.secrets), Argon2Hash(), clock)
    lock.load()
    return lock


def _recover(connections: Connections) -> None:
    """Finish or undo what a crash left half done. What can not be done now is tried again at the next start."""
    import logging

    from desktop_app.core.problems import ConnectionProblem

    try:
        connections.changes.recover()
    except ConnectionProblem as failure:
        logging.getLogger(__name__).warning("not everything was recovered problem=%s", failure.problem)


def _background(
    connections: Connections, learning: Learning, clock: Clock, settings: SettingsInUse
) -> BackgroundChecks:
    """What checks every connection once a day, where the person wants that and the computer can afford it."""
    from desktop_app.app.background import BackgroundChecks
    from desktop_app.infra.power import on_battery

    def learn(profile: Profile, cancel: Cancel) -> Profile:
        answer = learning.ask_after_check(profile, cancel)
        return answer.profile if answer else profile

    return BackgroundChecks(
        connections, clock, wanted=lambda: settings.now.background_checks and not on_battery(), learn=learn
    )


def _warnings(
    folder: Path, profiles: ProfileStore, history: HistoryStore, clock: Clock, settings: SettingsInUse
) -> EndWarnings:
    """Who warns of ends, if the person wants to be told."""
    from desktop_app.app.warnings import EndWarnings
    from desktop_app.infra.warnings_file import WarningsFile

    return EndWarnings(
        profiles=profiles,
        store=WarningsFile(folder),
        history=history,
        clock=clock,
        wanted=lambda: settings.now.notifications,
    )


def _desktop_notes(everything: ExitStack) -> DesktopNotes | None:
    """The notification service of a Linux desktop; other systems have another way."""
    if not sys.platform.startswith("linux"):
        return None
    from desktop_app.infra.desktop_notes import DesktopNotes

    notes = DesktopNotes()
    everything.callback(notes.close)
    return notes


def _profiles(folder: Path, clouds: Mapping[str, Cloud]) -> ProfileFile:
    """Where connections are kept. They are read while the keyring is waited for: what is read stays known there."""
    from threading import Thread

    from desktop_app.infra.profile_file import ProfileFile

    profiles = ProfileFile(folder, clouds)
    Thread(target=profiles.read_ahead, name="ado-read-ahead", daemon=True).start()
    return profiles


def _keyring(practice: bool) -> tuple[KeyringSecretStore, ConnectionProblem | None]:
    """Where secrets are kept, and why they can not be."""
    from desktop_app.core.problems import ConnectionProblem
    from desktop_app.infra.keyring_store import KeyringSecretStore

    secrets = KeyringSecretStore("ado-connect-practice" if practice else "ado-connect")
    try:
        secrets.available()
    except ConnectionProblem as failure:
        return secrets, failure
    return secrets, None


def _doctor(
    http: LateSession, keyring: KeyringSecretStore, trust: OriginTrust, clock: Clock, folders: tuple[Path, ...]
) -> Doctor:
    """What *Check this computer* looks at."""
    import os

    from desktop_app.app.doctor import Doctor
    from desktop_app.infra.diagnostics.computer import Computer

    computer = Computer(
        http=http,
        clock=clock,
        keyring=keyring,
        folders=folders,
        environment=dict(os.environ),
        trust_ca=trust.add_file,
    )
    return Doctor(computer.diagnoses, clock)


def _load_network(http: LateSession) -> None:
    from desktop_app.auth import entra

    http.load()
    entra.load()


def _start_practice(
    http: LateSession, trust: OriginTrust
) -> tuple[Cloud, Callable[[], None], tuple[PracticeValue, ...]]:
    """Start the practice cloud and let this process, and nobody else, trust it.

    Its certificate is made when the network is first used, which is before the sign-in view asks about it.
    """
    from desktop_app.app.practice_card import practice_values
    from desktop_app.practice import PracticeCloud

    practice = PracticeCloud(port=PRACTICE_PORT)
    practice.start()

    def trust_it(session: RequestsSession) -> None:
        session.trust(practice.ca_pem, practice.cloud.bases)
        trust.pin(practice.certificate_der, practice.cloud.bases)

    http.when_made(trust_it)
    return practice.cloud, practice.stop, practice_values(practice.card())


def _browser_surface(open_browser: Callable[[str], bool]) -> AbstractContextManager[BrowserSurface]:
    from desktop_app.app.sign_in_words import loopback_page
    from desktop_app.infra.loopback import LoopbackSignIn

    return LoopbackSignIn(open_browser, loopback_page())
