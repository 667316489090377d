"""The practice card: everything an administrator needs to paste into the three wizards, as rows of keys and values.

Words belong to the window; a row names its label and its note by an enum member.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.core.credential import Secret
from desktop_app.practice.directory import AppRegistration, Directory, PersonalAccessToken


class CardTitle(StrEnum):
    """Sections."""

    ORGANIZATIONS = "organizations"
    ACCOUNTS = "accounts"
    WEB_APP = "web-app"
    DESKTOP_APP = "desktop-app"
    AUTOMATION_APP = "automation-app"
    EXPIRED_SECRET_APP = "expired-secret-app"
    OUTSIDE_APP = "outside-app"
    TOKENS = "tokens"


class CardLabel(StrEnum):
    """What a value is, mostly the name of the field it is pasted into."""

    ORGANIZATION = "organization"
    TENANT_ID = "tenant-id"
    ACCOUNT = "account"
    CLIENT_ID = "client-id"
    CLIENT_SECRET = "client-secret"
    REDIRECT_URI = "redirect-uri"
    TOKEN = "token"
    EXPIRES = "expires"


class CardNote(StrEnum):
    """What is special about a value."""

    NONE = ""
    MAIN_ORGANIZATION = "main-organization"
    OTHER_ORGANIZATION = "other-organization"
    ADMINISTRATOR = "administrator"
    NO_RIGHTS = "no-rights"
    GUEST = "guest"
    NO_ORGANIZATION = "no-organization"
    NO_LICENCE = "no-licence"
    SECRET_EXPIRED = "secret-expired"
    NOT_IN_ORGANIZATION = "not-in-organization"
    NO_SECRET = "no-secret"
    TOKEN_FOUR_SCOPES = "token-four-scopes"
    TOKEN_READ_ONLY = "token-read-only"
    TOKEN_FULL_ACCESS = "token-full-access"
    TOKEN_EXPIRED = "token-expired"
    TOKEN_OTHER_ORGANIZATION = "token-other-organization"


@dataclass(frozen=True, slots=True)
class CardRow:
    """One value to copy. An EXPIRES row holds an ISO date (UTC)."""

    label: CardLabel
    value: str | Secret
    note: CardNote = CardNote.NONE


@dataclass(frozen=True, slots=True)
class CardSection:
    title: CardTitle
    rows: tuple[CardRow, ...]


@dataclass(frozen=True, slots=True)
class PracticeCard:
    sections: tuple[CardSection, ...]

    def section(self, title: CardTitle) -> CardSection:
        return next(one for one in self.sections if one.title is title)


_APPS = (
    (CardTitle.WEB_APP, "web", CardNote.NONE),
    (CardTitle.DESKTOP_APP, "desktop", CardNote.NO_SECRET),
    (CardTitle.AUTOMATION_APP, "automation", CardNote.NONE),
    (CardTitle.EXPIRED_SECRET_APP, "expired-secret", CardNote.SECRET_EXPIRED),
    (CardTitle.OUTSIDE_APP, "not-in-organization", CardNote.NOT_IN_ORGANIZATION),
)
_ACCOUNTS = (
    ("admin@contoso.example", CardNote.ADMINISTRATOR),
    ("reader@contoso.example", CardNote.NO_RIGHTS),
    ("guest@fabrikam.example", CardNote.GUEST),
    ("newcomer@contoso.example", CardNote.NO_ORGANIZATION),
    ("stakeholder@contoso.example", CardNote.NO_LICENCE),
)
_TOKENS = (
    ("four-scopes", CardNote.TOKEN_FOUR_SCOPES),
    ("read-only", CardNote.TOKEN_READ_ONLY),
    ("full-access", CardNote.TOKEN_FULL_ACCESS),
    ("expired", CardNote.TOKEN_EXPIRED),
    ("other-organization", CardNote.TOKEN_OTHER_ORGANIZATION),
)


def practice_card(directory: Directory, login: str) -> PracticeCard:
    """The card of `directory`, whose login service is at `login`."""
    organizations = (
        CardRow(CardLabel.ORGANIZATION, "contoso", CardNote.MAIN_ORGANIZATION),
        CardRow(CardLabel.TENANT_ID, directory.tenant("contoso").id, CardNote.MAIN_ORGANIZATION),
        CardRow(CardLabel.ORGANIZATION, "fabrikam", CardNote.OTHER_ORGANIZATION),
        CardRow(CardLabel.TENANT_ID, directory.tenant("fabrikam").id, CardNote.OTHER_ORGANIZATION),
    )
    accounts = tuple(CardRow(CardLabel.ACCOUNT, directory.account(name).name, note) for name, note in _ACCOUNTS)
    tokens = tuple(row for name, note in _TOKENS for row in _token_rows(directory.pat(name), note))
    return PracticeCard(
        (
            CardSection(CardTitle.ORGANIZATIONS, organizations),
            CardSection(CardTitle.ACCOUNTS, accounts),
            *(CardSection(title, tuple(_app_rows(directory.app(key), note, login))) for title, key, note in _APPS),
            CardSection(CardTitle.TOKENS, tokens),
        )
    )


def _app_rows(app: AppRegistration, note: CardNote, login: str) -> Iterable[CardRow]:
    yield CardRow(CardLabel.TENANT_ID, app.tenant.id)
    yield CardRow(CardLabel.CLIENT_ID, app.client_id, note)
    for secret in app.secrets:
        yield CardRow(CardLabel.CLIENT_SECRET, secret.value)
        yield CardRow(CardLabel.EXPIRES, secret.expires_at.date().isoformat())
    if app.permissions:
        for redirect in app.redirects:
            yield CardRow(CardLabel.REDIRECT_URI, redirect.on(login))


def _token_rows(pat: PersonalAccessToken, note: CardNote) -> tuple[CardRow, CardRow]:
    return (
        CardRow(CardLabel.TOKEN, pat.value, note),
        CardRow(CardLabel.EXPIRES, pat.valid_to.date().isoformat(), note),
    )
