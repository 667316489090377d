"""Words about the lock: what it does and does not, how an attempt ended, and the way out for a forgotten passphrase."""

from __future__ import annotations

from desktop_app.app.i18n import _, ngettext
from desktop_app.core.lock import LEAST_PASSPHRASE, Attempt


def what_it_does() -> str:
    return _(
        "While it is locked, nothing secret can be copied, shown, backed up, renewed or replaced, and no connection "
        "can be edited or removed. The list, the state of every connection and its checks stay as they are."
    )


def what_it_does_not() -> str:
    return _(
        "It keeps your secrets from somebody who passes by an open computer. It can not keep them from programs that "
        "run under your name: those can ask the keyring themselves."
    )


def way_out(entry: str, system: str) -> str:
    """For who forgot the passphrase. `entry` is the name in the keyring, `system` a value of sys.platform."""
    if system == "win32":
        place = _("Open “Credential Manager” in the Control Panel, then “Windows Credentials”")
    elif system == "darwin":
        place = _("Open “Keychain Access”")
    else:
        place = _("Open your desktop's password manager (“Passwords and Keys” or “KWalletManager”)")
    return _(
        "{place}, remove every entry named “{entry}”, and start ADO Connect again: the lock is off then. No "
        "connection and no secret is lost. Whoever can open that program under your name could do the same: lock "
        "the screen when you leave."
    ).format(place=place, entry=entry)


def too_short() -> str:
    return ngettext("Use at least {count} character.", "Use at least {count} characters.", LEAST_PASSPHRASE).format(
        count=LEAST_PASSPHRASE
    )


def wrong(attempt: Attempt) -> str:
    """Beside the field."""
    return _("That is not the passphrase.") if attempt.tried else ""


def wait(seconds: int) -> str:
    """While nobody may try."""
    if seconds >= 120:
        minutes = -(-seconds // 60)
        return ngettext(
            "Too many wrong attempts. Wait {n} minute.", "Too many wrong attempts. Wait {n} minutes.", minutes
        ).format(n=minutes)
    return ngettext(
        "Too many wrong attempts. Wait {n} second.", "Too many wrong attempts. Wait {n} seconds.", seconds
    ).format(n=seconds)


def minutes_words(minutes: int) -> str:
    """When the lock comes by itself."""
    if not minutes:
        return _("Off")
    if minutes == 60:
        return _("After an hour without use")
    return ngettext("After {n} minute without use", "After {n} minutes without use", minutes).format(n=minutes)
