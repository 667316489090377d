"""What others may know about a connection, as text to paste into a ticket or a form."""

from __future__ import annotations

from desktop_app.app.i18n import _
from desktop_app.app.words import method_name
from desktop_app.core.profile import Profile


def identifiers(profile: Profile) -> str:
    """A line each. Made of the profile alone, which holds no secret."""
    cloud = profile.cloud
    rows = [
        (_("Organization"), profile.organization),
        (_("Address"), cloud.organization_url(profile.organization)),
        (_("Method"), method_name(profile.method)),
        (_("Acts as"), profile.account),
        (_("Directory (tenant) ID"), profile.tenant),
        (_("Application (client) ID"), profile.client_id),
        (_("Redirect URI"), profile.redirect_uri),
        (_("Sign-in address"), cloud.authority(profile.tenant) if profile.tenant else ""),
        (_("Scope"), cloud.default_scope if profile.tenant else ""),
        (_("Ends on"), profile.credential_ends.isoformat() if profile.credential_ends else ""),
    ]
    return "\n".join(f"{label}: {value}" for label, value in rows if value)
