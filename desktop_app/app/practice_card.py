"""The practice cloud's values in words: what to paste into which field."""

from __future__ import annotations

from typing import assert_never

from desktop_app.app.i18n import _
from desktop_app.app.workspace import PracticeValue
from desktop_app.practice.card import CardLabel, CardNote, CardTitle, PracticeCard


def practice_values(card: PracticeCard) -> tuple[PracticeValue, ...]:
    """Every value of the card, in its order."""
    return tuple(
        PracticeValue(_title(section.title), _label(row.label), row.value, _note(row.note))
        for section in card.sections
        for row in section.rows
    )


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


def _label(label: CardLabel) -> str:
    match label:
        case CardLabel.ORGANIZATION:
            return _("Organization")
        case CardLabel.TENANT_ID:
            return _("Directory (tenant) ID")
        case CardLabel.ACCOUNT:
            return _("Account")
        case CardLabel.CLIENT_ID:
            return _("Application (client) ID")
        case CardLabel.CLIENT_SECRET:
            return _("Client secret")
        case CardLabel.REDIRECT_URI:
            return _("Redirect URI")
        case CardLabel.TOKEN:
            return _("Personal access token")
        case CardLabel.EXPIRES:
            return _("Expiry date")
        case _:
            assert_never(label)


def _note(note: CardNote) -> str:  # noqa: PLR0912 - one branch per note
    match note:
        case CardNote.NONE:
            return ""
        case CardNote.MAIN_ORGANIZATION:
            return _("The one to begin with.")
        case CardNote.OTHER_ORGANIZATION:
            return _("Belongs to another tenant.")
        case CardNote.ADMINISTRATOR:
            return _("May do everything.")
        case CardNote.NO_RIGHTS:
            return _("May look at little and change nothing.")
        case CardNote.GUEST:
            return _("A guest from another company.")
        case CardNote.NO_ORGANIZATION:
            return _("Belongs to no organization.")
        case CardNote.SECRET_EXPIRED:
            return _("Shows what an expired secret looks like.")
        case CardNote.NOT_IN_ORGANIZATION:
            return _("Shows what happens when the app was not added to the organization.")
        case CardNote.NO_SECRET:
            return _("Leave the client secret empty.")
        case CardNote.TOKEN_FOUR_SCOPES:
            return _("Has all four scopes.")
        case CardNote.TOKEN_READ_ONLY:
            return _("May only read.")
        case CardNote.TOKEN_EXPIRED:
            return _("Has expired.")
        case CardNote.TOKEN_OTHER_ORGANIZATION:
            return _("Belongs to the other organization.")
        case _:
            assert_never(note)
