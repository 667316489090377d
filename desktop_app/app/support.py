"""The support file: what somebody who helps needs to know, in one ZIP file that the person can look into first.

    about.json        `format` "ado-connect-support" and `version` 1; versions, system, settings, and of each connection
                      its method, cloud, state and ends, by number: no name, organization, account or ID
    computer.json     what *Check this computer* found (app/doctor.py has its form)
    log/*             the program's log, as far as it was kept

Everything passes the redactor once more on its way, also what was redacted when it was written: a secret that is only
known now goes too. The log can name organizations and accounts; the window says so.
"""

from __future__ import annotations

import io
import json
import platform
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import __version__
from desktop_app.app.saved_file import save_bytes
from desktop_app.core.ports import Clock
from desktop_app.core.profile import Profile
from desktop_app.core.settings import Settings

if TYPE_CHECKING:
    from desktop_app.app.doctor import Checkup

FORMAT = "ado-connect-support"
VERSION = 1

Logs = Callable[[], Mapping[str, str]]
"""The log files: name to text. Blocks, and never raises: one that can not be read is left out."""


class SupportFiles:
    """Makes support files. `profiles` may block and raise ConnectionProblem; then there is nothing about connections,
    but which problem it was."""

    def __init__(
        self,
        profiles: Callable[[], Sequence[Profile]],
        settings: Callable[[], Settings],
        logs: Logs,
        clock: Clock,
        home: Path | None = None,
    ) -> None:
        self._profiles = profiles
        self._settings = settings
        self._logs = logs
        self._clock = clock
        self._home = home or Path.home()

    def save(self, file: Path, checkup: Checkup) -> str:
        """Write it; blocks. Returns an empty text, or why it could not be written."""
        return save_bytes(file, self.content(checkup))

    def content(self, checkup: Checkup) -> bytes:
        """The ZIP file."""
        from desktop_app.app.doctor import anonymous, checkup_json  # with its words: few starts need them

        now = self._clock.now()
        parts = {"about.json": self._about(now), "computer.json": checkup_json(checkup, self._home)}
        for name, text in self._logs().items():
            parts[f"log/{name}"] = anonymous(text, self._home)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in sorted(parts.items()):
                entry = zipfile.ZipInfo(name, now.timetuple()[:6])
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, text.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def _about(self, now: datetime) -> str:
        from desktop_app.app.doctor import anonymous

        document = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": _utc(now),
            "program": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
            "settings": asdict(self._settings()),
            "connections": self._connections(),
        }
        return anonymous(json.dumps(document, ensure_ascii=False, indent=2) + "\n", self._home)

    def _connections(self) -> list[dict[str, object]] | dict[str, str]:
        from desktop_app.core.problems import ConnectionProblem

        try:
            return [_state(number, profile) for number, profile in enumerate(self._profiles(), start=1)]
        except ConnectionProblem as failure:
            return {"problem": failure.problem.value}


def _state(number: int, profile: Profile) -> dict[str, object]:
    """What helps to understand a connection without telling whose it is."""
    check = profile.last_check
    return {
        "number": number,
        "method": profile.method.value,
        "cloud": profile.cloud.key,
        "created_at": _utc(profile.created_at),
        "ends": profile.credential_ends.isoformat() if profile.credential_ends else None,
        "end_told_by_azure": profile.credential_ends_at is not None,
        "app_has_secret": profile.app_has_secret,
        "own_ca_file": bool(profile.ca_file),
        "checked_at": _utc(check.at) if check else None,
        "works": check.identity_proved if check else None,
        "problem": check.problem.value if check and check.problem else None,
        "refused": profile.refused.value if profile.refused else None,
    }


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
