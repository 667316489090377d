"""Words for problems of the sign-in window and of this computer: keyring, files."""

from __future__ import annotations

from desktop_app.app.guidance import Action, ActionKind, Guidance, Place
from desktop_app.app.guidance_pieces import again, browser, sign_in_again
from desktop_app.app.i18n import _


def sign_in_timed_out(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in was not finished in time"),
        _("Nobody completed the sign-in within the time limit."),
        _("The page was left open, or the answer did not reach this program."),
        _("Start the sign-in again."),
        sign_in_again(),
    )


def sign_in_state_mismatch(place: Place) -> Guidance:
    return Guidance(
        _("The answer did not belong to this sign-in"),
        _("ADO Connect received an answer that it had not asked for, and threw it away."),
        _("Two sign-ins ran at the same time, or a page tried to slip in an answer of its own."),
        _("Close other sign-in windows and start again. If it happens twice, tell your security team."),
        sign_in_again(),
    )


def sign_in_page_failed(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in page could not be shown"),
        _("The page of {host} did not load.").format(host=place.fact("host", _("the sign-in service"))),
        _("The network, a proxy or a certificate is in the way, or the page needs a full browser."),
        _("Continue in your own browser, or try again."),
        browser(),
    )


def sign_in_host_refused(place: Place) -> Guidance:
    return Guidance(
        _("The sign-in went to an unknown site"),
        _("The page wanted to go to {host}, and that was not allowed.").format(
            host=place.fact("host", _("another site"))
        ),
        _("Companies with their own sign-in pages send you there; any other site would be suspicious."),
        _("If you know the site as your company's own, sign in again and allow it; otherwise tell your IT team."),
        sign_in_again(),
    )


def view_unavailable(place: Place) -> Guidance:
    return Guidance(
        _("The built-in sign-in window can not run here"),
        _("Its security shield (the sandbox) does not work on this computer, so the window stays closed."),
        _("The program was started as root, or the system does not let programs use sandboxes."),
        _("Continue in your own browser, or start the program as an ordinary user."),
        browser(),
    )


def loopback_unavailable(place: Place) -> Guidance:
    return Guidance(
        _("The browser could not be used"),
        _("No browser could be opened, or this computer did not let us wait for its answer."),
        _("There is no default browser, or a firewall blocks connections inside this computer."),
        _("Sign in inside this window instead, or set a default browser and try again."),
        sign_in_again(),
    )


def account_changed(place: Place) -> Guidance:
    return Guidance(
        _("Another account signed in"),
        _("This connection belongs to {expected}, but {account} signed in.").format(
            expected=place.fact("expected", _("another account")), account=place.fact("account", _("somebody else"))
        ),
        _("The browser or Microsoft's page chose another account."),
        _("Sign in again and choose the right account."),
        sign_in_again(),
    )


def keyring_missing(place: Place) -> Guidance:
    return Guidance(
        _("This computer has no keyring"),
        _("ADO Connect keeps secrets only in the keyring of the operating system, and found none."),
        _("On Linux a keyring service such as GNOME Keyring or KWallet is not installed or not running."),
        _("Install or start one and try again, or keep secrets in memory until the program is closed."),
        Action(_("Keep secrets for this run only"), ActionKind.KEEP_FOR_THIS_RUN),
    )


def keyring_locked(place: Place) -> Guidance:
    return Guidance(
        _("The keyring is locked"),
        _("The operating system's keyring was not opened."),
        _("The question for its password was dismissed, or it could not be shown."),
        _("Unlock the keyring when the system asks for its password, then try again."),
        again(),
    )


def keyring_refused(place: Place) -> Guidance:
    return Guidance(
        _("The keyring did not do what was asked"),
        _("The operating system's keyring answered with an error."),
        _("It may have been restarted, be full, or be managed by your company."),
        _("Try again; if it stays so, restart the computer or ask your IT team."),
        again(),
    )


def keyring_damaged(place: Place) -> Guidance:
    return Guidance(
        _("The saved secret is damaged"),
        _("A part of the secret is missing in the keyring, or does not fit the rest."),
        _("Another program changed it, or the computer stopped while it was written."),
        _("Edit the connection and enter the secret again; nothing else is lost."),
        Action(_("Enter the secret again"), ActionKind.EDIT_FIELD, "secret"),
    )


def secret_gone(place: Place) -> Guidance:
    return Guidance(
        _("The saved secret is not there any more"),
        _("The connection is still listed, but the keyring holds no secret for it."),
        _("It was removed from the keyring, was kept for one run only, or the list comes from another computer."),
        _("Edit the connection and enter the secret again; nothing else is lost."),
        Action(_("Enter the secret again"), ActionKind.EDIT_FIELD, "secret"),
    )


def profile_gone(place: Place) -> Guidance:
    return Guidance(
        _("This connection is not there any more"),
        _("It was removed meanwhile."),
        _("Another window or program removed it."),
        _("Choose another connection from the list."),
        None,
    )


def name_taken(place: Place) -> Guidance:
    return Guidance(
        _("There is a connection of this name already"),
        _("Another connection is called {name}.").format(name=place.fact("name", _("the same"))),
        _("Names tell connections apart, so each may be used once."),
        _("Choose another name."),
        Action(_("Change the name"), ActionKind.EDIT_FIELD, "name"),
    )


def internal(place: Place) -> Guidance:
    return Guidance(
        _("Something went wrong inside ADO Connect"),
        _("The program met a state it did not expect. Nothing was saved by this step."),
        _("This is a fault of the program, not of what you entered."),
        _("Try again. If it happens again, copy the details and report them."),
        again(),
    )
