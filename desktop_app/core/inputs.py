"""Judges what an admin types or pastes, while they type, without the network.

Every function takes the raw text and gives a Judged: the cleaned value, or the one fault to explain beside the field.
Nothing here keeps or shows the text; words are found in app/guidance.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import unquote, urlsplit

from desktop_app.core.cloud import Cloud
from desktop_app.core.credential import Secret

T = TypeVar("T")


class InputFault(StrEnum):
    """What is wrong with a field."""

    EMPTY = "empty"
    ORGANIZATION_SPACES = "organization-spaces"
    ORGANIZATION_TOO_LONG = "organization-too-long"
    ORGANIZATION_CHARACTERS = "organization-characters"
    ORGANIZATION_HYPHEN_END = "organization-hyphen-end"
    ORGANIZATION_OTHER_SITE = "organization-other-site"
    ORGANIZATION_NOT_IN_URL = "organization-not-in-url"
    TENANT_SHAPE = "tenant-shape"
    TENANT_SHARED = "tenant-shared"
    CLIENT_ID_SHAPE = "client-id-shape"
    SECRET_IS_ID = "secret-is-id"
    SECRET_HAS_BLANKS = "secret-has-blanks"
    PAT_IS_JWT = "pat-is-jwt"
    PAT_IS_GUID = "pat-is-guid"
    PAT_HAS_SCHEME = "pat-has-scheme"
    PAT_HAS_BLANKS = "pat-has-blanks"
    PAT_SHAPE = "pat-shape"
    SECRET_SAME = "secret-same"
    EXPIRY_SHAPE = "expiry-shape"
    EXPIRY_PAST = "expiry-past"
    EXPIRY_OUTSIDE = "expiry-outside"
    REDIRECT_SHAPE = "redirect-shape"
    REDIRECT_INSECURE = "redirect-insecure"
    REDIRECT_TOO_LONG = "redirect-too-long"
    NAME_TAKEN = "name-taken"
    NAME_TOO_LONG = "name-too-long"
    HOST_SHAPE = "host-shape"
    PASSPHRASE_SHORT = "passphrase-short"
    PASSPHRASE_DIFFERS = "passphrase-differs"


class InputNote(StrEnum):
    """Something worth saying about a value that is accepted."""

    ORGANIZATION_FROM_URL = "organization-from-url"
    BLANKS_REMOVED = "blanks-removed"


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """Either `value` (clean) or `fault`; `note` may come with a value."""

    value: T | None = None
    fault: InputFault | None = None
    note: InputNote | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None


_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})
_PAT = re.compile(r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9][A-L][A-Za-z0-9]{16}AZDO[A-Za-z0-9]{4}")
_OLD_PAT = re.compile(r"[a-z2-7]{52}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}")
_SCHEMED = re.compile(r"(?i)(?:authorization\s*:\s*)?(?:bearer|basic)\s+\S")
_NOT_IN_REDIRECT = re.compile(r"[\s<>!$'(),;]")  # Entra docs, redirect URI restrictions; <> mark a placeholder
_EXPIRY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCP_LIKE = re.compile(r"[^/:@]+@[^/:@]+:v\d")  # git@ssh.dev.azure.com:v3/contoso/Project/repo
_SSH_VERSION = re.compile(r"v\d")
_SSH_HOST = "ssh.dev.azure.com"
_OLD_SSH_HOST = "vs-ssh.visualstudio.com"
_OLD_SUFFIX = ".visualstudio.com"  # https://contoso.visualstudio.com/DefaultCollection/Project
_ACCOUNT_HOST = "aex.dev.azure.com"  # a person's own page, which lists organizations
MAX_ORGANIZATION = 50  # Azure DevOps docs, naming restrictions
MAX_REDIRECT_URI = 256  # Entra docs, redirect URI restrictions
MAX_NAME = 64
LEAST_PASSPHRASE = 12  # a file can be tried at leisure; length is what counts (NIST SP 800-63B, 5.1.1)
LONGEST_LIFE = timedelta(days=365)
"""What Azure makes lasts at most so long (Azure DevOps docs, personal access tokens)."""


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def judge_organization(text: str, cloud: Cloud | None = None) -> Judged[str]:
    """An organization's name, from the name itself or from any address of Azure DevOps that contains it.

    `cloud` adds the hosts of a custom cloud to those whose addresses are understood.
    """
    typed = text.strip()
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    if "/" in typed or ":" in typed or "." in typed or "@" in typed:
        found = _organization_in_url(typed, cloud)
        if found.value is None:
            return found
        named = _organization_name(found.value)
        return named if not named.ok else Judged(named.value, note=InputNote.ORGANIZATION_FROM_URL)
    return _organization_name(typed)


def _organization_name(name: str) -> Judged[str]:
    if any(character.isspace() for character in name):
        return Judged(fault=InputFault.ORGANIZATION_SPACES)
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        return Judged(fault=InputFault.ORGANIZATION_CHARACTERS)
    if len(name) > MAX_ORGANIZATION:
        return Judged(fault=InputFault.ORGANIZATION_TOO_LONG)
    if name.startswith("-") or name.endswith("-"):
        return Judged(fault=InputFault.ORGANIZATION_HYPHEN_END)
    return Judged(name)


def _organization_in_url(typed: str, cloud: Cloud | None) -> Judged[str]:
    if "://" not in typed:
        typed = f"https://{typed.replace(':', '/', 1) if _SCP_LIKE.match(typed) else typed}"
    try:
        parts = urlsplit(typed)
        host, user = (parts.hostname or "").lower(), parts.username or ""
    except ValueError:
        return Judged(fault=InputFault.ORGANIZATION_NOT_IN_URL)
    path = [unquote(part) for part in parts.path.split("/") if part]
    if host == _OLD_SSH_HOST and not (path and _SSH_VERSION.fullmatch(path[0])):
        path = [user]  # ssh://contoso@vs-ssh.visualstudio.com:22/DefaultCollection/Project/_ssh/repo
    elif host in {_SSH_HOST, _OLD_SSH_HOST}:
        path = path[1:] if path and _SSH_VERSION.fullmatch(path[0]) else path
    elif host.endswith(_OLD_SUFFIX):
        label = host.removesuffix(_OLD_SUFFIX).split(".")[0]
        if label in {"", "app", "www", "ssh"}:
            return Judged(fault=InputFault.ORGANIZATION_OTHER_SITE)
        path = [label]
    elif host == _ACCOUNT_HOST:
        path = []
    elif host != "dev.azure.com" and not host.endswith(".dev.azure.com"):
        below = _below_a_base(parts.netloc.rsplit("@", 1)[-1], path, cloud)
        if below is None:
            return Judged(fault=InputFault.ORGANIZATION_OTHER_SITE)
        path = below
    if not path or path[0].startswith("_"):  # pages of no organization: https://dev.azure.com/_signin
        return Judged(fault=InputFault.ORGANIZATION_NOT_IN_URL)
    return Judged(path[0])


def _below_a_base(netloc: str, path: list[str], cloud: Cloud | None) -> list[str] | None:
    """What follows the base URL of `cloud` that a host and path begin with; None if they begin with none of them."""
    for base in (urlsplit(base) for base in (cloud.api_bases if cloud else ())):
        steps = [part for part in base.path.split("/") if part]
        if base.netloc.lower() == netloc.lower() and path[: len(steps)] == steps:
            return path[len(steps) :]
    return None


def judge_tenant(text: str) -> Judged[str]:
    """A directory (tenant) ID: a GUID, or a domain verified in the tenant. "common" and its like are no tenant."""
    typed = text.strip()
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    if typed.lower() in _SHARED_TENANTS:
        return Judged(fault=InputFault.TENANT_SHARED)
    if is_guid(typed) or _DOMAIN.fullmatch(typed):
        return Judged(typed.lower())
    return Judged(fault=InputFault.TENANT_SHAPE)


def judge_client_id(text: str) -> Judged[str]:
    """An application (client) ID: always a GUID."""
    typed = text.strip()
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    return Judged(typed.lower()) if is_guid(typed) else Judged(fault=InputFault.CLIENT_ID_SHAPE)


def judge_client_secret(text: str, *, optional: bool = False) -> Judged[str]:
    """A client secret's value. A GUID is its id, which the portal shows right beside it."""
    typed = text.strip()
    if not typed:
        return Judged("") if optional else Judged(fault=InputFault.EMPTY)
    if is_guid(typed):
        return Judged(fault=InputFault.SECRET_IS_ID)
    if any(character.isspace() for character in typed):
        return Judged(fault=InputFault.SECRET_HAS_BLANKS)
    return Judged(typed, note=InputNote.BLANKS_REMOVED if typed != text else None)


