"""The lines of *Check this computer*: what each looks at, and in one plain sentence what it found."""

from __future__ import annotations

from typing import assert_never

from desktop_app.app.guidance import Place
from desktop_app.app.guidance_index import guidance_for
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.checks import CheckStatus
from desktop_app.core.diagnosis import DiagnosisName, DiagnosisResult, Line, Scope


def headline(failures: int) -> str:
    """A whole run in one sentence."""
    if not failures:
        return _("Nothing on this computer stands in the way.")
    return ngettext(
        "{count} thing on this computer needs you.", "{count} things on this computer need you.", failures
    ).format(count=failures)


def line_title(line: Line) -> str:  # noqa: PLR0912 - one branch per line
    """A line before it ran."""
    match line.name:
        case DiagnosisName.NETWORK:
            return _("Network")
        case DiagnosisName.PROXY:
            return _("Proxy")
        case DiagnosisName.CA_FILE:
            return _("Certificate file")
        case DiagnosisName.NAME:
            return _("Find {host}").format(host=line.host)
        case DiagnosisName.CONNECTION:
            return _("Secure connection to {host}").format(host=line.host)
        case DiagnosisName.CAPTIVE_PORTAL:
            return _("No sign-in page of the network in the way")
        case DiagnosisName.INSPECTION:
            return _("Who looks into the connections")
        case DiagnosisName.CLOCK:
            return _("Clock")
        case DiagnosisName.KEYRING:
            return _("Keyring")
        case DiagnosisName.WEB_ENGINE:
            return _("Built-in sign-in window")
        case DiagnosisName.FOLDERS:
            return _("Folders and disk")
        case DiagnosisName.POLICY:
            return _("Rules of your organization")
        case _:
            assert_never(line.name)


def line_words(result: DiagnosisResult, scope: Scope) -> str:
    """The same line after it ran, as one sentence."""
    match result.status:
        case CheckStatus.PASSED:
            return _passed(result)
        case CheckStatus.FAILED:
            if result.problem is None:
                return _("Failed.")
            return f"{guidance_for(result.problem, Place(scope.cloud, facts=result.facts)).title}."
        case CheckStatus.UNKNOWN:
            return _unknown(result)
        case CheckStatus.SKIPPED:
            return _skipped(result)
        case _:
            assert_never(result.status)


def _passed(result: DiagnosisResult) -> str:  # noqa: PLR0912 - one branch per line
    facts = result.facts
    match result.line.name:
        case DiagnosisName.NETWORK:
            return _("This computer is connected to a network.")
        case DiagnosisName.PROXY:
            return _proxy(facts.get("proxy", ""), facts.get("source", ""))
        case DiagnosisName.CA_FILE:
            return _("The certificate file of this connection can be read.")
        case DiagnosisName.NAME:
            return _("Its address is {address}.").format(address=facts.get("address") or _("known"))
        case DiagnosisName.CONNECTION:
            if issuer := facts.get("issuer", ""):
                return _("It answered. “{issuer}” vouches for it.").format(issuer=issuer)
            return _("It answered, and its certificate is trusted.")
        case DiagnosisName.CAPTIVE_PORTAL:
            return _("The sign-in service itself answered.")
        case DiagnosisName.INSPECTION:
            return _inspection(facts.get("inspected", ""), facts.get("issuer", ""))
        case DiagnosisName.CLOCK:
            return _clock(facts.get("skew_s", ""))
        case DiagnosisName.KEYRING:
            return _("A test secret was kept, read and removed again. Secrets are kept in: {keyring}.").format(
                keyring=keyring_words(facts.get("keyring", ""))
            )
        case DiagnosisName.WEB_ENGINE:
            return _("Everything that the window needs is there.")
        case DiagnosisName.FOLDERS:
            return _("ADO Connect can save its list and its log, and there is room on the disk.")
        case DiagnosisName.POLICY:
            return _policy(facts.get("policy", ""), facts.get("file", ""))
        case _:
            assert_never(result.line.name)


def _policy(policy: str, file: str) -> str:
    if policy == "in-force":
        return _("A policy is in force; what it sets can not be changed here. It is in {file}.").format(file=file)
    if policy == "changeable":
        return _(
            "A policy is in force, but people who are no administrators could change it. Tell your IT team: {file}."
        ).format(file=file)
    return _("No policy is set up for this computer.")


def _proxy(proxy: str, source: str) -> str:
    if not proxy:
        return _("No proxy is set up; connections go straight to the internet.")
    if source == "environment":
        return _("{proxy} answers. It is set in an environment variable.").format(proxy=proxy)
    return _("{proxy} answers. It is set in the system's network settings.").format(proxy=proxy)


def _inspection(inspected: str, issuer: str) -> str:
    if inspected != "yes":
        return _("Nobody, as it seems: the servers have certificates of different authorities.")
    return _(
        "“{issuer}” vouches for every server and was added to this computer. That is usual where a company or a "
        "security program looks into web traffic, and works with ADO Connect."
    ).format(issuer=issuer)


def _clock(skew: str) -> str:
    try:
        seconds = abs(int(skew))
    except ValueError:
        return _("It agrees with the servers.")
    return ngettext(
        "It agrees with the servers to within {n} second.",
        "It agrees with the servers to within {n} seconds.",
        max(1, seconds),
    ).format(n=max(1, seconds))


def keyring_words(name: str) -> str:
    """A keyring by the name of its module, as its owner knows it."""
    return (
        {
            "SecretService": _("the Secret Service (GNOME Keyring or another)"),
            "libsecret": _("the Secret Service (GNOME Keyring or another)"),
            "kwallet": "KWallet",
            "Windows": "Windows Credential Manager",
            "macOS": _("the macOS Keychain"),
        }.get(name)
        or name
        or _("the system's keyring")
    )


def _unknown(result: DiagnosisResult) -> str:
    match result.line.name:
        case DiagnosisName.NAME:
            return _("It can not be found from here, but the proxy looks it up instead.")
        case DiagnosisName.NETWORK:
            return _("No usual way out was found, yet names can be found or come from elsewhere.")
        case DiagnosisName.INSPECTION if result.facts.get("issuer"):
            return _("“{issuer}” vouches for every server. If you do not know that name, ask your IT team.").format(
                issuer=result.facts["issuer"]
            )
        case DiagnosisName.INSPECTION:
            return _("Too few servers answered to compare who vouches for them.")
        case DiagnosisName.CAPTIVE_PORTAL:
            return _("The sign-in service answered in a way that shows neither.")
        case DiagnosisName.CLOCK:
            return _("No server told the time.")
        case _:
            return _("It could not be found out.")


def _skipped(result: DiagnosisResult) -> str:
    match result.line.name:
        case DiagnosisName.CONNECTION:
            return _("Not tried, because its name was not found.")
        case DiagnosisName.CAPTIVE_PORTAL:
            return _("Not tried, because the sign-in service was not reached or is not needed.")
        case DiagnosisName.INSPECTION:
            return _("Not looked at, because nothing leaves this computer.")
        case DiagnosisName.CLOCK:
            return _("Not compared, because no server answered.")
        case _:
            return _("Not checked, because something before it failed.")
