"""The lives of credentials: personal access tokens and client secrets read, made and ended through Microsoft's APIs.

Ports for the adapters in infra (fakes in tests/fakes/lifecycle.py), the values they speak in, and the rules by which
one record is told from another. A new secret is told once, by the request that makes it. Such a request is never sent
again by itself: where `may_have_been_made` says so, its caller lists what there is, and finds what it lost by the name
that it chose for it (`called`), which should be like no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import AccessToken, Secret
from desktop_app.core.problems import Problem

FULL_ACCESS_SCOPE = "app_token"
"""What a personal access token of full access has in place of scopes (Azure DevOps REST, Pats)."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PatRecord:
    """A personal access token as its owner's list shows it. Not a secret.

    `scopes` are short names ("vso.project"), or FULL_ACCESS_SCOPE alone; moments are aware UTC. `all_organizations`: it
    was made for "All accessible organizations". `told_name` as in AppSecretRecord.
    """

    authorization_id: str
    name: str
    scopes: frozenset[str]
    valid_from: datetime
    valid_to: datetime
    all_organizations: bool = False
    told_name: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PatWish:
    """A personal access token to be made, for one organization only. `ends_at` is aware UTC."""

    name: str
    scopes: frozenset[str]
    ends_at: datetime

    def is_met_by(self, record: PatRecord) -> bool:
        """True if the token made is the one wished for and no mightier: the service may shorten its life."""
        within = record.valid_to <= self.ends_at + timedelta(seconds=1)  # which fractions of a second are kept is open
        return record.scopes == self.scopes and within and not record.all_organizations


class PatLifecycle(Protocol):
    """The personal access tokens of the person who signed in, at one organization (Azure DevOps REST, Pats).

    `token` is of a person's Entra sign-in, with user_impersonation; a personal access token or an app's own is refused.
    All raise ConnectionProblem: PAT_LIFECYCLE_REFUSED (this sign-in may not manage tokens), CONFLICT, and what every
    request to Azure DevOps raises (core/ports.py, AzureDevOps).
    """

    def list(self, cloud: Cloud, organization: str, token: AccessToken) -> tuple[PatRecord, ...]:
        """The active ones, page by page, by name."""
        ...

    def create(self, cloud: Cloud, organization: str, token: AccessToken, wish: PatWish) -> tuple[PatRecord, Secret]:
        """Make one. Sent once; see `may_have_been_made`. The record is what the service says that it made.

        Raises besides: PAT_POLICY_LIFESPAN, PAT_POLICY_FULL_ACCESS, PAT_POLICY_GLOBAL (rules of the company),
        PAT_END_REFUSED, PAT_SCOPES_REFUSED, PAT_CREATION_REFUSED (facts: pat_error, the service's own word).
        """
        ...

    def revoke(self, cloud: Cloud, organization: str, token: AccessToken, authorization_id: str) -> None:
        """End one, at once and for good. One that is gone, revoked or unknown already is a success, so this may be
        called again after any failure.

        Raises besides: PAT_REVOCATION_REFUSED (facts: pat_error).
        """
        ...


@dataclass(frozen=True, slots=True)
class GraphToken:
    """An app's token for Microsoft Graph. Of a type of its own, so that it can not be sent to Azure DevOps, nor Azure
    DevOps' to Graph."""

    value: Secret


@dataclass(frozen=True, slots=True)
class AppSecretRecord:
    """A client secret as the app registration shows it. Not a secret.

    `hint` is its first three characters, empty where Entra has none (old ones); `name` may be empty. Moments are aware
    UTC. `told_name` is the name letter by letter, only to be compared: `name` is fit to be shown, without what might be
    a secret.
    """

    key_id: str
    name: str
    hint: str
    starts_at: datetime
    ends_at: datetime
    told_name: str = field(default="", repr=False, compare=False)


