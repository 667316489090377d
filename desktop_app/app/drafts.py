"""What a wizard has gathered so far, one typed draft per method.

Nothing of a draft is stored before it is saved. A proof belongs to the values it was made with: change one of them and
`proven` is None again, change it back and the proof counts again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import ClassVar

from desktop_app.core.checks import CheckReport
from desktop_app.core.cloud import PUBLIC, Cloud
from desktop_app.core.credential import Grant, Secret
from desktop_app.core.profile import Method, Profile, ProfileId

NO_SECRET = Secret("")


class Aim(Enum):
    """What a wizard is opened for: the whole connection, or only a new secret or sign-in for a saved one."""

    WHOLE = auto()
    NEW_SECRET = auto()
    NEW_SIGN_IN = auto()


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of a validation: what was checked, and the grant it was checked with (None if there was no token)."""

    key: object = field(repr=False)
    report: CheckReport
    grant: Grant | None
    account: str = ""


@dataclass(slots=True)
class Draft:
    """What all methods share. `ends` is the last day of the PAT or client secret; `editing` the
    saved connection that is being changed, if any, and `aim` what of it. While it is `saving`, whoever saves
    it sees to what was made for it.
    """

    method: ClassVar[Method]

    cloud: Cloud = PUBLIC
    ca_file: str = ""
    organization: str = ""
    name: str = ""
    ends: date | None = None
    editing: Profile | None = None
    aim: Aim = Aim.WHOLE
    last_proof: Proof | None = None
    saving: bool = False

    @property
    def proof_key(self) -> tuple[object, ...]:
        """The values a validation depends on."""
        return (self.cloud, self.ca_file, self.organization)

    @property
    def proven(self) -> Proof | None:
        """The newest validation, if it was made with the values as they are now."""
        proof = self.last_proof
        return proof if proof is not None and proof.key == self.proof_key else None

    @property
    def keeps_secret(self) -> bool:
        """True if an empty secret means the saved one: it never goes to the hosts of another cloud."""
        replaced = self.aim is Aim.NEW_SECRET
        return self.editing is not None and self.editing.cloud == self.cloud and not replaced

    @property
    def gives_secret(self) -> bool:
        """True if a secret was entered, so that none that was saved is kept."""
        return False

    def suggested_name(self) -> str:
        """A name to start from."""
        return self.organization


@dataclass(frozen=True, slots=True)
class MadePat:
    """A token that was made for a draft through an OAuth connection. `key` is what Renewals knows it by, `id` Azure's
    own; `ends_at` is aware UTC."""

    key: ProfileId
    cloud: Cloud
    organization: str
    token: Secret = field(repr=False)
    id: str
    ends_at: datetime
    scopes: tuple[str, ...]


@dataclass(slots=True)
class PatDraft(Draft):
    """A personal access token. An empty token while editing keeps the saved one."""

    method = Method.PAT

    token: Secret = NO_SECRET
    made: MadePat | None = None

    @property
    def proof_key(self) -> tuple[object, ...]:
        return (self.cloud, self.ca_file, self.organization, self.token)

    @property
    def gives_secret(self) -> bool:
        return bool(self.token)

    @property
    def uses_made(self) -> bool:
        """True if the token is the one that was made for this draft."""
        return self.made is not None and self.made.token == self.token


@dataclass(slots=True)
class ClientSecretDraft(Draft):
    """An app that signs in by itself. An empty secret while editing keeps the saved one."""

    method = Method.CLIENT_SECRET

    tenant: str = ""
    client_id: str = ""
    client_secret: Secret = NO_SECRET

    @property
    def proof_key(self) -> tuple[object, ...]:
        return (self.cloud, self.ca_file, self.organization, self.tenant, self.client_id, self.client_secret)

    @property
    def gives_secret(self) -> bool:
        return bool(self.client_secret)


@dataclass(slots=True)
class OAuthDraft(Draft):
    """An app that a person signs in to. `client_secret` is empty for a public client."""

    method = Method.OAUTH

    tenant: str = ""
    client_id: str = ""
    client_secret: Secret = NO_SECRET
    redirect_uri: str = ""
    last_sign_in: tuple[object, Grant] | None = None

    @property
    def sign_in_key(self) -> tuple[object, ...]:
        """The values a sign-in depends on."""
        return (self.cloud, self.ca_file, self.tenant, self.client_id, self.client_secret, self.redirect_uri)

    @property
    def grant(self) -> Grant | None:
        """What the newest sign-in gave, if it was made with the values as they are now."""
        if self.last_sign_in is None or self.last_sign_in[0] != self.sign_in_key:
            return None
        return self.last_sign_in[1]

    @property
    def proof_key(self) -> tuple[object, ...]:
        return (*self.sign_in_key, self.organization, id(self.grant))

    @property
    def gives_secret(self) -> bool:
        return bool(self.client_secret)


def draft_for(method: Method) -> Draft:
    """An empty draft."""
    match method:
        case Method.OAUTH:
            return OAuthDraft()
        case Method.PAT:
            return PatDraft()
        case Method.CLIENT_SECRET:
            return ClientSecretDraft()


def draft_from(profile: Profile, aim: Aim = Aim.WHOLE) -> Draft:
    """A draft that starts from a saved connection: everything but its secrets, and the end of one to be replaced."""
    draft = draft_for(profile.method)
    draft.aim = aim
    draft.cloud, draft.ca_file = profile.cloud, profile.ca_file
    draft.organization, draft.name, draft.editing = profile.organization, profile.name, profile
    draft.ends = None if aim is Aim.NEW_SECRET else profile.credential_ends
    if isinstance(draft, ClientSecretDraft | OAuthDraft):
        draft.tenant, draft.client_id = profile.tenant, profile.client_id
    if isinstance(draft, OAuthDraft):
        draft.redirect_uri = profile.redirect_uri
    return draft
