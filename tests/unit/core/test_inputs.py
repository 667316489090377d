"""Every field an admin fills in: what is taken, what is refused, and why."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret
from desktop_app.core.inputs import (
    InputFault,
    InputNote,
    Judged,
    is_guid,
    judge_client_id,
    judge_client_secret,
    judge_expiry,
    judge_host,
    judge_name,
    judge_new_end,
    judge_pat,
    judge_redirect_uri,
    judge_replacement,
    judge_tenant,
)
from tests.unit.core.texts import anything

GUID = "0A1b2c3d-0000-1111-2222-333344445555"
PAT = "a1B2" * 13 + "JQQJ" + "99" + "BK" + "AC" + "A" * 10 + "AAAS" + "AZDO" + "x1y2"
OLD_PAT = "abc2" * 13
JWT = ".".join(["ey" + "J" + "hbGciOi" * 3, "ey" + "J" + "zdWIiOi" * 3, "c2ln" * 4])
TODAY = date(2026, 11, 2)


# -- tenant and client ID ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tenant", [GUID, "contoso.com", "contoso.onmicrosoft.com", "a.b.c.example", "xn--mller-kva.example", "Contoso.COM"]
)
def test_a_tenant_is_a_guid_or_a_domain(tenant: str) -> None:
    assert judge_tenant(f" {tenant} ") == Judged(tenant.lower())


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("   ", InputFault.EMPTY),
        ("common", InputFault.TENANT_SHARED),
        ("Organizations", InputFault.TENANT_SHARED),
        ("consumers", InputFault.TENANT_SHARED),
        ("contoso", InputFault.TENANT_SHAPE),
        ("Contoso Ltd", InputFault.TENANT_SHAPE),
        (GUID[:-1], InputFault.TENANT_SHAPE),
        (GUID + "0", InputFault.TENANT_SHAPE),
        (GUID.replace("-", ""), InputFault.TENANT_SHAPE),
        ("{" + GUID + "}", InputFault.TENANT_SHAPE),
        ("g" + GUID[1:], InputFault.TENANT_SHAPE),
        ("https://contoso.com", InputFault.TENANT_SHAPE),
        ("contoso.com/", InputFault.TENANT_SHAPE),
        ("contoso.com/../common", InputFault.TENANT_SHAPE),
        ("admin@contoso.com", InputFault.TENANT_SHAPE),
        ("-contoso.com", InputFault.TENANT_SHAPE),
        ("contoso..com", InputFault.TENANT_SHAPE),
        ("192.168.0.1", InputFault.TENANT_SHAPE),
        ("a" * 250 + ".com", InputFault.TENANT_SHAPE),
        ("contoso.com\nx", InputFault.TENANT_SHAPE),
        ("m\u00fcller.example", InputFault.TENANT_SHAPE),
    ],
)
def test_what_is_no_tenant_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_tenant(typed) == Judged(fault=fault)


def test_a_client_id_is_a_guid() -> None:
    assert judge_client_id(f"\t{GUID}\n") == Judged(GUID.lower())


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("contoso.com", InputFault.CLIENT_ID_SHAPE),
        ("My App", InputFault.CLIENT_ID_SHAPE),
        (GUID[:-1], InputFault.CLIENT_ID_SHAPE),
        (f"{GUID} {GUID}", InputFault.CLIENT_ID_SHAPE),
        (f"{GUID}\nx", InputFault.CLIENT_ID_SHAPE),
        (GUID.replace("0", "\u0660"), InputFault.CLIENT_ID_SHAPE),
    ],
)
def test_what_is_no_client_id_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_client_id(typed) == Judged(fault=fault)


def test_a_guid_is_told_from_anything_longer() -> None:
    assert is_guid(GUID)
    assert not is_guid(GUID + "\n")


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_a_client_secret_is_taken_without_the_blanks_around_it() -> None:
    secret = "abc" + "8Q~" + "x~._-" * 6

    assert judge_client_secret(secret) == Judged(secret)
    assert judge_client_secret(f" {secret}\n") == Judged(secret, note=InputNote.BLANKS_REMOVED)


def test_a_client_secret_of_an_unknown_shape_is_taken() -> None:
    assert judge_client_secret("short/+=").ok


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("  ", InputFault.EMPTY),
        (GUID, InputFault.SECRET_IS_ID),
        (f" {GUID.upper()} ", InputFault.SECRET_IS_ID),
        ("two words", InputFault.SECRET_HAS_BLANKS),
        ("two\nlines", InputFault.SECRET_HAS_BLANKS),
    ],
)
def test_what_is_no_client_secret_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_client_secret(typed) == Judged(fault=fault)


def test_a_client_secret_may_be_left_empty_where_it_is_optional() -> None:
    assert judge_client_secret("  ", optional=True) == Judged("")
    assert judge_client_secret(GUID, optional=True).fault is InputFault.SECRET_IS_ID


@pytest.mark.parametrize("token", [PAT, OLD_PAT])
def test_a_token_is_taken_without_the_blanks_around_it(token: str) -> None:
    assert judge_pat(token) == Judged(token)
    assert judge_pat(f"  {token}\r\n") == Judged(token, note=InputNote.BLANKS_REMOVED)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("\n", InputFault.EMPTY),
        (JWT, InputFault.PAT_IS_JWT),
        (f" {JWT} ", InputFault.PAT_IS_JWT),
        (GUID, InputFault.PAT_IS_GUID),
        (f"Bearer {JWT}", InputFault.PAT_HAS_SCHEME),
        (f"bearer {PAT}", InputFault.PAT_HAS_SCHEME),
        (f"Basic {OLD_PAT}", InputFault.PAT_HAS_SCHEME),
        (f"Authorization: Basic {PAT}", InputFault.PAT_HAS_SCHEME),
        (f"authorization:bearer {PAT}", InputFault.PAT_HAS_SCHEME),
        (f"{PAT[:40]} {PAT[40:]}", InputFault.PAT_HAS_BLANKS),
        (f"{PAT[:40]}\n{PAT[40:]}", InputFault.PAT_HAS_BLANKS),
        (PAT[:-1], InputFault.PAT_SHAPE),
        (PAT + "x", InputFault.PAT_SHAPE),
        (PAT.replace("JQQJ", "JXXJ"), InputFault.PAT_SHAPE),
        (PAT.replace("AZDO", "AZDX"), InputFault.PAT_SHAPE),
        (OLD_PAT[:-1], InputFault.PAT_SHAPE),
        (OLD_PAT.upper(), InputFault.PAT_SHAPE),
        (OLD_PAT[:-1] + "1", InputFault.PAT_SHAPE),
        ("correct-horse-battery-staple", InputFault.PAT_SHAPE),
        ("contoso", InputFault.PAT_SHAPE),
        ("Bearer", InputFault.PAT_SHAPE),
    ],
)
def test_what_is_no_token_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_pat(typed) == Judged(fault=fault)


def test_a_replacement_is_another_one() -> None:
    assert judge_replacement(judge_pat(PAT), Secret(PAT)) == Judged(fault=InputFault.SECRET_SAME)
    assert judge_replacement(judge_pat(f" {PAT} "), Secret(PAT)) == Judged(fault=InputFault.SECRET_SAME)
    assert judge_replacement(judge_pat(PAT), Secret(OLD_PAT)) == judge_pat(PAT)
    assert judge_replacement(judge_pat(PAT), None) == judge_pat(PAT)
    assert judge_replacement(judge_pat(""), Secret("")) == judge_pat("")


# -- expiry -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [TODAY, TODAY + timedelta(days=1), date(2099, 12, 31)])
def test_an_expiry_is_today_or_later(ends: date) -> None:
    assert judge_expiry(f" {ends.isoformat()} ", TODAY) == Judged(ends)


@pytest.mark.parametrize("days", [1, 90, 365])
def test_what_is_to_be_made_ends_within_a_year(days: int) -> None:
    ends = TODAY + timedelta(days=days)
    assert judge_new_end(ends.isoformat(), TODAY) == Judged(ends)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("soon", InputFault.EXPIRY_SHAPE),
        ("2026-11-01", InputFault.EXPIRY_OUTSIDE),
        ("2026-11-02", InputFault.EXPIRY_OUTSIDE),
        ("2027-11-03", InputFault.EXPIRY_OUTSIDE),
    ],
)
def test_what_is_to_be_made_ends_neither_today_nor_after_a_year(typed: str, fault: InputFault) -> None:
    assert judge_new_end(typed, TODAY) == Judged(fault=fault)


def test_an_unknown_expiry_is_fine() -> None:
    judged = judge_expiry("  ", TODAY)

    assert judged.ok
    assert judged.value is None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("2026-11-01", InputFault.EXPIRY_PAST),
        ("1999-01-01", InputFault.EXPIRY_PAST),
        ("31.03.2027", InputFault.EXPIRY_SHAPE),
        ("03/31/2027", InputFault.EXPIRY_SHAPE),
        ("2027-02-30", InputFault.EXPIRY_SHAPE),
        ("2027-3-1", InputFault.EXPIRY_SHAPE),
        ("2027-03-31T00:00", InputFault.EXPIRY_SHAPE),
        ("20270331", InputFault.EXPIRY_SHAPE),
        ("2027-W13-3", InputFault.EXPIRY_SHAPE),
        ("tomorrow", InputFault.EXPIRY_SHAPE),
        ("\u0662\u0660\u0662\u0667-03-31", InputFault.EXPIRY_SHAPE),
    ],
)
def test_what_is_no_future_date_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_expiry(typed, TODAY) == Judged(fault=fault)


# -- redirect URI -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    [
        "https://secrets.example.com/organization/app-connections/azure/oauth/callback",
        "https://login.microsoftonline.com/common/oauth2/nativeclient",
        "https://example.com:8443/callback?a=b",
        "http://localhost",
        "http://localhost:5000/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:5000/callback",
        "https://e.example/" + "a" * (256 - len("https://e.example/")),
    ],
)
def test_a_redirect_uri_is_taken_as_it_is(uri: str) -> None:
    assert judge_redirect_uri(f" {uri} ") == Judged(uri)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("http://secrets.example.com/callback", InputFault.REDIRECT_INSECURE),
        ("http://localhost.evil.example/callback", InputFault.REDIRECT_INSECURE),
        ("http://localhost@evil.example/callback", InputFault.REDIRECT_INSECURE),
        ("http://127.0.0.2/", InputFault.REDIRECT_INSECURE),
        ("http://evil.example\\@localhost/", InputFault.REDIRECT_SHAPE),
        ("secrets.example.com/callback", InputFault.REDIRECT_SHAPE),
        ("/callback", InputFault.REDIRECT_SHAPE),
        ("https://", InputFault.REDIRECT_SHAPE),
        ("https:///callback", InputFault.REDIRECT_SHAPE),
        ("https://example.com/callback#part", InputFault.REDIRECT_SHAPE),
        ("https://example.com/call back", InputFault.REDIRECT_SHAPE),
        ("https://example.com/a\nb", InputFault.REDIRECT_SHAPE),
        ("https://example.com:port/", InputFault.REDIRECT_SHAPE),
        ("https://example.com:99999/", InputFault.REDIRECT_SHAPE),
        ("https://[/", InputFault.REDIRECT_SHAPE),
        ("\x00https://example.com/", InputFault.REDIRECT_SHAPE),
        ("https://example.com/\x1b", InputFault.REDIRECT_SHAPE),
        ("https://<your-domain>/organization/app-connections/azure/oauth/callback", InputFault.REDIRECT_SHAPE),
        ("https://example.com/callback(1)", InputFault.REDIRECT_SHAPE),
        ("https://example.com/a,b;c", InputFault.REDIRECT_SHAPE),
        ("javascript:alert(1)", InputFault.REDIRECT_SHAPE),
        ("urn:ietf:wg:oauth:2.0:oob", InputFault.REDIRECT_SHAPE),
        ("myapp://callback", InputFault.REDIRECT_SHAPE),
        ("https://e.example/" + "a" * (257 - len("https://e.example/")), InputFault.REDIRECT_TOO_LONG),
    ],
)
def test_what_is_no_redirect_uri_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_redirect_uri(typed) == Judged(fault=fault)


@given(anything)
def test_a_redirect_uri_that_is_taken_is_https_or_stays_on_this_computer(text: str) -> None:
    uri = judge_redirect_uri(text).value

    if uri is not None:
        assert re.match(r"https://|http://(localhost|127\.0\.0\.1|\[::1\]|[^/?#]*@)", uri, re.IGNORECASE)
        assert uri.isprintable()
        assert len(uri) <= 256


# -- name and host ----------------------------------------------------------------------------------------------------


def test_a_name_is_taken_without_needless_blanks() -> None:
    assert judge_name("  Contoso \t production\n", frozenset()) == Judged("Contoso production")
    assert judge_name("a" * 64, frozenset()).ok


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        (" \n ", InputFault.EMPTY),
        ("a" * 65, InputFault.NAME_TOO_LONG),
        ("contoso", InputFault.NAME_TAKEN),
        ("CONTOSO", InputFault.NAME_TAKEN),
        (" Contoso ", InputFault.NAME_TAKEN),
        ("STRASSE", InputFault.NAME_TAKEN),
    ],
)
def test_a_name_that_can_not_be_used_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_name(typed, frozenset({"Contoso", "Stra\u00dfe"})) == Judged(fault=fault)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://devops.example.com", "https://devops.example.com"),
        (" https://devops.example.com/ ", "https://devops.example.com"),
        ("https://devops.example.com:8443/tfs//", "https://devops.example.com:8443/tfs"),
        ("https://127.0.0.1:5443", "https://127.0.0.1:5443"),
    ],
)
def test_a_host_is_a_base_url_without_the_last_slash(typed: str, host: str) -> None:
    assert judge_host(typed) == Judged(host)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        ("/", InputFault.EMPTY),
        ("devops.example.com", InputFault.HOST_SHAPE),
        ("http://devops.example.com", InputFault.HOST_SHAPE),
        ("https://", InputFault.HOST_SHAPE),
        ("https://someone@devops.example.com", InputFault.HOST_SHAPE),
        ("https://devops.example.com?x=y", InputFault.HOST_SHAPE),
        ("https://devops.example.com#x", InputFault.HOST_SHAPE),
        ("https://devops.example.com:99999", InputFault.HOST_SHAPE),
        ("https://devops example.com", InputFault.HOST_SHAPE),
        ("https://devops.example.com/my team", InputFault.HOST_SHAPE),
        ("https://devops.example.com\\x", InputFault.HOST_SHAPE),
        ("https://devops.exa\tmple.com", InputFault.HOST_SHAPE),
        ("https://devops.example.com/\x00", InputFault.HOST_SHAPE),
        ("https://[", InputFault.HOST_SHAPE),
    ],
)
def test_what_is_no_host_is_refused(typed: str, fault: InputFault) -> None:
    assert judge_host(typed) == Judged(fault=fault)


@given(anything)
def test_a_host_that_is_taken_can_be_part_of_a_cloud(text: str) -> None:
    host = judge_host(text).value

    if host is not None:
        cloud = Cloud("custom", host, host, host, host, host, host, host)
        assert cloud.owns(cloud.organization_url("contoso"))
        assert host.isprintable()


@given(anything, st.booleans())
def test_no_text_makes_a_judgement_fail(text: str, optional: bool) -> None:
    judgements: list[Judged[str] | Judged[date | None]] = [
        judge_tenant(text),
        judge_client_id(text),
        judge_client_secret(text, optional=optional),
        judge_pat(text),
        judge_expiry(text, TODAY),
        judge_name(text, frozenset({"contoso"})),
        judge_host(text),
    ]

    for judged in judgements:
        assert judged.ok is (judged.fault is None)
        assert judged.fault is None or (judged.value is None and judged.note is None)
