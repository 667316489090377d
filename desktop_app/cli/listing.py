"""`ado-connect list`: the saved connections, without any secret."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from desktop_app.app.i18n import _
from desktop_app.app.words import method_name, status_words
from desktop_app.cli.layout import columns
from desktop_app.core.profile import Profile
from desktop_app.core.redact import redact

if TYPE_CHECKING:
    from desktop_app.app.workspace import Workspace


def listing(workspace: Workspace, *, as_json: bool) -> int:
    """One line for each connection, in the order of the window; or a JSON array. Always 0."""
    profiles = workspace.connections.load()
    now = workspace.clock.now()
    if as_json:
        entries = [_entry(profile, status_words(profile, now)[1]) for profile in profiles]
        sys.stdout.write(redact(json.dumps(entries, ensure_ascii=False, indent=2)) + "\n")
        return 0
    if not profiles:
        sys.stdout.write(_("There is no saved connection yet.") + "\n")
        return 0
    rows = [
        (profile.name, method_name(profile.method), profile.organization, status_words(profile, now)[1])
        for profile in profiles
    ]
    sys.stdout.write(redact(columns(rows)) + "\n")
    return 0


def _entry(profile: Profile, state: str) -> dict[str, object]:
    last = profile.last_check
    return {
        "name": profile.name,
        "method": profile.method.value,
        "organization": profile.organization,
        "cloud": profile.cloud.key,
        "account": profile.account,
        "credential_ends": profile.credential_ends.isoformat() if profile.credential_ends else None,
        "last_check": last.at.isoformat() if last else None,
        "identity_proved": last.identity_proved if last else None,
        "problem": last.problem.value if last and last.problem else None,
        "words": state,
    }
