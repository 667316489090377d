"""What the words for many problems share: the buttons that several of them offer, and how a server is named."""

from __future__ import annotations

from datetime import datetime

from desktop_app.app.guidance import Action, ActionKind, Place
from desktop_app.app.i18n import _


def again() -> Action:
    return Action(_("Try again"), ActionKind.TRY_AGAIN)


def browser() -> Action:
    return Action(_("Continue in browser"), ActionKind.CONTINUE_IN_BROWSER)


def sign_in_again() -> Action:
    return Action(_("Sign in again"), ActionKind.SIGN_IN_AGAIN)


def keyring_words() -> tuple[str, str]:
    """Title and text while the keyring does not answer."""
    return (
        _("Waiting for the keyring of this computer."),
        _("It may be asking for its password in another window. Nothing is changed until it answers."),
    )


def host(place: Place) -> str:
    """The server's name, for the middle of a sentence."""
    return place.fact("host", _("the server"))


def host_first(place: Place) -> str:
    """As above, at the beginning of a sentence."""
    return place.fact("host", _("The server"))


def moment_words(moment: datetime) -> str:
    """A point in time in this computer's own time zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
