"""Which addresses the sign-in page may go to.

The person sees one window and must be able to trust it: at the top level only https, only hosts that sign people in,
and any other host only after the person said that it belongs to their organization.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl

from desktop_app.core.cloud import Cloud

_FULL = QUrl.ComponentFormattingOption.FullyEncoded

# Where Microsoft's own sign-in leads: second factors, password change, device registration, and in the public cloud
# personal accounts. learn.microsoft.com: "Microsoft 365 URLs and IP address ranges", rows 56 and 59, and its pages for
# the national clouds.
_OF_EVERY_MICROSOFT_CLOUD = frozenset({"*.msauth.net", "*.msftauth.net", "aka.ms", "go.microsoft.com"})
_BY_LOGIN_HOST = {
    "login.microsoftonline.com": {
        "login.microsoft.com",
        "login.live.com",
        "account.live.com",
        "account.microsoft.com",
        "login.windows.net",
        "mysignins.microsoft.com",
        "account.activedirectory.windowsazure.com",
        "passwordreset.microsoftonline.com",
        "enterpriseregistration.windows.net",
    },
    "login.microsoftonline.us": {
        "mysignins.azure.us",
        "account.activedirectory.windowsazure.us",
        "passwordreset.microsoftonline.us",
        "enterpriseregistration.microsoftonline.us",
    },
    "login.partner.microsoftonline.cn": {
        "account.activedirectory.windowsazure.cn",
        "passwordreset.activedirectory.windowsazure.cn",
        "enterpriseregistration.partner.microsoftonline.cn",
    },
}


def sign_in_hosts(cloud: Cloud) -> frozenset[str]:
    """Hosts a sign-in to `cloud` may lead to unasked; "*.name" stands for every host below `name`.

    A cloud that is not Microsoft's has its own login host alone.
    """
    login = urlsplit(cloud.login).hostname or ""
    own = {login, f"*.{login}"}
    of_microsoft = _BY_LOGIN_HOST.get(login)
    return frozenset(own if of_microsoft is None else own | of_microsoft | _OF_EVERY_MICROSOFT_CLOUD)


class Verdict(Enum):
    """What becomes of a navigation. ASK: open it once the person agreed to its host."""

    OPEN = auto()
    CATCH = auto()
    ASK = auto()
    REFUSE = auto()


def host_of(url: QUrl) -> str:
    """The host in lower case and, for international names, in its ASCII form: look-alike letters become visible."""
    return url.host(_FULL).lower()


@dataclass(frozen=True, slots=True)
class NavigationRules:
    """The rules of one sign-in. `remembered` are hosts the person agreed to; it grows while the sign-in runs.

    `port` is that of the cloud's own login host. Behind any other than this and 443 is another service, whoever the
    host belongs to: it has a name of its own there, "host:port".
    """

    redirect_uri: str
    allowed: frozenset[str]
    remembered: set[str] = field(default_factory=set)
    port: int = 443

    def judge(self, url: QUrl, *, main_frame: bool) -> Verdict:
        """The fate of a navigation to `url`."""
        if self.is_redirect(url):
            # Inside a frame nobody could see it; it is not an answer to this sign-in.
            return Verdict.CATCH if main_frame else Verdict.REFUSE
        if not main_frame:
            return Verdict.OPEN if url.scheme() in {"https", "about", "data", "blob"} else Verdict.REFUSE
        if url.toString() == "about:blank":
            return Verdict.OPEN
        # A user name before the host is there to mislead the reader of an address.
        if url.scheme() != "https" or url.userInfo() or not url.host():
            return Verdict.REFUSE
        return Verdict.OPEN if self.is_known(self.name_of(url)) else Verdict.ASK

    def name_of(self, url: QUrl) -> str:
        """Under which name the place of `url` is known, asked about and remembered."""
        port = url.port(443)
        return host_of(url) if port in {443, self.port} else f"{host_of(url)}:{port}"

    def is_known(self, host: str) -> bool:
        """True if `host` may be opened unasked."""
        if host in self.allowed or host in self.remembered:
            return True
        return any(entry.startswith("*.") and host.endswith(entry[1:]) for entry in self.allowed)

    def is_redirect(self, url: QUrl) -> bool:
        """True if `url` is the redirect URI: scheme, host, port and path the same, query free (RFC 6749, 3.1.2)."""
        return _without_query(url) == _without_query(QUrl(self.redirect_uri))


def _without_query(url: QUrl) -> tuple[str, str, str, int, str]:
    port = url.port({"https": 443, "http": 80}.get(url.scheme(), -1))
    return url.scheme(), url.userInfo(), host_of(url), port, url.path(_FULL) or "/"
