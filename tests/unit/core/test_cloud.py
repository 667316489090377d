"""Which URLs belong to a cloud, and the addresses it builds."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT, WELL_KNOWN, Cloud, origin_of

CUSTOM = Cloud(
    key="custom",
    login="https://login.example.com:8443",
    devops="https://devops.example.com/tfs",
    release="https://devops.example.com/tfs",
    identity="https://devops.example.com/tfs",
    entitlements="https://devops.example.com/tfs",
    profile="https://devops.example.com/tfs",
    portal="https://portal.example.com",
)


@pytest.mark.parametrize(
    "url",
    [
        "https://dev.azure.com",
        "https://dev.azure.com/",
        "https://dev.azure.com/contoso/_apis/projects?api-version=7.1",
        "https://dev.azure.com:443/contoso",
        "https://DEV.Azure.COM/contoso",
        "HTTPS://dev.azure.com/contoso",
        "https://vsrm.dev.azure.com/contoso",
        "https://vssps.dev.azure.com/contoso",
        "https://vsaex.dev.azure.com/contoso",
        "https://app.vssps.visualstudio.com/_apis/profile",
        "https://login.microsoftonline.com/common/oauth2/nativeclient",
    ],
)
def test_the_public_cloud_owns_its_hosts(url: str) -> None:
    assert PUBLIC.owns(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://dev.azure.com/contoso",
        "http://dev.azure.com:443/contoso",
        "ftp://dev.azure.com/contoso",
        "//dev.azure.com/contoso",
        "dev.azure.com/contoso",
        "https://dev.azure.com:8443/contoso",
        "https://dev.azure.com:80/contoso",
        "https://dev.azure.com.evil.example/contoso",
        "https://evildev.azure.com/contoso",
        "https://evil.dev.azure.com/contoso",
        "https://azure.com/contoso",
        "https://dev.azure.com./contoso",
        "https://dev-azure.com/contoso",
        "https://evil.example/dev.azure.com",
        "https://evil.example/?https://dev.azure.com/",
        "https://evil.example#@dev.azure.com/",
        "https://dev.azure.com@evil.example/",
        "https://dev.azure.com:443@evil.example/",
        # Browsers and urllib3 end the host at the backslash, Python's urlsplit does not.
        "https://evil.example\\@dev.azure.com/",
        "https://evil.example\\.dev.azure.com/",
        "https://someone@dev.azure.com/contoso",
        "https://someone:word@dev.azure.com/contoso",
        "https://@dev.azure.com/contoso",
        "https://portal.azure.com/",
        "https://dev.\u0430zure.com/",  # a Cyrillic letter
        "https://",
        "",
    ],
)
def test_the_public_cloud_owns_no_look_alike(url: str) -> None:
    assert not PUBLIC.owns(url)


@pytest.mark.parametrize(
    "url", ["https://[", "https://dev.azure.com:99999/", "https://dev.azure.com:port/", "https://[::1"]
)
def test_a_url_that_is_none_belongs_to_nobody(url: str) -> None:
    assert not PUBLIC.owns(url)


@given(st.text(st.characters()))
def test_every_text_is_judged_without_an_error(text: str) -> None:
    assert PUBLIC.owns(text) in {True, False}
    assert not PUBLIC.owns(f"https://evil.example/{text}")


def test_the_port_belongs_to_the_host() -> None:
    assert CUSTOM.owns("https://login.example.com:8443/tenant")
    assert not CUSTOM.owns("https://login.example.com/tenant")
    assert CUSTOM.owns("https://devops.example.com:443/other")


@pytest.mark.parametrize("key", sorted(WELL_KNOWN))
def test_a_well_known_cloud_is_found_by_its_own_key_and_has_https_hosts_only(key: str) -> None:
    cloud = WELL_KNOWN[key]
    hosts = [value for name, value in dataclasses.asdict(cloud).items() if name != "key"]

    assert cloud.key == key
    assert len(hosts) == 8
    for host in hosts:
        assert host.startswith("https://")
        assert not host.endswith("/")


def test_every_cloud_has_its_own_sign_in_host() -> None:
    assert len({cloud.login for cloud in (PUBLIC, US_GOVERNMENT, CHINA)}) == 3
    assert not US_GOVERNMENT.owns(f"{PUBLIC.login}/tenant")


def test_addresses_are_those_that_microsoft_publishes() -> None:
    assert PUBLIC.organization_url("contoso") == "https://dev.azure.com/contoso"
    assert PUBLIC.token_page_url("contoso") == "https://dev.azure.com/contoso/_usersSettings/tokens"
    assert PUBLIC.users_page_url("contoso") == "https://dev.azure.com/contoso/_settings/users"
    assert PUBLIC.authority("contoso.example") == "https://login.microsoftonline.com/contoso.example"
    assert PUBLIC.native_redirect_uri == "https://login.microsoftonline.com/common/oauth2/nativeclient"
    assert PUBLIC.default_scope == "499b84ac-1321-427f-aa17-267ca6975798/.default"


def test_a_base_with_a_path_keeps_it() -> None:
    assert CUSTOM.organization_url("contoso") == "https://devops.example.com/tfs/contoso"
    assert CUSTOM.native_redirect_uri == "https://login.example.com:8443/common/oauth2/nativeclient"


def test_only_the_api_hosts_take_an_azure_devops_credential() -> None:
    assert PUBLIC.login not in PUBLIC.api_bases
    assert PUBLIC.portal not in PUBLIC.bases
    assert set(PUBLIC.bases) - set(PUBLIC.api_bases) == {PUBLIC.login, PUBLIC.graph}


@pytest.mark.parametrize("cloud", WELL_KNOWN.values(), ids=WELL_KNOWN)
def test_tokens_of_graph_and_of_azure_devops_never_go_to_each_others_hosts(cloud: Cloud) -> None:
    graph = f"{cloud.graph}/v1.0/applications"

    assert cloud.owns(graph)
    assert cloud.takes_graph_token(graph)
    assert not cloud.takes_devops_token(graph)
    for base in (cloud.login, *cloud.api_bases):
        assert not cloud.takes_graph_token(base)
        assert cloud.takes_devops_token(base) is (base != cloud.login)


def test_graph_is_asked_in_its_own_cloud() -> None:
    assert PUBLIC.graph_scope == "https://graph.microsoft.com/.default"
    assert US_GOVERNMENT.graph_scope == "https://graph.microsoft.us/.default"
    assert CHINA.graph_scope == "https://microsoftgraph.chinacloudapi.cn/.default"


@pytest.mark.parametrize("url", ["", "https://", "https://graph.microsoft.com/v1.0", "https://devops.example.com/"])
def test_a_cloud_without_graph_has_no_place_for_its_tokens(url: str) -> None:
    assert CUSTOM.graph_scope == ""
    assert not CUSTOM.takes_graph_token(url)
    assert "" not in CUSTOM.bases


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Example.COM/a", ("example.com", 443)),
        ("http://example.com/a", ("example.com", 80)),
        ("https://example.com:8443", ("example.com", 8443)),
        ("http://localhost:5000/x", ("localhost", 5000)),
    ],
)
def test_an_origin_is_a_lower_case_host_and_a_port(url: str, origin: tuple[str, int]) -> None:
    assert origin_of(url) == origin
