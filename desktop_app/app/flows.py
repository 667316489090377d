"""The pages of the three wizards and their order."""

from __future__ import annotations

from enum import Enum, auto

from desktop_app.app.drafts import ClientSecretDraft, OAuthDraft, PatDraft
from desktop_app.core.flow import Flow


class PatPage(Enum):
    ORGANIZATION = auto()
    CREATE_TOKEN = auto()
    TOKEN = auto()
    CHECKS = auto()
    NAME = auto()
    DONE = auto()


class ClientSecretPage(Enum):
    ORGANIZATION = auto()
    REGISTRATION = auto()
    MEMBERSHIP = auto()
    DETAILS = auto()
    CHECKS = auto()
    NAME = auto()
    DONE = auto()


class OAuthPage(Enum):
    ORGANIZATION = auto()
    REGISTRATION = auto()
    DETAILS = auto()
    SIGN_IN = auto()
    CHECKS = auto()
    NAME = auto()
    DONE = auto()


PAT_FLOW: Flow[PatPage, PatDraft] = Flow(
    start=PatPage.ORGANIZATION,
    last=PatPage.DONE,
    next_page={
        # Who edits a connection has a token already; the page that explains how to make one is skipped.
        PatPage.ORGANIZATION: lambda draft: PatPage.TOKEN if draft.editing else PatPage.CREATE_TOKEN,
        PatPage.CREATE_TOKEN: lambda draft: PatPage.TOKEN,
        PatPage.TOKEN: lambda draft: PatPage.CHECKS,
        PatPage.CHECKS: lambda draft: PatPage.NAME,
        PatPage.NAME: lambda draft: PatPage.DONE,
    },
)

CLIENT_SECRET_FLOW: Flow[ClientSecretPage, ClientSecretDraft] = Flow(
    start=ClientSecretPage.ORGANIZATION,
    last=ClientSecretPage.DONE,
    next_page={
        ClientSecretPage.ORGANIZATION: lambda draft: (
            ClientSecretPage.DETAILS if draft.editing else ClientSecretPage.REGISTRATION
        ),
        ClientSecretPage.REGISTRATION: lambda draft: ClientSecretPage.MEMBERSHIP,
        ClientSecretPage.MEMBERSHIP: lambda draft: ClientSecretPage.DETAILS,
        ClientSecretPage.DETAILS: lambda draft: ClientSecretPage.CHECKS,
        ClientSecretPage.CHECKS: lambda draft: ClientSecretPage.NAME,
        ClientSecretPage.NAME: lambda draft: ClientSecretPage.DONE,
    },
)

OAUTH_FLOW: Flow[OAuthPage, OAuthDraft] = Flow(
    start=OAuthPage.ORGANIZATION,
    last=OAuthPage.DONE,
    next_page={
        OAuthPage.ORGANIZATION: lambda draft: OAuthPage.DETAILS if draft.editing else OAuthPage.REGISTRATION,
        OAuthPage.REGISTRATION: lambda draft: OAuthPage.DETAILS,
        OAuthPage.DETAILS: lambda draft: OAuthPage.SIGN_IN,
        OAuthPage.SIGN_IN: lambda draft: OAuthPage.CHECKS,
        OAuthPage.CHECKS: lambda draft: OAuthPage.NAME,
        OAuthPage.NAME: lambda draft: OAuthPage.DONE,
    },
)
