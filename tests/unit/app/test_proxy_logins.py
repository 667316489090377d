"""What somebody typed in for a proxy, for this run."""

from desktop_app.app.proxy_logins import ProxyLogins
from desktop_app.core.credential import Secret


def test_it_is_known_by_the_name_of_the_proxy_until_it_is_refused() -> None:
    logins = ProxyLogins()
    word = Secret("word for the " + "proxy")
    logins.keep("Proxy.Example", "dana", word)

    assert logins.of("proxy.example") == ("dana", word)
    assert logins.of("another.example") is None
    logins.forget("PROXY.example")
    assert logins.of("proxy.example") is None


def test_no_password_is_printed() -> None:
    logins = ProxyLogins()
    logins.keep("proxy.example", "dana", Secret("word for the " + "proxy"))

    assert ("word for the" in f"{logins!r} {logins.of('proxy.example')!r} {vars(logins)!r}") is False
