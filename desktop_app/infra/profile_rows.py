"""A Profile as one row of a JSON file, and back.

The file of connections and the journal of changes both keep rows of this form; none holds a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec

from desktop_app.core.cloud import Cloud
from desktop_app.core.inputs import judge_host
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId

CUSTOM = "custom"

Row = dict[str, Any]
"""One connection as a file has it, with fields of later versions. Any: JSON has no static type."""

_AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]


class _Hosts(msgspec.Struct, omit_defaults=True):
    """A custom cloud's hosts."""

    login: str
    devops: str
    release: str
    identity: str
    entitlements: str
    profile: str
    portal: str
    graph: str = ""  # not in files of earlier versions


class _Check(msgspec.Struct):
    at: _AwareTime
    identity_proved: bool
    problem: str | None = None


class _Connection(msgspec.Struct, omit_defaults=True):
    """A Profile as it is written: the cloud by its key, and by its hosts too when nothing else tells them."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    name: str
    organization: str
    method: Method
    cloud: str
    created_at: _AwareTime
    cloud_hosts: _Hosts | None = None
    tenant: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    account: str = ""
    credential_ends: date | None = None
    credential_ends_at: _AwareTime | None = None
    credential_id: str = ""
    all_organizations: bool = False
    app_has_secret: bool = False
    scopes: tuple[str, ...] = ()
    signed_in_scopes: tuple[str, ...] = ()
    renewed_at: _AwareTime | None = None
    ca_file: str = ""
    last_check: _Check | None = None
    report_projects: tuple[str, ...] = ()


_PLACE = re.compile(r"at `(\$[a-z_.\[\]]{1,60})`")  # how msgspec's errors end; what comes before quotes the value
FIELDS = frozenset(field.name for field in msgspec.structs.fields(_Connection))
"""What this version knows of a row."""

_DECODER = msgspec.json.Decoder(_Connection)
_PROBLEMS = {problem.value: problem for problem in Problem}


class BadRow(ValueError):
    """A row that is no profile; the text says why and quotes no value."""


def profile_from(row: Row, clouds: Mapping[str, Cloud]) -> Profile:
    """`clouds` resolves the keys of clouds. Raises BadRow."""
    return _checked(lambda: msgspec.convert(row, _Connection), clouds)


def profile_from_json(row: bytes, clouds: Mapping[str, Cloud]) -> Profile:
    """As `profile_from`, of a row's own JSON: twice as fast, for a file of thousands. Raises BadRow."""
    return _checked(lambda: _DECODER.decode(row), clouds)


def _checked(read: Callable[[], _Connection], clouds: Mapping[str, Cloud]) -> Profile:
    try:
        return _profile(read(), clouds)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        place = _PLACE.search(str(error))
        raise BadRow(f"unexpected value at {place[1] if place else '$'}") from None
    except OverflowError:  # the first or the last day of all, in another zone
        raise BadRow("a moment out of range") from None


def _profile(found: _Connection, clouds: Mapping[str, Cloud]) -> Profile:
    return Profile(
        id=ProfileId(found.id),
        name=found.name,
        organization=found.organization,
        method=found.method,
        cloud=_cloud(found, clouds),
        created_at=_in_utc(found.created_at),
        tenant=found.tenant,
        client_id=found.client_id,
        redirect_uri=found.redirect_uri,
        account=found.account,
        credential_ends=found.credential_ends,
        credential_ends_at=_utc(found.credential_ends_at),
        credential_id=found.credential_id,
        all_organizations=found.all_organizations,
        app_has_secret=found.app_has_secret,
        scopes=found.scopes,
        signed_in_scopes=found.signed_in_scopes,
        renewed_at=_utc(found.renewed_at),
        ca_file=found.ca_file,
        last_check=_last_check(found.last_check),
        report_projects=found.report_projects,
    )


def _cloud(found: _Connection, clouds: Mapping[str, Cloud]) -> Cloud:
    if found.cloud == CUSTOM and found.cloud_hosts is not None:
        hosts = msgspec.structs.asdict(found.cloud_hosts)
        for name, url in hosts.items():
            # Files are edited, and back-ups come from somewhere: a secret is sent over https only.
            if url != (judge_host(url).value or "") or not (url or name == "graph"):
                raise BadRow(f"the {name} host of a custom cloud is no https address")
        return Cloud(key=CUSTOM, **hosts)
    if found.cloud in clouds:
        return clouds[found.cloud]
    raise BadRow("a cloud that is not known here")


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else _in_utc(moment)


def _last_check(found: _Check | None) -> LastCheck | None:
    if found is None:
        return None
    # A code of a later version does not make the file unreadable: that something failed is still told.
    problem = None if found.problem is None else _PROBLEMS.get(found.problem, Problem.INTERNAL)
    return LastCheck(_in_utc(found.at), found.identity_proved, problem)


def row_of(profile: Profile) -> Row:
    """What `profile_from` reads."""
    cloud, check = profile.cloud, profile.last_check
    hosts = {field.name: getattr(cloud, field.name) for field in msgspec.structs.fields(_Hosts)}
    row = msgspec.to_builtins(
        _Connection(
            id=profile.id,
            name=profile.name,
            organization=profile.organization,
            method=profile.method,
            cloud=cloud.key,
            created_at=profile.created_at.astimezone(UTC),
            cloud_hosts=_Hosts(**hosts) if cloud.key == CUSTOM else None,
            tenant=profile.tenant,
            client_id=profile.client_id,
            redirect_uri=profile.redirect_uri,
            account=profile.account,
            credential_ends=profile.credential_ends,
            credential_ends_at=_utc(profile.credential_ends_at),
            credential_id=profile.credential_id,
            all_organizations=profile.all_organizations,
            app_has_secret=profile.app_has_secret,
            scopes=profile.scopes,
            signed_in_scopes=profile.signed_in_scopes,
            renewed_at=_utc(profile.renewed_at),
            ca_file=profile.ca_file,
            last_check=_Check(check.at.astimezone(UTC), check.identity_proved, check.problem) if check else None,
            report_projects=profile.report_projects,
        )
    )
    return dict(row)
