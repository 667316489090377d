"""The shape of what a person is told about a Problem: what happened, why it is likely, what to do now, one button.

The words are in guidance_*.py, a function for each problem; guidance_index.py finds the right one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.problems import ConnectionProblem


class ActionKind(StrEnum):
    """What a guidance's button does; the window knows how."""

    OPEN_URL = "open-url"
    CONTINUE_IN_BROWSER = "continue-in-browser"
    USE_DEVICE_CODE = "use-device-code"
    EDIT_FIELD = "edit-field"
    TRY_AGAIN = "try-again"
    SIGN_IN_AGAIN = "sign-in-again"
    KEEP_FOR_THIS_RUN = "keep-for-this-run"
    CHECK_COMPUTER = "check-computer"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Action:
    """The button: its label, and a URL or the name of a field where the kind needs one."""

    label: str
    kind: ActionKind
    target: str = ""


@dataclass(frozen=True, slots=True)
class Guidance:
    """Whole sentences for a non-technical admin. `second` is a side road beside the button."""

    title: str
    happened: str
    likely: str
    now: str
    action: Action | None = None
    second: Action | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the problem happened, as far as known: it fills in names and links."""

    cloud: Cloud = PUBLIC
    organization: str = ""
    tenant: str = ""
    client_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def fact(self, name: str, otherwise: str) -> str:
        """A fact, or a neutral phrase to put in its place."""
        return self.facts.get(name) or otherwise

    @property
    def organization_name(self) -> str:
        return self.organization or self.facts.get("organization", "")

    def app_page(self, blade: str) -> str:
        """A page of the app registration in the Azure portal; without a client ID the list of all registrations."""
        base = f"{self.cloud.portal}/#view/Microsoft_AAD_RegisteredApps"
        if not self.client_id:
            return f"{base}/ApplicationsListBlade"
        return f"{base}/ApplicationMenuBlade/~/{blade}/appId/{self.client_id}"

    def admin_consent_url(self) -> str:
        """Where an Entra administrator agrees for everybody (Entra docs, admin consent endpoint); without a client
        ID the list of all registrations."""
        if not self.client_id:
            return self.app_page("CallAnAPI")
        tenant = quote(self.tenant or "organizations", safe="")
        return f"{self.cloud.login}/{tenant}/adminconsent?client_id={quote(self.client_id, safe='')}"


def details_of(failure: ConnectionProblem) -> tuple[str, ...]:
    """Technical lines for the folded part: the code and every fact. Facts are safe to show by contract."""
    return (f"problem: {failure.problem.value}", *(f"{name}: {value}" for name, value in failure.facts.items()))
