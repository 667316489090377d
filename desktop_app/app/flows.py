"""The pages of the three wizards and their order."""

from __future__ import annotations

from enum import Enum, auto

from desktop_app.app.drafts import Aim, ClientSecretDraft, OAuthDraft, PatDraft
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


def pat_flow(draft: PatDraft) -> Flow[PatPage, PatDraft]:
    """The pages for what the wizard is opened for."""
    return PAT_FLOW.starting_at(PatPage.TOKEN) if draft.aim is Aim.NEW_SECRET else PAT_FLOW


def client_secret_flow(draft: ClientSecretDraft) -> Flow[ClientSecretPage, ClientSecretDraft]:
    """The pages for what the wizard is opened for."""
    page = ClientSecretPage.DETAILS
    return CLIENT_SECRET_FLOW.starting_at(page) if draft.aim is Aim.NEW_SECRET else CLIENT_SECRET_FLOW


def oauth_flow(draft: OAuthDraft) -> Flow[OAuthPage, OAuthDraft]:
    """The pages for what the wizard is opened for."""
    match draft.aim:
        case Aim.WHOLE:
            return OAUTH_FLOW
        case Aim.NEW_SECRET:
            return OAUTH_FLOW.starting_at(OAuthPage.DETAILS)
        case Aim.NEW_SIGN_IN:
            return OAUTH_FLOW.starting_at(OAuthPage.SIGN_IN)
