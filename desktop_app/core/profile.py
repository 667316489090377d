"""A saved connection without its secrets: safe to print, to write to a file, to show.

The credential that belongs to a Profile lies in the keyring under its ProfileId.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from desktop_app.core.cloud import Cloud
from desktop_app.core.problems import Problem

ProfileId = NewType("ProfileId", str)


def new_profile_id() -> ProfileId:
    """A fresh id: 32 hexadecimal digits, never reused."""
    import uuid  # a third of a megabyte that a start does not need

    return ProfileId(uuid.uuid4().hex)


class Method(StrEnum):
    """The three ways Azure DevOps lets a tool in."""

    OAUTH = "oauth"
    PAT = "pat"
    CLIENT_SECRET = "client-secret"


@dataclass(frozen=True, slots=True)
class LastCheck:
    """How the newest validation ended. `problem` is the first thing that failed; None if nothing did.

    `identity_proved` is False when the connection does not work at all; True with a problem means that it works,
    but not with every permission.
    """

    at: datetime
    identity_proved: bool
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One connection to one organization. Dates are aware UTC.

    `tenant`, `client_id` and `redirect_uri` are empty for a PAT; `redirect_uri` also for a client secret.
    `credential_ends` is the last day of the PAT or client secret; where Azure told the moment itself, it is
    `credential_ends_at`, and `credential_id` is Azure's id of the credential (a PAT's authorizationId, a client
    secret's keyId). `all_organizations` is True for a PAT that Azure said is good for all of its owner's organizations.
    `app_has_secret` is True for a sign-in to an app that proves itself with a client secret, whose end is then kept in
    the same fields. `scopes` are those of the newest token, or those Azure told of the PAT; `signed_in_scopes` those of
    the sign-in itself, so that a narrowing shows. `renewed_at` is when the sign-in was last used: its 90 days count
    from then.
    `ca_file` is a PEM file trusted for this connection's hosts only, besides the system's own authorities.
    `report_projects` are the ids of the projects that its permission reports are about; empty: all.
    `refused` says why the policy of the company's IT does not let it be used; it is never kept.
    """

    id: ProfileId
    name: str
    organization: str
    method: Method
    cloud: Cloud
    created_at: datetime
    tenant: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    account: str = ""
    credential_ends: date | None = None
    credential_ends_at: datetime | None = None
    credential_id: str = ""
    all_organizations: bool = False
    app_has_secret: bool = False
    scopes: tuple[str, ...] = ()
    signed_in_scopes: tuple[str, ...] = ()
    renewed_at: datetime | None = None
    ca_file: str = ""
    last_check: LastCheck | None = None
    report_projects: tuple[str, ...] = ()
    refused: Problem | None = None

    @property
    def scopes_lost(self) -> tuple[str, ...]:
        """What the sign-in once granted and the newest token no longer has."""
        return tuple(sorted(set(self.signed_in_scopes) - set(self.scopes)))