def judge_pat(text: str) -> Judged[str]:
    """A personal access token: 84 characters with a marker inside, or 52 of the older kind."""
    typed = text.strip()
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    if _SCHEMED.match(typed):
        return Judged(fault=InputFault.PAT_HAS_SCHEME)
    if _JWT.fullmatch(typed):
        return Judged(fault=InputFault.PAT_IS_JWT)
    if is_guid(typed):
        return Judged(fault=InputFault.PAT_IS_GUID)
    if any(character.isspace() for character in typed):
        return Judged(fault=InputFault.PAT_HAS_BLANKS)
    if not (_PAT.fullmatch(typed) or _OLD_PAT.fullmatch(typed)):
        return Judged(fault=InputFault.PAT_SHAPE)
    return Judged(typed, note=InputNote.BLANKS_REMOVED if typed != text else None)


def judge_expiry(text: str, today: date) -> Judged[date | None]:
    """A date as yyyy-mm-dd, today or later; empty means "not known"."""
    typed = text.strip()
    if not typed:
        return Judged(None)
    try:
        ends = date.fromisoformat(typed if _EXPIRY.fullmatch(typed) else "")  # which also knows weeks and 20270331
    except ValueError:
        return Judged(fault=InputFault.EXPIRY_SHAPE)
    return Judged(ends) if ends >= today else Judged(fault=InputFault.EXPIRY_PAST)


