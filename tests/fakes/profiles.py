"""Profiles for tests: one of every kind, and any that Hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from desktop_app.core.cloud import PUBLIC, WELL_KNOWN, Cloud
from desktop_app.core.problems import Problem
from desktop_app.core.profile import LastCheck, Method, Profile, ProfileId

CUSTOM = Cloud(
    key="custom",
    login="https://login.example:8443",
    devops="https://tfs.example/tfs",
    release="https://tfs.example/tfs",
    identity="https://tfs.example/tfs",
    entitlements="https://tfs.example/tfs",
    profile="https://tfs.example/tfs",
    portal="https://portal.example",
)

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_times = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  aware by `timezones`


def profiles(ids: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Profile]:
    return st.builds(
        Profile,
        id=(ids or st.uuids().map(lambda value: value.hex)).map(ProfileId),
        name=_text,
        organization=_text,
        method=st.sampled_from(Method),
        cloud=st.sampled_from([*WELL_KNOWN.values(), CUSTOM]),
        created_at=_times,
        tenant=_text,
        client_id=_text,
        redirect_uri=_text,
        account=_text,
        credential_ends=st.none() | st.dates(date(2000, 1, 1), date(2200, 1, 1)),
        credential_ends_at=st.none() | _times,
        credential_id=_text,
        all_organizations=st.booleans(),
        app_has_secret=st.booleans(),
        scopes=st.lists(_text, max_size=5).map(tuple),
        signed_in_scopes=st.lists(_text, max_size=5).map(tuple),
        renewed_at=st.none() | _times,
        ca_file=_text,
        last_check=st.none()
        | st.builds(LastCheck, at=_times, identity_proved=st.booleans(), problem=st.none() | st.sampled_from(Problem)),
        report_projects=st.lists(st.uuids().map(str), max_size=3).map(tuple),
    )


def a_profile(number: int = 1, **changes: Any) -> Profile:  # any field of Profile
    """A whole profile; another number gives another id and name."""
    whole = Profile(
        id=ProfileId(f"{number:032x}"),
        name=f"Contoso {number}",
        organization="contoso",
        method=Method.OAUTH,
        cloud=PUBLIC,
        created_at=datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC),
        tenant="contoso.example",
        client_id="11111111-2222-3333-4444-555555555555",
        redirect_uri="http://localhost",
        account="admin@contoso.example",
        credential_ends=date(2026, 9, 1),
        scopes=("vso.project", "vso.release"),
        ca_file="/etc/contoso-ca.pem",
        last_check=LastCheck(datetime(2026, 3, 1, 13, tzinfo=UTC), True, Problem.SCOPE_MISSING),
    )
    return replace(whole, **changes)
