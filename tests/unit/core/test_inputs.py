"""Every field an admin fills in: what is taken, what is refused, and why."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.cloud import PUBLIC, Cloud
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
    judge_organization,
    judge_pat,
    judge_redirect_uri,
    judge_tenant,
)

ORGANIZATION = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$")  # Azure DevOps docs, naming restrictions
GUID = "0A1b2c3d-0000-1111-2222-333344445555"
PAT = "a1B2" * 13 + "JQQJ" + "99" + "BK" + "AC" + "A" * 10 + "AAAS" + "AZDO" + "x1y2"
OLD_PAT = "abc2" * 13
JWT = ".".join(["ey" + "J" + "hbGciOi" * 3, "ey" + "J" + "zdWIiOi" * 3, "c2ln" * 4])
TODAY = date(2026, 11, 2)
CUSTOM = Cloud(
    key="custom",
    login="https://login.example.com",
    devops="https://devops.example.com:8443/tfs",
    release="https://release.example.com",
    identity="https://identity.example.com",
    entitlements="https://entitlements.example.com",
    profile="https://profile.example.com",
    portal="https://portal.example.com",
)

# Characters that matter in URLs come up often, so that hostile ones are found.
urlish = st.text(st.one_of(st.sampled_from("/:@?#%[]\\.-_ &=~v3"), st.characters()), max_size=40)
anything = st.one_of(
    st.text(st.characters()),
    urlish,
    urlish.map(lambda tail: f"https://dev.azure.com/{tail}"),
    urlish.map(lambda tail: f"https://{tail}"),
    urlish.map(lambda tail: f"{tail}.visualstudio.com"),
    urlish.map(lambda tail: f"git@ssh.dev.azure.com:v3/{tail}"),
)


# -- organization -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["contoso", "Contoso", "c", "0", "a-b", "1-2-3", "a" * 50, "a" + "-" * 48 + "b"])
def test_an_organization_is_taken_by_its_name(name: str) -> None:
    assert judge_organization(name) == Judged(name)
    assert judge_organization(f"  {name}\t\n") == Judged(name)


@pytest.mark.parametrize(
    "address",
    [
        "https://dev.azure.com/contoso",
        "https://dev.azure.com/contoso/",
        "  https://dev.azure.com/contoso  ",
        "http://dev.azure.com/contoso",
        "HTTPS://DEV.AZURE.COM/contoso",
        "dev.azure.com/contoso",
        "dev.azure.com/contoso/",
        "https://dev.azure.com//contoso//",
        "https://dev.azure.com:443/contoso",
        "https://dev.azure.com/contoso?view=all",
        "https://dev.azure.com/contoso#top",
        "https://dev.azure.com/contoso/My%20Project",
        "https://dev.azure.com/contoso/My Project/_settings",
        "https://dev.azure.com/contoso/Project/_git/repo",
        "https://dev.azure.com/contoso/_git/repo",
        "https://contoso@dev.azure.com/contoso/Project/_git/repo",
        "https://someone:word@dev.azure.com/contoso/Project/_git/repo",
        "contoso@dev.azure.com/contoso",
        "https://dev.azure.com/conto%73o/Project",
        "https://dev.azure.com/contoso/_usersSettings/tokens",
        "https://vsrm.dev.azure.com/contoso/Project/_apis/release/definitions",
        "https://vssps.dev.azure.com/contoso/_apis/graph/users",
        "https://vsaex.dev.azure.com/contoso/_apis/userentitlements",
        "https://pkgs.dev.azure.com/contoso/_packaging/feed/nuget/v3/index.json",
        "git@ssh.dev.azure.com:v3/contoso/Project/repo",
        "GIT@ssh.dev.azure.com:v3/contoso/Project/repo",
        "ssh://git@ssh.dev.azure.com/v3/contoso/Project/repo",
        "ssh://git@ssh.dev.azure.com:22/v3/contoso/Project/repo",
        "git@ssh.dev.azure.com:v3/contoso/My%20Project/repo",
        "contoso.visualstudio.com",
        "https://contoso.visualstudio.com",
        "https://contoso.visualstudio.com/",
        "https://contoso.visualstudio.com/Project/_git/repo",
        "https://contoso.visualstudio.com/DefaultCollection",
        "https://contoso.visualstudio.com/DefaultCollection/Project/_git/repo",
        "https://contoso.visualstudio.com/defaultcollection/Project",
        "https://someone@contoso.visualstudio.com/Project",
        "https://contoso.vsrm.visualstudio.com/Project/_apis/release",
        "https://contoso.vssps.visualstudio.com/_apis/graph",
        "https://Contoso.VisualStudio.com/Project",
        "contoso@vs-ssh.visualstudio.com:v3/contoso/Project/repo",
        "ssh://contoso@vs-ssh.visualstudio.com/v3/contoso/Project/repo",
        "ssh://contoso@vs-ssh.visualstudio.com:22/v3/contoso/Project/repo",
        "ssh://contoso@vs-ssh.visualstudio.com:22/DefaultCollection/Project/_ssh/repo",
        "ssh://contoso@contoso.visualstudio.com:22/DefaultCollection/Project/_git/repo",
    ],
)
def test_an_organization_is_found_in_an_address(address: str) -> None:
    assert judge_organization(address) == Judged("contoso", note=InputNote.ORGANIZATION_FROM_URL)


def test_the_case_of_a_name_in_a_path_is_kept() -> None:
    assert judge_organization("https://dev.azure.com/ConToso/x").value == "ConToso"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", InputFault.EMPTY),
        (" \t\n", InputFault.EMPTY),
        ("my organization", InputFault.ORGANIZATION_SPACES),
        ("contoso ltd", InputFault.ORGANIZATION_SPACES),
        ("contoso\u00a0ltd", InputFault.ORGANIZATION_SPACES),
        ("contoso\nfabrikam", InputFault.ORGANIZATION_SPACES),
        ("a" * 51, InputFault.ORGANIZATION_TOO_LONG),
        ("https://dev.azure.com/" + "a" * 51, InputFault.ORGANIZATION_TOO_LONG),
        ("a" * 51 + ".visualstudio.com", InputFault.ORGANIZATION_TOO_LONG),
        ("-contoso", InputFault.ORGANIZATION_HYPHEN_END),
        ("contoso-", InputFault.ORGANIZATION_HYPHEN_END),
        ("-", InputFault.ORGANIZATION_HYPHEN_END),
        ("contoso_ltd", InputFault.ORGANIZATION_CHARACTERS),
        ("m\u00fcller", InputFault.ORGANIZATION_CHARACTERS),
        ("\uff43ontoso", InputFault.ORGANIZATION_CHARACTERS),
        ("contos\u0660", InputFault.ORGANIZATION_CHARACTERS),
        ("contoso!", InputFault.ORGANIZATION_CHARACTERS),
        ("contoso%20", InputFault.ORGANIZATION_CHARACTERS),
        ("https://dev.azure.com/my%20organization/Project", InputFault.ORGANIZATION_SPACES),
        ("https://dev.azure.com/conto%2Fso", InputFault.ORGANIZATION_CHARACTERS),
        ("https://dev.azure.com/contoso-/Project", InputFault.ORGANIZATION_HYPHEN_END),
        ("https://dev.azure.com", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://dev.azure.com/", InputFault.ORGANIZATION_NOT_IN_URL),
        ("dev.azure.com", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://dev.azure.com/?organization=contoso", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://dev.azure.com/_usersSettings/tokens", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://aex.dev.azure.com/me?mkt=en-US", InputFault.ORGANIZATION_NOT_IN_URL),
        ("git@ssh.dev.azure.com:v3", InputFault.ORGANIZATION_NOT_IN_URL),
        ("git@ssh.dev.azure.com", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://[", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://visualstudio.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://www.visualstudio.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://app.vssps.visualstudio.com/_signin", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://.visualstudio.com/", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://github.com/contoso/repo", InputFault.ORGANIZATION_OTHER_SITE),
        ("git@github.com:contoso/repo.git", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://portal.azure.com/", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://azure.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://dev.azure.com.evil.example/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://evildev.azure.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://contoso.visualstudio.com.evil.example/", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://dev.azure.com@evil.example/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("contoso.com", InputFault.ORGANIZATION_OTHER_SITE),
        ("admin@contoso.example", InputFault.ORGANIZATION_OTHER_SITE),
        ("contoso/Project", InputFault.ORGANIZATION_OTHER_SITE),
    ],
)
def test_what_is_no_organization_is_refused_with_its_reason(typed: str, fault: InputFault) -> None:
    assert judge_organization(typed) == Judged(fault=fault)


@pytest.mark.parametrize(
    "address",
    [
        "https://devops.example.com:8443/tfs/contoso",
        "https://devops.example.com:8443/tfs/contoso/Project/_git/repo",
        "https://someone@devops.example.com:8443/tfs/contoso",
        "devops.example.com:8443/tfs/contoso/",
        "https://DevOps.example.com:8443/tfs/contoso",
        "https://release.example.com/contoso/Project",
    ],
)
def test_an_address_of_a_custom_cloud_is_understood_there_only(address: str) -> None:
    assert judge_organization(address, CUSTOM) == Judged("contoso", note=InputNote.ORGANIZATION_FROM_URL)
    assert judge_organization(address).fault is InputFault.ORGANIZATION_OTHER_SITE
    assert judge_organization(address, PUBLIC).fault is InputFault.ORGANIZATION_OTHER_SITE


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://devops.example.com:8443/tfs", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://devops.example.com:8443/tfs/", InputFault.ORGANIZATION_NOT_IN_URL),
        ("https://devops.example.com/tfs/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://login.example.com/contoso", InputFault.ORGANIZATION_OTHER_SITE),
        ("https://devops.example.com:8443/other/contoso", InputFault.ORGANIZATION_OTHER_SITE),
    ],
)
def test_an_address_beside_a_custom_cloud_is_refused(address: str, fault: InputFault) -> None:
    assert judge_organization(address, CUSTOM).fault is fault


@given(anything, st.sampled_from([None, PUBLIC, CUSTOM]))
def test_an_organization_that_is_taken_is_always_a_valid_name(text: str, cloud: Cloud | None) -> None:
    judged = judge_organization(text, cloud)

    if judged.ok:
        assert judged.value is not None
        assert ORGANIZATION.fullmatch(judged.value)
    else:
        assert judged.value is None
        assert judged.note is None


@given(st.from_regex(ORGANIZATION, fullmatch=True))
def test_every_valid_name_is_taken_alone_and_in_an_address(name: str) -> None:
    assert judge_organization(name) == Judged(name)
    assert judge_organization(f"https://dev.azure.com/{name}/Project").value == name


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


# -- expiry -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [TODAY, TODAY + timedelta(days=1), date(2099, 12, 31)])
def test_an_expiry_is_today_or_later(ends: date) -> None:
    assert judge_expiry(f" {ends.isoformat()} ", TODAY) == Judged(ends)


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
