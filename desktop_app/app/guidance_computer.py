"""Words for problems of the computer and its network that *Check this computer* finds."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.i18n import _, ngettext
from desktop_app.core.problems import Problem

CHECKABLE = frozenset(
    {
        Problem.NAME_NOT_RESOLVED,
        Problem.CONNECTION_REFUSED,
        Problem.CONNECTION_LOST,
        Problem.TIMED_OUT,
        Problem.CERTIFICATE_UNTRUSTED,
        Problem.CERTIFICATE_EXPIRED,
        Problem.CERTIFICATE_NOT_YET_VALID,
        Problem.CERTIFICATE_WRONG_HOST,
        Problem.CERTIFICATE_STRICT,
        Problem.TLS_FAILED,
        Problem.PROXY_FAILED,
        Problem.PROXY_AUTHENTICATION,
        Problem.PROXY_BLOCKED,
        Problem.REDIRECTED,
        Problem.NOT_JSON,
        Problem.ANSWER_CUT_OFF,
        Problem.ANSWER_TOO_LARGE,
        Problem.ANSWER_TOO_SLOW,
    }
)
"""Problems that the computer or its network may have brought about: looking at it may tell which."""


def with_check(problem: Problem, guidance: Guidance) -> Guidance:
    """The same words with *Check this computer* beside the button, where that may help."""
    if problem not in CHECKABLE:
        return guidance
    return replace(guidance, second=Action(_("Check this computer"), ActionKind.CHECK_COMPUTER))


def _again() -> Action:
    return Action(_("Check again"), ActionKind.TRY_AGAIN)


def no_network(place: Place) -> Guidance:
    return Guidance(
        _("This computer is not connected to any network"),
        _("There is no way out of this computer, and no name could be turned into an address."),
        _("The cable is unplugged, the wireless network is switched off, or flight mode is on."),
        _("Connect this computer to a network, and the VPN if your company has one. Then check again."),
        _again(),
    )


def captive_portal(place: Place) -> Guidance:
    return Guidance(
        _("This network wants you to sign in first"),
        _("Instead of {host} a page of the network itself answered.").format(host=place.fact("host", _("the server"))),
        _("Hotels, trains and guest networks show a page of their own until somebody agrees to their terms."),
        _("Open any web page in your browser and do what the network's page asks for. Then check again."),
        _again(),
    )


def proxy_unreachable(place: Place) -> Guidance:
    setting = (
        _("The address comes from an environment variable such as HTTPS_PROXY, and may be out of date.")
        if place.fact("source", "") == "environment"
        else _("The address comes from the network settings of your system, and may be out of date.")
    )
    return Guidance(
        _("The proxy does not answer"),
        _("This computer is set up to reach the internet through the proxy {proxy}, which did not answer.").format(
            proxy=place.fact("proxy", _("of your network"))
        ),
        setting,
        _("If you are away from your company's network, connect the VPN; otherwise ask your network team."),
        _again(),
    )


def clock_wrong(place: Place) -> Guidance:
    return Guidance(
        _("The clock of this computer is wrong"),
        _how_wrong(place.fact("skew_s", "")),
        _("It was not set for a while, or a virtual machine was asleep; tokens and certificates go by the time."),
        _("Let the system set the date and time by itself, look at the time zone too, then check again."),
        _again(),
    )


def _how_wrong(skew: str) -> str:
    """`skew` in seconds, positive where the clock is ahead; empty where only the certificates spoke against it."""
    try:
        seconds = int(skew)
    except ValueError:
        return _("Every server's certificate seems to belong to another time than this computer's clock shows.")
    minutes = max(1, abs(seconds) // 60)
    if seconds > 0:
        words = ngettext("It is {n} minute ahead of the servers.", "It is {n} minutes ahead of the servers.", minutes)
    else:
        words = ngettext("It is {n} minute behind the servers.", "It is {n} minutes behind the servers.", minutes)
    return words.format(n=minutes)


def web_engine_missing(place: Place) -> Guidance:
    return Guidance(
        _("The built-in sign-in window is not complete"),
        _("A part that shows web pages inside ADO Connect could not be loaded."),
        _("It was left out when the program was installed, or the system lacks a library that it needs."),
        _("Sign in with your own browser; the wizard offers it. To mend the window, install the program again."),
        _again(),
    )


def folder_unwritable(place: Place) -> Guidance:
    return Guidance(
        _("A folder of ADO Connect can not be written to"),
        _("Nothing could be saved in {file}.").format(file=place.fact("file", _("the program's own folder"))),
        _("The folder belongs to somebody else, the disk is write-protected, or a file stands in its place."),
        _("Give yourself the right to write there, or ask your IT team to. Then check again."),
        _again(),
    )


def disk_full(place: Place) -> Guidance:
    return Guidance(
        _("The disk is almost full"),
        _("There is hardly any room left where ADO Connect keeps its list of connections."),
        _("Other programs or files have used up the disk."),
        _("Make room on the disk, then check again. Nothing that was saved before is lost."),
        _again(),
    )
