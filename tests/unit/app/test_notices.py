"""The banners of a connection: what they say, their order, and the one button of each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from desktop_app.app.guidance import ActionKind
from desktop_app.app.notices import Notice, Urgency, notices_of
from desktop_app.core.ends import ALL_ORGANIZATIONS_END
from desktop_app.core.profile import LastCheck, Method, Profile
from tests.fakes.clock import NOON
from tests.fakes.profiles import CUSTOM, a_profile, profiles

AFTER = ALL_ORGANIZATIONS_END + timedelta(hours=12)
TOKEN_PAGE = "https://dev.azure.com/contoso/_usersSettings/tokens"


def pat(**values: Any) -> Profile:
    """Azure told all about it."""
    whole = a_profile(method=Method.PAT, credential_ends=date(2028, 1, 1), credential_id="one", last_check=None)
    return replace(whole, **values)


def sign_in(**values: Any) -> Profile:
    return replace(a_profile(credential_ends=None, renewed_at=NOON), **values)


def only(profile: Profile, now: datetime = NOON) -> Notice:
    (notice,) = notices_of(profile, now, UTC)
    return notice


def test_a_connection_without_a_worry_has_no_banner() -> None:
    assert notices_of(pat(), NOON, UTC) == ()
    assert notices_of(sign_in(), NOON, UTC) == ()
    assert notices_of(a_profile(method=Method.CLIENT_SECRET, credential_ends=None), NOON, UTC) == ()


def test_a_token_that_ends_soon_leads_to_the_token_page() -> None:
    notice = only(pat(credential_ends=date(2026, 11, 9)))

    assert (notice.urgency, notice.tone, notice.title) == (
        Urgency.ENDS_SOON,
        "attention",
        "This connection ends in 7 days.",
    )
    assert "until 2026-11-09" in notice.text
    assert (notice.action.kind, notice.action.target) == (ActionKind.OPEN_URL, TOKEN_PAGE)


def test_a_secret_that_is_over_leads_to_the_portal() -> None:
    notice = only(a_profile(method=Method.CLIENT_SECRET, credential_ends=date(2026, 10, 1)))

    assert (notice.urgency, notice.tone, notice.title) == (Urgency.OVER, "bad", "This connection has ended.")
    assert "/Credentials/appId/11111111-2222-3333-4444-555555555555" in notice.action.target


def test_a_sign_in_that_nobody_uses_needs_a_check_and_later_a_new_one() -> None:
    soon = only(sign_in(renewed_at=NOON - timedelta(days=80)))
    over = only(sign_in(renewed_at=NOON - timedelta(days=91)))

    assert (soon.action.kind, over.action.kind) == (ActionKind.TRY_AGAIN, ActionKind.SIGN_IN_AGAIN)
    assert (soon.title, over.title) == ("This connection ends in 10 days.", "This connection has ended.")


def test_scopes_that_were_lost_are_named() -> None:
    notice = only(sign_in(signed_in_scopes=("vso.project", "vso.release", "vso.build"), scopes=("vso.project",)))

    assert notice.urgency is Urgency.SCOPES_NARROWED
    assert "vso.build, vso.release" in notice.text
    assert notice.action.kind is ActionKind.SIGN_IN_AGAIN


def test_a_token_for_all_organizations_stops_for_certain() -> None:
    before, after = only(pat(all_organizations=True)), only(pat(all_organizations=True), AFTER)

    assert before.title == "This token stops working on 1 December 2026."
    assert (before.urgency, before.tone) == (Urgency.ALL_ORGANIZATIONS, "attention")
    assert after.title == "This token stopped working on 1 December 2026."
    assert (after.urgency, after.tone) == (Urgency.OVER, "bad")
    assert {before.action.target, after.action.target} == {TOKEN_PAGE}


def test_of_a_token_about_which_nothing_is_known_it_is_said_how_to_see_it() -> None:
    notice = only(pat(credential_id=""))

    assert (notice.urgency, notice.tone) == (Urgency.WORTH_KNOWING, "info")
    assert "1 December 2026" in notice.text
    assert notice.action.target == TOKEN_PAGE


@pytest.mark.parametrize(
    ("last", "said"),
    [(None, False), (LastCheck(NOON, False), False), (LastCheck(AFTER, True), False), (LastCheck(AFTER, False), True)],
)
def test_afterwards_it_is_said_only_where_the_token_has_failed_since(last: LastCheck | None, said: bool) -> None:
    notices = notices_of(pat(credential_id="", last_check=last), AFTER, UTC)

    assert [notice.urgency for notice in notices] == ([Urgency.ALL_ORGANIZATIONS] if said else [])
    assert all("stopped working on 1 December 2026" in notice.text for notice in notices)


def test_a_server_of_ones_own_knows_no_such_day() -> None:
    assert notices_of(pat(credential_id="", cloud=CUSTOM), NOON, UTC) == ()
    assert notices_of(pat(all_organizations=True, cloud=CUSTOM), NOON, UTC) == ()


def test_what_is_over_stands_first() -> None:
    profile = sign_in(
        renewed_at=NOON - timedelta(days=80),
        credential_ends=date(2026, 10, 1),
        signed_in_scopes=("vso.build",),
        scopes=("vso.project",),
    )

    assert [notice.urgency for notice in notices_of(profile, NOON, UTC)] == [
        Urgency.OVER,
        Urgency.ENDS_SOON,
        Urgency.SCOPES_NARROWED,
    ]


@given(profiles())
def test_every_banner_has_whole_sentences_and_a_button(profile: Profile) -> None:
    for now in (NOON, AFTER):
        notices = notices_of(profile, now, UTC)
        assert [notice.urgency for notice in notices] == sorted(notice.urgency for notice in notices)
        for notice in notices:
            assert notice.title[-1] in ".?"
            assert notice.text.endswith(".")
            assert notice.action.label
            assert (notice.action.kind is ActionKind.OPEN_URL) is notice.action.target.startswith("https://")