def judge_new_end(text: str, today: date) -> Judged[date | None]:
    """The last day of something that Azure is to make: from tomorrow to one year from now, never empty."""
    judged = judge_expiry(text, today)
    if judged.fault is InputFault.EXPIRY_SHAPE:
        return judged
    if judged.ok and judged.value is None:
        return Judged(fault=InputFault.EMPTY)
    within = judged.value is not None and today < judged.value <= today + LONGEST_LIFE
    return judged if within else Judged(fault=InputFault.EXPIRY_OUTSIDE)


def judge_replacement(judged: Judged[str], saved: Secret | None) -> Judged[str]:
    """What was judged good by itself, unless it is the one that is `saved` already (None: not known)."""
    same = saved is not None and bool(judged.value) and Secret(judged.value or "") == saved
    return Judged(fault=InputFault.SECRET_SAME) if same else judged


def judge_redirect_uri(text: str) -> Judged[str]:
    """A redirect URI: https, or http for this computer itself only (Entra docs, redirect URI restrictions)."""
    typed = text.strip()
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    try:
        parts = urlsplit(typed)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return Judged(fault=InputFault.REDIRECT_SHAPE)
    if parts.scheme not in {"http", "https"} or not host or parts.fragment:
        return Judged(fault=InputFault.REDIRECT_SHAPE)
    if _NOT_IN_REDIRECT.search(typed) or not _may_be_in_url(typed):
        return Judged(fault=InputFault.REDIRECT_SHAPE)
    if parts.scheme == "http" and host not in {"localhost", "127.0.0.1", "::1"}:
        return Judged(fault=InputFault.REDIRECT_INSECURE)
    if len(typed) > MAX_REDIRECT_URI:
        return Judged(fault=InputFault.REDIRECT_TOO_LONG)
    return Judged(typed)


def judge_name(text: str, taken: frozenset[str]) -> Judged[str]:
    """A connection's name; `taken` holds the others' names, compared without regard to case."""
    typed = " ".join(text.split())
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    if len(typed) > MAX_NAME:
        return Judged(fault=InputFault.NAME_TOO_LONG)
    if typed.casefold() in {name.casefold() for name in taken}:
        return Judged(fault=InputFault.NAME_TAKEN)
    return Judged(typed)


def judge_passphrase(text: str, other: str | None = None, least: int = LEAST_PASSPHRASE) -> Judged[str]:
    """A passphrase, just as it was typed; `other` is what it must be the repetition of, `least` its characters."""
    if not text:
        return Judged(fault=InputFault.EMPTY)
    if other is not None:
        return Judged(text) if text == other else Judged(fault=InputFault.PASSPHRASE_DIFFERS)
    return Judged(text) if len(text) >= least else Judged(fault=InputFault.PASSPHRASE_SHORT)


def judge_host(text: str) -> Judged[str]:
    """The base URL of a service in a custom cloud: https, no query, no user name; without a trailing slash."""
    typed = text.strip().rstrip("/")
    if not typed:
        return Judged(fault=InputFault.EMPTY)
    try:
        parts = urlsplit(typed)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return Judged(fault=InputFault.HOST_SHAPE)
    if parts.scheme != "https" or not host or parts.query or parts.fragment or parts.username is not None:
        return Judged(fault=InputFault.HOST_SHAPE)
    return Judged(typed) if _may_be_in_url(typed) else Judged(fault=InputFault.HOST_SHAPE)


def _may_be_in_url(text: str) -> bool:
    """No blanks, no control characters (urlsplit drops them without a word), no backslash (browsers read a slash)."""
    return text.isprintable() and " " not in text and "\\" not in text
