"""Everything the window works with once the program is set up: one object, built by main.py in a worker thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from desktop_app.app.backups import Backups
from desktop_app.app.connections import Connections
from desktop_app.app.proxy_logins import ProxyLogins
from desktop_app.app.renewals import Renewals
from desktop_app.app.settings import SettingsInMemory, SettingsInUse
from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.ports import Clock, RememberedHosts, SignInSurface
from desktop_app.core.problems import ConnectionProblem
from desktop_app.infra.remembered_hosts import HostsInMemory

if TYPE_CHECKING:
    from desktop_app.app.background import BackgroundChecks
    from desktop_app.app.doctor import Doctor
    from desktop_app.app.learning import Learning
    from desktop_app.app.lock import Lock
    from desktop_app.app.support import SupportFiles
    from desktop_app.app.warnings import EndWarnings


class BrowserSurface(SignInSurface, Protocol):
    """A sign-in surface that waits for the system browser; the redirect URI holds the port it listens on."""

    @property
    def redirect_uri(self) -> str: ...


class Notes(Protocol):
    """The desktop's own service for notifications (infra/desktop_notes.py). `show` blocks."""

    def show(self, title: str, text: str, button: str, *, urgent: bool = False) -> int: ...

    @property
    def socket(self) -> int: ...

    def pressed(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class PracticeValue:
    """One value of the practice cloud to paste, with the section and the label it is shown under.

    `name` says what it is without looking at what stands around it, and holds the label. Values of a section that
    belong together have the same `note`, which stands above them.
    """

    section: str
    label: str
    value: str | Secret
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What was built.

    `clouds` are offered in the wizards, the first one is chosen. `trusts(host, port, chain)` tells the sign-in view
    whether a DER certificate chain (leaf first) that Chromium does not know is trusted here. `keyring_problem` is set
    when secrets can not be kept; `keep_in_memory` then makes them live for this run only. `warm_up` loads, in a worker
    thread, what the first request would otherwise wait for. `remembered_hosts` may block: for worker threads, as may
    `background`, which checks connections by itself. `learning` asks Azure for ends and `warnings` finds those that are
    near; both block. `notes` is None where the system has another way to notify.
    """

    connections: Connections
    renewals: Renewals
    backups: Backups
    clouds: Sequence[Cloud]
    clock: Clock
    environment: Mapping[str, str]
    trusts: Callable[[str, int, Sequence[bytes]], bool]
    browser_surface: Callable[[Callable[[str], bool]], AbstractContextManager[BrowserSurface]]
    keep_in_memory: Callable[[], None]
    close: Callable[[], None]
    warm_up: Callable[[], None] = lambda: None
    keyring_problem: ConnectionProblem | None = None
    practice_values: tuple[PracticeValue, ...] = ()
    remembered_hosts: RememberedHosts = field(default_factory=HostsInMemory)
    proxy_logins: ProxyLogins = field(default_factory=ProxyLogins)
    doctor: Callable[[], Doctor] | None = None
    settings: SettingsInUse = field(default_factory=lambda: SettingsInUse(SettingsInMemory()))
    learning: Learning | None = None
    warnings: EndWarnings | None = None
    notes: Notes | None = None
    background: BackgroundChecks | None = None
    lock: Lock | None = None
    support: SupportFiles | None = None
