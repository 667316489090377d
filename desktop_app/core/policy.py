"""What the IT of a company lets this program do on its computers: a Policy, how one is read from a document, its rules.

A policy takes away or fixes; nothing in it gives more than the program gives without one. What is not understood is
never passed over: a document with anything unknown or wrong in it is broken, and under a broken policy no connection
can be used, because nobody knows what it was to forbid.

The document is an object. `version` is 1; every other key may be left out, and then restricts nothing:

    methods             list of "oauth", "pat", "client-secret": no other way to connect
    tenants             list of directory IDs (GUIDs): credentials of no other directory, organizations of no other
    hosts               list of "public", "usgov", "china" (every host of that cloud) and of host names, with the port
                        where it is not 443: credentials go nowhere else
    clipboard_seconds   5 to 300: a copied secret stays at most so long
    lock_minutes        1, 5, 15 or 60: the lock is on, and comes after so many idle minutes at the latest
    background_checks   true or false: fixed
    notifications       true or false: fixed
    update_check        true or false: fixed
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from desktop_app.core.cloud import WELL_KNOWN, Cloud, origin_of
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method
from desktop_app.core.settings import Settings

VERSION = 1
PRACTICE = "practice"
"""The key of the practice cloud: part of this program, so no host or directory that a policy could be about."""


class PolicyFault(ValueError):
    """Why a document is no policy. `key` is where, empty for the whole; `reason` is a short stable word.

    Reasons: "not-json", "not-object", "twice", "unknown", "missing", "version", "value", "unreadable", "too-large".
    """

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(f"{reason} {key}".strip())
        self.reason = reason
        self.key = key


Origin = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """None: not restricted. `hosts` are origins (`cloud.origin_of`). `fault` is set for a broken policy."""

    methods: frozenset[Method] | None = None
    tenants: frozenset[str] | None = None
    hosts: frozenset[Origin] | None = None
    clipboard_seconds: int | None = None
    lock_minutes: int | None = None
    background_checks: bool | None = None
    notifications: bool | None = None
    update_check: bool | None = None
    fault: PolicyFault | None = None

    # -- what may be used ---------------------------------------------------------------------------------------------

    def refuses_method(self, method: Method) -> ConnectionProblem | None:
        if self.fault is not None:
            return self._broken(self.fault)
        if self.methods is not None and method not in self.methods:
            return ConnectionProblem(Problem.POLICY_FORBIDS_METHOD, {"connection_method": method.value})
        return None

    def refuses_cloud(self, cloud: Cloud) -> ConnectionProblem | None:
        """A cloud is let through if each of its hosts that may receive a secret is."""
        if self.fault is not None:
            return self._broken(self.fault)
        if self.hosts is None or cloud.key == PRACTICE:
            return None
        for base in cloud.bases:
            if not base or _origin(base) not in self.hosts:
                return ConnectionProblem(Problem.POLICY_FORBIDS_HOST, {"host": base.removeprefix("https://")})
        return None

    def refuses_tenant(self, cloud: Cloud, tenant_id: str) -> ConnectionProblem | None:
        """`tenant_id` is the GUID of a directory; empty where an organization belongs to none."""
        if self.fault is not None:
            return self._broken(self.fault)
        if not self.restricts_tenants(cloud) or self.tenants is None or tenant_id.lower() in self.tenants:
            return None
        return ConnectionProblem(Problem.POLICY_FORBIDS_TENANT, {"tenant": tenant_id} if tenant_id else {})

    def restricts_tenants(self, cloud: Cloud) -> bool:
        return self.tenants is not None and cloud.key != PRACTICE

    # -- what is set --------------------------------------------------------------------------------------------------

    @property
    def requires_lock(self) -> bool:
        return self.lock_minutes is not None

    @property
    def fixed(self) -> frozenset[str]:
        """The names of settings that nobody can change here."""
        names = {"background_checks", "notifications", "update_check"}
        fixed = {name for name in names if getattr(self, name) is not None}
        return frozenset(fixed | ({"lock_with_screen"} if self.requires_lock else set()))

    def limit(self, settings: Settings) -> Settings:
        """`settings` as they hold under this policy. A broken one is taken for the strictest, where that takes nothing
        from the person but time."""
        if self.fault is not None:
            return replace(settings, clipboard_seconds=Settings.SECONDS[0], background_checks=False, update_check=False)
        known = {field.name for field in fields(Settings)}
        values: dict[str, Any] = {  # of each setting's own type
            name: getattr(self, name) for name in self.fixed & known if name != "lock_with_screen"
        }
        if self.clipboard_seconds is not None:
            values["clipboard_seconds"] = min(settings.clipboard_seconds, self.clipboard_seconds)
        if self.lock_minutes is not None:
            values["lock_minutes"] = min(settings.lock_minutes or self.lock_minutes, self.lock_minutes)
            values["lock_with_screen"] = True
        return replace(settings, **values)

    def _broken(self, fault: PolicyFault) -> ConnectionProblem:
        return ConnectionProblem(Problem.POLICY_UNREADABLE, {"policy_fault": str(fault)})


NO_POLICY = Policy()


def policy_from(document: object) -> Policy:
    """Raises PolicyFault for anything that is not exactly the form above. Any: JSON has no static type."""
    if not isinstance(document, dict):
        raise PolicyFault("not-object")
    if "version" not in document:
        raise PolicyFault("missing", "version")
    if document["version"] is True or document["version"] != VERSION:
        raise PolicyFault("version", "version")
    values: dict[str, Any] = {}
    for key, value in document.items():
        if key == "version":
            continue
        reader = READERS.get(key)
        if reader is None:
            raise PolicyFault("unknown", key)
        try:
            values[key] = reader(value)
        except (ValueError, TypeError):
            raise PolicyFault("value", key) from None
    return Policy(**values)


def broken(fault: PolicyFault) -> Policy:
    """What holds where a policy is meant to be but can not be understood."""
    return Policy(fault=fault)


def guid(text: str) -> str:
    """A GUID in its usual lower-case form; empty for anything else."""
    try:
        return str(uuid.UUID(text)) if len(text) == 36 else ""
    except ValueError:
        return ""


def _origin(url: str) -> Origin | None:
    try:
        return origin_of(url)
    except ValueError:
        return None


def _methods(value: object) -> frozenset[Method]:
    return frozenset(Method(text) for text in _texts(value))


def _tenants(value: object) -> frozenset[str]:
    known = frozenset(guid(text) for text in _texts(value))
    if "" in known:
        raise ValueError
    return known


def _hosts(value: object) -> frozenset[Origin]:
    origins: set[Origin] = set()
    for text in _texts(value):
        if (cloud := WELL_KNOWN.get(text)) is not None:
            origins |= {origin_of(base) for base in cloud.bases}
            continue
        url = f"https://{text}"
        if not text or any(sign in text for sign in "/\\@?# \t") or not origin_of(url)[0]:
            raise ValueError
        origins.add(origin_of(url))
    return frozenset(origins)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError
    return value


def _number(allowed: range | tuple[int, ...]) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise ValueError
        return value

    return read


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


READERS: Mapping[str, Callable[[object], object]] = {
    "methods": _methods,
    "tenants": _tenants,
    "hosts": _hosts,
    "clipboard_seconds": _number(Settings.SECONDS),
    "lock_minutes": _number(Settings.MINUTES[1:]),
    "background_checks": _switch,
    "notifications": _switch,
    "update_check": _switch,
}
"""How the value of each key is read. Each raises ValueError for a wrong one."""