class AppSecrets(Protocol):
    """The client secrets of an app registration, through Microsoft Graph.

    All raise ConnectionProblem: GRAPH_NOT_OFFERED (the cloud has no Graph), GRAPH_PERMISSION_MISSING (the app may not
    do this with itself), GRAPH_SIGN_IN_REFUSED, APP_NOT_FOUND, CONFLICT, THROTTLED, SERVICE_UNAVAILABLE, REDIRECTED,
    NOT_JSON, ANSWER_CUT_OFF, ANSWER_NOT_UNDERSTOOD, GRAPH_UNEXPECTED (facts: code), and those of HttpSession.
    """

    def list(self, cloud: Cloud, client_id: str, token: GraphToken) -> tuple[AppSecretRecord, ...]:
        """All of them, the one that ends last first; those that have ended stay until they are removed."""
        ...

    def add(
        self, cloud: Cloud, client_id: str, token: GraphToken, name: str, ends_at: datetime
    ) -> tuple[AppSecretRecord, Secret]:
        """Make one. Sent once; see `may_have_been_made`. Entra's sign-in knows it only some seconds later
        (auth/client_secret.py, `once_known`).

        Raises besides: APP_SECRETS_FORBIDDEN, APP_SECRET_LIFETIME (rules of the company), APP_SECRETS_FULL.
        """
        ...

    def remove(self, cloud: Cloud, client_id: str, token: GraphToken, key_id: str) -> None:
        """Remove one for good. One that is gone already is a success, so this may be called again after any failure."""
        ...


R = TypeVar("R", PatRecord, AppSecretRecord)


def called(records: Iterable[R], name: str) -> tuple[R, ...]:
    """The records of exactly this name: what a request made whose answer was lost."""
    return tuple(record for record in records if (record.told_name or record.name) == name)


def record_of_secret(records: Iterable[AppSecretRecord], secret: Secret) -> AppSecretRecord | None:
    """The record of `secret` by its first characters; None if none fits, more than one does, or one does not show them:
    that one may be of any secret."""
    may_be = [record for record in records if not record.hint or secret.begins_with(record.hint)]
    return may_be[0] if len(may_be) == 1 and may_be[0].hint else None


def records_of_token(
    records: Iterable[PatRecord],
    *,
    name: str = "",
    ends: date | None = None,
    scopes: frozenset[str] = frozenset(),
) -> tuple[PatRecord, ...]:
    """The records that a token may be of which so much is known: its name, the day it ends, its scopes; what is empty
    is not known. Nothing in a record tells its token for certain.

    The day may be off by one: it is read from a page in local time, and kept without a zone.
    """
    return tuple(
        record
        for record in records
        if (not name or record.name == name)
        and (ends is None or abs(record.valid_to.date() - ends) <= _ONE_DAY)
        and (not scopes or record.scopes == scopes)
    )


_NEVER_ARRIVED = frozenset(
    {
        Problem.NAME_NOT_RESOLVED,
        Problem.CONNECTION_REFUSED,
        Problem.NO_NETWORK,
        Problem.CERTIFICATE_UNTRUSTED,
        Problem.CERTIFICATE_EXPIRED,
        Problem.CERTIFICATE_NOT_YET_VALID,
        Problem.CERTIFICATE_WRONG_HOST,
        Problem.CERTIFICATE_STRICT,
        Problem.PROXY_UNREACHABLE,
        Problem.PROXY_AUTHENTICATION,
        Problem.PROXY_BLOCKED,
    }
)
_REFUSED = frozenset(
    {
        Problem.PAT_LIFECYCLE_REFUSED,
        Problem.PAT_POLICY_LIFESPAN,
        Problem.PAT_POLICY_FULL_ACCESS,
        Problem.PAT_POLICY_GLOBAL,
        Problem.PAT_END_REFUSED,
        Problem.PAT_SCOPES_REFUSED,
        Problem.PAT_CREATION_REFUSED,
        Problem.GRAPH_NOT_OFFERED,
        Problem.GRAPH_PERMISSION_MISSING,
        Problem.GRAPH_SIGN_IN_REFUSED,
        Problem.APP_SECRETS_FORBIDDEN,
        Problem.APP_SECRET_LIFETIME,
        Problem.APP_SECRETS_FULL,
        Problem.APP_NOT_FOUND,
        Problem.ORGANIZATION_NOT_FOUND,
        Problem.NOT_IN_ORGANIZATION,
        Problem.SIGN_IN_NOT_ACCEPTED,
        Problem.CREDENTIAL_ANONYMOUS,
        Problem.POLICY_BLOCKED,
        Problem.THROTTLED,
    }
)


def may_have_been_made(problem: Problem) -> bool:
    """Whether a request that ended so may still have made what it asked for: yes, unless it is certain that it did
    not arrive or was refused."""
    return problem not in _NEVER_ARRIVED | _REFUSED
