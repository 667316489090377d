"""The practice cloud's values in words: what to paste into which field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from desktop_app.app.i18n import _
from desktop_app.app.workspace import PracticeValue
from desktop_app.practice.card import CardLabel, CardNote, CardRow, CardSection, CardTitle, PracticeCard


def practice_values(card: PracticeCard) -> tuple[PracticeValue, ...]:
    """Every value of the card, in its order."""
    return tuple(value for section in card.sections for value in _values(section))


def _values(section: CardSection) -> Iterator[PracticeValue]:
    notes = [row.note for row in section.rows]
    of_the_app = section.title not in (CardTitle.ORGANIZATIONS, CardTitle.ACCOUNTS, CardTitle.TOKENS)
    about_the_app = next((note for note in notes if note is not CardNote.NONE), CardNote.NONE)
    for row in section.rows:
        label = _label(section.title, row)
        note = about_the_app if of_the_app else row.note
        yield PracticeValue(_title(section.title), label, row.value, _name(section.title, row, label), _note(note))


def _title(title: CardTitle) -> str:
    match title:
        case CardTitle.ORGANIZATIONS:
            return _("Organizations")
        case CardTitle.ACCOUNTS:
            return _("Accounts to sign in with")
        case CardTitle.WEB_APP:
            return _("App for OAuth, with a client secret")
        case CardTitle.DESKTOP_APP:
            return _("App for OAuth, without a secret")
        case CardTitle.AUTOMATION_APP:
            return _("App for the method “Client secret”")
        case CardTitle.EXPIRED_SECRET_APP:
            return _("App whose secret has expired")
        case CardTitle.OUTSIDE_APP:
            return _("App that is not in the organization")
        case CardTitle.TOKENS:
            return _("Personal access tokens")
        case _:
            assert_never(title)


def _label(title: CardTitle, row: CardRow) -> str:
    match row.label:
        case CardLabel.ORGANIZATION:
            return _("Organization")
        case CardLabel.TENANT_ID:
            return _("Directory (tenant) ID")
        case CardLabel.ACCOUNT:
            return _account(row.note)
        case CardLabel.CLIENT_ID:
            return _("Application (client) ID")
        case CardLabel.CLIENT_SECRET:
            return _("Client secret")
        case CardLabel.REDIRECT_URI:
            return _redirect(str(row.value))
        case CardLabel.TOKEN:
            return _("Personal access token")
        case CardLabel.EXPIRES:
            return _("Expiry date") if title is CardTitle.TOKENS else _("Expiry date of the secret")
        case _:
            assert_never(row.label)


def _account(note: CardNote) -> str:
    match note:
        case CardNote.ADMINISTRATOR:
            return _("Administrator")
        case CardNote.NO_RIGHTS:
            return _("Few rights")
        case CardNote.GUEST:
            return _("Guest")
        case CardNote.NO_ORGANIZATION:
            return _("No organization")
        case CardNote.NO_LICENCE:
            return _("No license")
        case _:
            return _("Account")


def _redirect(uri: str) -> str:
    """An app may list several, each for another place to sign in."""
    if uri.endswith("/nativeclient"):
        return _("Redirect URI (this window)")
    if uri.startswith("http://localhost"):
        return _("Redirect URI (browser)")
    return _("Redirect URI (platform)")


def _name(title: CardTitle, row: CardRow, label: str) -> str:
    match title:
        case CardTitle.ORGANIZATIONS:
            return _name_in_organization(row, label)
        case CardTitle.ACCOUNTS:
            return _("Account to sign in with: {label}").format(label=label)
        case CardTitle.WEB_APP:
            return _("{label} of the app for OAuth with a client secret").format(label=label)
        case CardTitle.DESKTOP_APP:
            return _("{label} of the app for OAuth without a secret").format(label=label)
        case CardTitle.AUTOMATION_APP:
            return _("{label} of the app for the method “Client secret”").format(label=label)
        case CardTitle.EXPIRED_SECRET_APP:
            return _("{label} of the app whose secret has expired").format(label=label)
        case CardTitle.OUTSIDE_APP:
            return _("{label} of the app that is not in the organization").format(label=label)
        case CardTitle.TOKENS:
            return _name_of_token(row, label)
        case _:
            assert_never(title)


def _name_in_organization(row: CardRow, label: str) -> str:
    if row.label is CardLabel.ORGANIZATION:
        main = row.note is CardNote.MAIN_ORGANIZATION
        return _("Organization to begin with") if main else _("Organization of another company")
    if row.note is CardNote.MAIN_ORGANIZATION:
        return _("{label} of the organization to begin with").format(label=label)
    return _("{label} of the other company").format(label=label)


def _name_of_token(row: CardRow, label: str) -> str:
    itself = row.label is CardLabel.TOKEN
    match row.note:
        case CardNote.TOKEN_FOUR_SCOPES:
            words = _("{label} with all four scopes") if itself else _("{label} of the token with all four scopes")
        case CardNote.TOKEN_READ_ONLY:
            words = _("{label} that may only read") if itself else _("{label} of the token that may only read")
        case CardNote.TOKEN_FULL_ACCESS:
            words = _("{label} with full access") if itself else _("{label} of the token with full access")
        case CardNote.TOKEN_EXPIRED:
            words = _("{label} that has expired") if itself else _("{label} of the token that has expired")
        case CardNote.TOKEN_OTHER_ORGANIZATION:
            whole = _("{label} of the token for the other organization")
            words = _("{label} for the other organization") if itself else whole
        case _:
            words = "{label}"
    return words.format(label=label)


def _note(note: CardNote) -> str:
    match note:
        case (
            CardNote.NONE
            | CardNote.ADMINISTRATOR
            | CardNote.NO_RIGHTS
            | CardNote.GUEST
            | CardNote.NO_ORGANIZATION
            | CardNote.NO_LICENCE
        ):
            return ""  # an account says it in its label
        case CardNote.MAIN_ORGANIZATION:
            return _("The organization to begin with:")
        case CardNote.OTHER_ORGANIZATION:
            return _("An organization of another company:")
        case CardNote.SECRET_EXPIRED:
            return _("Shows what an expired secret looks like.")
        case CardNote.NOT_IN_ORGANIZATION:
            return _("Shows what happens when the app was not added to the organization.")
        case CardNote.NO_SECRET:
            return _("Leave the client secret empty.")
        case CardNote.TOKEN_FOUR_SCOPES:
            return _("A token with all four scopes:")
        case CardNote.TOKEN_READ_ONLY:
            return _("A token that may only read:")
        case CardNote.TOKEN_FULL_ACCESS:
            return _("A token with full access, which is more than any connection needs:")
        case CardNote.TOKEN_EXPIRED:
            return _("A token that has expired:")
        case CardNote.TOKEN_OTHER_ORGANIZATION:
            return _("A token for the other organization:")
        case _:
            assert_never(note)
