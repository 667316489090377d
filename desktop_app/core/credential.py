"""What proves who is calling: Secret, AccessToken and the three kinds of Credential.

A Secret never shows its value by accident: printing, formatting, pickling and JSON all fail or give `Secret(...)`.
`reveal()` is the one way to the text; it is called in auth, infra and hand-over only.
"""

from __future__ import annotations

import hmac
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn


class Secret:
    """A text that must not leak. Equality takes constant time; truth means "not empty".

    Every Secret is known to `live_secrets` for as long as anything holds it.
    """

    __slots__ = ("__weakref__", "_forms", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        self._forms: frozenset[str] | None = None
        _LIVE[id(self)] = self

    def reveal(self) -> str:
        """The text itself: a visible choice at every place that makes it."""
        return self._value

    def begins_with(self, hint: str) -> bool:
        """True if the text begins with `hint`, what a service shows of it; never for an empty one."""
        return bool(hint) and self._value.startswith(hint)

    def in_forms(self, write: Callable[[str], frozenset[str]]) -> frozenset[str]:
        """The text as `write` spells it, for whoever takes it out of other texts; always the same `write`, since what
        it made is kept: every secret in memory is looked for in each name that a server tells."""
        if self._forms is None:
            self._forms = write(self._value)
        return self._forms

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "Secret(...)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_octets(self._value), _octets(other._value))

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret can not be pickled or copied into a file")


_LIVE: weakref.WeakValueDictionary[int, Secret] = weakref.WeakValueDictionary()


def live_secrets() -> list[Secret]:
    """Every Secret that is in memory now: what must be taken out of a text that leaves the program."""
    references = list(_LIVE.valuerefs())  # at once: other threads make and drop secrets meanwhile
    return [secret for reference in references if (secret := reference()) is not None]


def _octets(text: str) -> bytes:
    # A clipboard may hold lone surrogates; the error of encoding them would carry the text.
    return text.encode("utf-8", "surrogatepass")


class Scheme(StrEnum):
    """How a token is presented in the Authorization header (RFC 9110 section 11)."""

    BEARER = "Bearer"
    BASIC = "Basic"


RENEWAL_MARGIN = timedelta(minutes=5)
"""A token with less than this left is renewed before it is used or handed out."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token Azure DevOps accepts. Opaque: it is never decoded to decide anything.

    `expires_at` is aware UTC, or None where nobody told (a PAT whose end was not given).
    `scopes` are short names ("vso.project"), without the resource prefix; empty where the answer had none.
    """

    value: Secret
    scheme: Scheme
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """True if more than the renewal margin is left at `now` (aware UTC)."""
        return self.expires_at is None or self.expires_at - now >= RENEWAL_MARGIN


@dataclass(frozen=True, slots=True)
class OAuthCredential:
    """What a sign-in leaves behind. `client_secret` is None for a public client (no secret in its registration)."""

    refresh_token: Secret
    client_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class PatCredential:
    """A personal access token."""

    token: Secret


@dataclass(frozen=True, slots=True)
class ClientSecretCredential:
    """The client secret's value (never its id) of an app registration."""

    client_secret: Secret


Credential = OAuthCredential | PatCredential | ClientSecretCredential


def long_lived(credential: Credential) -> Secret | None:
    """The part of a credential that a person must replace; a refresh token changes by itself."""
    return credential.token if isinstance(credential, PatCredential) else credential.client_secret


@dataclass(frozen=True, slots=True)
class Account:
    """Who a connection acts as, in Entra's or Azure DevOps' own words.

    `username` is what an admin recognises (an e-mail address, an app's name); `object_id` is Entra's id of the person
    or of the service principal ("Enterprise applications"), the one Azure DevOps asks for.
    """

    username: str
    display_name: str = ""
    object_id: str = ""
    tenant_id: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A credential together with the token it just gave and the account that token belongs to."""

    credential: Credential = field(repr=False)
    token: AccessToken
    account: Account | None = None
