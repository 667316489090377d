"""Which addresses a sign-in page may go to."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QUrl

from desktop_app.core.cloud import CHINA, PUBLIC, US_GOVERNMENT, Cloud
from desktop_app.gui.sign_in_rules import NavigationRules, Verdict, host_of, sign_in_hosts

OWN = replace(PUBLIC, key="custom", login="https://login.contoso.example")
RULES = NavigationRules(PUBLIC.native_redirect_uri, sign_in_hosts(PUBLIC), {"adfs.contoso.example"})


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("https://login.microsoftonline.com/common/oauth2/v2.0/authorize?x=1", Verdict.OPEN),
        ("https://device.login.microsoftonline.com/", Verdict.OPEN),
        ("https://LOGIN.LIVE.COM/x", Verdict.OPEN),
        ("https://aadcdn.msauth.net/x", Verdict.OPEN),
        ("https://adfs.contoso.example/adfs/ls", Verdict.OPEN),
        ("about:blank", Verdict.OPEN),
        ("https://login.microsoftonline.com.evil.example/", Verdict.ASK),
        ("https://evilmsauth.net/", Verdict.ASK),
        ("https://msauth.net.evil.example/", Verdict.ASK),
        ("https://xn--lgin-5qa.live.com/", Verdict.ASK),
        ("https://login.microsoftonline.com@evil.example/", Verdict.REFUSE),
        ("https://adfs.contoso.example:pass@adfs.contoso.example/", Verdict.REFUSE),
        ("http://login.microsoftonline.com/", Verdict.REFUSE),
        ("file:///etc/passwd", Verdict.REFUSE),
        ("javascript:alert(1)", Verdict.REFUSE),
        ("data:text/html,hello", Verdict.REFUSE),
        ("view-source:https://login.live.com/", Verdict.REFUSE),
        ("about:config", Verdict.REFUSE),
        ("", Verdict.REFUSE),
    ],
)
def test_top_level_address(address: str, verdict: Verdict) -> None:
    assert RULES.judge(QUrl(address), main_frame=True) is verdict


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("https://anything.example/", Verdict.OPEN),
        ("about:srcdoc", Verdict.OPEN),
        ("data:text/html,hello", Verdict.OPEN),
        ("file:///etc/passwd", Verdict.REFUSE),
        ("http://anything.example/", Verdict.REFUSE),
        ("ms-settings:about", Verdict.REFUSE),
        (PUBLIC.native_redirect_uri + "?code=c", Verdict.REFUSE),
    ],
)
def test_address_inside_a_frame(address: str, verdict: Verdict) -> None:
    assert RULES.judge(QUrl(address), main_frame=False) is verdict


@pytest.mark.parametrize(
    ("redirect_uri", "address", "caught"),
    [
        ("https://a.example/cb", "https://a.example/cb", True),
        ("https://a.example/cb", "https://a.example/cb?code=c&state=s", True),
        ("https://a.example/cb", "https://A.example:443/cb?code=c", True),
        ("https://a.example/cb", "https://a.example:444/cb?code=c", False),
        ("https://a.example/cb", "http://a.example/cb?code=c", False),
        ("https://a.example/cb", "https://a.example/cb/?code=c", False),
        ("https://a.example/cb", "https://a.example/CB?code=c", False),
        ("https://a.example/cb", "https://a.example/cb/../cb2?code=c", False),
        ("https://a.example/cb", "https://x@a.example/cb?code=c", False),
        ("https://a.example/cb", "https://b.a.example/cb?code=c", False),
        ("http://localhost", "http://localhost/?code=c", True),
        ("http://localhost/", "http://localhost?code=c", True),
        ("http://localhost", "http://localhost:8080/?code=c", False),
        ("https://a.example/a%2Fb", "https://a.example/a/b?code=c", False),
    ],
)
def test_redirect_is_the_registered_address_but_for_its_query(redirect_uri: str, address: str, caught: bool) -> None:
    rules = NavigationRules(redirect_uri, frozenset({"a.example"}))
    assert (rules.judge(QUrl(address), main_frame=True) is Verdict.CATCH) is caught


@pytest.mark.parametrize("cloud", [PUBLIC, US_GOVERNMENT, CHINA])
def test_every_cloud_signs_in_at_its_own_host_unasked(cloud: Cloud) -> None:
    rules = NavigationRules(cloud.native_redirect_uri, sign_in_hosts(cloud))
    assert rules.judge(QUrl(f"{cloud.login}/organizations"), main_frame=True) is Verdict.OPEN
    assert rules.judge(QUrl(f"{cloud.native_redirect_uri}?code=c"), main_frame=True) is Verdict.CATCH


@pytest.mark.parametrize(
    ("cloud", "host", "known"),
    [
        (PUBLIC, "login.live.com", True),
        (PUBLIC, "mysignins.azure.us", False),
        (US_GOVERNMENT, "mysignins.azure.us", True),
        (US_GOVERNMENT, "login.live.com", False),
        (US_GOVERNMENT, "login.microsoftonline.com", False),
        (CHINA, "passwordreset.activedirectory.windowsazure.cn", True),
        (CHINA, "aadcdn.msftauth.net", True),
        (CHINA, "login.microsoftonline.us", False),
        (OWN, "login.contoso.example", True),
        (OWN, "device.login.contoso.example", True),
        (OWN, "login.microsoftonline.com", False),
        (OWN, "aka.ms", False),
    ],
)
def test_every_cloud_has_a_list_of_its_own(cloud: Cloud, host: str, known: bool) -> None:
    rules = NavigationRules(cloud.native_redirect_uri, sign_in_hosts(cloud))
    verdict = Verdict.OPEN if known else Verdict.ASK
    assert rules.judge(QUrl(f"https://{host}/"), main_frame=True) is verdict


@pytest.mark.parametrize(
    ("address", "verdict", "name"),
    [
        ("https://login.contoso.example:8443/", Verdict.OPEN, "login.contoso.example"),
        ("https://login.contoso.example/", Verdict.OPEN, "login.contoso.example"),
        ("https://login.contoso.example:443/", Verdict.OPEN, "login.contoso.example"),
        ("https://login.contoso.example:9443/", Verdict.ASK, "login.contoso.example:9443"),
        ("https://adfs.contoso.example:9443/", Verdict.OPEN, "adfs.contoso.example:9443"),
        ("https://adfs.contoso.example/", Verdict.ASK, "adfs.contoso.example"),
    ],
)
def test_another_port_is_another_place(address: str, verdict: Verdict, name: str) -> None:
    remembered = {"adfs.contoso.example:9443"}
    rules = NavigationRules("https://r.example/", frozenset({"login.contoso.example"}), remembered, 8443)
    assert rules.judge(QUrl(address), main_frame=True) is verdict
    assert rules.name_of(QUrl(address)) == name


def test_look_alike_letters_show_in_the_host() -> None:
    assert host_of(QUrl("https://lоgin.example/")).startswith("xn--")  # noqa: RUF001 - a Cyrillic o
