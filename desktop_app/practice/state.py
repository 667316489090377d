"""What every part of the running practice cloud shares: its directory, its addresses, its clock, open sign-ins.

It is touched by one request at a time: the server holds `lock` while a request is worked on.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from desktop_app.core.cloud import Cloud
from desktop_app.practice.directory import Directory

if TYPE_CHECKING:
    from desktop_app.practice.entra_sign_in import AuthorizationCode, DeviceGrant, SignIn
    from desktop_app.practice.tokens import TokenSigner


@dataclass(slots=True)
class CloudState:
    """Shared state. `now` gives aware UTC."""

    directory: Directory
    cloud: Cloud
    now: Callable[[], datetime]
    signer: TokenSigner
    token_lifetime_s: int
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    devices: dict[str, DeviceGrant] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


def opaque(length_bytes: int = 32) -> str:
    """A word nobody can guess: codes, sign-in contexts, trace ids."""
    return secrets.token_urlsafe(length_bytes)
